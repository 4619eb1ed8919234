/** `gradus train`: a table in, a model file out, with what was learned and how good it is. */
import { basename } from "node:path";
import { Command } from "commander";
import { DivergedError, type FitEvent, requireWritable, saveModel, train } from "../node.ts";
import { progressView } from "./progress.ts";
import { reportLines, startLines } from "./report.ts";
import { sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";
import { type TrainFlags, trainOptions, withTrainFlags } from "./trainFlags.ts";

const EXAMPLES = `
Examples:
  gradus train flowers.csv --target species
  gradus train houses.parquet --target price --hidden 128,128 --epochs 200 --out houses.gradus
  gradus train building.csv --target y0,y1,y2          three numbers at once
  gradus train mail.csv --target spam --type id=skip --type zip=category
  gradus train --sql "SELECT * FROM 'a.csv' JOIN 'b.csv' USING (id)" --target label
  gradus train digits.csv.gz --target digit --test fresh.csv.gz --json

The task follows from the target: text and true/false are classes, numbers are numbers (few whole ones: classes).
A fifth of the rows is kept for the test, and a fifth of the others chooses the best epoch; both at random by --seed.`;

/** Builds the command. */
export function trainCommand(terminal: Terminal): Command {
  const command = new Command("train")
    .description("Train a network on a table and save it as one file.")
    .argument("[table]", "a CSV, TSV, JSON, NDJSON or Parquet file, gzipped or not, or a glob of them")
    .addHelpText("after", EXAMPLES)
    .action((table: string | undefined, flags: TrainFlags) => trainTable(table, flags, terminal));
  return withTrainFlags(withSource(command));
}

async function trainTable(path: string | undefined, flags: TrainFlags, terminal: Terminal): Promise<void> {
  const started = performance.now();
  const table = sourceOf(path, flags);
  const out =
    flags.out ??
    `${path === undefined ? "model" : basename(path).replace(/\..*$/, "").replace(/[*?]/g, "") || "model"}.gradus`;
  await requireWritable(out);

  const interruption = interruptible(terminal);
  const view = progressView(terminal);
  const emit = (line: object): void => terminal.out(JSON.stringify(line));
  if (!flags.json) terminal.note(`Reading ${path ?? "the query's rows"} …`);
  try {
    const { model, report } = await train({
      ...trainOptions(flags),
      table,
      signal: interruption.signal,
      onStart: (start) => (flags.json ? emit({ event: "start", ...start }) : startLines(start).forEach(terminal.note)),
      onProgress: (event: FitEvent) => (flags.json ? emit(event) : view.show(event)),
    });
    view.close();
    await saveModel(out, model);
    const seconds = (performance.now() - started) / 1000;
    if (flags.json) {
      const { task, metrics, stopped, epochs, bestEpoch, warnings } = report;
      emit({ event: "done", task, metrics, stopped, epochs, bestEpoch, warnings, seconds, model: out });
      return;
    }
    reportLines(report).forEach(terminal.out);
    terminal.out(`\nSaved ${out}, in ${seconds.toFixed(1)} s in all.`);
    terminal.out(`  gradus show ${out}                  what is in it`);
    terminal.out(`  gradus predict ${out} TABLE         answers for new rows: any table with the same columns`);
    terminal.out("  gradus train TABLE --target COLUMN          learns your own: CSV, JSON, Parquet, …");
  } catch (error) {
    view.close();
    if (error instanceof DivergedError) {
      await saveModel(out, error.model);
      terminal.note(`  The last good parameters are saved in ${out}.`);
    }
    throw error;
  } finally {
    interruption.release();
  }
}

/** A signal that the first Ctrl-C aborts; the second ends the process. */
function interruptible(terminal: Terminal): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(1);
    terminal.note("\n  Stopping; the best model so far is kept. Ctrl-C again ends at once, without a model.");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  return { signal: controller.signal, release: () => process.off("SIGINT", interrupt) };
}
