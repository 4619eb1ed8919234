/**
 * The step that a session makes next, traced: from its present parameters, its optimizer's state and its count of steps,
 * with the masks that its dropout layers draw in that step.
 *
 * The session is only read, through the engine contract; the reference makes the step beside it, in float64. Knows no
 * engine.
 */
import { type GivenPatterns, requireFactor, type Session, sessionKind } from "../../engines/engine.ts";
import { DescriptionError } from "../../errors.ts";
import { type Kinds, number, requireKind, requireOptions } from "../../kinds.ts";
import { learnerOf } from "./learner.ts";
import type { Trace } from "./trace.ts";
import { requireTraceable, requireWeights, type TraceChoices, traceChoiceKinds, tracedStep } from "./tracedStep.ts";

export interface SessionTraceOptions extends TraceChoices {
  /** The factor of the learning rate in the step, as in `rateFactors` of `run`; 1 when absent. */
  readonly rateFactor?: number;
  /** The factor of decoupled weight decay in the step, in addition to that of the rate; 1 when absent. */
  readonly decayFactor?: number;
  /** The factor in [0, 1] of all dropout rates in the step; 1 when absent. */
  readonly dropoutFactor?: number;
}

const sessionTraceKinds = {
  ...traceChoiceKinds,
  rateFactor: number,
  decayFactor: number,
  dropoutFactor: number,
} as const satisfies Kinds<SessionTraceOptions>;

/**
 * Traces the step that a session would make next on some examples, without making it: the session is not changed.
 *
 * The trace's numbers are float64. The new values are those of the session after the same step to the precision of its
 * engine; of an optimizer that divides by the root of squares, where a gradient is not near 0.
 *
 * @param patterns the examples of the step's batch, 1 to the problem's `batchSize`
 * @throws {ShapeError | DescriptionError} patterns, names, factors or weights that do not fit; a parameter that is not
 * finite
 * @throws {GradusError} while work of the session is under way; when a number of the step overflows
 *
 * @example
 * import { createSession, dense, network } from "gradus";
 * import { traceSession } from "gradus/explain";
 *
 * const session = await createSession({
 *   network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
 *   loss: "halfSquaredError",
 *   optimizer: { name: "momentum", learningRate: 0.01 },
 * });
 * await session.learn([3], [8]);
 * const trace = traceSession(session, { inputs: [3], desired: [8] });
 * trace.step; // 2
 * const loss = await session.learn([3], [8]);
 * Math.abs(trace.lossBefore - loss) < 1e-6; // true
 */
export function traceSession(session: Session, patterns: GivenPatterns, options: SessionTraceOptions = {}): Trace {
  requireKind("traceSession's session", session, sessionKind);
  requireOptions(options, sessionTraceKinds, "traceSession");
  const { rateFactor = 1, decayFactor = 1, dropoutFactor = 1 } = options;
  for (const [name, factor] of Object.entries({ rateFactor, decayFactor, dropoutFactor })) requireFactor(name, factor);
  const { problem, parameters, slots, step } = session;
  requireTraceable(problem, options);
  const learner = learnerOf({ problem, parameters, patterns, slots, dropoutFactor });
  const { rows } = learner.batch;
  if (rows > problem.batchSize) {
    throw new DescriptionError(
      `Expected at most ${problem.batchSize} examples, the batch size of the session's problem, found ${rows}: the session would make several steps of them.`,
    );
  }
  requireWeights(learner, options.weights);
  return tracedStep(learner, step + 1, { rateFactor, decayFactor }, options);
}
