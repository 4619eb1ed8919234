/**
 * From a network, a loss and an optimizer to a plan: the layers forward, the recursion of local gradients backward, the
 * gradients, where machines share them, what regularises them, and the update. What a kind of layer does is in `lower/`. Knows no engine. Source:
 * derivation, section 5; it shares no code with the reference, which tests compare it to.
 */
import { readResults } from "../givenResult.ts";
import { boolean, type Kinds, number, object, requireKind, requireOptions, withFields } from "../kinds.ts";
import { desiredWidth, type Loss } from "../network/losses.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { isFrozen, type ParameterLayout, parameterLayout } from "../network/parameters.ts";
import { optimizerOf } from "../optimizers/optimizerOf.ts";
import type { CompleteOptimizer } from "../optimizers/optimizers.ts";
import { forwardOperations, predictOperations } from "./forwardPlan.ts";
import { joinSteps } from "./fuse.ts";
import { joinActivations } from "./fuseForward.ts";
import { activationStep } from "./lower/activation.ts";
import { loweringOf } from "./lower/lower.ts";
import type {
  BackwardOperation,
  ForwardOperation,
  FreezeOperation,
  GradientsOperation,
  LocalStep,
  LossOperation,
  Plan,
  Region,
} from "./plan.ts";
import { deltaOf, PlanMemory, partOf, tensorOf } from "./regions.ts";

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

export interface PlanOptions {
  /**
   * Whether operations that engines run as one are joined: a layer's activation with what it follows, and φ' with what comes back
   * from the next layer. True when absent.
   */
  readonly fused?: boolean | undefined;
}

const optionKinds = { fused: boolean } as const satisfies Kinds<PlanOptions>;

/**
 * Makes the plan that engines run, or the same one by one: both compute the same bits.
 *
 * @throws {DescriptionError} what is no problem of `completeProblem`, or an unknown option
 * @example
 * import { completeProblem, dense, makePlan, network } from "gradus/network";
 *
 * const layers = [dense(3, { activation: "tanh" }), dense(1)] as const;
 * const problem = completeProblem({ network: network({ inputs: 2, layers }), loss: "meanSquaredError" });
 * makePlan(problem).forward.map(({ op }) => op); // ["dense", "dense"]
 * makePlan(problem, { fused: false }).forward.map(({ op }) => op); // ["dense", "activation", "dense"]
 */
export function makePlan(planned: Planned, options: PlanOptions = {}): Plan {
  requireKind("makePlan's problem", planned, plannedKind);
  requireOptions(options, optionKinds, "makePlan");
  const plan = readResults("completeProblem", { problem: planned }, ({ problem }) => planOf(problem));
  return options.fused === false ? plan : fused(plan);
}

function fused(plan: Plan): Plan {
  const [forward, predict] = [joinActivations(plan.forward), joinActivations(plan.predict)];
  return { ...plan, forward, predict, backward: joinSteps(plan.backward) };
}

function planOf(planned: Planned): Plan {
  const { network, batchSize } = planned;
  const layout = parameterLayout(network);
  const { regions, length } = layOut(planned, layout);
  const deltas = network.layers.map((_, k) => deltaOf(regions, k));
  const forward = forwardOperations(network, regions);
  const predict = predictOperations(network, regions);
  const loss = ({ output }: { readonly output: Region }): LossOperation => ({
    op: "loss",
    loss: planned.loss,
    output,
    desired: regions.d,
    sampleWeights: regions.w,
    negativeGradient: deltas[deltas.length - 1],
  });
  return {
    batchSize,
    layout,
    regions,
    length,
    forward,
    predict,
    loss: loss(forward[forward.length - 1]),
    evaluation: loss(predict[predict.length - 1]),
    backward: localGradients(network, forward, deltas),
    gradient: gradients(network, forward, deltas, { regions, layout }),
    ...updating(planned, { regions, layout }),
  };
}

function isPenalised({ penalties: { l1, l2 } }: Planned): boolean {
  return l1 > 0 || l2 > 0;
}

function isClipped({ clipNorm }: Planned): boolean {
  return clipNorm < Number.POSITIVE_INFINITY;
}

/** Gives every region its place: parameters, gradients, slots, then the signals of a batch. */
function layOut(planned: Planned, layout: ParameterLayout): PlanMemory {
  const { network, loss, optimizer, batchSize } = planned;
  const memory = new PlanMemory();
  memory.divide(memory.place("parameters", layout.length), layout);
  memory.divide(memory.place("gradients", layout.length), layout, "∂");
  if (isPenalised(planned) || isClipped(planned)) memory.place("g", layout.length);
  for (const slot of optimizerOf(optimizer).slots) memory.place(slot, layout.length);
  const widths = layerWidths(network);
  memory.place("x", batchSize, network.inputs);
  memory.place("d", batchSize, desiredWidth(loss, network.outputs));
  memory.place("w", batchSize);
  for (const [k, layer] of network.layers.entries()) {
    const outputs = widths[k + 1];
    const { signals, saved } = loweringOf(layer);
    for (const signal of signals(layer)) memory.signal(signal, k, batchSize, outputs);
    for (const [letter, shape] of Object.entries(saved?.(layer, batchSize, outputs) ?? {})) {
      memory.signal(letter, k, ...shape);
    }
    memory.signal("δ", k, batchSize, outputs);
  }
  return memory;
}

/**
 * Steps 3 and 4: δ of the output layer from the loss, then of each layer from all the δ of the layer that it feeds. The
 * inputs have no δ.
 */
function localGradients(
  { layers }: Network,
  forward: readonly ForwardOperation[],
  deltas: readonly Region[],
): BackwardOperation[] {
  return forward.toReversed().flatMap((operation): BackwardOperation[] => {
    const { layer } = operation;
    const delta = deltas[layer];
    const inPlace = (step: LocalStep): BackwardOperation => {
      return { op: "local-gradient", negativeGradient: delta, to: delta, step };
    };
    if (operation.op === "activation") return [inPlace(activationStep(operation))];
    const { step, back } = loweringOf(layers[layer]);
    return [
      ...(step ? [inPlace(step(operation))] : []),
      ...(layer === 0 ? [] : [back(operation, { delta, to: deltas[layer - 1] })]),
    ];
  });
}

/** Regions, and how the parameters lie in one. */
interface Laid {
  readonly regions: Plan["regions"];
  readonly layout: ParameterLayout;
}

/** What step 5 consumes, once all δ exist; in ascending order of the layers, as the gradients lie. */
function gradients(
  { layers }: Network,
  forward: readonly ForwardOperation[],
  deltas: readonly Region[],
  { regions, layout }: Laid,
): (GradientsOperation | FreezeOperation)[] {
  const gradientOf = (tensor: Region): Region => partOf(regions, regions.gradients, tensor);
  return forward.flatMap((operation) => {
    if (operation.op === "activation") return [];
    const { layer } = operation;
    const gradient = loweringOf(layers[layer]).gradient(operation, deltas[layer], gradientOf);
    const frozen = layout.tensors.filter((tensor) => tensor.layer === layer && isFrozen(tensor));
    return [
      ...(gradient === undefined ? [] : [gradient]),
      ...frozen.map(({ role }): FreezeOperation => {
        return { op: "freeze", layer, gradients: gradientOf(tensorOf(regions, role, layer)) };
      }),
    ];
  });
}

/** Penalties and clipping, on a copy of the gradient, and the update of every tensor that isn't frozen. */
function updating(planned: Planned, { regions, layout }: Laid): Pick<Plan, "reduce" | "regularise" | "update"> {
  const { penalties, clipNorm: norm, optimizer } = planned;
  const { gradients, g: regularised } = regions;
  const slots = optimizerOf(optimizer).slots.map((slot) => regions[slot]);
  const tensors = layout.tensors.map(({ role, layer, rate, decay }) => {
    const parameters = tensorOf(regions, role, layer);
    const own = partOf(regions, regularised ?? gradients, parameters);
    return { role, layer, rate, decay, parameters, gradients: own };
  });
  const moving = tensors.filter((tensor) => !isFrozen(tensor));
  const penalised = isPenalised(planned) ? moving.filter(({ role }) => role === "weights") : [];
  const copied = regularised === undefined ? [] : tensors;
  return {
    reduce: [{ op: "reduce", gradients }],
    regularise: [
      ...copied.map(({ layer, parameters, gradients: to }) => {
        return { op: "copy", layer, from: partOf(regions, gradients, parameters), to } as const;
      }),
      ...penalised.map(({ layer, parameters, gradients: own }) => {
        return { op: "penalty", layer, parameters, gradients: own, ...penalties } as const;
      }),
      ...(isClipped(planned) ? [{ op: "clip", gradients: regularised, norm } as const] : []),
    ],
    update: moving.map(({ layer, rate, decay, parameters, gradients: own }) => {
      const parts = slots.map((slot) => partOf(regions, slot, parameters));
      return { op: "update", layer, optimizer, parameters, gradients: own, slots: parts, rate, decay };
    }),
  };
}
