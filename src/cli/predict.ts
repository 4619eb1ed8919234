/** `gradus predict`: predictions for the rows of a table, or for one row given on the command line. */
import { Command } from "commander";
import {
  ClippedCount,
  counted,
  modelId,
  shareOfRows,
  type Team,
  trainingWarnings,
  writeAtomically,
} from "../entries/internal.ts";
import {
  DataError,
  DescriptionError,
  type Model,
  predictionWarnings,
  type Row,
  type Table,
  type TableSource,
} from "../node.ts";
import { type JsonFlags, jsonForm, withJsonLines } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { numberWhere, option, share } from "./options.ts";
import { placeOf, placesOfSource, requireOutputs } from "./outputs.ts";
import { ONE_COLUMN, predictionBlocks, textsOf } from "./predictionBlocks.ts";
import { requireShareable } from "./ranks.ts";
import { readRow, requireRowAlone } from "./rowOption.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";
import { giveTexts, textsOfAll } from "./textsOnRanks.ts";

const EXAMPLES = `
Examples:
  gradus predict flowers.gradus new.csv               CSV on standard output
  gradus predict flowers.gradus new.parquet --out predictions.csv
  gradus predict flowers.gradus new.csv --id plant    each row's plant first
  gradus predict flowers.gradus new.csv --append      all columns first
  gradus predict flowers.gradus --row '{"petal": 1.4, "colour": "red"}'
  gradus predict flowers.gradus new.csv --json        one array
  gradus predict flowers.gradus new.csv --jsonl       one object per line
  gradus predict houses.gradus new.csv --interval 0.9
  mpirun -n 4 gradus predict houses.gradus large.csv --out prices.csv
  ssh host cat houses.gradus | gradus predict - new.csv`;

interface PredictFlags extends SourceOptions, JsonFlags {
  readonly row?: Row;
  readonly out?: string;
  readonly id?: string;
  readonly append?: boolean;
  readonly digits?: number;
  readonly interval?: number;
}

/** Builds the command. @param team the ranks that divide the rows; absent in a process by itself */
export function predictCommand(terminal: Terminal, team?: Team): Command {
  const digits =
    "significant digits of numbers in CSV, 1 to 17 (default: 6, and all digits before the decimal point); JSON has all digits";
  const command = new Command("predict")
    .description("Predict the target of new rows: any table with the columns that the model was trained on.")
    .argument("<model>", "a model file; - for standard input")
    .argument("[table]", "a table, as for train; it needs no target")
    .addOption(option("--row <json>", "one row as a JSON object, instead of a table", () => readRow))
    .option("--out <file>", "write the predictions to this file (default: standard output, as -)")
    .option("--id <column>", "copy a column of the table, unchanged, before the predictions")
    .option("--append", "copy all columns of the table, unchanged, before the predictions")
    .addOption(option("--digits <n>", digits, significant))
    .addOption(
      option(
        "--interval <coverage>",
        "add prediction intervals that contain this share of new values, such as 0.9",
        share,
      ),
    )
    .addHelpText("after", EXAMPLES);
  return withJsonLines(withSource(command), "an array of the predictions", "each prediction").action(
    (file: string, path: string | undefined, flags: PredictFlags) => predict({ file, path, flags }, terminal, team),
  );
}

const significant = numberWhere(
  "of digits, from 1 to 17",
  (value) => Number.isInteger(value) && value >= 1 && value <= 17,
);

async function predict(
  { file, path, flags }: { readonly file: string; readonly path: string | undefined; readonly flags: PredictFlags },
  terminal: Terminal,
  team: Team | undefined,
): Promise<void> {
  const { row, id, append, digits, sql } = flags;
  const out = flags.out === "-" ? undefined : flags.out;
  if (row !== undefined) {
    requireRowAlone(path, { sql });
    requireNoReading(flags, "--row");
  }
  if (id !== undefined && append)
    throw new DescriptionError("Give --id or --append, not both: --append copies all columns.");
  const form = jsonForm(flags);
  if (digits !== undefined && form !== undefined)
    throw new DescriptionError(`--digits is for CSV; --${form} prints all digits. Leave one out.`);
  const source = row === undefined ? sourceOf(path, flags, true) : undefined;
  if (team !== undefined) requireShareable(team, source, [file, path]);
  if (team?.isFirst !== false) {
    const inputs = [...placeOf("the model", file), ...(await placesOfSource(source))];
    await requireOutputs(inputs, placeOf("--out", out));
  }
  using model = await openModel("predict", file, path);
  await team?.meet({ model: modelId(model), table: path, options: flags });
  for (const { message } of trainingWarnings(model.document)) terminal.note(`  warning: ${message}`);
  const rows = source === undefined ? [row as Row] : await readCopying(model, source, flags, terminal, team);
  for (const { message } of predictionWarnings(model, rows)) terminal.note(`  note: ${message}`);
  const clipped = new ClippedCount(model.document);
  const share = team && shareOfRows(rows as Table);
  const blocks = predictionBlocks(model, rows, { ...flags, copy: copyOf(flags), share });
  const own = textsOf(model, blocks, { form, digits, clipped });
  if (team?.isFirst === false) return await giveTexts(team, own, () => clipped.counts);
  const texts = team === undefined ? own : textsOfAll(team, own, (counts: readonly number[]) => clipped.join(counts));
  if (out !== undefined) await writeAtomically(out, texts);
  else if (!(await printed(texts, form === undefined ? terminal.data : terminal.block, terminal))) return;
  for (const { message } of clipped.warnings("columns" in rows ? rows.source : "the given rows"))
    terminal.note(`  note: ${message}`);
  const count = share?.all ?? ("columns" in rows ? rows.rows : 1);
  if (out !== undefined) terminal.note(`Wrote ${counted(count, "prediction")} to ${out}.`);
}

/** Prints texts as they come. @returns false when nobody reads them any longer; the rest is not computed */
async function printed(
  texts: AsyncIterable<string>,
  print: (text: string) => void,
  terminal: Terminal,
): Promise<boolean> {
  for await (const text of texts) {
    print(text.slice(0, -1)); // printing ends the line
    if (!(await terminal.drained())) return false;
  }
  return true;
}

/** Which columns go before the predictions. */
function copyOf({ id, append }: PredictFlags): "all" | readonly string[] | undefined {
  return append ? "all" : id === undefined ? undefined : [id];
}

/** As `readFor`. @throws {DataError} a column to copy that is not there, with the remedy where several were meant */
async function readCopying(
  model: Model,
  source: TableSource,
  flags: PredictFlags,
  terminal: Terminal,
  team: Team | undefined,
): Promise<Table> {
  try {
    return await readFor(model, source, flags, terminal, { copy: copyOf(flags), team });
  } catch (error) {
    const { id } = flags;
    if (!(error instanceof DataError) || !id?.includes(",")) throw error;
    // A name may have a comma in it, so the table is asked first.
    if (!error.message.includes(`no column ${JSON.stringify(id)}`)) throw error;
    throw new DataError(`${error.message} ${ONE_COLUMN}`, { cause: error });
  }
}
