/** `gradus predict`: answers for the rows of a table, or for one row given on the command line. */
import { Command } from "commander";
import { counted, trainingWarnings, writeAtomically } from "../entries/internal.ts";
import {
  answerWarnings,
  type Cell,
  DataError,
  DescriptionError,
  type Model,
  type Row,
  type Table,
  type TableSource,
  type TextColumn,
} from "../node.ts";
import { type Answer, type Answers, csvLines, type Interval, jsonLines } from "./answers.ts";
import { arrayLines, type JsonFlags, jsonForm, withJsonLines } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { numberWhere, option } from "./options.ts";
import { placeOf, placesOfSource, requireOutputs } from "./outputs.ts";
import { readRow } from "./rowOption.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus predict flowers.gradus new.csv               CSV on standard output
  gradus predict flowers.gradus new.parquet --out predictions.csv
  gradus predict flowers.gradus new.csv --id plant    each row's plant first
  gradus predict flowers.gradus new.csv --append      all columns first
  gradus predict flowers.gradus --row '{"petal": 1.4, "colour": "red"}'
  gradus predict flowers.gradus new.csv --json        one array
  gradus predict flowers.gradus new.csv --jsonl       one object per line
  gradus predict houses.gradus new.csv --interval 0.9`;

interface PredictFlags extends SourceOptions, JsonFlags {
  readonly row?: Row;
  readonly out?: string;
  readonly id?: string;
  readonly append?: boolean;
  readonly digits?: number;
  readonly interval?: number;
}

/** Builds the command. */
export function predictCommand(terminal: Terminal): Command {
  const digits =
    "significant digits of numbers in CSV, 1 to 17 (default: 6, and all digits before the decimal point); JSON has all digits";
  const command = new Command("predict")
    .description("Predict the target of new rows: any table with the columns that the model was trained on.")
    .argument("<model>", "a model file")
    .argument("[table]", "a table, as for train; it needs no target")
    .addOption(option("--row <json>", "one row as a JSON object, instead of a table", readRow))
    .option("--out <file>", "write the predictions to this file (default: standard output, as -)")
    .option("--id <column>", "copy a column of the table, unchanged, before the predictions")
    .option("--append", "copy all columns of the table, unchanged, before the predictions")
    .addOption(option("--digits <n>", digits, significant("--digits")))
    .addOption(
      option(
        "--interval <coverage>",
        "add prediction intervals that contain this share of new values, such as 0.9",
        share("--interval"),
      ),
    )
    .addHelpText("after", EXAMPLES);
  return withJsonLines(withSource(command), "an array of the predictions", "each prediction").action(
    (file: string, path: string | undefined, flags: PredictFlags) => predict(file, path, flags, terminal),
  );
}

const share = (flag: string) => numberWhere(flag, "above 0 and below 1", (value) => value > 0 && value < 1);
const significant = (flag: string) =>
  numberWhere(flag, "of digits, from 1 to 17", (value) => Number.isInteger(value) && value >= 1 && value <= 17);

async function predict(file: string, path: string | undefined, flags: PredictFlags, terminal: Terminal): Promise<void> {
  const { row, id, append, digits, sql } = flags;
  const out = flags.out === "-" ? undefined : flags.out;
  if (row !== undefined && (path !== undefined || sql !== undefined)) {
    throw new DescriptionError("Give a table or --row, not both.");
  }
  if (row !== undefined) requireNoReading(flags, "--row");
  if (id !== undefined && append)
    throw new DescriptionError("Give --id or --append, not both: --append copies all columns.");
  const form = jsonForm(flags);
  if (digits !== undefined && form !== undefined)
    throw new DescriptionError(`--digits is for CSV; --${form} prints all digits. Leave one out.`);
  const source = row === undefined ? sourceOf(path, flags) : undefined;
  const inputs = [...placeOf("the model", file), ...(await placesOfSource(source))];
  await requireOutputs(inputs, placeOf("--out", out));
  using model = await openModel("predict", file, path);
  for (const { message } of trainingWarnings(model.document)) terminal.note(`  warning: ${message}`);
  const answers = await answersFor(model, source, flags, terminal);
  const lines =
    form === undefined
      ? csvLines(model, answers, digits)
      : form === "json"
        ? arrayLines(jsonLines(model, answers))
        : jsonLines(model, answers);
  if (out === undefined) {
    for (const line of lines) (form === undefined ? terminal.data : terminal.block)(line);
    return;
  }
  await writeAtomically(out, inBlocks(lines));
  terminal.note(`Wrote ${counted(answers.predictions.length, "prediction")} to ${out}.`);
}

async function answersFor(
  model: Model,
  source: TableSource | undefined,
  flags: PredictFlags,
  terminal: Terminal,
): Promise<Answers> {
  const { row, id, append, interval } = flags;
  const copy = append ? "all" : id === undefined ? undefined : [id];
  const rows = source === undefined ? [row as Row] : await readCopying(model, source, flags, terminal, copy);
  const predictions = "columns" in rows ? await model.predictAll(rows) : model.predict(rows);
  for (const { message } of answerWarnings(model, rows, valuesOf(model, predictions)))
    terminal.note(`  note: ${message}`);
  return {
    predictions,
    copied: ("columns" in rows ? rows.copied : copiedOf(rows[0], copy)) ?? [],
    intervals: interval === undefined ? undefined : intervalsOf(model, rows, interval),
  };
}

/** As `readFor`. @throws {DataError} a column to copy that is not there, with the remedy where several were meant */
async function readCopying(
  model: Model,
  source: TableSource,
  flags: PredictFlags,
  terminal: Terminal,
  copy: "all" | readonly string[] | undefined,
): Promise<Table> {
  try {
    return await readFor(model, source, flags, terminal, { copy });
  } catch (error) {
    const { id } = flags;
    if (!(error instanceof DataError) || !id?.includes(",")) throw error;
    // A name may have a comma in it, so the table is asked first.
    if (!error.message.includes(`no column ${JSON.stringify(id)}`)) throw error;
    throw new DataError(`${error.message} ${ONE_COLUMN}`, { cause: error });
  }
}

const ONE_COLUMN = "--id takes one column; --append copies all of them.";

/** What a regressor answered, [N, D]. */
function valuesOf(model: Model, predictions: readonly Answer[]): Float64Array | undefined {
  if (model.task !== "regression") return undefined;
  const { targets } = model;
  const values = new Float64Array(predictions.length * targets.length);
  for (const [row, answer] of (predictions as readonly (number | Readonly<Record<string, number>>)[]).entries()) {
    if (typeof answer === "number") values[row] = answer;
    else for (const [at, name] of targets.entries()) values[row * targets.length + at] = answer[name];
  }
  return values;
}

/** Columns of the row given on the command line. @throws {DescriptionError} one that it does not have */
function copiedOf(row: Row, copy: "all" | readonly string[] | undefined): TextColumn[] {
  const names = copy === "all" ? Object.keys(row) : (copy ?? []);
  return names.map((name) => {
    if (!Object.hasOwn(row, name))
      throw new DescriptionError(
        `--id: --row has no ${JSON.stringify(name)}.${name.includes(",") ? ` ${ONE_COLUMN}` : ""}`,
      );
    const cell: Cell = row[name];
    return { name, type: "text", values: [cell === null || cell === undefined ? null : String(cell)] };
  });
}

/** @throws {DescriptionError} a model without intervals */
function intervalsOf(model: Model, rows: Table | readonly Row[], coverage: number): Interval[] {
  if (model.task !== "regression") {
    throw new DescriptionError(
      `--interval is for models that predict numbers; this one predicts ${model.task === "multilabel" ? "labels" : "classes"}.`,
    );
  }
  return "columns" in rows ? model.intervalsOfTable(rows, coverage) : model.intervals(rows, coverage);
}

/** Lines with their ends, many at a time: all of them may be more than one text can hold. */
function* inBlocks(lines: Iterable<string>): Generator<string> {
  let block: string[] = [];
  for (const line of lines) {
    block.push(`${line}\n`);
    if (block.length < 1000) continue;
    yield block.join("");
    block = [];
  }
  yield block.join("");
}
