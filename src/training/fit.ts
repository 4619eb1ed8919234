/**
 * Trains a network: epochs of steps over training patterns, each evaluated on validation patterns.
 *
 * Works with any engine's session. The result of a training depends on the patterns, the options, the seed and the
 * engine alone: not on how steps are handed over, and on the clock only where there is a deadline. Knows nothing of
 * tables, files or screens.
 */
import type { Session } from "../engines/engine.ts";
import { GradusError } from "../errors.ts";
import { ChunkTimer } from "./chunkTimer.ts";
import type { FitEvent, FitResult } from "./events.ts";
import { completeFit, type FitOptions, type FitPlan } from "./fitOptions.ts";
import type { StateKeeper } from "./fitState.ts";
import { FirstKeeper } from "./ranks/firstKeeper.ts";
import { type EpochState, Training } from "./training.ts";

/**
 * Trains a session's network to the end and calls `onProgress` with its events.
 *
 * @param timer for tests: decides how many steps are made at a time
 * @returns the result of the training; the session holds the parameters of the best epoch, or the last ones where none
 * is to be restored. A training that was aborted or ran out of time returns as well.
 * @throws {DescriptionError | ShapeError | DataError} as `completeFit` does, before anything is learned
 * @throws {DivergenceError} a loss or a parameter that is not finite; the session is back in a sound state
 *
 * A session with a `collective` is trained by all its processes (ranks), which all call `fit` with the same options and with patterns of
 * their own, any number of them: docs/cluster.md says what is the same on all ranks.
 *
 * @example
 * import { createSession, dense, fit, network } from "gradus";
 *
 * using session = await createSession({
 *   network: network({ inputs: 1, layers: [dense(1)] }),
 *   loss: "meanSquaredError",
 *   optimizer: { name: "adam", learningRate: 0.1 },
 *   batchSize: 4,
 * });
 * const training = { inputs: Float32Array.of(0, 1, 2, 3), desired: Float32Array.of(1, 3, 5, 7) };
 * const { epochs } = await fit(session, { training, epochs: 300 });
 * epochs; // 300
 * await session.predict([4]); // [9.0]
 */
export async function fit(session: Session, options: FitOptions, timer = new ChunkTimer()): Promise<FitResult> {
  return await drained(fitEvents(session, options, timer), options.onProgress);
}

/** Goes through the events of a training to its end. @returns its result @throws what the training or the listener throws */
export async function drained<Result>(
  events: AsyncGenerator<FitEvent, Result, void>,
  onProgress?: (event: FitEvent) => void,
): Promise<Result> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    try {
      onProgress?.(next.value);
    } catch (error) {
      await events.throw(error); // frees what training holds, and throws the error again
    }
  }
}

/**
 * The same training as events, one for each epoch and some within long ones; its return value is the result.
 *
 * A consumer that stops listening (`break`) ends the training as an abort does.
 *
 * @param timer for tests: decides how many steps are made at a time
 * @throws as `fit` does; wrong options at once, the rest while iterating
 *
 * @example
 * import { createSession, dense, fitEvents, network } from "gradus/network";
 *
 * using session = await createSession({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError" });
 * const training = { inputs: Float32Array.of(0, 1, 2, 3), desired: Float32Array.of(1, 3, 5, 7) };
 * for await (const event of fitEvents(session, { training, epochs: 20 })) {
 *   if (event.event === "epoch" && event.trainingLoss < 0.1) break;
 * }
 */
export function fitEvents(
  session: Session,
  options: FitOptions,
  timer = new ChunkTimer(),
): AsyncGenerator<FitEvent, FitResult, void> {
  return train(session, completeFit(session, options), timer, undefined);
}

/**
 * The events of a training that can be interrupted and go on to the same bits: those that come after the state that it goes on from.
 *
 * @param session of the same problem and engine as when the state was kept; with the starting parameters where there is no state
 * @param options the same as then
 * @param keeper where no state is to be kept undefined: the events are those of `fitEvents`
 * @param timer as in `fitEvents`
 */
export function resumableEvents(
  session: Session,
  options: FitOptions,
  keeper: StateKeeper | undefined,
  timer = new ChunkTimer(),
): AsyncGenerator<FitEvent, FitResult, void> {
  return train(session, completeFit(session, options), timer, keeper);
}

async function* train(
  session: Session,
  plan: FitPlan,
  timer: ChunkTimer,
  own: StateKeeper | undefined,
): AsyncGenerator<FitEvent, FitResult, void> {
  const { firstEpoch, lastEpoch, stepsPerEpoch } = plan;
  const keeper = new FirstKeeper(session.collective, own);
  const { from } = keeper;
  const training = new Training(session, plan, timer, from);
  const ended = async (stopped: FitResult["stopped"], state: EpochState): Promise<FitResult> => {
    const result = await training.result(stopped, state.epoch);
    await keeper.keep(() => training.endState(stopped, state));
    return result;
  };
  /** Whether other processes come to the next turn whatever becomes of this one's listener. */
  let isAwaited = false;
  try {
    if (from?.stopped !== undefined) return await training.result(from.stopped, from.position.epoch);
    if (from === undefined) await training.evaluateStart();
    for (let epoch = from?.position.epoch ?? firstEpoch; epoch <= lastEpoch; epoch++) {
      const state = training.begin(epoch);
      let turn = training.nextTurn();
      while (state.step < stepsPerEpoch && !turn.outOfTime) {
        if (turn.aborted) {
          await keeper.keep(() => training.state(state));
          return await training.result("aborted", epoch);
        }
        await training.advance(state, turn.steps);
        if (keeper.due) await keeper.keep(() => training.state(state));
        if (timer.pauseDue) await timer.pause();
        isAwaited = true;
        if (state.step < stepsPerEpoch && timer.progressDue) yield training.progressEvent(state);
        isAwaited = false;
        turn = training.nextTurn();
      }
      // A first epoch is evaluated wherever it ends, so that the time is not lost.
      if (turn.outOfTime && (epoch > firstEpoch || state.step === 0)) return await ended("time", state);
      const event = training.epochEvent(await training.evaluate(state));
      const stopped = training.stoppedAfter(state);
      isAwaited = stopped === undefined;
      yield event;
      isAwaited = false;
      if (stopped !== undefined) return await ended(stopped, state);
    }
    throw new GradusError(`Expected an epoch up to ${lastEpoch} to go on with, found ${from?.position.epoch}.`);
  } finally {
    if (isAwaited) training.leave();
    training.dispose();
  }
}
