/**
 * How good a run is on some of its rows: the library's metrics, its calibration, the largest mistakes, and what the
 * baseline would do, which knows the training rows' targets alone. Knows nothing of steps and messages.
 */
import {
  classificationMetrics,
  type Loss,
  type LossEntry,
  logitsOf,
  losses,
  regressionMetrics,
  reliability,
} from "gradus/network";
import type { Baseline, Mistake, Mistakes, Part, Quality } from "../outcomeAnswers.ts";
import type { OpenedData } from "../protocol.ts";
import { classProbabilities } from "./classProbabilities.ts";
import type { Run } from "./run.ts";

const LISTED = 20;
/** As the library's report has them: at least about ten rows a bin. */
const [MOST_BINS, FEWEST_BINS] = [10, 5];

interface Rows {
  readonly first: number;
  readonly targets: Float32Array;
  /** [N, K] probabilities, or [N] values. */
  readonly responses: Float32Array;
}

async function rowsOf(run: Run, part: Part): Promise<Rows> {
  const { data } = run;
  const outputs = await run.outputs();
  const isSurface = data.task === "surface";
  const responses = isSurface ? inUnits(data, outputs) : classProbabilities(outputs, data.targets.length);
  const targets = isSurface ? inUnits(data, data.targets) : data.targets;
  const width = responses.length / targets.length;
  const [first, end] = part === "training" ? [0, data.training] : [data.training, targets.length];
  return { first, targets: targets.subarray(first, end), responses: responses.subarray(first * width, end * width) };
}

/** Numbers in the target's own unit: a network of a table learns them standardised. */
function inUnits({ table }: OpenedData, values: Float32Array): Float32Array {
  const scale = table?.scale;
  return scale === undefined ? values : values.map((value) => value * scale.deviation + scale.mean);
}

/** What the baseline answers to every row: the training rows' class shares, or their mean. */
function baselineResponse({ task, training, classNames }: OpenedData, targets: Float32Array): readonly number[] {
  const known = targets.subarray(0, training);
  const meanOf = (of: (target: number) => number): number =>
    known.reduce((sum, target) => sum + of(target), 0) / training;
  if (task === "surface") return [meanOf((target) => target)];
  return classNames.map((_, at) => meanOf((target) => Number(target === at)));
}

/** The same response to every row, [N, K]. */
const repeated = (response: readonly number[], rows: number): Float64Array =>
  Float64Array.from({ length: rows * response.length }, (_, at) => response[at % response.length]);

export async function qualityOf(run: Run, part: Part): Promise<Quality> {
  const { targets, responses } = await rowsOf(run, part);
  const { data } = run;
  const rows = targets.length;
  if (data.task === "surface") {
    return {
      task: "regression",
      rows,
      metrics: regressionMetrics(responses, targets),
      baseline: regressionMetrics(repeated(baselineResponse(data, inUnits(data, data.targets)), rows), targets),
      actual: targets.slice(),
      predicted: responses.slice(),
    };
  }
  const same = baselineResponse(data, data.targets);
  const bins = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.floor(rows / 10)));
  return {
    task: "classification",
    rows,
    metrics: classificationMetrics(responses, targets, same.length),
    baseline: classificationMetrics(repeated(same, rows), targets, same.length),
    calibration: reliability(responses, targets, same.length, bins),
  };
}

/** The loss that the run learns by and the metric of the curves, of the baseline on the validation rows. */
export function baselineOf({ data, session }: Run): Baseline | undefined {
  const targets = data.targets.subarray(data.training);
  if (targets.length === 0) return undefined;
  const same = baselineResponse(data, data.targets);
  const { loss, network } = session.problem;
  const lossAt = lossOf(loss);
  const output = outputFor(same, loss.name, network.outputs);
  const sum = targets.reduce((total, target) => total + lossAt(output, target), 0);
  const responses = repeated(same, targets.length);
  const score =
    data.task === "surface"
      ? (regressionMetrics(responses, targets).r2 ?? Number.NaN)
      : classificationMetrics(responses, targets, same.length).accuracy;
  return { loss: sum / targets.length, score };
}

/** The outputs that mean a response: logits where the loss takes logits. */
function outputFor(response: readonly number[], loss: string, outputs: number): ArrayLike<number> {
  if (loss === "crossEntropy") return logitsOf(response);
  if (loss !== "binaryCrossEntropy") return response.slice(-outputs);
  const [no, yes] = logitsOf(response);
  return [yes - no];
}

export async function mistakesOf(run: Run, part: Part): Promise<Mistakes> {
  const { first, targets, responses } = await rowsOf(run, part);
  const all = Array.from(targets, (actual, at): Mistake => ({ row: first + at, actual, predicted: 0, measure: 0 }));
  if (run.data.task === "surface") {
    const errors = all.map((mistake, at) => ({
      ...mistake,
      predicted: responses[at],
      measure: responses[at] - targets[at],
    }));
    errors.sort((a, b) => Math.abs(b.measure) - Math.abs(a.measure));
    return { rows: targets.length, worst: errors.slice(0, LISTED) };
  }
  const lossAt = await rowLoss(run);
  const width = responses.length / targets.length;
  const mistakes = all.map((mistake, at) => {
    const own = responses.subarray(at * width, (at + 1) * width);
    const predicted = own.indexOf(Math.max(...own));
    return { ...mistake, predicted, measure: lossAt(mistake.row), probability: own[mistake.actual] };
  });
  const wrong = mistakes.filter(({ actual, predicted }) => actual !== predicted);
  wrong.sort((a, b) => b.measure - a.measure);
  return { rows: targets.length, wrong: wrong.length, worst: wrong.slice(0, LISTED) };
}

/** The loss of a row by itself, without penalties. */
async function rowLoss({ session, data }: Run): Promise<(row: number) => number> {
  const { loss, network } = session.problem;
  const lossAt = lossOf(loss);
  const outputs = Float64Array.from(await session.predict(data.inputs));
  const { outputs: width } = network;
  return (row) => lossAt(outputs.subarray(row * width, (row + 1) * width), data.targets[row]);
}

/** The loss of one row, by what the network puts out and the target. */
function lossOf(loss: Loss): (outputs: ArrayLike<number>, target: number) => number {
  const entry: Pick<LossEntry<Loss>, "value"> = losses[loss.name];
  return (outputs, target) => entry.value(outputs, [target], loss);
}
