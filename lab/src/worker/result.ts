/**
 * What the command line gives for the setting of a table's run. It is the library's own training, from the initial weights, with a
 * session of its own: the run at hand is neither read nor changed by it.
 */
import { train } from "gradus";
import { type MetricName, metrics as metricTable } from "gradus/network";
import { NO_COMMAND, tableCommand } from "../files/program.ts";
import type { EvaluatedMetric, EvaluatedPart, TrainedResult } from "../resultAnswers.ts";
import { isOfTable } from "./labProblem.ts";
import type { Run } from "./run.ts";
import { tableOf, trainingOptions } from "./tableProblem.ts";

/** Metrics by their names; those of classes and labels have lists too, which are left out here. */
type Metrics = Readonly<Record<string, unknown>>;

/** @throws {GradusError} as `train`, with the library's words */
export async function resultOf(run: Run, { epochs, name }: { epochs: number; name: string }): Promise<TrainedResult> {
  const { setting } = run;
  if (!isOfTable(setting))
    throw new Error("The command line trains on tables, and this run is of a two-dimensional set.");
  if (run.own?.model !== undefined) throw new Error(NO_COMMAND);
  const command = tableCommand(run, name, epochs);
  const options = trainingOptions(setting, await tableOf(setting, run.own));
  const { model, report } = await train({
    ...options,
    folds: 1,
    epochs,
    patience: epochs,
    threads: 1,
    signal: run.ended,
  });
  const { epochs: made, bestEpoch } = report;
  model.dispose();
  const { baseline, ...parts } = report.metrics as Partial<Record<EvaluatedPart["name"], Metrics>> & {
    baseline: Partial<Record<EvaluatedPart["name"], Metrics>>;
  };
  const evaluated = (["training", "validation", "test"] as const).filter((part) => parts[part] !== undefined);
  return {
    command,
    epochs: made,
    bestEpoch,
    parts: evaluated.map((part) => ({ name: part, rows: report.rows[part] })),
    metrics: listed(evaluated.map((part) => ({ model: parts[part] ?? {}, baseline: baseline[part] ?? {} }))),
  };
}

/** Those that are one number, in the library's order. */
function listed(parts: readonly { readonly model: Metrics; readonly baseline: Metrics }[]): EvaluatedMetric[] {
  const names = Object.entries(parts[0]?.model ?? {}).flatMap(([name, value]) =>
    value === null || typeof value === "number" ? [name] : [],
  );
  return names.map((name) => ({
    name,
    label: Object.hasOwn(metricTable, name) ? metricTable[name as MetricName].label : name,
    values: parts.map(({ model, baseline }) => ({ model: numberOf(model[name]), baseline: numberOf(baseline[name]) })),
  }));
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
