/**
 * The training of one network of a model: its starting weights, its epochs, its outputs for the rows that validate it.
 *
 * Knows its own fold, and nothing of the model's other networks.
 */

import { outputUnits } from "../data/targetNames.ts";
import type { EngineOptions, Numbers, Session } from "../engines/engine.ts";
import { type Budget, planBudget } from "../training/budget.ts";
import { ChunkTimer, type Clock } from "../training/chunkTimer.ts";
import type { FitEvent, FitResult } from "../training/events.ts";
import { drained, resumableEvents } from "../training/fit.ts";
import type { FitOptions } from "../training/fitOptions.ts";
import type { StateKeeper } from "../training/fitState.ts";
import { KeptOutputs } from "../training/keptOutputs.ts";
import type { BegunTraining } from "./beginTraining.ts";
import type { MemberKeeper } from "./checkpoints/checkpoint.ts";
import type { FoldPart } from "./fold.ts";
import { descriptionOf, fitOptionsOf, type Member, recipeSteps } from "./member.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import { nestedOutputs } from "./members/nestedOutputs.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import { openSession } from "./startingWeights.ts";
import { cutOptions, isCut, startAtBaseline } from "./time/cutTraining.ts";
import type { Ending } from "./time/memberClock.ts";
import type { PlannedNetwork } from "./time/planned.ts";

/** How one of the networks is trained beside the others. */
export interface MemberTurn {
  readonly engineOptions: EngineOptions;
  /** When the network has to be done; never when absent. */
  readonly ending?: Ending | undefined;
  /** The epochs and steps that an earlier training planned; they replace the ending. */
  readonly planned?: PlannedNetwork | undefined;
  /** Keeps its states; not together with an ending. */
  readonly keeper?: MemberKeeper | undefined;
}

/** The result of a network's training, and what was planned where it had to end in time. */
export interface MemberResult extends FitResult {
  /** Whether the initial parameters predict as the baseline does. */
  readonly fromBaseline?: boolean;
  readonly planned?: PlannedNetwork;
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
  ): Promise<TrainedMember & R>;
}

/** Opens a session with a network's starting weights. */
export async function openMember(
  { engine, clock, settings, start }: BegunTraining,
  member: Member,
  { engineOptions, ending, planned, keeper }: MemberTurn,
): Promise<OpenMember> {
  const { target, validation } = member.fold;
  const from = keeper?.from;
  const session = await openSession(
    member,
    engine,
    engineOptions,
    from?.fit.session.parameters ?? member.from?.parameters,
  );
  const kept = new KeptOutputs(KEPT_BYTES / start.networks, from?.outputs);
  return {
    session,
    async *events() {
      const options: FitOptions = {
        ...fitOptionsOf(member, settings),
        ...(validation && { onOutputs: (outputs) => kept.add(outputs) }),
      };
      const steps = planned ?? (ending && (await budgetFor(session, options, { ending, clock })));
      const course = { plan: steps, clock, keeper: keeper && stateKeeper(keeper, kept) };
      const { result, plan } = yield* plannedEvents(session, member, options, course);
      if (plan === undefined) return result;
      return { ...result, planned: networkPlanOf(plan, member), fromBaseline: isCut(plan, recipeSteps(member)) };
    },
    async trained(task, result, isBest) {
      // Both are asked for before anything is awaited, so that they are of the same parameters.
      const parameters = session.parameters.slice();
      const looks = isBest ? kept.looks : [];
      const outputs = validation && (await honestOutputs(member, validation, session, looks));
      const held = validation && outputs && { table: validation.table, outputs };
      const description = descriptionOf(member, parameters);
      return { ...result, task, description, target, parameters, held };
    },
  };
}

/**
 * Trains one network.
 *
 * @throws {DivergenceError} as `fit` does
 */
export async function trainMember(
  training: BegunTraining,
  member: Member,
  task: MemberTask,
  turn: MemberTurn,
): Promise<TrainedMember & MemberResult> {
  const { onProgress } = training.settings;
  const open = await openMember(training, member, turn);
  using _session = open.session;
  const result = await drained(open.events(), onProgress && ((event) => onProgress(event, { ...task })));
  return await open.trained(task, result, true);
}

/** The memory for the validation outputs of all epochs and networks: beyond it the honest choice is among fewer epochs. */
const KEPT_BYTES = 128 * 2 ** 20;

/**
 * y for the validation rows, each row's from an epoch that it had no say in.
 *
 * @param looks the outputs of the epochs that were chosen from; the session's present ones where there was no choice
 */
async function honestOutputs(
  { recipe, problem, fold }: Member,
  { patterns, groups }: FoldPart,
  session: Session,
  looks: KeptOutputs["looks"],
): Promise<Numbers> {
  if (looks.length === 0) return await session.predict(patterns.inputs);
  const { metric, ties } = recipe;
  const { outputs, target } = fold;
  const units = outputUnits(target);
  const { desired, sampleWeights } = patterns;
  return nestedOutputs(looks, { metric, loss: problem.loss, ties, outputs, desired, sampleWeights, groups, units });
}

function networkPlanOf(
  { epochs, stepsPerEpoch }: Pick<Budget, "epochs" | "stepsPerEpoch">,
  { fold, recipe }: Member,
): PlannedNetwork {
  const rows = fold.training.table.rows;
  const passes = Math.round((1000 * epochs * stepsPerEpoch * recipe.batchSize) / rows) / 1000;
  return { epochs, stepsPerEpoch, passes };
}

type PlannedSteps = Pick<Budget, "epochs" | "stepsPerEpoch"> & Partial<Pick<Budget, "deadline">>;
const ONE_STEP: PlannedSteps = { epochs: 1, stepsPerEpoch: 1 };

/** A network's state is that of its training and of what was kept of its outputs. */
export function stateKeeper(keeper: MemberKeeper, outputs: KeptOutputs): StateKeeper {
  return {
    from: keeper.from?.fit,
    get due() {
      return keeper.due;
    },
    keep: (fit) => keeper.keep({ fit, outputs: outputs.state }),
  };
}

interface Course {
  readonly plan: PlannedSteps | undefined;
  readonly clock: Clock;
  readonly keeper?: StateKeeper | undefined;
}

/** A training as planned, or the recipe's without a plan; at least one step is made even after the deadline. */
async function* plannedEvents(
  session: Session,
  member: Member,
  options: FitOptions,
  { plan, clock, keeper }: Course,
): AsyncGenerator<FitEvent, { readonly result: FitResult; readonly plan: PlannedSteps | undefined }, void> {
  if (plan === undefined) return { result: yield* resumableEvents(session, options, keeper), plan };
  const { epochs, stepsPerEpoch, deadline } = plan;
  const cut = isCut(plan, recipeSteps(member));
  if (cut) startAtBaseline(session, member.fold.training.patterns);
  const whole = { ...options, ...(cut && cutOptions(options, plan)), epochs, stepsPerEpoch, deadline };
  const result = yield* resumableEvents(session, whole, keeper, new ChunkTimer(clock));
  if (result.stopped !== "time" || result.steps > 0) return { result, plan };
  return yield* plannedEvents(session, member, options, { plan: ONE_STEP, clock });
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
