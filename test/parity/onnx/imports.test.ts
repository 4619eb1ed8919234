/**
 * Networks of PyTorch, scikit-learn and Keras as ONNX files, imported, beside what onnxruntime computes with them: the fixtures that
 * make_imports.py made, and those of the folder GRADUS_IMPORTS where it is set.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Task } from "../../../src/data/encoding.ts";
import type { Model } from "../../../src/models/model.ts";
import { importOnnx } from "../../../src/tabular/importOnnx.ts";

interface Case {
  readonly name: string;
  readonly task?: Task;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: Readonly<Record<string, Output>>;
  readonly onnx: string;
}

type Output = readonly (number | string | boolean | readonly number[] | Readonly<Record<string, number>>)[];

/** Of probabilities themselves; of numbers, of the largest that the network puts out. */
const ALLOWED = 1e-6;

const own = ["pytorch.json", "sklearn.json", "keras.json"].map((file) => join(import.meta.dirname, file));
const more = process.env.GRADUS_IMPORTS;
const files = more === undefined ? own : readdirSync(more).map((file) => join(more, file));
let compared = 0;
let worst = { difference: 0, name: "" };

describe.each(files)("%s", (file) => {
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
  test.each(cases)("$name", async ({ name, task, inputs, outputs, onnx }) => {
    using model = await importOnnx(Buffer.from(onnx, "base64"), { ...(task && { task }) });
    const names = model.document.encoder.columns.map((column) => column.name);
    const rows = inputs.map((row) => Object.fromEntries(names.map((column, at) => [column, row[at]])));
    const found = responses(model, rows);
    const expected = expectedResponses(model, outputs);
    expect(found).toHaveLength(expected.length);
    const size = model.task === "regression" ? Math.max(...expected.map(Math.abs)) : 1;
    const difference = Math.max(...expected.map((value, at) => Math.abs(value - found[at]))) / size;
    compared++;
    if (difference > worst.difference) worst = { difference, name };
    expect(difference).toBeLessThan(ALLOWED);
    const { label, output_label = label } = outputs;
    if (output_label === undefined || model.task !== "classification") return;
    expect(model.predict(rows).map((prediction) => prediction.label)).toEqual(output_label);
  });
});

afterAll(() => {
  if (more !== undefined)
    console.log(`${compared} compared; worst ${worst.difference.toExponential(2)}: ${worst.name}`);
});

function responses(model: Model, rows: readonly object[]): number[] {
  return [...(model.task === "regression" ? model.values(rows) : model.probabilities(rows))];
}

/** The last output, which is no label, as the model's responses. */
function expectedResponses(model: Model, outputs: Case["outputs"]): number[] {
  const all = Object.values(outputs);
  const rows = all[all.length - 1].map((row) => (typeof row === "object" ? Object.values<number>(row) : [Number(row)]));
  const values = rows.flat();
  if (model.task === "regression") return values;
  const { outputs: width } = model.document.network;
  // scikit-learn's labels: first 1 − p of each, then p.
  if (rows[0].length === 2 * width) return rows.flatMap((row) => row.slice(width));
  const isProbability = values.every((value) => value >= 0 && value <= 1);
  if (rows[0].length === width && isProbability) return values;
  if (rows[0].length === 1) return values.flatMap((value) => (isProbability ? [1 - value, value] : twoClasses(value)));
  return rows.flatMap(softmax); // logits, or logarithms of probabilities
}

const twoClasses = (logit: number): number[] => [1 / (1 + Math.exp(logit)), 1 / (1 + Math.exp(-logit))];

function softmax(row: readonly number[]): number[] {
  const most = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
