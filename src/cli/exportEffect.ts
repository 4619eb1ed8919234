/**
 * What `gradus export` changes of a model before it writes it, and what that does to the metrics: rows with known targets are predicted by
 * both. Knows nothing of the forms.
 */
import { counted, metricLabel, shownMetrics } from "../entries/internal.ts";
import { DescriptionError, type Evaluation, evaluate, type Model, type Warning, withFloat16Weights } from "../node.ts";
import { short, type Terminal } from "./terminal.ts";

/** What changes a model. */
export interface EffectFlags {
  readonly weights?: "float32" | "float16";
  readonly data?: string;
}

/** @throws {DescriptionError} a change without rows to measure it on, or rows without a change */
export function requireMeasured({ weights, data }: EffectFlags): void {
  if (weights === "float16" && data === undefined) {
    throw new DescriptionError(
      "--weights float16 rounds the weights, which changes predictions: give --data TABLE, a table with the target, to measure by how much.",
    );
  }
  if (data !== undefined && weights !== "float16") {
    throw new DescriptionError("--data is for --weights float16, which it measures. Leave it out.");
  }
}

/** Prints the metrics of a model with weights in float16 beside its own. */
export async function printEffect(model: Model, { weights, data }: EffectFlags, terminal: Terminal): Promise<void> {
  if (weights !== "float16" || data === undefined) return;
  using rounded = await withFloat16Weights(model);
  const evaluation = await evaluate(rounded, data, { against: model });
  for (const { message } of oncePerModel(evaluation.warnings)) terminal.note(`  note: ${message}`);
  printComparison(evaluation, ["float16", "float32"], terminal);
}

/** The other model learned from the same rows: said once. */
function oncePerModel(warnings: readonly Warning[]): readonly Warning[] {
  const ofLearned = ({ code }: Warning): boolean => code === "evaluated-on-training-rows";
  return warnings.filter((warning) => !ofLearned(warning) || warning === warnings.find(ofLearned));
}

/** @param names of the columns: what is exported, and what it is compared with */
function printComparison(
  { rows, model, against }: Evaluation,
  names: readonly [string, string],
  terminal: Terminal,
): void {
  const metrics: readonly object[] = [model, against?.metrics ?? {}];
  const lines = shownMetrics.flatMap((key) => {
    if (!(key in model)) return [];
    const values = metrics.map((of) => Object.entries(of).find(([name]) => name === key)?.[1]);
    return [[metricLabel(key), ...values.map((value) => (typeof value === "number" ? short(value) : "–"))]];
  });
  terminal.out(`On ${counted(rows, "row")}:`);
  terminal.out({ rows: [["", ...names], ...lines], numeric: [1, 2] });
}
