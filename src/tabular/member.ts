/**
 * One network of a model before it learns: the fold that it learns from, and the recipe decided for it.
 *
 * Knows nothing of sessions, and nothing of the model's other networks.
 */
import { inputColumns } from "../data/encoder.ts";
import { optionName } from "../data/remedies.ts";
import { outputUnits } from "../data/targetNames.ts";
import type { Numbers, Patterns, Problem } from "../engines/engine.ts";
import { DescriptionError } from "../errors.ts";
import { scoreFor } from "../metrics/metricTable.ts";
import { backgroundOf } from "../models/background.ts";
import type { Member as MemberDescription } from "../models/document.ts";
import type { Loss } from "../network/losses.ts";
import type { Network } from "../network/network.ts";
import type { FitOptions } from "../training/fitOptions.ts";
import { balancedLabelWeights, balancedWeights } from "./classWeights.ts";
import type { Fold } from "./fold.ts";
import { problemOfRecipe, type Recipe, type RecipeEntry, type Settings, type TaskSize } from "./recipe.ts";
import type { PlannedNetwork } from "./time/planned.ts";

export interface Member {
  readonly fold: Fold;
  readonly recipe: Recipe;
  readonly problem: Problem;
  /** Of a network that has learned before: its parameters, and the network as its model describes it. */
  readonly from?: { readonly parameters: Numbers; readonly network: Network };
}

/** What decides a network besides its rows; a training's `Request`. */
export interface AskedSettings {
  readonly entry: RecipeEntry;
  readonly settings: Settings;
  readonly seed: number;
}

export interface MemberSize {
  /** How many folds there are. */
  readonly folds: number;
  /** Another seed than the training's. */
  readonly seed?: number;
  /** Training rows to decide for, where the fold has a sample of them; those of the fold when absent. */
  readonly rows?: number;
}

/**
 * Decides how a network learns from a fold.
 *
 * @throws {DescriptionError} a setting that is unknown, out of range, or does not suit the task
 */
export function memberOf(asked: AskedSettings, fold: Fold, course: MemberSize): Member {
  const { seed = asked.seed, rows = fold.training.table.rows, folds } = course;
  const decided = recipeFor(asked, fold, { rows, folds });
  const recipe = asked.settings.classWeights === "balanced" ? withClassWeights(decided, fold) : decided;
  return { fold, recipe, problem: problemOfRecipe(recipe, seed) };
}

/** What the recipe decides for so many training rows, without the classes' weights. @throws {DescriptionError} as `memberOf` */
export function recipeFor(
  { entry, settings }: Omit<AskedSettings, "seed">,
  { target, encoder, outputs }: Fold,
  size: Pick<TaskSize, "rows" | "folds">,
): Recipe {
  const quantiles = target.task === "regression" ? target.quantiles?.levels : undefined;
  return entry.decide({ task: target.task, quantiles, inputs: inputColumns(encoder), outputs, ...size }, settings);
}

/** The loss with each class's weight, so that classes count the same. */
function withClassWeights(recipe: Recipe, { target, training }: Fold): Recipe {
  if (target.task === "regression") {
    throw new DescriptionError(
      `${optionName("classWeights", "Option")} is for classes and labels, and the task is regression. Leave it out.`,
    );
  }
  const { desired, sampleWeights } = training.patterns;
  const weights =
    target.task === "multilabel"
      ? balancedLabelWeights(desired, target.labels.length, training.table, sampleWeights)
      : balancedWeights(target, training.table, sampleWeights);
  return { ...recipe, loss: { ...recipe.loss, classWeights: weights } as Loss };
}

/** What epochs are scored by. */
type Scored = Pick<Patterns, "desired" | "sampleWeights">;

/** How the network learns, as `fit` takes it. @param scored of the validation rows of all ranks, where they share the rows */
export function fitOptionsOf(
  member: Member,
  watched: Pick<FitOptions, "health" | "signal"> = {},
  scored: Scored | undefined = member.fold.validation?.patterns,
): FitOptions {
  const { fold, recipe } = member;
  return {
    training: fold.training.patterns,
    validation: fold.validation?.patterns,
    epochs: recipe.epochs,
    shortBatch: recipe.shortBatch,
    schedule: recipe.schedule,
    decaySchedule: recipe.decaySchedule,
    dropoutSchedule: recipe.dropoutSchedule,
    ...(scored && validationOptionsOf(member, scored)),
    ...(fold.validation && member.from && { startCounts: true }),
    health: watched.health,
    signal: watched.signal,
  };
}

/** How epochs are judged by validation rows. */
function validationOptionsOf(
  { recipe, problem, fold }: Member,
  { desired, sampleWeights }: Scored,
): Partial<FitOptions> {
  const { metric, ties, patience } = recipe;
  const { target, outputs } = fold;
  const units = outputUnits(target);
  return {
    ties,
    ...(metric && { score: scoreFor(metric, { loss: problem.loss, outputs, desired, sampleWeights, units }) }),
    ...(patience < Number.POSITIVE_INFINITY && { earlyStopping: { patience } }),
  };
}

/** Updates in an epoch of the recipe's own. */
export function stepsPerEpoch({ fold, recipe }: Member): number {
  const { batchSize, shortBatch } = recipe;
  const batches = fold.training.table.rows / batchSize;
  return Math.max(1, shortBatch === "keep" ? Math.ceil(batches) : Math.floor(batches));
}

/** What the recipe would do without a time. */
export function recipeSteps({ fold, recipe }: Member): Pick<PlannedNetwork, "epochs" | "stepsPerEpoch"> {
  const { epochs, batchSize } = recipe;
  return { epochs, stepsPerEpoch: Math.max(1, Math.floor(fold.training.table.rows / batchSize)) };
}

/** What the model's file has of the network. */
export function descriptionOf({ fold, problem, from }: Member, parameters: Numbers): MemberDescription {
  const { network } = from ?? problem;
  const background = backgroundOf(network, parameters, fold.training.patterns.inputs);
  return { encoder: fold.encoder, background, network };
}
