/**
 * One engine's gradient, loss and steps, judged through the engine contract: what any session offers and nothing of how.
 *
 * A gradient that is right in itself can still be applied too early, so besides `gradient` each session makes real steps
 * with `run`, and its new parameters must be what the optimizer's rule makes of the right gradient.
 */
import { completeProblem, type Engine, type Patterns, type Problem } from "../../engines/engine.ts";
import { layerWidths } from "../../network/network.ts";
import { isFrozen } from "../../network/parameters.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import { keepState } from "../../reference/operations.ts";
import { applyUpdate, clip, regularised } from "../../reference/update.ts";
import { type Batch, batchForward, bentFields, fullGradient, outputRounding, weightText } from "./checkBatch.ts";
import type { Difference } from "./checkDifferences.ts";
import {
  type Comparison,
  compareTensor,
  INFORMATIVE,
  type StepCheck,
  type SubjectCheck,
  type TensorCheck,
} from "./checkReport.ts";
import { allowances, largestOf, tensorScales, tolerances } from "./checkTolerance.ts";

/** What is known of the gradient before any engine is asked. */
export interface CheckData {
  readonly batch: Batch;
  /** In float32 numbers, so that each engine learns from the very same. */
  readonly patterns: Patterns;
  /** For each tensor, the differences by index into it; undefined at a kink. */
  readonly differences: readonly ReadonlyMap<number, Difference | undefined>[];
}

/** The rows of the batch: all, in order. */
const allRows = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row);

/**
 * Checks an engine.
 *
 * @param sampled whether only weights with differences are checked (the reference, the standard of all others); else the
 * weights without are held against the reference's gradient
 */
export async function checkSubject(engine: Engine, checkData: CheckData, sampled: boolean): Promise<SubjectCheck> {
  const { batch } = checkData;
  const tolerance = tolerances[engine.precision];
  const answer = await gradientOf(engine, checkData);
  const { signals, loss, negativeGradient } = batchForward(batch);
  const moved = takeSides(batch, signals, answer.fields, tolerance.unitRoundoff);
  const expected = fullGradient(batch, signals, negativeGradient);
  const { layout } = batch.subject;
  const scales = tensorScales(layout, expected);
  const rounding = outputRounding(batch, tolerance.unitRoundoff);
  const terms = Math.max(batch.rows, ...layerWidths(batch.problem.network));
  const allowed = allowances(layout, { scales, loss }, rounding, { relative: tolerance.relative, terms });
  const expectedGradient: ExpectedGradient = { checkData, scales, allowed: allowed.gradients, expected };
  const gradients = layout.tensors.map((_, t) =>
    checkTensor(expectedGradient, t, answer.gradients, { sampled, moved }),
  );
  const steps = [
    await checkStep(engine, stepProblem(batch, penalised(batch, expected)), expectedGradient),
    await checkStep(engine, batch.problem, expectedGradient),
  ];
  const right = Math.abs(answer.loss - loss) <= allowed.loss;
  const verdicts = [gradients, ...steps.map(({ tensors }) => tensors)].flat().map(({ verdict }) => verdict);
  return {
    name: engine.name,
    precision: engine.precision,
    tolerance: tolerance.relative,
    loss: { found: answer.loss, expected: loss, passed: right },
    gradients,
    steps,
    passed: right && !verdicts.includes("failed"),
  };
}

/** The expected gradient with all that is needed to judge by it, tensor by tensor. */
interface ExpectedGradient {
  readonly checkData: CheckData;
  readonly scales: readonly number[];
  /** How far the gradients of each tensor may be off. */
  readonly allowed: readonly number[];
  readonly expected: Float64Array;
}

/** What an engine says of the batch: its loss, its gradient, and what each layer's φ is applied to. */
async function gradientOf(engine: Engine, { batch, patterns }: CheckData) {
  const { problem, subject, rows } = batch;
  using session = await engine.create(problem);
  using loaded = session.load(patterns);
  session.parameters.set(subject.parameters);
  const loss = await session.gradient(loaded, allRows(rows));
  return {
    loss,
    gradients: Float64Array.from(session.gradients),
    fields: problem.network.layers.map(({ kind }, layer) => {
      if (kind !== "parametricActivation") return Float64Array.from(session.signals(layer).inducedField);
      return layer === 0 ? batch.examples.inputs : Float64Array.from(session.signals(layer - 1).output);
    }),
  };
}

/** Two fields of a layer that differ by no more than so many roundings of its largest are the same field. */
const FIELD_ROUNDINGS = 256;

/**
 * Lets the reference stand on the engine's side of a kink where only rounding parts them: where a field is 0 but for
 * rounding, both sides' φ' are right. Changes the fields of `signals`.
 *
 * @returns whether there was such a field
 */
function takeSides(
  { problem }: Batch,
  signals: readonly Signals[],
  fields: readonly Float64Array[],
  unitRoundoff: number,
): boolean {
  let moved = false;
  for (const layer of signals.keys()) {
    const { fields: own, kinks } = bentFields(problem, signals, layer);
    const near = FIELD_ROUNDINGS * unitRoundoff * largestOf(own);
    for (const kink of kinks) {
      for (const [i, field] of own.entries()) {
        const other = fields[layer][i];
        if (field > kink === other > kink || !(Math.abs(field - other) <= near)) continue;
        own[i] = other;
        moved = true;
      }
    }
  }
  return moved;
}

/** Judges one tensor's gradients. @param moved where fields took the engine's side, differences are of the other one */
function checkTensor(
  { checkData, scales, allowed, expected }: ExpectedGradient,
  t: number,
  found: Float64Array,
  { sampled, moved }: { sampled: boolean; moved: boolean },
): TensorCheck {
  const tensor = checkData.batch.subject.layout.tensors[t];
  const comparisons: Comparison[] = [];
  let kinks = 0;
  for (let index = 0; index < tensor.length; index++) {
    const at = tensor.offset + index;
    if (isFrozen(tensor)) {
      comparisons.push({ index, found: found[at], expected: 0, by: "reference", allowed: 0 });
      continue;
    }
    const difference = moved ? undefined : checkData.differences[t].get(index);
    if (difference !== undefined && (sampled || difference.error <= INFORMATIVE * scales[t])) {
      const { value, error } = difference;
      comparisons.push({ index, found: found[at], expected: value, by: "differences", allowed: allowed[t] + error });
    } else if (!sampled) {
      comparisons.push({ index, found: found[at], expected: expected[at], by: "reference", allowed: allowed[t] });
    } else if (checkData.differences[t].has(index)) kinks += 1;
  }
  return compareTensor(tensor, (index) => weightText(checkData.batch, tensor, index), comparisons, scales[t], kinks);
}

/** How much of the largest weight the notes' rule is made to move the weights by. */
const STEP_SIZE = 0.1;
/** No rate is larger: where there is no gradient, no rate makes a step. */
const GREATEST_RATE = 1e6;

/**
 * The batch's problem with the notes' rule, ΔW = −η ∂ε/∂W, and an η that moves weights by a tenth. Other rules hide the
 * size of the gradient (Adam's first step is η whatever g is); here a δ made with weights that had already moved shows.
 */
function stepProblem({ problem, subject }: Batch, gradient: Float64Array): Problem {
  const learningRate = Math.min(
    GREATEST_RATE,
    (STEP_SIZE * (largestOf(subject.parameters) || 1)) / largestOf(gradient),
  );
  const { network, loss, batchSize, seed, penalties } = problem;
  return completeProblem({ network, loss, batchSize, seed, ...penalties, optimizer: { name: "sgd", learningRate } });
}

/** The gradient with those of the penalties. */
function penalised({ problem, subject }: Batch, gradient: Float64Array): Float64Array {
  const { layout, parameters } = subject;
  return regularised({ ...problem, clipNorm: Number.POSITIVE_INFINITY }, layout, parameters, gradient);
}

/** One step by `run`, whose parameters must be what the rule makes of the expected gradient. */
async function checkStep(engine: Engine, problem: Problem, expectedGradient: ExpectedGradient): Promise<StepCheck> {
  const { checkData, allowed } = expectedGradient;
  const { subject, rows } = checkData.batch;
  const { tensors } = subject.layout;
  const before = subject.parameters;
  const found = await stepped(engine, problem, checkData, rows);
  const { middle, lowest, highest } = ruleRange(problem, expectedGradient, allowed);
  const scales = tensorScales(
    subject.layout,
    middle.map((after, i) => after - before[i]),
  );
  const { relative, unitRoundoff } = tolerances[engine.precision];
  return {
    rule: problem.optimizer.name,
    tensors: tensors.map((tensor, t) => {
      const comparisons = Array.from({ length: tensor.length }, (_, index): Comparison => {
        const at = tensor.offset + index;
        const spread = Math.max(Math.abs(highest[at] - middle[at]), Math.abs(lowest[at] - middle[at]));
        // What is kept is no gradient's: its change is as exact as the largest of its tensor.
        const size = tensor.kept === undefined ? Math.abs(middle[at] - before[at]) : scales[t];
        const rounding = 4 * unitRoundoff * Math.abs(before[at]) + relative * size;
        return { index, found: found[at], expected: middle[at], by: "rule", allowed: spread + rounding };
      });
      return compareTensor(tensor, (index) => weightText(checkData.batch, tensor, index), comparisons, scales[t]);
    }),
  };
}

/** The parameters after one step from the batch's own. */
async function stepped(
  engine: Engine,
  problem: Problem,
  { batch, patterns }: CheckData,
  rows: number,
): Promise<Float64Array> {
  using session = await engine.create(problem);
  using loaded = session.load(patterns);
  session.parameters.set(batch.subject.parameters);
  await session.run(loaded, allRows(rows));
  return Float64Array.from(session.parameters);
}

/**
 * The parameters by the rule, from the expected gradient and from both ends of what is allowed it. Every first step of
 * the table's rules is monotone in g, so whatever gradient lies between gives a parameter between.
 */
function ruleRange(problem: Problem, { checkData, expected }: ExpectedGradient, allowed: readonly number[]) {
  const { layout, parameters } = checkData.batch.subject;
  const { signals } = batchForward(checkData.batch);
  const whole = penalised(checkData.batch, expected);
  const clipped = whole.slice();
  clip(problem.clipNorm, clipped);
  const shrunk = largestOf(clipped) / (largestOf(whole) || 1);
  const apply = (direction: -1 | 0 | 1): Float64Array => {
    const gradient = clipped.slice();
    for (const [t, { offset, length }] of layout.tensors.entries()) {
      for (let i = offset; i < offset + length; i++) gradient[i] += direction * allowed[t] * shrunk;
    }
    const after = parameters.slice();
    const slots = optimizerOf(problem.optimizer).slots.map(() => new Float64Array(layout.length));
    applyUpdate(problem, layout, after, gradient, slots, 1, 1);
    keepState({ network: problem.network, layout, parameters: after }, signals);
    return after;
  };
  return { middle: apply(0), lowest: apply(-1), highest: apply(1) };
}
