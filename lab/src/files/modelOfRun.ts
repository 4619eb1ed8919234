/** The model of a run as it stands: what `.gradus` files hold. Runs in the worker; loaded when one is saved. */
import { evaluate, fingerprint, type Model, modelOfNetwork, type Table, tableFromColumns } from "gradus";
import { regressionMetrics, type Session } from "gradus/network";
import type { JsonObject } from "gradus/tune";
import type { OpenedData } from "../protocol.ts";
import type { Setting } from "../setting.ts";

/** The columns of a two-dimensional set, in the order of the network's inputs. */
export const pointColumns = ["x1", "x2"] as const;

export interface SavedRun {
  readonly session: Session;
  readonly data: OpenedData;
  readonly setting: Setting;
  /** Steps of the run; the session may count those of an earlier one too. */
  readonly step: number;
  readonly epochs: number;
}

/**
 * The model of a two-dimensional set's run. Its network takes the numbers as they are. Two classes with one logistic output are
 * a label of 0 and 1; with the squared error, the number from 0 to 1 that the network answers.
 *
 * @throws {ModelFileError} a parameter that is not finite
 */
export async function modelOfPoints(run: SavedRun): Promise<Model> {
  const { session, data, setting, step, epochs } = run;
  const table = tableOf(data, 0, data.targets.length);
  const described = {
    encoder: { columns: pointColumns.map((name, at) => numberOf(name, data, at)) },
    background: pointColumns.map((_, at) => meanOf(data, at)),
    target: targetOf(run),
    network: session.problem.network,
    loss: session.problem.loss,
    parameters: session.parameters,
    provenance: {
      source: `the lab's data set ${setting.data}`,
      fingerprint: fingerprint(table),
      rows: { training: data.training, validation: data.targets.length - data.training, test: 0 },
      columns: [...pointColumns, data.targetName],
      seed: setting.seed,
      engine: session.parameters instanceof Float32Array ? "wasm" : "reference",
      options: plain({ lab: { ...setting, step } }),
      epochs,
      bestEpoch: epochs,
    },
  };
  if (described.target.task === "regression") {
    return await modelOfNetwork({ ...described, metrics: await surfaceMetrics(run), warnings: [ZERO_BASELINE] });
  }
  const model = await modelOfNetwork(described);
  const { model: validation, baseline, verdict } = evaluate(model, tableOf(data, data.training, data.targets.length));
  model.dispose();
  const metrics = plain({ validation, baseline: { validation: baseline } });
  return await modelOfNetwork({ ...described, metrics, verdict: { ...verdict, of: "validation" } });
}

const ZERO_BASELINE = {
  code: "baseline-zero",
  message:
    "The network learned the target's numbers as they are, so evaluate compares it with predicting 0, and not with the mean of the training rows.",
};

/** With the mean of the training rows as the baseline, which the model's target does not know. */
async function surfaceMetrics({ session, data }: SavedRun) {
  const { inputs, targets, training } = data;
  const desired = targets.subarray(training);
  const outputs = await session.predict(inputs.slice(2 * training));
  const mean = targets.subarray(0, training).reduce((sum, target) => sum + target, 0) / training;
  const baseline = regressionMetrics(new Float64Array(desired.length).fill(mean), desired);
  return plain({ validation: regressionMetrics(outputs, desired), baseline: { validation: baseline } });
}

/** What a file has of it. */
function plain(value: object): JsonObject {
  const written: JsonObject = JSON.parse(JSON.stringify(value));
  return written;
}

/** The points from a row to another as a table, with the target as numbers. */
export function tableOf(data: OpenedData, from: number, to: number): Table {
  const rows = Array.from({ length: to - from }, (_, row) => from + row);
  const [first, second] = pointColumns;
  return tableFromColumns(
    {
      [first]: rows.map((row) => data.inputs[2 * row]),
      [second]: rows.map((row) => data.inputs[2 * row + 1]),
      [data.targetName]: rows.map((row) => data.targets[row]),
    },
    { source: "the points of the lab" },
  );
}

function numberOf(name: string, data: OpenedData, input: number) {
  const values = Array.from({ length: data.training }, (_, row) => data.inputs[2 * row + input]);
  const range: [number, number] = [Math.min(...values), Math.max(...values)];
  return { kind: "number", name, median: 0, scale: 1, clip: false, range, missingIndicator: false } as const;
}

function meanOf(data: OpenedData, input: number): number {
  let sum = 0;
  for (let row = 0; row < data.training; row++) sum += data.inputs[2 * row + input];
  return Number((sum / data.training).toPrecision(7));
}

function targetOf({ session, data }: SavedRun) {
  const { targetName: column, targets, training, classNames } = data;
  if (session.problem.loss.name === "crossEntropy" || session.problem.loss.name === "binaryCrossEntropy") {
    const classes = classNames.map(Number);
    const counts = classes.map((one) => targets.subarray(0, training).filter((target) => target === one).length);
    const known = { task: "classification", column, classes, shares: counts.map((count) => count / training) } as const;
    return session.problem.loss.name === "crossEntropy" ? known : ({ task: "multilabel", labels: [known] } as const);
  }
  return { task: "regression", columns: [column], means: [0], deviations: [1] } as const;
}
