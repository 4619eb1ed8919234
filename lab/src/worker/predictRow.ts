/** What the network answers to a row that the reader writes, read as the library's models read rows. Knows nothing of pages. */
import { type Encoder, encodeTable, tableForEncoder } from "gradus/network";
import { pointColumns } from "../files/modelOfRun.ts";
import type { Field, Prediction } from "../outcomeAnswers.ts";
import type { OpenedData } from "../protocol.ts";
import { rowCells, rowFields, type TypedRow, typedText } from "../typedRow.ts";
import { classProbabilities } from "./classProbabilities.ts";
import type { Run } from "./run.ts";

/** What is to be written for a row. */
export function fieldsOf({ encoder, data }: Run): readonly Field[] {
  if (encoder === undefined) return data.inputNames.map((name) => ({ name, kind: "number", options: [] }));
  return rowFields(encoder);
}

/** @throws {DataError} a value that the column does not take @throws {Error} an input that is no number */
export async function predictRow(run: Run, row: TypedRow): Promise<Prediction> {
  const { data, encoder } = run;
  const inputs = encoder === undefined ? numbersOf(data, row) : encoded(encoder, row);
  const outputs = await run.responsesTo(inputs);
  const cells = encoder === undefined ? pointCells(inputs) : rowCells(encoder, row);
  const { explanationOf } = await import("./explanation.ts");
  const why = await explanationOf(run, cells);
  if (data.task !== "surface") return { probabilities: Array.from(classProbabilities(outputs, 1)), ...why };
  const { mean, deviation } = data.table?.scale ?? { mean: 0, deviation: 1 };
  return { value: outputs[0] * deviation + mean, ...why };
}

function encoded(encoder: Encoder, row: TypedRow): Float32Array {
  return Float32Array.from(encodeTable(encoder, tableForEncoder(encoder, [rowCells(encoder, row)], "the row")));
}

/** As the model of a two-dimensional set has its columns. */
const pointCells = (inputs: Float32Array) => Object.fromEntries(pointColumns.map((name, at) => [name, inputs[at]]));

function numbersOf({ inputNames }: OpenedData, row: TypedRow): Float32Array {
  return Float32Array.from(inputNames, (name) => {
    const text = typedText(row, name).trim().replace("−", "-");
    const value = text === "" ? Number.NaN : Number(text);
    if (Number.isFinite(Math.fround(value))) return value;
    throw new Error(`${name}: expected a finite number, found ${text || "nothing"}.`);
  });
}
