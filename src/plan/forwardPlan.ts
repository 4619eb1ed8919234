/**
 * The forward pass of a network as plain data: the half of a plan that predicting needs too, and a plan of that half alone.
 *
 * Knows nothing of losses and of optimizers, nor any engine. What the operations are is `plan.ts`'s business.
 */
import type { Layer } from "../network/layers.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { joinActivations } from "./fuseForward.ts";
import type { ActivationOperation } from "./lower/activation.ts";
import { type LayerForward, type LayerPredict, loweringOf } from "./lower/lower.ts";
import type { Placed } from "./lower/lowering.ts";
import type { ForwardOperation, Plan, PredictOperation, Region, RegionName } from "./plan.ts";
import { PlanMemory, signalOf, tensorOf } from "./regions.ts";

/** What predicting many rows takes of a plan. */
export type ForwardPlan = Pick<Plan, "batchSize" | "layout" | "regions" | "length" | "predict">;

/** The plan of the forward pass as engines run it, whose memory holds parameters and signals alone. @param batchSize the most rows at a time */
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
  return { batchSize, layout, regions, length, predict: joinActivations(predictOperations(network, regions)) };
}

/** Training's forward pass, layer by layer. */
export function forwardOperations(network: Network, regions: Plan["regions"]): ForwardOperation[] {
  return operationsOf(network, regions, (layer, placed) => loweringOf(layer).forward(layer, placed));
}

/** The forward pass while predicting: layers that act while training alone are left out. */
export function predictOperations(network: Network, regions: Plan["regions"]): PredictOperation[] {
  return operationsOf(network, regions, (layer, placed) => {
    const lowering = loweringOf(layer);
    if (!lowering.predicts) return undefined;
    return lowering.predict?.(layer, placed) ?? (lowering.forward(layer, placed) as LayerPredict);
  });
}

/** @param lower gives a layer's operation, which its activation follows; undefined where it lets all pass */
function operationsOf<Op extends LayerForward | LayerPredict>(
  { layers }: Network,
  regions: Readonly<Record<RegionName, Region>>,
  lower: (layer: Layer, placed: Placed) => Op | undefined,
): (Op | ActivationOperation)[] {
  let input = regions.x;
  return layers.flatMap((layer, k) => {
    const placed: Placed = {
      layer: k,
      input,
      tensor: (role) => tensorOf(regions, role, k),
      signal: (letter) => signalOf(regions, letter, k),
    };
    const operation = lower(layer, placed);
    if (operation === undefined) return [];
    const activation = loweringOf(layer).activation?.(layer, placed);
    input = (activation ?? operation).output;
    return activation === undefined ? [operation] : [operation, activation];
  });
}
