/** `gradus predict`: answers for the rows of a table, or for one row given on the command line. */
import { Command } from "commander";
import {
  type ClassPrediction,
  DescriptionError,
  loadModel,
  type Model,
  type Row,
  readTableFor,
  requireWritable,
  writeAtomically,
} from "../node.ts";
import { option } from "./options.ts";
import { readRow } from "./rowOption.ts";
import { readOptions, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus predict flowers.gradus new.csv                      CSV on standard output, a line for each row
  gradus predict flowers.gradus new.parquet --out answers.csv
  gradus predict flowers.gradus --row '{"petal": 1.4, "colour": "red"}'
  gradus predict flowers.gradus new.csv --json               an object a line`;

interface PredictFlags extends SourceOptions {
  readonly row?: Row;
  readonly out?: string;
  readonly json?: boolean;
}

/** Builds the command. */
export function predictCommand(terminal: Terminal): Command {
  const command = new Command("predict")
    .description("Answer for new rows: any table with the columns that the model learned from.")
    .argument("<model>", "a model file")
    .argument("[table]", "a table, as for train; it needs no target")
    .addOption(option("--row <json>", "one row as a JSON object, instead of a table", readRow))
    .option("--out <file>", "write the answers there; standard output when absent")
    .option("--json", "an object a line instead of CSV")
    .addHelpText("after", EXAMPLES);
  return withSource(command).action(async (file: string, path: string | undefined, flags: PredictFlags) => {
    using model = await loadModel(file);
    if (flags.out !== undefined) await requireWritable(flags.out);
    const predictions = await answers(model, path, flags);
    const lines = flags.json ? predictions.map((answer) => JSON.stringify(answer)) : csvLines(model, predictions);
    if (flags.out === undefined) return lines.forEach(terminal.out);
    await writeAtomically(flags.out, new TextEncoder().encode(`${lines.join("\n")}\n`));
    terminal.note(`Wrote ${predictions.length} answers to ${flags.out}.`);
  });
}

type Answer = ReturnType<Model["predictTable"]>[number];

async function answers(model: Model, path: string | undefined, flags: PredictFlags): Promise<readonly Answer[]> {
  if (flags.row === undefined)
    return model.predictAll(await readTableFor(model, sourceOf(path, flags), readOptions(flags)));
  if (path === undefined && flags.sql === undefined) return [model.predict(flags.row)];
  throw new DescriptionError("Name a table or --row, not both.");
}

/** A heading and a line for each answer: the label and each class's probability, or the numbers. */
function csvLines(model: Model, predictions: readonly Answer[]): string[] {
  if (model.task === "regression") {
    const rows = predictions.map((answer) => (typeof answer === "number" ? [answer] : Object.values(answer)));
    return [model.targets, ...rows].map(csvLine);
  }
  const heading = [model.document.target.task === "classification" ? model.document.target.column : ""];
  const rows = (predictions as readonly ClassPrediction[]).map(({ label, probabilities }) => [
    label,
    ...Object.values(probabilities),
  ]);
  return [[...heading, ...model.classes.map((label) => `p(${label})`)], ...rows].map(csvLine);
}

/** RFC 4180: a field with a comma, a quote or a line end is quoted, its quotes doubled. */
function csvLine(cells: readonly (string | number | boolean)[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell))
    .join(",");
}
