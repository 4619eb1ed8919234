/** The metrics that are printed of a model, and what each metric is called; the same words in every command. */
import { type MetricName, metrics } from "../node.ts";

/** Of a model's metrics those that have a line, in this order. */
export const shownMetrics = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "hammingLoss",
  "subsetAccuracy",
  "rocAuc",
  "logLoss",
  "r2",
  "rmse",
  "mae",
] as const satisfies readonly MetricName[];

/** A metric by its label, or a name that is none of gradus' as it is. */
export function metricLabel(name: string): string {
  return Object.hasOwn(metrics, name) ? metrics[name as MetricName].label : name;
}
