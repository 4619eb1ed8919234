/** `gradus evaluate`: a model judged on a table with known answers. */
import { Command } from "commander";
import { evaluate, labelTexts, loadModel } from "../node.ts";
import { evaluationLines } from "./report.ts";
import { readOptions, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus evaluate flowers.gradus labelled.csv
  gradus evaluate flowers.gradus --sql "SELECT * FROM 'a.parquet' WHERE x > 3"
  gradus evaluate flowers.gradus labelled.csv --json`;

/** Builds the command. */
export function evaluateCommand(terminal: Terminal): Command {
  const command = new Command("evaluate")
    .description("Judge a model on a table with known answers, beside the trivial baseline.")
    .argument("<model>", "a model file")
    .argument("[table]", "a table with the model's columns and its target")
    .option("--json", "print the metrics as one JSON object")
    .addHelpText("after", EXAMPLES);
  return withSource(command).action(
    async (file: string, path: string | undefined, flags: SourceOptions & { json?: boolean }) => {
      using model = await loadModel(file);
      const evaluation = await evaluate(model, sourceOf(path, flags), readOptions(flags));
      const { task, rows, verdict, warnings, model: metrics, baseline } = evaluation;
      const judged = { event: "done", task, rows, verdict, metrics, baseline, warnings };
      if (flags.json) return terminal.json(judged);
      for (const { message } of warnings) terminal.note(`  note: ${message}`);
      const { target } = model.document;
      const names = target.task === "classification" ? labelTexts(target) : target.columns;
      for (const line of evaluationLines(evaluation, names)) terminal.out(line);
    },
  );
}
