/**
 * A network that learns by the reference's steps, one at a time, each leaving the numbers that a trace keeps.
 *
 * Where a session would hide them, gradients stand here before and after penalties and clipping. Without a draw of dropout
 * every signal passes. Knows nothing of what is kept. Source: derivation, section 5.
 */
import {
  type GivenPatterns,
  type Numbers,
  type Problem,
  requirePatterns,
  requireProblem,
} from "../../engines/engine.ts";
import { DescriptionError, GradusError, ShapeError } from "../../errors.ts";
import { requireParameters } from "../../network/parameters.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import { type Backpropagation, type Batch, backpropagate, forwardWithLoss } from "../../reference/backpropagate.ts";
import { type DropoutState, type Subject, subjectOf } from "../../reference/backpropagation.ts";
import { keepState } from "../../reference/operations.ts";
import { applyUpdate, clip, freeze, normOf, penalise } from "../../reference/update.ts";

/** What learns, and from what; the parameters and the slots are copied. */
export interface LearnerOptions {
  readonly problem: Problem;
  readonly parameters: Numbers;
  readonly patterns: GivenPatterns;
  /** The optimizer's state by name; all 0 when absent. */
  readonly slots?: Readonly<Record<string, Numbers>>;
  /** The factor of the dropout rates, where dropout acts as in training; when absent every signal passes. */
  readonly dropoutFactor?: number;
}

/** The factors of one step, as those of schedules. */
export interface StepFactors {
  readonly rateFactor: number;
  readonly decayFactor: number;
}

/** A network in the middle of learning. */
export interface Learner {
  readonly problem: Problem;
  readonly subject: Subject;
  /** In the order of the optimizer's slots, each laid out like the parameters. */
  readonly slots: readonly Float64Array[];
  /** All the patterns, in one batch. */
  readonly batch: Batch & { readonly rows: number };
  readonly dropoutFactor: number | undefined;
}

/** What steps 1 to 4 leave, and the gradient that step 5 consumes. */
export interface Gradient extends Backpropagation {
  /** `gradients` with those of the penalties, and clipped. */
  readonly final: Float64Array;
  /** Of the gradient with penalties, before clipping. */
  readonly norm: number;
}

/**
 * A learner before its first step.
 *
 * @throws {ShapeError | DescriptionError} patterns or parameters that do not fit the network or are not finite
 */
export function learnerOf({ problem, parameters, patterns, slots, dropoutFactor }: LearnerOptions): Learner {
  requireProblem(problem);
  const { network } = problem;
  const rows = requirePatterns(problem, patterns);
  if (rows === 0) throw new ShapeError("Expected at least one example to trace, found none.");
  requireParameters(network, parameters);
  const subject = subjectOf(network, Float64Array.from(parameters));
  const { sampleWeights } = patterns;
  const batch = {
    rows,
    inputs: Float64Array.from(patterns.inputs),
    desired: Float64Array.from(patterns.desired),
    ...(sampleWeights && { sampleWeights: Float64Array.from(sampleWeights) }),
  };
  requireGiven("parameters", subject.parameters, subject.parameters.length);
  const copied = optimizerOf(problem.optimizer).slots.map((name) =>
    slots === undefined ? new Float64Array(subject.layout.length) : Float64Array.from(slots[name]),
  );
  return { problem, subject, slots: copied, batch, dropoutFactor };
}

/** What decides which signals dropout drops in a step, as a session draws it; undefined where every signal passes. */
export function dropoutStateOf({ problem, dropoutFactor }: Learner, step: number): DropoutState | undefined {
  return dropoutFactor === undefined ? undefined : { seed: problem.seed, step: step - 1, factor: dropoutFactor };
}

/** Steps 1 to 4, penalties and clipping: all but the update. @throws {GradusError} when a number overflows */
export function gradientOf(learner: Learner, step: number): Gradient {
  const { problem, subject, batch } = learner;
  const { loss, penalties, clipNorm } = problem;
  const pass = backpropagate(subject, loss, batch, dropoutStateOf(learner, step));
  for (const [layer, { inducedField, output, localGradient }] of pass.signals.entries()) {
    requireFinite(inducedField, step, `v in layer ${layer}`);
    requireFinite(output, step, `y in layer ${layer}`);
    requireFinite(localGradient, step, `δ in layer ${layer}`);
  }
  const final = pass.gradients.slice();
  freeze(subject.layout, final);
  penalise(penalties, subject.layout, subject.parameters, final);
  const norm = normOf(final);
  clip(clipNorm, final);
  requireFinite([pass.loss, norm], step, "the loss or the gradient's norm");
  return { ...pass, final, norm };
}

/** Step 5. @param step t, counting from 1 @throws {GradusError} when a number overflows */
export function makeStep(
  { problem, subject, slots }: Learner,
  { signals, final }: Gradient,
  step: number,
  { rateFactor, decayFactor }: StepFactors,
): void {
  applyUpdate(problem, subject.layout, subject.parameters, final, slots, step, rateFactor, decayFactor);
  keepState(subject, signals);
  for (const values of [subject.parameters, ...slots])
    requireFinite(values, step, "a new parameter or the state of the optimizer");
}

/** The loss of the batch with the parameters as they are, and dropout as in the step. @throws {GradusError} when it overflows */
export function lossOfBatch(learner: Learner, step: number): number {
  const { problem, subject, batch } = learner;
  const { loss } = forwardWithLoss(subject, problem.loss, batch, dropoutStateOf(learner, step));
  requireFinite([loss], step, "the loss after it");
  return loss;
}

/** Checks what the caller gave, [N, width]. */
function requireGiven(what: string, values: Float64Array, width: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const place = `row ${Math.floor(at / width)}, place ${at % width}`;
  throw new DescriptionError(`Expected finite ${what}, found ${values[at]} in ${place}, counted from 0.`);
}

/** Checks what the step made of it. */
function requireFinite(values: ArrayLike<number>, step: number, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new GradusError(
      `In step ${step}: expected finite numbers, found ${values[i]} for ${what}. ` +
        "The parameters or the inputs have grown too large; use a lower learning rate or scale the inputs.",
    );
  }
}
