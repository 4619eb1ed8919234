/**
 * A learning step of a problem from given parameters, traced: the reference makes it, and every number it made is kept.
 *
 * The batch is all the patterns given. The network is traced as it predicts: dropout layers let every signal pass as it
 * is, with slopes of 1, since a mask would hide what the formulas say. Knows nothing of models, tables or sessions.
 */

import { type Numbers, type Patterns, type Problem, problemKind } from "../../engines/engine.ts";
import { requireThat, requireWhole } from "../../errors.ts";
import { type Kinds, needed, number, numbers, object, requireOptions } from "../../kinds.ts";
import { gradientOf, learnerOf, makeStep } from "./learner.ts";
import type { Trace } from "./trace.ts";
import { requireTraceable, requireWeights, type TraceChoices, traceChoiceKinds, tracedStep } from "./tracedStep.ts";

export interface TraceOptions extends TraceChoices {
  /** The network, its loss and its optimizer. `batchSize` and `seed` have no effect: all the patterns are one batch. */
  readonly problem: Problem;
  /** The parameters before the first step, in the order of the network's layout; they are not changed. */
  readonly parameters: Numbers;
  /** The examples of the batch, at least one. */
  readonly patterns: Patterns;
  /** The step to trace, counted from 1; the steps before it use the same patterns. 1 when absent. */
  readonly step?: number;
  /** The factor of the learning rate in every step, as that of a schedule; 1 when absent. */
  readonly rateFactor?: number;
}

const traceKinds = {
  problem: needed(problemKind),
  parameters: needed(numbers),
  patterns: needed(object),
  ...traceChoiceKinds,
  step: number,
  rateFactor: number,
} as const satisfies Kinds<TraceOptions>;

/**
 * Traces one step.
 *
 * @throws {ShapeError | DescriptionError} patterns, parameters, names or weights that do not fit the network; an input
 * or a parameter that is not finite
 * @throws {GradusError} when a number of the step overflows
 *
 * @example
 * import { traceStep } from "gradus/explain";
 * import { completeProblem, dense, initialParameters, network } from "gradus/network";
 *
 * const problem = completeProblem({
 *   network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
 *   loss: "halfSquaredError",
 *   optimizer: { name: "sgd", learningRate: 0.01 },
 * });
 * const parameters = initialParameters(problem.network, 0);
 * const trace = traceStep({ problem, parameters, patterns: { inputs: Float32Array.of(3), desired: Float32Array.of(8) } });
 * [trace.lossBefore, trace.lossAfter]; // [0.5, 0.405]
 */
export function traceStep(options: TraceOptions): Trace {
  requireOptions(options, traceKinds, "traceStep");
  const { step = 1, rateFactor = 1 } = options;
  requireWhole("step", step, 1);
  requireThat("rateFactor", rateFactor, rateFactor >= 0 && rateFactor < Number.POSITIVE_INFINITY, "finite, at least 0");
  const { problem, parameters, patterns } = options;
  requireTraceable(problem, options);
  const learner = learnerOf({ problem, parameters, patterns });
  requireWeights(learner, options.weights);
  const factors = { rateFactor, decayFactor: 1 };
  for (let n = 1; n < step; n++) makeStep(learner, gradientOf(learner, n), n, factors);
  return tracedStep(learner, step, factors, options);
}
