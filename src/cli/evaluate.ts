/** `gradus evaluate`: a model evaluated on a table with known targets. */
import { Command } from "commander";
import { evaluateShares, modelId, outputNames, type Team } from "../entries/internal.ts";
import { DescriptionError, evaluate, type Model } from "../node.ts";
import { type JsonFlags, withJson } from "./jsonOption.ts";
import { modelFrom, openModel, STANDARD_INPUT } from "./modelArgument.ts";
import { requireShareable } from "./ranks.ts";
import { evaluationLines } from "./report.ts";
import { readOptions, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus evaluate flowers.gradus labelled.csv
  gradus evaluate small.gradus labelled.csv --against large.gradus
  gradus evaluate flowers.gradus --sql "SELECT * FROM 'a.parquet' WHERE x > 3"
  gradus evaluate flowers.gradus labelled.csv --json
  mpirun -n 4 gradus evaluate houses.gradus large.csv`;

/** What train and predict print as a warning too; the others are notes on the table. */
const OF_THE_MODEL: ReadonlySet<string> = new Set([
  "evaluated-on-training-rows",
  "learned-online",
  "learned-elsewhere",
  "worse-than-baseline",
  "no-better-than-baseline",
  "constant-predictions",
  "untrained",
  "time-too-short",
  "time-order",
  "chosen-by-validation",
]);

/** Builds the command. @param team the ranks that divide the rows; absent in a process by itself */
export function evaluateCommand(terminal: Terminal, team?: Team): Command {
  const command = new Command("evaluate")
    .description("Evaluate a model on a table with known targets, compared with a trivial baseline.")
    .argument("<model>", "a model file; - for standard input")
    .argument("[table]", "a table with the model's columns and its target")
    .option("--weights <column>", "sample weight column (default: that of the training, if the table has it)")
    .option("--against <model>", "another model for the same target, to compare with on the same rows")
    .option("--group <column>", "group column (default: that of the training, if the table has it)")
    .option("--no-group", "ignore groups: each row counts by itself")
    .option("--no-weights", "ignore weights: all rows have equal weight")
    .addHelpText("after", EXAMPLES);
  return withJson(withSource(command), "the metrics").action(
    async (file: string, path: string | undefined, flags: SourceOptions & JsonFlags & ColumnFlags) => {
      if (team !== undefined) requireShareable(team, sourceOf(path, flags), [file, path, flags.against]);
      using model = await openModel("evaluate", file, path);
      using against = await otherModel(flags.against, file, path);
      const read = { ...readOptions(flags), against, weights: columnOf(flags.weights), group: columnOf(flags.group) };
      const source = sourceOf(path, flags);
      await team?.meet({ model: modelId(model), against: against && modelId(against), table: path, options: flags });
      const evaluation = team
        ? await evaluateShares(team, model, source as string, read)
        : await evaluate(model, source, read);
      if (evaluation === undefined) return; // rank 0 has it
      const { task, rows, weights, group, verdict, warnings, model: metrics, baseline } = evaluation;
      const columns = { ...(weights !== undefined && { weights }), ...(group !== undefined && { group }) };
      const beside = evaluation.against === undefined ? {} : { against: evaluation.against };
      const output = { task, rows, ...columns, verdict, ...beside, metrics, baseline, warnings };
      for (const { code, message } of warnings)
        terminal.note(`  ${OF_THE_MODEL.has(code) ? "warning" : "note"}: ${message}`);
      if (flags.json) return terminal.json(output);
      const { target } = model.document;
      const names = target.task === "regression" ? target.columns : outputNames(target);
      for (const line of evaluationLines(evaluation, names, flags.against)) terminal.out(line);
    },
  );
}

/** Commander's default beside --no-weights is true: neither was given. */
interface ColumnFlags {
  readonly weights?: string | boolean;
  readonly group?: string | boolean;
  readonly against?: string;
}

/** @throws {DescriptionError} standard input for two of the files, or for a table that both models read */
async function otherModel(against: string | undefined, file: string, table?: string): Promise<Model | undefined> {
  if (against === undefined) return undefined;
  if (table === STANDARD_INPUT) {
    throw new DescriptionError(
      "With --against the table is read twice, but standard input can be read only once. Save it to a file, and give that file.",
    );
  }
  if (against === STANDARD_INPUT && file === STANDARD_INPUT) {
    throw new DescriptionError(
      "Both models are -, but standard input can be read only once. Save one of them to a file, and give that file.",
    );
  }
  return await modelFrom(against);
}

function columnOf(flag: string | boolean | undefined): string | false | undefined {
  return flag === true ? undefined : flag;
}
