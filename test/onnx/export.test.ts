/** Exported files in onnxruntime: the labels of the model, its probabilities to 1e-5, its numbers to 1e-5 of their spread. */
import { beforeAll, describe, expect, test } from "vitest";
import { encodeTable, tableForEncoder } from "../../src/data/encoder.ts";
import type { Row } from "../../src/data/table.ts";
import type { Classifier, MultilabelClassifier, Regressor } from "../../src/index.ts";
import { memberEncoders } from "../../src/models/document.ts";
import { exportOnnx, onnxModel } from "../../src/models/onnx/exportOnnx.ts";
import type { ValueInfo } from "../../src/models/onnx/graph.ts";
import { type Case, layerCases, tableCases } from "./cases.ts";
import { type Judged, javaScriptRuntime, judgedByPython, type Named, python } from "./runtimes.ts";

interface Exported extends Case {
  readonly bytes: Uint8Array;
  readonly inputs: Named;
}

/** What a column's input gets for a cell. */
function cellOf(cell: Row[string], { type }: ValueInfo): number | string {
  if (type === "string") return cell === null ? "" : String(cell);
  return cell === null ? Number.NaN : Number(cell);
}

async function exportedCase(each: Case, numeric: boolean): Promise<Exported> {
  const { model, rows, interval } = each;
  const options = { numeric, ...(interval !== undefined && { interval }) };
  const { inputs } = onnxModel(model, options).graph;
  const encoders = [
    ...new Map(memberEncoders(model.document).map((encoder) => [JSON.stringify(encoder), encoder])).values(),
  ];
  const feeds = inputs.map((input, at) => {
    if (!numeric) {
      const type = input.type === "string" ? "string" : "float64";
      return [input.name, { type, dims: [rows.length, 1], data: rows.map((row) => cellOf(row[input.name], input)) }];
    }
    const matrix = encodeTable(encoders[at], tableForEncoder(encoders[at], rows));
    return [input.name, { type: "float32", dims: [rows.length, matrix.length / rows.length], data: [...matrix] }];
  });
  return { ...each, bytes: await exportOnnx(model, options), inputs: Object.fromEntries(feeds) };
}

function requireEqual({ model, rows, interval }: Case, outputs: Named): void {
  if (model.task === "regression") {
    requireNumbers(model as Regressor, rows, interval, outputs);
    return;
  }
  const probabilities = (model as Classifier | MultilabelClassifier).probabilities(rows);
  requireNear(outputs.probabilities.data as number[], probabilities, 1e-5);
  if (model.task === "multilabel") {
    expect(outputs.labels.data.map(Number)).toEqual(Array.from(probabilities, (p) => Number(p > 0.5)));
    return;
  }
  const labels = (model as Classifier).predict(rows).map(({ label }) => label);
  const found = (outputs.label_ ?? outputs.label).data;
  expect(found.map((value) => (typeof value === "string" ? value : Number(value)))).toEqual(
    labels.map((label) => (typeof label === "string" ? label : Number(label))),
  );
}

function requireNumbers(model: Regressor, rows: readonly Row[], interval: number | undefined, outputs: Named): void {
  const { target } = model.document;
  const spread = Math.max(...(target.task === "regression" ? target.deviations : []));
  requireNear(outputs.values.data as number[], model.values(rows), 1e-5 * spread);
  if (model.quantileLevels.length > 0) {
    const quantiles = model.quantiles(rows).flatMap((row) => model.quantileLevels.map((level) => row[level]));
    requireNear(outputs.quantiles.data as number[], quantiles, 1e-5 * spread);
  }
  expect("lower" in outputs).toBe(interval !== undefined);
  if (interval === undefined) return;
  const bounds = model
    .intervals(rows, interval)
    .flatMap((row) =>
      model.targets.length === 1 ? [row] : model.targets.map((name) => (row as Record<string, [number, number]>)[name]),
    ) as [number, number][];
  requireNear(
    outputs.lower.data as number[],
    bounds.map(([low]) => low),
    1e-5 * spread,
  );
  requireNear(
    outputs.upper.data as number[],
    bounds.map(([, high]) => high),
    1e-5 * spread,
  );
}

function requireNear(found: ArrayLike<number>, expected: ArrayLike<number>, by: number): void {
  expect(found.length).toBe(expected.length);
  const worst = Array.from(expected, (value, at) => Math.abs(found[at] - value)).reduce(
    (a, b) => (b > a || Number.isNaN(b) ? b : a),
    0,
  );
  expect(worst).toBeLessThanOrEqual(by);
}

const cases: Exported[] = [];
let judged: Judged[] = [];

beforeAll(async () => {
  const models = [...(await layerCases()), ...(await tableCases())];
  for (const numeric of [false, true]) for (const each of models) cases.push(await exportedCase(each, numeric));
  if (python !== undefined) judged = judgedByPython(cases);
});

describe.each(["onnxruntime-node", "onnxruntime-web"])("%s", (name) => {
  test("gives what the model predicts", async () => {
    const run = await javaScriptRuntime(name);
    for (const each of cases) {
      const outputs = await run(each.bytes, each.inputs);
      expect(() => requireEqual(each, outputs), each.name).not.toThrow();
    }
  });
});

test.skipIf(python === undefined)("the official checker has no complaint", () => {
  expect(judged.map(({ complaint }, at) => [cases[at].name, complaint])).toEqual(
    cases.map(({ name }) => [name, undefined]),
  );
});

test.skipIf(!python)("onnxruntime in Python gives what the model predicts", ({ skip }) => {
  if (judged.some(({ outputs }) => outputs === undefined)) skip("Python has no onnxruntime");
  for (const [at, each] of cases.entries()) {
    expect(() => requireEqual(each, judged[at].outputs as Named), each.name).not.toThrow();
  }
});
