/**
 * The forward pass of a network as plain data: the half of a plan that predicting needs too, and a plan of that half alone.
 *
 * Knows nothing of losses and of optimizers, nor any engine. What the operations are is `plan.ts`'s business.
 */
import type { Layer, TensorRole } from "../network/layers.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import type { ForwardOperation, Plan, PredictOperation, Region, RegionName } from "./plan.ts";

/** What predicting many rows takes of a plan. */
export type ForwardPlan = Pick<Plan, "batchSize" | "layout" | "regions" | "length" | "predict">;

/** The plan of the forward pass, whose memory holds parameters and signals alone. @param batchSize the most rows at a time */
export function makeForwardPlan(network: Network, batchSize: number): ForwardPlan {
  const layout = parameterLayout(network);
  const memory = new PlanMemory();
  memory.place("parameters", layout.length);
  const { regions } = memory;
  for (const { role, layer, shape, offset } of layout.tensors) {
    regions[`${symbols[role]}${layer}`] = { offset: regions.parameters.offset + offset, shape };
  }
  const widths = layerWidths(network);
  memory.place("x", batchSize, network.inputs);
  for (const [k, layer] of network.layers.entries()) {
    if (layer.kind === "dropout") continue;
    memory.place(`v${k}`, batchSize, widths[k + 1]);
    if (hasOwnOutput(layer)) memory.place(`y${k}`, batchSize, widths[k + 1]);
  }
  const predict = withoutDropout(forwardOperations(network));
  return { batchSize, layout, regions, length: memory.length, predict };
}

/** What a tensor's region is called, before the number of its layer. */
export const symbols: Readonly<Record<TensorRole, string>> = {
  weights: "W",
  bias: "b",
  scale: "s",
  slopes: "α",
  frequencies: "f",
  phases: "p",
};

/** A cache line of float32 numbers. */
const LINE = 16;

/** Regions one after the other, each at the beginning of a cache line. */
export class PlanMemory {
  readonly regions: Record<RegionName, Region> = {};
  /** In float32 numbers. */
  length = 0;

  /** Gives a region its place behind the last. */
  place(name: RegionName, ...shape: number[]): void {
    this.regions[name] = { offset: this.length, shape };
    this.length += Math.ceil(shape.reduce((product, extent) => product * extent, 1) / LINE) * LINE;
  }
}

/** Whether a layer's output differs from its field. */
export function hasOwnOutput(layer: Layer): boolean {
  return layer.kind === "dropout" || (layer.kind === "dense" && layer.activation !== "identity");
}

/** Training's forward pass, one operation a layer. */
export function forwardOperations({ layers }: Network): ForwardOperation[] {
  let input: RegionName = "x";
  return layers.map((layer, k) => {
    const own = input;
    input = `${hasOwnOutput(layer) ? "y" : "v"}${k}`;
    return forwardOperation(layer, { layer: k, input: own, output: input });
  });
}

function forwardOperation(
  layer: Layer,
  places: { readonly layer: number; readonly input: RegionName; readonly output: RegionName },
): ForwardOperation {
  const { layer: k } = places;
  switch (layer.kind) {
    case "dense": {
      const { activation, bias } = layer;
      return { op: "dense", ...places, weights: `W${k}`, bias: bias ? `b${k}` : null, field: `v${k}`, activation };
    }
    case "dropout":
      return { op: "dropout", ...places, rate: layer.rate };
    case "scale":
      return { op: "scale", ...places, scale: `s${k}` };
    case "parametricActivation":
      return { op: "parametric-activation", ...places, slopes: `α${k}`, activation: layer.activation };
    case "embedding":
      return { op: "embedding", ...places, weights: `W${k}`, columns: layer.columns };
    case "periodic": {
      const tensors = { frequencies: `f${k}`, phases: `p${k}`, weights: `W${k}`, bias: `b${k}` };
      return { op: "periodic", ...places, ...tensors, columns: layer.columns };
    }
    default:
      return layer satisfies never;
  }
}

/** The forward pass with every dropout layer short-circuited. */
export function withoutDropout(forward: readonly ForwardOperation[]): PredictOperation[] {
  const source = new Map<RegionName, RegionName>();
  const operations: PredictOperation[] = [];
  for (const operation of forward) {
    const input = source.get(operation.input) ?? operation.input;
    if (operation.op === "dropout") source.set(operation.output, input);
    else operations.push({ ...operation, input });
  }
  return operations;
}
