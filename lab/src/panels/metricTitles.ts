/** What the page calls the library's metrics; it knows of no values. */
export const metricTitles: Readonly<Record<string, string>> = {
  accuracy: "accuracy",
  balancedAccuracy: "balanced accuracy",
  macroF1: "macro F1",
  rocAuc: "ROC AUC",
  logLoss: "log loss",
  brier: "Brier score",
  r2: "R²",
  rmse: "RMSE",
  mae: "MAE",
};
