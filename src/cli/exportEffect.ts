/**
 * What `gradus export` changes of a model before it writes it, and what that does to the metrics: rows with known targets are predicted by
 * both. Knows nothing of the forms.
 */
import { counted, memberCount, metricLabel, ownTestRows, parameterCount, shownMetrics } from "../entries/internal.ts";
import {
  DescriptionError,
  type Distilled,
  distil,
  type Evaluation,
  evaluate,
  type Model,
  readTableFor,
  type Table,
  type Warning,
  withFloat16Weights,
} from "../node.ts";
import { readOptions, requireNoReading, type SourceOptions } from "./source.ts";
import { short, type Terminal } from "./terminal.ts";

/** What changes a model, and the table that measures it. */
export interface EffectFlags extends SourceOptions {
  readonly weights?: "float32" | "float16";
  readonly distil?: boolean;
  readonly data?: string;
}

/** @throws {DescriptionError} a change without rows to measure it on, or rows without a change */
export function requireMeasured(flags: EffectFlags): void {
  const { weights, distil: asked, data } = flags;
  if (data === undefined) requireNoReading(flags, "no --data");
  if (asked && data === undefined) {
    throw new DescriptionError(
      "--distil trains a network on the model's predictions: give --data TABLE, best the table that the model was trained on.",
    );
  }
  if (weights === "float16" && data === undefined) {
    throw new DescriptionError(
      "--weights float16 rounds the weights, which changes predictions: give --data TABLE, a table with the target, to measure by how much.",
    );
  }
  if (data !== undefined && !asked && weights !== "float16") {
    throw new DescriptionError("--data is for --distil and --weights float16, which it measures. Leave it out.");
  }
}

/** The model to export; prints the metrics of what changes beside the model's own. */
export async function changedModel(model: Model, flags: EffectFlags, terminal: Terminal): Promise<Model> {
  const { weights, distil: asked, data } = flags;
  if (data === undefined) return model;
  const table = await readTableFor(model, data, { ...readOptions(flags), withTarget: true });
  const distilled = asked ? await distilledFrom(model, table, terminal) : undefined;
  const exported = distilled?.model ?? model;
  using rounded = weights === "float16" ? await withFloat16Weights(exported) : undefined;
  const held = distilled?.test ?? ownTestRows(model, table);
  const evaluation = await evaluate(rounded ?? exported, held ?? table, { against: model });
  const notes = [...(distilled?.evaluation.warnings.filter(isOfSize) ?? []), ...evaluation.warnings];
  for (const { message } of notes) terminal.note(`  note: ${message}`);
  const names = [...(distilled ? ["distilled"] : []), ...(rounded ? ["float16"] : [])];
  const rows = counted(evaluation.rows, "row");
  const learner = distilled ? "it" : "the model";
  terminal.out(held ? `On ${rows} that ${learner} did not learn from:` : `On ${rows}:`);
  printComparison(evaluation, [names.join(", "), distilled ? "the model" : "float32"], terminal);
  return exported;
}

const isOfSize = ({ code }: Warning): boolean => code === "distilled-no-smaller";

async function distilledFrom(model: Model, table: Table, terminal: Terminal): Promise<Distilled> {
  terminal.note("Distilling …");
  const distilled = await distil({ model, table });
  const several = counted(memberCount(model.document), "network");
  const [before, after] = [parameterCount(model), parameterCount(distilled.model)];
  terminal.out(`Distilled ${several} of ${before} parameters in all into one of ${after}.`);
  return distilled;
}

/** @param names of the columns: what is exported, and what it is compared with */
function printComparison({ model, against }: Evaluation, names: readonly [string, string], terminal: Terminal): void {
  const metrics: readonly object[] = [model, against?.metrics ?? {}];
  const lines = shownMetrics.flatMap((key) => {
    if (!(key in model)) return [];
    const values = metrics.map((of) => Object.entries(of).find(([name]) => name === key)?.[1]);
    return [[metricLabel(key), ...values.map((value) => (typeof value === "number" ? short(value) : "–"))]];
  });
  terminal.out({ rows: [["", ...names], ...lines], numeric: [1, 2] });
}
