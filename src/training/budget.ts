/**
 * How many epochs fit into a time: decided before training begins, so that schedules end when training does.
 *
 * The pace is measured by steps of the very session on the very patterns, at a learning rate of 0, after some that warm
 * it up; then the session's state is restored exactly. What is planned depends on the clock, and so does the resulting
 * network; the numbers returned here repeat it without a clock. Knows nothing of tables and of what is done with the
 * network afterwards.
 */

import type { LoadedPatterns, Session } from "../engines/engine.ts";
import { DescriptionError, requireThat, unlessNotFinite } from "../errors.ts";
import { finite, type Kinds, needed, number, requireOptions } from "../kinds.ts";
import { random } from "../random.ts";
import { ChunkTimer } from "./chunkTimer.ts";
import { completeFit, type FitOptions, type FitPlan } from "./fitOptions.ts";
import { copyState, restoreState } from "./sessionState.ts";

export interface BudgetOptions {
  /** Above 0. */
  readonly seconds: number;
  /** When they began to count, in milliseconds of `performance.now()`; now when absent. */
  readonly startedAt?: number;
}

/** Options of `fit` that keep the time, and what they were chosen by. */
export interface Budget {
  /** At most those asked for, but where they are parts of a pass over the rows: then together at most as many passes. */
  readonly epochs: number;
  /** Fewer than a pass over the rows has where few passes fit: each epoch then goes on where the one before ended. */
  readonly stepsPerEpoch: number;
  /** The end of the time; nothing is planned for its last twelfth. */
  readonly deadline: number;
  readonly secondsPerStep: number;
  /** Of an epoch without its steps: its order and its evaluation. */
  readonly secondsPerEvaluation: number;
}

const budgetKinds = { seconds: needed(number), startedAt: finite } as const satisfies Kinds<BudgetOptions>;

/** The share of the time that is left free: for steps slower than measured, and for what comes after training. */
const RESERVE = 0.08;
/** Shares of the time that measuring may take, and their limits in milliseconds. */
const WARMING = { share: 0.03, most: 500 };
const MEASURING = { share: 0.05, most: 1500 };
const COLD_SHARE = 0.1;
/** Where fewer passes over the rows fit, an epoch is a part of a pass: so often at least the best parameters are looked for. */
const LOOKS = 10;
/** The share of the time that looking so often may take. */
const LOOKING = 0.1;

/**
 * Measures a session and plans a training that ends within the time.
 *
 * Measuring takes about a tenth of the time, and not much more than 2 seconds; two steps and an evaluation are made in
 * any case. Of several sessions that will train at the same time, plan all at the same time, so that each is measured
 * as it will run.
 *
 * @param options what `fit` will be given; `epochs` is the most that is planned
 * @param timer for tests: the clock
 * @throws {DescriptionError | ShapeError | DataError} as `fit` does, or seconds that are not above 0
 *
 * @example
 * import { createSession, dense, fit, network, planBudget } from "gradus/network";
 *
 * using session = await createSession({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError" });
 * const training = { inputs: Float32Array.of(0, 1, 2, 3), desired: Float32Array.of(1, 3, 5, 7) };
 * const options = { training, epochs: 50 };
 * const { epochs, stepsPerEpoch, deadline } = await planBudget(session, options, { seconds: 2 });
 * await fit(session, { ...options, epochs, stepsPerEpoch, deadline });
 */
export async function planBudget(
  session: Session,
  options: FitOptions,
  budget: BudgetOptions,
  timer = new ChunkTimer(),
): Promise<Budget> {
  requireOptions(budget, budgetKinds, "planBudget");
  const { seconds, startedAt } = budget;
  requireThat(
    "the seconds of a budget",
    seconds,
    seconds > 0 && seconds < Number.POSITIVE_INFINITY,
    "above 0 and finite",
  );
  const began = startedAt ?? timer.now;
  const plan = completeFit(session, options);
  if (session.collective !== undefined) {
    throw new DescriptionError("planBudget measures one process. Where several train together, give fit a deadline.");
  }
  for (const name of ["firstEpoch", "lastEpoch"] as const) {
    if (options[name] === undefined) continue;
    throw new DescriptionError(`planBudget plans a training from its first epoch to its last. Leave ${name} out.`);
  }
  const milliseconds = seconds * 1000;
  const { step, evaluation } = await measure(session, plan, milliseconds, timer);
  const evaluations = plan.startCounts ? evaluation : 0;
  const left = Math.max(0, milliseconds * (1 - RESERVE) - (timer.now - began) - evaluations);
  return {
    ...epochsWithin(left, plan, step, evaluation),
    deadline: began + milliseconds,
    secondsPerStep: step / 1000,
    secondsPerEvaluation: evaluation / 1000,
  };
}

/**
 * The epochs and steps that fit into a time: passes over all rows, or one more of shorter ones where that makes more steps;
 * where only a few fit, parts of a pass, each of which is evaluated.
 *
 * @param left milliseconds
 * @param plan of it, what a pass is and how many at most
 * @param step milliseconds a step
 * @param evaluation milliseconds at the end of an epoch
 */
function epochsWithin(
  left: number,
  { epochs: most, stepsPerEpoch: whole, shuffle }: Pick<FitPlan, "epochs" | "stepsPerEpoch" | "shuffle">,
  step: number,
  evaluation: number,
): Pick<Budget, "epochs" | "stepsPerEpoch"> {
  const fitting = Math.min(Math.floor(left / (whole * step + evaluation)), most);
  const shortened = (epochs: number, limit = whole) => {
    const steps = Math.floor((left / epochs - evaluation) / step);
    return { epochs, stepsPerEpoch: Math.max(1, Math.min(steps, Math.floor(limit), whole)) };
  };
  // Without an order of its own every epoch would leave out the same rows.
  if (!shuffle) return { epochs: Math.max(1, fitting), stepsPerEpoch: whole };
  const affordable = Math.floor((LOOKING * left) / Math.max(evaluation, 1e-9));
  const looks = Math.min(LOOKS, affordable, most * whole);
  if (fitting < most && fitting + 1 < looks) return shortened(looks, (most * whole) / looks);
  if (fitting < 1) return shortened(1);
  const more = shortened(Math.min(fitting + 1, most));
  return more.epochs * more.stepsPerEpoch > fitting * whole ? more : { epochs: fitting, stepsPerEpoch: whole };
}

/** @returns milliseconds of a step, and of an epoch's order and evaluation */
async function measure(
  session: Session,
  plan: FitPlan,
  milliseconds: number,
  timer: ChunkTimer,
): Promise<{ step: number; evaluation: number }> {
  const state = copyState(session);
  const loaded: LoadedPatterns[] = [];
  try {
    const training = session.load(plan.training);
    loaded.push(training);
    const validation = plan.validation && session.load(plan.validation);
    if (validation) loaded.push(validation);
    timer.start();
    const upTo = ({ share, most }: { share: number; most: number }) => ({
      share,
      most: Math.min(share * milliseconds, most),
    });
    await timeSteps(session, plan, training, upTo(WARMING), timer);
    const step = await timeSteps(session, plan, training, upTo(MEASURING), timer);
    const cold = await timeEvaluation(session, plan, validation, timer);
    // One that takes a large part of the time is not worth making again: compiling is a small part of it.
    const evaluation = cold > COLD_SHARE * milliseconds ? cold : await timeEvaluation(session, plan, validation, timer);
    return { step, evaluation };
  } finally {
    for (const patterns of loaded) patterns.dispose();
    restoreState(session, state);
  }
}

/**
 * Milliseconds a step, over steps as an epoch makes them, until the signal.
 *
 * @param limit at least so many milliseconds, or that share of the steps of the whole training
 */
async function timeSteps(
  session: Session,
  { batchSize, rowsPerEpoch, stepsPerEpoch, epochs, rows, signal }: FitPlan,
  training: LoadedPatterns,
  { share, most }: { readonly share: number; readonly most: number },
  timer: ChunkTimer,
): Promise<number> {
  const order = random(0, "pace").permutation(rows).subarray(0, rowsPerEpoch);
  const began = timer.now;
  let steps = 0;
  do {
    const first = steps % stepsPerEpoch;
    const count = Math.min(timer.steps, stepsPerEpoch - first);
    const batches = order.subarray(first * batchSize, (first + count) * batchSize);
    timer.beginChunk();
    // A rate of 0 takes as long, and cannot diverge.
    await unlessNotFinite(() => session.run(training, batches, { batchSize, rateFactors: new Float64Array(count) }));
    timer.endChunk(count);
    steps += count;
    if (timer.pauseDue) await timer.pause();
  } while (timer.now - began < most && steps < share * epochs * stepsPerEpoch && !signal?.aborted);
  // Coarse clocks can show no time at all; a tenth of a microsecond keeps quotients finite.
  return Math.max(timer.now - began, 1e-4) / steps;
}

/** Milliseconds of what an epoch does besides its steps. */
async function timeEvaluation(
  session: Session,
  { seed, shuffle, rows, validation: patterns, score }: FitPlan,
  validation: LoadedPatterns | undefined,
  timer: ChunkTimer,
): Promise<number> {
  const began = timer.now;
  if (shuffle) random(seed, "pace").permutation(rows);
  if (validation) await unlessNotFinite(() => session.evaluate(validation));
  if (score && patterns) score.of(await session.predict(patterns.inputs));
  return timer.now - began;
}
