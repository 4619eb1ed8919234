/**
 * What a network that learns online learns by: the settings of its model's training, made for steps on one row; or those that its file has.
 */
import { completeProblem, type Problem } from "../../engines/engine.ts";
import { DescriptionError } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";
import { type JsonObject, plainJson } from "../../models/json.ts";
import type { LearningState } from "../../models/learning.ts";
import type { Optimizer } from "../../optimizers/optimizers.ts";
import { problemOf, type StepSettings } from "../problemOf.ts";

/** Those of the step but the batch size, which is 1. */
export type OnlineSettings = Omit<StepSettings, "batchSize">;

/**
 * Of Adam, whose steps are about as long as its rate: the networks of RealMLP for numbers, whose training begins at 0.2, predict worse than without
 * online learning at more.
 */
const LARGEST_RATE = 0.003;

/**
 * The problem of one network. The training made steps on B rows; where they are not given, the learning rate is the training's divided by B, so that
 * a row moves the parameters as far as its share of a step did, of Adam at most 0.003, and the weight decay is divided by √B.
 *
 * Sources: Goyal et al. 2017, "Accurate, large minibatch SGD"; Loshchilov & Hutter 2019, "Decoupled weight decay regularization", on
 * normalized weight decay. Other rules were tried: docs/decisions/0019.
 *
 * @param document of one member
 * @param state of the model that learned online before
 * @throws {DescriptionError} a setting that is unknown or out of range, a network that needs several rows a step
 */
export function onlineProblem(
  document: ModelDocument,
  changes: OnlineSettings,
  state: LearningState | undefined,
): Problem {
  if (state !== undefined) return resumed(document, changes, state);
  const { batchSize } = problemOf(document, changes);
  const problem = problemOf(document, { ...changes, batchSize: 1 });
  if (changes.optimizer !== undefined) return problem;
  const { optimizer } = problem;
  return {
    ...problem,
    optimizer: {
      ...optimizer,
      ...(changes.learningRate === undefined && { learningRate: rateOfOneRow(optimizer, batchSize) }),
      ...("weightDecay" in optimizer && { weightDecay: optimizer.weightDecay / Math.sqrt(batchSize) }),
    },
  };
}

function rateOfOneRow({ name, learningRate }: Problem["optimizer"], batchSize: number): number {
  const rate = learningRate / batchSize;
  return name === "adam" || name === "adamW" ? Math.min(LARGEST_RATE, rate) : rate;
}

function resumed(
  { network, loss, provenance }: ModelDocument,
  { optimizer, learningRate, l1, l2, clipNorm }: OnlineSettings,
  state: LearningState,
): Problem {
  const before = state.optimizer as unknown as Optimizer;
  const { name } = typeof optimizer === "object" ? optimizer : { name: optimizer };
  if (name !== undefined && name !== before.name) {
    throw new DescriptionError(
      `The model has learned online with the optimizer ${before.name}, whose state it keeps; ${name} has another. Leave optimizer out, or begin with the model from before it learned online.`,
    );
  }
  const rate = learningRate !== undefined && { learningRate };
  return completeProblem({
    network,
    loss,
    optimizer: optimizer ?? { ...before, ...rate },
    l1: l1 ?? state.l1,
    l2: l2 ?? state.l2,
    clipNorm: clipNorm ?? state.clipNorm ?? Number.POSITIVE_INFINITY,
    batchSize: 1,
    seed: provenance.seed,
  });
}

/** What `onlineProblem` needs to make the same problem again. */
export function problemState({
  optimizer,
  penalties: { l1, l2 },
  clipNorm,
}: Problem): Pick<LearningState, "optimizer" | "l1" | "l2" | "clipNorm"> {
  return { optimizer: plainJson(optimizer) as JsonObject, l1, l2, ...(Number.isFinite(clipNorm) && { clipNorm }) };
}
