/**
 * gradus/report: the results of a training and which columns its model depends on, as plain data; any runtime. `reportHtml`
 * and `writeReport` of gradus/node make an HTML page of it.
 *
 * @module gradus/report
 */

export type { ColumnSummary, ColumnUse } from "../report/columnSummary.ts";
export type { NamedValue, TrainingSummary } from "../report/content.ts";
export { type ReportContent, type ReportInput, reportContent } from "../report/content.ts";
export type { PartName, ReportParts } from "../report/heldOut.ts";
export type { Mistake, Mistakes, PlainCell } from "../report/mistakes.ts";
export type { DependencePoint } from "../report/partialDependence.ts";
export { type DependenceOptions, type PartialDependence, partialDependence } from "../report/partialDependence.ts";
export type { FeatureImportance } from "../report/permutationImportance.ts";
export { type Importance, type ImportanceOptions, permutationImportance } from "../report/permutationImportance.ts";
export type {
  ClassificationQuality,
  LabelQuality,
  MultilabelQuality,
  Quality,
  RegressionQuality,
  TargetQuality,
} from "../report/quality.ts";
export type { CurvePoint, LayerPoint, TrainingCurves } from "../report/trainingCurves.ts";
export type { OutOfFoldRows } from "../tabular/fold.ts";
