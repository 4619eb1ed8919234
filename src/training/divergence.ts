/**
 * Explains why training diverged: where, the likely cause and the remedy, in one paragraph.
 *
 * Reads the state just before the failing step, which `rewind.ts` has found. Knows nothing of the loop.
 */

import { type Collective, gatherData, memberText, type RankProcess } from "../distributed/collective.ts";
import type { Numbers, Patterns, Session } from "../engines/engine.ts";
import { RunFailedError } from "../errors.ts";
import type { LayerKind } from "../network/layers.ts";
import { desiredWidth, losses } from "../network/losses.ts";
import { isBounded } from "../optimizers/optimizerOf.ts";
import { rounded } from "../rounded.ts";
import type { EpochRecord } from "./events.ts";
import type { Failure } from "./rewind.ts";

export interface Divergence {
  /** The step that failed, counted from 1 since epoch 1 began. */
  readonly step: number;
  readonly epoch: number;
  /** Where the first number that is not finite appeared; `index` into `network.layers`. */
  readonly layer: { readonly index: number; readonly kind: LayerKind };
  /** A clause without a full stop. */
  readonly likelyCause: string;
  /** A sentence. */
  readonly remedy: string;
  /** The parameters that the session was left with: of the best epoch where it is to be restored, else the last good ones. */
  readonly parameters: Numbers;
  /**
   * The epoch that `parameters` are the best of, 0 when they are the starting ones; undefined when they are those from
   * just before the failing step.
   */
  readonly bestEpoch: number | undefined;
  /** The epochs that were finished. */
  readonly history: readonly EpochRecord[];
}

/**
 * `fit` diverged: a loss or a parameter became NaN or infinite. Training stopped, and the session has finite parameters again.
 * `train` throws a `DivergedError` instead, which has this error as `divergence` and a model with these parameters.
 */
export class DivergenceError extends RunFailedError implements Divergence {
  override name = "DivergenceError";
  /** A clause: "the loss became NaN". */
  readonly happened: string;
  readonly step: number;
  readonly epoch: number;
  readonly layer: Divergence["layer"];
  readonly likelyCause: string;
  readonly remedy: string;
  readonly parameters: Numbers;
  readonly bestEpoch: number | undefined;
  readonly history: readonly EpochRecord[];

  /** @param happened a clause: "the loss became NaN" */
  constructor(happened: string, divergence: Divergence) {
    const { step, epoch, layer, likelyCause, remedy, bestEpoch } = divergence;
    super(
      `Training diverged at step ${step}, in epoch ${epoch}: ${happened}, first in layer ${layer.index} (${layer.kind}). ` +
        `The likely cause: ${likelyCause}. ${remedy} The network has the parameters ${kept(bestEpoch)}.`,
    );
    this.happened = happened;
    this.step = step;
    this.epoch = epoch;
    this.layer = layer;
    this.likelyCause = likelyCause;
    this.remedy = remedy;
    this.parameters = divergence.parameters;
    this.bestEpoch = bestEpoch;
    this.history = divergence.history;
  }
}

function kept(bestEpoch: number | undefined): string {
  if (bestEpoch === undefined) return "from just before that step";
  return bestEpoch === 0 ? "from the start, which no epoch improved" : `of the best epoch, ${bestEpoch}`;
}

/** What is known when training has diverged. */
export interface Evidence {
  /** Its parameters are those from just before the failing step. */
  readonly session: Session;
  readonly training: Patterns;
  readonly validation: Patterns | undefined;
  /** Undefined when every step was sound and only the validation loss was not. */
  readonly failure: Failure | undefined;
  /** Updates made since training began. */
  readonly steps: number;
  /** Updates of the epochs before the first of this training. */
  readonly stepsBefore: number;
  /** The epoch in which it was noticed. */
  readonly epoch: number;
  /** The largest absolute value among the parameters when training began. */
  readonly largestAtStart: number;
  /** The parameters of the best epoch, 0 for the start, where they are to be restored. */
  readonly best: { readonly epoch: number; readonly parameters: Numbers } | undefined;
  readonly history: readonly EpochRecord[];
}

/** Puts the evidence into one error. */
export function diagnose(evidence: Evidence): DivergenceError {
  const { session, failure, steps, stepsBefore, epoch, best, history } = evidence;
  const { layers } = session.problem.network;
  const index = failure?.layer ?? layers.length - 1;
  return new DivergenceError(whatHappened(failure, session.collective?.members), {
    step: stepsBefore + (failure?.step ?? steps),
    epoch: failure?.epoch ?? epoch,
    layer: { index, kind: layers[index].kind },
    ...causeAndRemedy(evidence),
    parameters: best?.parameters ?? session.parameters.slice(),
    bestEpoch: best?.epoch,
    history,
  });
}

function whatHappened(failure: Failure | undefined, members: readonly RankProcess[] = []): string {
  if (failure === undefined) return "the validation loss is not finite";
  if (failure.slot !== undefined) {
    return `the optimizer's ${failure.slot} of the gradient became larger than float32 can represent, with which steps are 0`;
  }
  if (failure.loss === undefined) return "a parameter became larger than float32 can represent";
  const { rank } = failure;
  return `the loss became ${failure.loss}${rank === undefined ? "" : ` in the rows of ${memberText(members[rank])}`}`;
}

/** Standardised numbers stay well below it; beyond it gradients grow with the square of the data. */
const UNSCALED = 1000;

/** Rates above it are seldom any good, whatever the optimizer. */
const LARGEST_USUAL_RATE = 1;

type CauseAndRemedy = Pick<Divergence, "likelyCause" | "remedy">;

/** The data before the rate: data out of scale make any usual rate too high. */
function causeAndRemedy(evidence: Evidence): CauseAndRemedy {
  const { session, failure, training, validation } = evidence;
  const { network, loss } = session.problem;
  const [patterns, which] = failure === undefined && validation ? [validation, "validation"] : [training, "training"];
  const { collective } = session;
  const input = largestOfAll(collective, largest(patterns.inputs, network.inputs, failure?.rows));
  if (input.value > UNSCALED) {
    return {
      likelyCause: `the ${which} inputs are not scaled: they reach ${brief(input.value)} in ${input.place}`,
      remedy: "Scale each input to about −3 … 3, or use a much lower learning rate.",
    };
  }
  if (losses[loss.name].desired === "values") {
    const own = largest(patterns.desired, desiredWidth(loss, network.outputs), failure?.rows);
    const desired = largestOfAll(collective, own);
    if (desired.value > UNSCALED) {
      return {
        likelyCause: `the targets (desired) of the ${which} patterns are not scaled: they reach ${brief(desired.value)} in ${desired.place}`,
        remedy: "Standardize the targets, or use a much lower learning rate.",
      };
    }
  }
  return rateOrStart(evidence);
}

function rateOrStart({ session, failure, steps, largestAtStart }: Evidence): CauseAndRemedy {
  const { optimizer, clipNorm } = session.problem;
  if (failure?.slot !== undefined) {
    return {
      likelyCause: "the gradient is too large to be squared in float32",
      remedy: `Start from smaller parameters${clipNorm === Number.POSITIVE_INFINITY ? ", or clip the gradient (clipNorm 1)" : ""}.`,
    };
  }
  const updates = (failure?.step ?? steps + 1) - 1;
  const largestNow = largest(session.parameters, 1).value;
  const span = updates === 1 ? "one step" : `${updates} steps`;
  const grew =
    updates === 0
      ? "the first step overshot"
      : `the largest parameter went from ${brief(largestAtStart)} to ${brief(largestNow)} in ${span}`;
  if (updates === 0 && failure?.loss !== undefined) {
    return {
      likelyCause: `the initial parameters are too large: they reach ${brief(largestAtStart)}`,
      remedy: "Start from smaller ones, such as the default initialization of each activation.",
    };
  }
  const { learningRate } = optimizer;
  const penalty = tooLargePenalty(session.problem, largestAtStart);
  if (penalty !== undefined) {
    const { name, value, most } = penalty;
    return {
      likelyCause: `option ${name} ${brief(value)} is too large for the learning rate ${learningRate}: it alone makes the parameters grow; ${grew}`,
      remedy: `Try option ${name} ${brief(most)} or less.`,
    };
  }
  const factor = failure?.rateFactor ?? 1;
  // A schedule may begin or end at a rate of 0, which is not the cause.
  const rate = factor === 1 || factor === 0 ? ` ${learningRate}` : `, ${brief(learningRate * factor)} at that step,`;
  const clip = clipNorm === Number.POSITIVE_INFINITY ? ", or clip the gradient (clipNorm 1)" : "";
  return {
    likelyCause: `the learning rate${rate} is too high: ${grew}`,
    remedy: `Try a learning rate of ${brief(Math.min(learningRate / 10, LARGEST_USUAL_RATE))}${clip}.`,
  };
}

/** A share of the parameter that a penalty may take in a step, so that there is room for the data's gradient. */
const USUAL_SHARE = 0.1;

/**
 * A penalty whose part of a step is larger than what it acts on. A decay by ηλ a step multiplies a parameter by 1 − ηλ, which
 * makes it grow where ηλ is above 2; that of l1 is η in size. Rules that divide by the gradient's own size make steps of about η
 * whatever the penalty is, and `completeProblem` refuses one whose square float32 does not hold.
 */
function tooLargePenalty(
  { optimizer, penalties: { l1, l2 } }: Session["problem"],
  largestAtStart: number,
): { readonly name: string; readonly value: number; readonly most: number } | undefined {
  const { learningRate } = optimizer;
  // Such a rate diverges by itself.
  if (learningRate > LARGEST_USUAL_RATE) return undefined;
  const most = USUAL_SHARE / learningRate;
  if ("weightDecay" in optimizer && learningRate * optimizer.weightDecay > 2) {
    return { name: "weightDecay", value: optimizer.weightDecay, most };
  }
  if (isBounded(optimizer.name)) return undefined;
  if (learningRate * l2 > 2) return { name: "l2", value: l2, most };
  if (learningRate * l1 > Math.max(1, largestAtStart)) return { name: "l1", value: l1, most: USUAL_SHARE * most };
  return undefined;
}

/** A number and where it stands. */
interface Placed {
  readonly value: number;
  readonly place: string;
}

/** The largest of those that processes have found. */
function largestOfAll(collective: Collective | undefined, own: Placed): Placed {
  if (collective === undefined) return own;
  const all = gatherData(collective, own, "the cause of a divergence");
  const found = all.map(({ value, place }, rank) => ({
    value,
    place: `${place}, of ${memberText(collective.members[rank])}`,
  }));
  return found.reduce((largest, of) => (of.value > largest.value ? of : largest));
}

/** The largest absolute value in the given rows (all when undefined), and where it stands. */
function largest(numbers: Numbers, width: number, rows?: Uint32Array): Placed {
  let value = 0;
  let index = 0;
  const count = rows?.length ?? numbers.length / width;
  for (let n = 0; n < count; n++) {
    const start = (rows?.[n] ?? n) * width;
    for (let i = start; i < start + width; i++) {
      if (!(Math.abs(numbers[i]) > value)) continue;
      value = Math.abs(numbers[i]);
      index = i;
    }
  }
  return { value, place: `row ${Math.floor(index / width)}, column ${index % width}, both counted from 0` };
}

/** The largest absolute value among parameters. */
export function largestParameter(parameters: Numbers): number {
  return largest(parameters, 1).value;
}

/** Three digits are enough to see a size. */
function brief(value: number): string {
  return String(rounded(value, 3));
}
