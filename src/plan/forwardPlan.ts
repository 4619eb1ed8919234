/**
 * The forward pass of a network as plain data: the half of a plan that predicting needs too, and a plan of that half alone.
 *
 * Knows nothing of losses and of optimizers, nor any engine. What the operations are is `plan.ts`'s business.
 */
import type { Layer } from "../network/layers.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { loweringOf } from "./lower/lower.ts";
import type { ForwardOperation, Plan, PredictOperation, Region, RegionName } from "./plan.ts";
import { PlanMemory, signalOf, tensorOf } from "./regions.ts";

/** What predicting many rows takes of a plan. */
export type ForwardPlan = Pick<Plan, "batchSize" | "layout" | "regions" | "length" | "predict">;

/** The plan of the forward pass, whose memory holds parameters and signals alone. @param batchSize the most rows at a time */
export function makeForwardPlan(network: Network, batchSize: number): ForwardPlan {
  const layout = parameterLayout(network);
  const memory = new PlanMemory();
  memory.divide(memory.place("parameters", layout.length), layout);
  const widths = layerWidths(network);
  memory.place("x", batchSize, network.inputs);
  for (const [k, layer] of network.layers.entries()) {
    if (!loweringOf(layer).predicts) continue;
    for (const signal of loweringOf(layer).signals(layer)) {
      memory.signal(signal, k, batchSize, widths[k + 1]);
    }
  }
  const { regions, length } = memory;
  return { batchSize, layout, regions, length, predict: predictOperations(network, regions) };
}

/** Training's forward pass, one operation a layer. */
export function forwardOperations(network: Network, regions: Plan["regions"]): ForwardOperation[] {
  return operationsOf(network, regions, () => true);
}

/** The forward pass with every layer left out that acts while training alone. */
export function predictOperations(network: Network, regions: Plan["regions"]): PredictOperation[] {
  return operationsOf(network, regions, (layer) => loweringOf(layer).predicts) as PredictOperation[];
}

function operationsOf(
  { layers }: Network,
  regions: Readonly<Record<RegionName, Region>>,
  acts: (layer: Layer) => boolean,
): ForwardOperation[] {
  let input = regions.x;
  return layers.flatMap((layer, k) => {
    if (!acts(layer)) return [];
    const operation = loweringOf(layer).forward(layer, {
      layer: k,
      input,
      tensor: (role) => tensorOf(regions, role, k),
      signal: (letter) => signalOf(regions, letter, k),
    });
    input = operation.output;
    return [operation];
  });
}
