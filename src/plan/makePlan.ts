/**
 * From a network, a loss and an optimizer to a plan: the layers forward, the recursion of local gradients backward, the
 * update. Knows no engine. Source: derivation, section 5; it shares no code with the reference, which tests compare it to.
 */
import { readResults } from "../givenResult.ts";
import { number, object, requireKind, withFields } from "../kinds.ts";
import type { Layer } from "../network/layers.ts";
import { desiredWidth, type Loss } from "../network/losses.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { isFrozen, type ParameterLayout, parameterLayout } from "../network/parameters.ts";
import { type CompleteOptimizer, optimizerOf } from "../optimizers/optimizers.ts";
import { forwardOperations, hasOwnOutput, PlanMemory, symbols, withoutDropout } from "./forwardPlan.ts";
import type {
  BackwardOperation,
  ForwardOperation,
  LocalStep,
  LossOperation,
  Plan,
  RegionName,
  UpdatingOperation,
} from "./plan.ts";

/** What a plan is made for; a `Problem` of the engine contract is one. */
export interface Planned {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: CompleteOptimizer;
  readonly penalties: { readonly l1: number; readonly l2: number };
  readonly clipNorm: number;
  readonly batchSize: number;
}

const plannedKind = withFields("a problem that completeProblem made", {
  network: object,
  loss: object,
  optimizer: object,
  penalties: object,
  clipNorm: number,
  batchSize: number,
});

/**
 * Makes the plan. The description has been checked; nothing here throws.
 *
 * @example
 * import { completeProblem, dense, makePlan, network } from "gradus/network";
 *
 * const problem = completeProblem({ network: network({ inputs: 2, layers: [dense(1)] }), loss: "meanSquaredError" });
 * const { forward, backward } = makePlan(problem);
 * forward.length > 0 && backward.length > 0; // true
 */
export function makePlan(planned: Planned): Plan {
  requireKind("makePlan's problem", planned, plannedKind);
  return readResults("completeProblem", { problem: planned }, ({ problem }) => planOf(problem));
}

function planOf(planned: Planned): Plan {
  const { network, batchSize, optimizer } = planned;
  const layout = parameterLayout(network);
  const memory = layOut(planned, layout);
  const forward = forwardOperations(network);
  const predict = withoutDropout(forward);
  const last = network.layers.length - 1;
  const loss = (output: RegionName): LossOperation => ({
    op: "loss",
    loss: planned.loss,
    output,
    desired: "d",
    negativeGradient: `δ${last}`,
  });
  return {
    batchSize,
    layout,
    ...memory,
    forward,
    predict,
    loss: loss(forward[last].output),
    evaluation: loss(predict[predict.length - 1].output),
    backward: [...localGradients(network, forward), ...gradients(forward)],
    update: updating(planned, layout, optimizerOf(optimizer).slots),
  };
}

/** Gives every region its place: parameters, gradients, slots, then the signals of a batch. */
function layOut(
  { network, loss, optimizer, batchSize }: Planned,
  layout: ParameterLayout,
): Pick<Plan, "regions" | "length"> {
  const memory = new PlanMemory();
  const { regions } = memory;
  const place = (name: RegionName, ...shape: number[]): void => memory.place(name, ...shape);
  for (const whole of ["parameters", "gradients", ...optimizerOf(optimizer).slots]) place(whole, layout.length);
  for (const { role, layer, shape, offset } of layout.tensors) {
    const name = `${symbols[role]}${layer}`;
    regions[name] = { offset: regions.parameters.offset + offset, shape };
    regions[`∂${name}`] = { offset: regions.gradients.offset + offset, shape };
  }
  const widths = layerWidths(network);
  place("x", batchSize, network.inputs);
  place("d", batchSize, desiredWidth(loss, network.outputs));
  place("w", batchSize);
  for (const [k, layer] of network.layers.entries()) {
    const width = widths[k + 1];
    if (layer.kind !== "dropout") place(`v${k}`, batchSize, width); // a dropout layer's fields are what enters it
    if (hasOwnOutput(layer)) place(`y${k}`, batchSize, width);
    place(`δ${k}`, batchSize, width);
  }
  return { regions, length: memory.length };
}

/**
 * Steps 3 and 4: δ of the output layer from the loss, then of each layer from all the δ of the layer that it feeds. The
 * inputs have no δ.
 */
function localGradients({ layers }: Network, forward: readonly ForwardOperation[]): BackwardOperation[] {
  const last = layers.length - 1;
  const operations: BackwardOperation[] = [];
  const outputStep = localStep(layers[last], forward[last]);
  if (outputStep !== undefined) {
    operations.push({ op: "local-gradient", negativeGradient: `δ${last}`, to: `δ${last}`, step: outputStep });
  }
  for (let j = last - 1; j >= 0; j--) {
    const k = j + 1;
    const step = localStep(layers[j], forward[j]) ?? identityStep(j);
    operations.push(backThrough(forward[k], `δ${j}`, step));
  }
  return operations;
}

/** From δ of a layer to δ of the layer that feeds it. */
function backThrough(fed: ForwardOperation, to: RegionName, step: LocalStep): BackwardOperation {
  const delta = `δ${fed.layer}`;
  if (fed.op === "dropout") return { op: "local-gradient", negativeGradient: delta, to, step };
  if (fed.op === "dense") return { op: "pull-back", layer: fed.layer, delta, weights: fed.weights, to, step };
  return { op: "pass-back", layer: fed.layer, delta, to, through: fed, step };
}

/** What a layer does to what comes back; nothing for the identity. */
function localStep(layer: Layer, { layer: k, output }: ForwardOperation): LocalStep | undefined {
  if (layer.kind === "dropout") return { by: "dropout", layer: k, rate: layer.rate };
  if (layer.kind !== "dense" || layer.activation === "identity") return undefined;
  return { by: "activation", layer: k, activation: layer.activation, field: `v${k}`, output };
}

/** For a hidden layer that is linear, or whose output is its field: φ' = 1. */
function identityStep(k: number): LocalStep {
  return { by: "activation", layer: k, activation: "identity", field: `v${k}`, output: `v${k}` };
}

/** What step 5 consumes, once all δ exist; in ascending order of the layers, as the gradients lie. */
function gradients(forward: readonly ForwardOperation[]): BackwardOperation[] {
  return forward.flatMap((operation): BackwardOperation[] => {
    if (operation.op === "dropout") return [];
    const { layer, input } = operation;
    const delta = `δ${layer}`;
    if (operation.op !== "dense") return [{ op: "tensor-gradient", layer, delta, of: operation }];
    const { weights, bias } = operation;
    return [{ op: "gradient", layer, delta, input, weights: `∂${weights}`, bias: bias && `∂${bias}` }];
  });
}

function updating(
  { penalties, clipNorm, optimizer }: Planned,
  { tensors }: ParameterLayout,
  slots: readonly RegionName[],
): UpdatingOperation[] {
  const operations: UpdatingOperation[] = [];
  const frozen = tensors.filter(isFrozen).map(({ role, layer }) => `∂${symbols[role]}${layer}`);
  if (frozen.length > 0) operations.push({ op: "freeze", gradients: frozen });
  if (penalties.l1 > 0 || penalties.l2 > 0) operations.push({ op: "penalty", ...penalties });
  if (clipNorm < Number.POSITIVE_INFINITY) operations.push({ op: "clip", norm: clipNorm });
  operations.push({ op: "update", optimizer, slots });
  return operations;
}
