/**
 * How good a run is on some of its rows: the library's metrics, its calibration, the largest mistakes. Knows nothing of steps and
 * messages.
 */
import { classificationMetrics, regressionMetrics, reliability } from "gradus/network";
import type { Mistake, Mistakes, Part, Quality } from "../outcomeAnswers.ts";
import type { OpenedData } from "../protocol.ts";
import { baselineResponse, lossOf, repeated } from "./baseline.ts";
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
