/** `gradus explain`: why a model predicts what it predicts for a row, column by column. */
import { Command } from "commander";
import { classTargets, labelText } from "../entries/internal.ts";
import {
  DescriptionError,
  type Explanation,
  explain,
  type Model,
  predictionWarnings,
  type Row,
  type Table,
} from "../node.ts";
import { explanationLines } from "./explanationText.ts";
import { type JsonFlags, jsonForm, withJsonLines } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { option, whole } from "./options.ts";
import { numberedRows, readRow, requireRowAlone, rowNumbers } from "./rowOption.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus explain flowers.gradus new.csv               the first row's prediction
  gradus explain flowers.gradus new.csv --rows 3,17 --top 5
  gradus explain flowers.gradus --row '{"petal": 1.4}' --class setosa
  gradus explain houses.gradus new.csv --background houses.csv
  gradus explain flowers.gradus new.csv --json        numbers are not rounded

The contribution of a column is how far it moves the prediction away from the
prediction for the background (integrated gradients along the straight line from
the background to the row). The contributions sum to the whole difference.`;

interface ExplainFlags extends SourceOptions, JsonFlags {
  readonly row?: Row;
  readonly rows?: number[];
  readonly background?: string;
  readonly class?: string;
  readonly target?: string;
  readonly top?: number;
}

/** How many columns are listed by default. */
const LISTED = 10;

/** Builds the command. */
export function explainCommand(terminal: Terminal): Command {
  const command = new Command("explain")
    .description("Explain a prediction: how much each column of a row contributed to it.")
    .argument("<model>", "a model file; - for standard input")
    .argument("[table]", "a table, as for predict; it needs no target")
    .addOption(option("--row <json>", "one row as a JSON object, instead of a table", () => readRow))
    .addOption(option("--rows <numbers>", "rows of the table, counted from 1 (default: the first)", () => rowNumbers))
    .option("--background <table>", "table of rows to compare with (default: the mean of the training rows)")
    .option("--class <name>", "the class to explain (default: the predicted one)")
    .option("--target <column>", "the target to explain, of several numbers or labels (default: all)")
    .addOption(option("--top <columns>", "how many columns to list (default: 10)", whole(1)))
    .addHelpText("after", EXAMPLES);
  return withJsonLines(withSource(command), "the explanations", "each explanation").action(
    async (file: string, path: string | undefined, flags: ExplainFlags) => {
      const form = jsonForm(flags);
      if (flags.top !== undefined && form !== undefined) {
        throw new DescriptionError(`--top is for text output; --${form} lists all columns. Leave one out.`);
      }
      using model = await openModel("explain", file, path);
      const { table, of } = await rowsOf(model, path, flags, terminal);
      const background =
        flags.background === undefined ? undefined : await readFor(model, flags.background, flags, terminal);
      const explanations = explain(model, table, { background, class: flags.class, target: flags.target });
      for (const { message } of predictionWarnings(model, table)) terminal.note(`  note: ${message}`);
      const written = explanations.map((found) => writtenClass(model, found));
      if (form === "json") return terminal.json(written);
      for (const [at, explanation] of written.entries()) {
        if (form === "jsonl") terminal.json(explanation);
        else {
          if (at > 0) terminal.out("");
          for (const line of explanationLines(explanation, of(explanation), flags.top ?? LISTED)) terminal.out(line);
        }
      }
    },
  );
}

/** The explanation with its class as the training table writes it. */
function writtenClass({ document: { target } }: Model, explanation: Explanation): Explanation {
  const own = classTargets(target).find(({ column }) => column === explanation.target);
  if (own?.written === undefined || explanation.class === undefined) return explanation;
  return { ...explanation, class: labelText(own, own.classes.indexOf(explanation.class)) };
}

/** The rows to explain, and what to call each. */
interface AskedRows {
  readonly table: Table | readonly Row[];
  readonly of: (explanation: Explanation) => string;
}

async function rowsOf(
  model: Model,
  path: string | undefined,
  flags: ExplainFlags,
  terminal: Terminal,
): Promise<AskedRows> {
  const { row, rows = [1] } = flags;
  if (row !== undefined) {
    requireRowAlone(path, flags);
    if (flags.background === undefined) requireNoReading(flags, "--row");
    return { table: [row], of: () => "The given row" };
  }
  const table = await readFor(model, sourceOf(path, flags, true), flags, terminal);
  return {
    table: numberedRows(table, rows),
    of: (explanation) => `Row ${explanation.row} of ${table.rows} in ${table.source}`,
  };
}
