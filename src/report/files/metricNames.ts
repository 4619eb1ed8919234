/** The metrics that a page shows, in their order, and in words that a reader who never met them understands. */
import { type MetricName, metrics } from "../../metrics/metricTable.ts";
import { shownAmount, shownShare } from "./shownNumber.ts";

export interface ShownMetric {
  readonly key: MetricName;
  readonly meaning: string;
  /** Where several targets, whose units may differ, make it mean something else. */
  readonly ofSeveral?: string;
  /** As percent; without a unit, with three decimals; or in the target's unit. */
  readonly form: "share" | "decimals" | "unit";
}

export const shownMetrics: readonly ShownMetric[] = [
  { key: "accuracy", meaning: "share of rows predicted correctly", form: "share" },
  {
    key: "balancedAccuracy",
    meaning: "recall averaged over the classes, or over no and yes of each label",
    form: "share",
  },
  { key: "macroF1", meaning: "mean F1 of the classes or labels", form: "share" },
  { key: "hammingLoss", meaning: "share of all labels of all rows that are predicted wrong", form: "share" },
  { key: "subsetAccuracy", meaning: "share of rows with every label predicted correctly", form: "share" },
  { key: "rocAuc", meaning: "how well rows are ranked; 0.5 is chance, 1 is perfect", form: "decimals" },
  { key: "logLoss", meaning: "negative log-likelihood of the true class, in nats", form: "decimals" },
  {
    key: "r2",
    meaning: "share of the variance explained, at most 1",
    ofSeveral: "mean of the targets' shares of the variance explained, at most 1",
    form: "decimals",
  },
  {
    key: "rmse",
    meaning: "root mean squared error, in the target's unit",
    ofSeveral: "mean of the targets' root mean squared errors, each in its own unit",
    form: "unit",
  },
  {
    key: "mae",
    meaning: "mean absolute error, in the target's unit",
    ofSeveral: "mean of the targets' mean absolute errors, each in its own unit",
    form: "unit",
  },
];

/** A metric by its label, or a name that is none of ours as it is. */
export function metricLabel(key: string): string {
  return Object.entries(metrics).find(([name]) => name === key)?.[1].label ?? key;
}

/** A metric's value as a page shows it; a dash where there is none. */
export function shownMetric(key: string, value: number | undefined): string {
  if (value === undefined) return "–";
  const form = shownMetrics.find((metric) => metric.key === key)?.form;
  if (form === "share") return shownShare(value);
  return form === "decimals"
    ? value
        .toFixed(3)
        .replace(/^-(?!0\.000$)/, "−")
        .replace("-", "")
    : shownAmount(value);
}
