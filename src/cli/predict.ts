/** `gradus predict`: answers for the rows of a table, or for one row given on the command line. */
import { Command } from "commander";
import { DescriptionError, loadModel, type Model, type Row, type Table, writeAtomically } from "../node.ts";
import { type Answer, csvLines, type Interval, jsonLines } from "./answers.ts";
import { numberWhere, option } from "./options.ts";
import { placeOf, placesOfSource, requireOutputs } from "./outputs.ts";
import { readRow } from "./rowOption.ts";
import { readFor, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus predict flowers.gradus new.csv                      CSV on standard output, a line for each row
  gradus predict flowers.gradus new.parquet --out answers.csv
  gradus predict flowers.gradus --row '{"petal": 1.4, "colour": "red"}'
  gradus predict flowers.gradus new.csv --json               an object a line
  gradus predict houses.gradus new.csv --interval 0.9        with bounds, from a model trained with --calibrate`;

interface PredictFlags extends SourceOptions {
  readonly row?: Row;
  readonly out?: string;
  readonly interval?: number;
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
    .addOption(option("--interval <coverage>", "bounds that hold this share of new values", share("--interval")))
    .option("--json", "an object a line instead of CSV")
    .addHelpText("after", EXAMPLES);
  return withSource(command).action(async (file: string, path: string | undefined, flags: PredictFlags) => {
    const source = flags.row === undefined ? sourceOf(path, flags) : undefined;
    await requireOutputs(
      [...placeOf("the model", file), ...(await placesOfSource(source))],
      placeOf("--out", flags.out),
    );
    using model = await loadModel(file);
    const { predictions, intervals } = await answers(model, path, flags, terminal);
    const lines = flags.json ? jsonLines(predictions, intervals) : csvLines(model, predictions, intervals);
    if (flags.out === undefined) return lines.forEach(flags.json ? terminal.out : terminal.data);
    await writeAtomically(flags.out, new TextEncoder().encode(`${lines.join("\n")}\n`));
    terminal.note(`Wrote ${predictions.length} answers to ${flags.out}.`);
  });
}

const share = (flag: string) => numberWhere(flag, "above 0 and below 1", (value) => value > 0 && value < 1);

interface Answers {
  readonly predictions: readonly Answer[];
  readonly intervals?: readonly Interval[];
}

async function answers(
  model: Model,
  path: string | undefined,
  flags: PredictFlags,
  terminal: Terminal,
): Promise<Answers> {
  const { row, interval } = flags;
  if (row !== undefined && (path !== undefined || flags.sql !== undefined)) {
    throw new DescriptionError("Name a table or --row, not both.");
  }
  if (row !== undefined) {
    const predictions = [model.predict(row)];
    return interval === undefined ? { predictions } : { predictions, intervals: intervalsOf(model, [row], interval) };
  }
  const table = await readFor(model, sourceOf(path, flags), flags, terminal);
  const predictions = await model.predictAll(table);
  return interval === undefined ? { predictions } : { predictions, intervals: intervalsOf(model, table, interval) };
}

/** @throws {DescriptionError} a model without intervals */
function intervalsOf(model: Model, rows: Table | readonly Row[], coverage: number): Interval[] {
  if (model.task !== "regression") {
    throw new DescriptionError("--interval is for models that predict numbers; this one tells classes apart.");
  }
  return "columns" in rows ? model.intervalsOfTable(rows, coverage) : model.intervals(rows, coverage);
}
