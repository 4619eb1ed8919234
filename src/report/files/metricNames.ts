/** The metrics that a page shows, in words that a reader who never met them understands. */
import type { shownMetrics } from "../../metrics/metricTable.ts";
import { shownAmount, shownShare } from "./shownNumber.ts";

interface MetricText {
  readonly meaning: string;
  /** Where several targets, whose units may differ, make it mean something else. */
  readonly ofSeveral?: string;
  /** As percent; without a unit, with three decimals; or in the target's unit. */
  readonly form: "share" | "decimals" | "unit";
}

export const metricTexts: Readonly<Record<(typeof shownMetrics)[number], MetricText>> = {
  pinball: {
    meaning:
      "mean loss of the quantiles: an error counts by the quantile above it, by the rest below, in the target's unit",
    form: "unit",
  },
  accuracy: { meaning: "share of rows predicted correctly", form: "share" },
  balancedAccuracy: { meaning: "recall averaged over the classes, or over no and yes of each label", form: "share" },
  macroF1: { meaning: "mean F1 of the classes or labels", form: "share" },
  hammingLoss: { meaning: "share of all labels of all rows that are predicted wrong", form: "share" },
  subsetAccuracy: { meaning: "share of rows with every label predicted correctly", form: "share" },
  rocAuc: { meaning: "how well rows are ranked; 0.5 is chance, 1 is perfect", form: "decimals" },
  logLoss: { meaning: "negative log-likelihood of the true class, in nats", form: "decimals" },
  r2: {
    meaning: "share of the variance explained, at most 1",
    ofSeveral: "mean of the targets' shares of the variance explained, at most 1",
    form: "decimals",
  },
  rmse: {
    meaning: "root mean squared error, in the target's unit",
    ofSeveral: "mean of the targets' root mean squared errors, each in its own unit",
    form: "unit",
  },
  mae: {
    meaning: "mean absolute error, in the target's unit",
    ofSeveral: "mean of the targets' mean absolute errors, each in its own unit",
    form: "unit",
  },
};

/** A metric's value as a page shows it; a dash where there is none. */
export function shownMetric(key: string, value: number | undefined): string {
  if (value === undefined) return "–";
  const { form } = metricTexts[key as keyof typeof metricTexts] ?? {};
  if (form === "share") return shownShare(value);
  return form === "decimals"
    ? value
        .toFixed(3)
        .replace(/^-(?!0\.000$)/, "−")
        .replace("-", "")
    : shownAmount(value);
}
