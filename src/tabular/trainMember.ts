/**
 * One network of a model: a recipe decided for its rows, its starting weights, its training.
 *
 * Knows the parts of the rows and nothing of the model's other networks.
 */

import { inputColumns } from "../data/encoder.ts";
import { optionName } from "../data/remedies.ts";
import { outputUnits } from "../data/targetNames.ts";
import {
  completeProblem,
  type Engine,
  type EngineOptions,
  type Numbers,
  type Problem,
  type Session,
} from "../engines/engine.ts";
import { DescriptionError } from "../errors.ts";
import type { AbortSignalLike } from "../kinds.ts";
import { scoreFor } from "../metrics/metricTable.ts";
import { backgroundOf } from "../models/background.ts";
import type { Loss } from "../network/losses.ts";
import { type Budget, planBudget } from "../training/budget.ts";
import { ChunkTimer, type Clock, systemClock } from "../training/chunkTimer.ts";
import type { FitEvent, FitResult } from "../training/events.ts";
import { drained, fitEvents } from "../training/fit.ts";
import type { FitOptions } from "../training/fitOptions.ts";
import { KeptOutputs } from "../training/keptOutputs.ts";
import { balancedLabelWeights, balancedWeights } from "./classWeights.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import { nestedOutputs } from "./members/nestedOutputs.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import type { Part } from "./parts.ts";
import type { Prepared } from "./prepare.ts";
import type { Recipe, RecipeEntry, Settings, TaskSize } from "./recipe.ts";
import { openSession } from "./startingWeights.ts";
import { cutOptions, isCut, startAtBaseline } from "./time/cutTraining.ts";
import type { Ending } from "./time/memberClock.ts";
import type { PlannedNetwork } from "./time/planned.ts";

/** What a network is trained by. */
export interface MemberSetup {
  readonly data: Prepared;
  readonly recipe: Recipe;
  readonly problem: Problem;
}

/** What is asked of the training of every network. */
export interface CourseOptions {
  /** How many networks the model will have: they share the memory for validation outputs. */
  readonly networks: number;
  /** When the network has to be done; never when absent. */
  readonly ending?: Ending | undefined;
  /** What endings are times of; the machine's when absent. */
  readonly clock?: Clock | undefined;
  /** The epochs and steps that an earlier training planned; they replace the deadline. */
  readonly planned?: PlannedNetwork | undefined;
  readonly health?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
  readonly onProgress?: ((event: FitEvent, task: MemberTask) => void) | undefined;
}

/** What decides a network besides its data. */
export interface CourseSize {
  readonly folds: number;
  readonly seed: number;
  /** Training rows to decide for, where the data are a sample of them; those of the data when absent. */
  readonly rows?: number;
}

/**
 * Decides how a network learns from some parts of the rows.
 *
 * @throws {DescriptionError} a setting that is unknown, out of range, or does not suit the task
 */
export function setupOf(
  data: Prepared,
  entry: RecipeEntry,
  settings: Settings,
  { rows = data.training.table.rows, ...counts }: CourseSize,
): MemberSetup {
  const { folds, seed } = counts;
  const recipe = withClassWeights(entry.decide({ ...sizeOf(data), rows, folds }, settings), settings, data);
  const { network, loss, optimizer, batchSize, l1, l2, clipNorm } = recipe;
  const problem = completeProblem({ network, loss, optimizer, batchSize, l1, l2, clipNorm, seed });
  return { data, recipe, problem };
}

/** What a recipe has to know of prepared rows. */
export function sizeOf({ target, training, encoder, outputs }: Prepared): Omit<TaskSize, "folds"> {
  return { task: target.task, rows: training.table.rows, inputs: inputColumns(encoder), outputs };
}

/** The loss with each class's weight, where classes are to count the same. */
function withClassWeights(recipe: Recipe, { classWeights = "none" }: Settings, data: Prepared): Recipe {
  if (classWeights === "none") return recipe;
  const { target } = data;
  if (target.task === "regression") {
    throw new DescriptionError(
      `${optionName("classWeights", "Option")} is for classes and labels, and the task is regression. Leave it out.`,
    );
  }
  const { table, patterns } = data.training;
  const { desired, sampleWeights } = patterns;
  const weights =
    target.task === "multilabel"
      ? balancedLabelWeights(desired, target.labels.length, sampleWeights)
      : balancedWeights(target, table, sampleWeights);
  return { ...recipe, loss: { ...recipe.loss, classWeights: weights } as Loss };
}

/** The result of a network's training, and what was planned where it had to end in time. */
export interface MemberResult extends FitResult {
  /** Whether the initial parameters predict as the baseline does. */
  readonly fromBaseline?: boolean;
  readonly planned?: PlannedNetwork;
}

/** How the network learns, as `fit` takes it. */
export function fitOptionsOf(
  setup: MemberSetup,
  { health, signal }: Pick<CourseOptions, "health" | "signal">,
): FitOptions {
  const { data, recipe } = setup;
  return {
    training: data.training.patterns,
    validation: data.validation?.patterns,
    epochs: recipe.epochs,
    shortBatch: recipe.shortBatch,
    schedule: recipe.schedule,
    decaySchedule: recipe.decaySchedule,
    dropoutSchedule: recipe.dropoutSchedule,
    ...(data.validation && validationOptionsOf(setup, data.validation)),
    health,
    signal,
  };
}

/** A network with its session, before, during and after its training. */
export interface OpenMember {
  /** The caller disposes of it. */
  readonly session: Session;
  /** The events of its training, which is begun once. @throws {DivergenceError} as `fitEvents` does, while iterating */
  events(): AsyncGenerator<FitEvent, MemberResult, void>;
  /**
   * The network with the session's present parameters.
   *
   * @param isBest whether they are those of the best epoch so far: then the outputs for the validation rows have to be
   * free of that choice
   */
  trained<R extends Pick<MemberResult, "epochs">>(
    task: MemberTask,
    result: R,
    isBest: boolean,
  ): Promise<TrainedMember<R>>;
}

/** Opens a session with a network's starting weights. */
export async function openMember(
  setup: MemberSetup,
  engine: Engine,
  engineOptions: EngineOptions,
  { networks, ending, clock = systemClock, planned, health, signal }: Omit<CourseOptions, "onProgress">,
): Promise<OpenMember> {
  const { target, validation } = setup.data;
  const session = await openSession(setup, engine, engineOptions);
  const kept = new KeptOutputs(KEPT_BYTES / networks);
  return {
    session,
    async *events() {
      const options: FitOptions = {
        ...fitOptionsOf(setup, { health, signal }),
        ...(validation && { onOutputs: (outputs) => kept.add(outputs) }),
      };
      const steps = planned ?? (ending && (await budgetFor(session, options, { ending, clock })));
      const { result, plan } = yield* plannedEvents(session, setup, options, { plan: steps, clock });
      if (plan === undefined) return result;
      return { ...result, planned: networkPlanOf(plan, setup), fromBaseline: isCut(plan, recipeSteps(setup)) };
    },
    async trained(task, result, isBest) {
      // Both are asked for before anything is awaited, so that they are of the same parameters.
      const parameters = session.parameters.slice();
      const looks = isBest ? kept.looks : [];
      const outputs = validation && (await honestOutputs(setup, validation, session, looks));
      const description = descriptionOf(setup, parameters);
      return { task, description, target, parameters, outputs, epochs: result.epochs, result };
    },
  };
}

/**
 * Trains one network.
 *
 * @throws {DivergenceError} as `fit` does
 */
export async function trainMember(
  setup: MemberSetup,
  task: MemberTask,
  engine: Engine,
  engineOptions: EngineOptions,
  { onProgress, ...options }: CourseOptions,
): Promise<TrainedMember<MemberResult>> {
  const member = await openMember(setup, engine, engineOptions, options);
  using _session = member.session;
  const result = await drained(member.events(), onProgress && ((event) => onProgress(event, { ...task })));
  return await member.trained(task, result, true);
}

/** The memory for the validation outputs of all epochs and networks: beyond it the honest choice is among fewer epochs. */
const KEPT_BYTES = 128 * 2 ** 20;

/**
 * y for the validation rows, each row's from an epoch that it had no say in.
 *
 * @param looks the outputs of the epochs that were chosen from; the session's present ones where there was no choice
 */
async function honestOutputs(
  { recipe, problem, data }: MemberSetup,
  { patterns, groups }: Part,
  session: Session,
  looks: KeptOutputs["looks"],
): Promise<Numbers> {
  if (looks.length === 0) return await session.predict(patterns.inputs);
  const { metric, ties } = recipe;
  const { outputs, target } = data;
  const units = outputUnits(target);
  const { desired, sampleWeights } = patterns;
  return nestedOutputs(looks, { metric, loss: problem.loss, ties, outputs, desired, sampleWeights, groups, units });
}

function networkPlanOf(
  { epochs, stepsPerEpoch }: Pick<Budget, "epochs" | "stepsPerEpoch">,
  { data, recipe }: MemberSetup,
): PlannedNetwork {
  const rows = data.training.table.rows;
  const passes = Math.round((1000 * epochs * stepsPerEpoch * recipe.batchSize) / rows) / 1000;
  return { epochs, stepsPerEpoch, passes };
}

type PlannedSteps = Pick<Budget, "epochs" | "stepsPerEpoch"> & Partial<Pick<Budget, "deadline">>;
const ONE_STEP: PlannedSteps = { epochs: 1, stepsPerEpoch: 1 };

/** A training as planned, or the recipe's without a plan; at least one step is made even after the deadline. */
async function* plannedEvents(
  session: Session,
  setup: MemberSetup,
  options: FitOptions,
  { plan, clock }: { readonly plan: PlannedSteps | undefined; readonly clock: Clock },
): AsyncGenerator<FitEvent, { readonly result: FitResult; readonly plan: PlannedSteps | undefined }, void> {
  if (plan === undefined) return { result: yield* fitEvents(session, options), plan };
  const { epochs, stepsPerEpoch, deadline } = plan;
  const cut = isCut(plan, recipeSteps(setup));
  if (cut) startAtBaseline(session, setup.data.training.patterns);
  const whole = { ...options, ...(cut && cutOptions(options, plan)), epochs, stepsPerEpoch, deadline };
  const result = yield* fitEvents(session, whole, new ChunkTimer(clock));
  if (result.stopped !== "time" || result.steps > 0) return { result, plan };
  return yield* plannedEvents(session, setup, options, { plan: ONE_STEP, clock });
}

/** Updates in an epoch of the recipe's own. */
export function stepsPerEpoch({ data, recipe }: MemberSetup): number {
  const { batchSize, shortBatch } = recipe;
  const batches = data.training.table.rows / batchSize;
  return Math.max(1, shortBatch === "keep" ? Math.ceil(batches) : Math.floor(batches));
}

/** What the recipe would do without a time. */
function recipeSteps({ data, recipe }: MemberSetup): Pick<PlannedNetwork, "epochs" | "stepsPerEpoch"> {
  const { epochs, batchSize } = recipe;
  return { epochs, stepsPerEpoch: Math.max(1, Math.floor(data.training.table.rows / batchSize)) };
}

/** At least this much is planned for, in seconds: a training that is asked for too late still has to come to something. */
const LEAST_TIME = 0.1;

async function budgetFor(
  session: Session,
  options: FitOptions,
  { ending, clock }: { readonly ending: Ending; readonly clock: Clock },
): Promise<Budget> {
  const seconds = (ending.planned - clock.now()) / 1000;
  const validated = { ...options, startCounts: options.validation !== undefined };
  const budget = await planBudget(
    session,
    validated,
    { seconds: Math.max(LEAST_TIME, seconds) },
    new ChunkTimer(clock),
  );
  // What was planned for a moment is done: a deadline that is over would not let it make a step.
  return { ...budget, deadline: seconds < LEAST_TIME ? Number.POSITIVE_INFINITY : ending.latest };
}

/** What the model's file has of a network. */
export function descriptionOf({ data, problem }: MemberSetup, parameters: Numbers): TrainedMember["description"] {
  const background = backgroundOf(problem.network, parameters, data.training.patterns.inputs);
  return { encoder: data.encoder, background, network: problem.network };
}

/** How epochs are judged by validation rows. */
function validationOptionsOf({ recipe, problem, data }: MemberSetup, { patterns }: Part): Partial<FitOptions> {
  const { metric, ties, patience } = recipe;
  const { target, outputs } = data;
  const { desired, sampleWeights } = patterns;
  const units = outputUnits(target);
  return {
    ties,
    ...(metric && { score: scoreFor(metric, { loss: problem.loss, outputs, desired, sampleWeights, units }) }),
    ...(patience < Number.POSITIVE_INFINITY && { earlyStopping: { patience } }),
  };
}
