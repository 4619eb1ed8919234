/**
 * What `gradus export` changes of a model before it writes it, and what that does to the metrics: rows with known targets are predicted by
 * both. Knows nothing of the forms.
 */
import { counted, memberCount, metricLabel, shownMetrics } from "../entries/internal.ts";
import {
  DescriptionError,
  type Distilled,
  distil,
  type Evaluation,
  evaluate,
  type Model,
  readTableFor,
  withFloat16Weights,
} from "../node.ts";
import { short, type Terminal } from "./terminal.ts";

/** What changes a model. */
export interface EffectFlags {
  readonly weights?: "float32" | "float16";
  readonly distil?: boolean;
  readonly data?: string;
}

/** @throws {DescriptionError} a change without rows to measure it on, or rows without a change */
export function requireMeasured({ weights, distil: asked, data }: EffectFlags): void {
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
export async function changedModel(
  model: Model,
  { weights, distil: asked, data }: EffectFlags,
  terminal: Terminal,
): Promise<Model> {
  if (data === undefined) return model;
  const distilled = asked ? await distilledFrom(model, data, terminal) : undefined;
  const exported = distilled?.model ?? model;
  using rounded = weights === "float16" ? await withFloat16Weights(exported) : undefined;
  const evaluation = await evaluate(rounded ?? exported, distilled?.test ?? data, { against: model });
  for (const { message } of evaluation.warnings) terminal.note(`  note: ${message}`);
  const names = [...(distilled ? ["distilled"] : []), ...(rounded ? ["float16"] : [])];
  const rows = counted(evaluation.rows, "row");
  terminal.out(distilled ? `On ${rows} that it did not learn from:` : `On ${rows}:`);
  printComparison(evaluation, [names.join(", "), distilled ? "the model" : "float32"], terminal);
  return exported;
}

async function distilledFrom(model: Model, data: string, terminal: Terminal): Promise<Distilled> {
  terminal.note("Distilling …");
  const distilled = await distil({ model, table: await readTableFor(model, data, { withTarget: true }) });
  const several = counted(memberCount(model.document), "network");
  const before = [model.parameters, ...model.further].reduce((sum, { length }) => sum + length, 0);
  terminal.out(`Distilled ${several} of ${before} parameters in all into one of ${distilled.model.parameters.length}.`);
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
