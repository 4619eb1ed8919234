/** What the worker answers to the questions about the outcome, as plain data. */

import type { ClassificationMetrics, RegressionMetrics, Reliability } from "gradus/network";
import type { Importance, PartialDependence } from "gradus/report";

/** Of which rows: those that are trained on, or the others. */
export type Part = "training" | "validation";

export type Quality = ClassQuality | SurfaceQuality;

export interface ClassQuality {
  readonly task: "classification";
  readonly rows: number;
  readonly metrics: ClassificationMetrics;
  /** Of predicting the class shares of the training rows for every row. */
  readonly baseline: ClassificationMetrics;
  readonly calibration: Reliability;
}

export interface SurfaceQuality {
  readonly task: "regression";
  readonly rows: number;
  readonly metrics: RegressionMetrics;
  /** Of predicting the mean of the training rows for every row. */
  readonly baseline: RegressionMetrics;
  /** [N] each. */
  readonly actual: Float32Array;
  readonly predicted: Float32Array;
}

export interface Mistake {
  /** Of the run's data, from 0. */
  readonly row: number;
  /** The class by its number, or the value. */
  readonly actual: number;
  readonly predicted: number;
  /** Of classes the row's loss; of a surface predicted − true. */
  readonly measure: number;
  /** Of classes the probability of the true class. */
  readonly probability?: number;
}

export interface Mistakes {
  readonly rows: number;
  /** How many rows are predicted wrong; absent for surfaces. */
  readonly wrong?: number;
  /** The largest first. */
  readonly worst: readonly Mistake[];
}

/** The loss and the metric of the curves, of predicting the training rows' class shares or mean for the validation rows. */
export interface Baseline {
  readonly loss: number;
  readonly score: number;
}

/** What is to be written of a row to predict. */
export interface Field {
  readonly name: string;
  readonly kind: "number" | "boolean" | "category" | "date";
  /** The values that the training rows have; empty where any may be written. */
  readonly options: readonly string[];
}

/** Of classes the probability of each, [K]; of a surface the value in the target's own unit. */
export interface Prediction {
  readonly probabilities?: readonly number[];
  readonly value?: number;
  /** Why it is what it is. */
  readonly attribution?: Attribution;
  /** Why there is no attribution, in the library's words. */
  readonly unexplained?: string;
}

/** The library's explanation of a prediction: prediction = background + Σ contributions, up to the completeness error. */
export interface Attribution {
  /** The class whose probability is explained; absent where it is a number. */
  readonly className?: string;
  readonly prediction: number;
  /** The prediction for the mean of the training rows. */
  readonly background: number;
  readonly completenessError: number;
  /** The largest first. */
  readonly contributions: readonly (CellText & { readonly contribution: number })[];
}

/** A cell of a row as text. */
export interface CellText {
  readonly column: string;
  readonly value: string;
  readonly isMissing?: boolean;
}

/** A row of a table. @property number among the rows of the table, from 1 */
export interface RowCells {
  readonly number: number;
  readonly cells: readonly CellText[];
}

export interface ImportanceOfColumns {
  /** The step and the parameters of which it is. */
  readonly step: number;
  readonly parameters: Float32Array;
  /** Of which rows: training where there are no others. */
  readonly part: Part;
  readonly importance: Importance;
  /** What the model predicts, in the order of `DependencePoint.mean`: classes, whose means are probabilities; empty for a number. */
  readonly classNames: readonly string[];
  /** The columns that the model takes. */
  readonly columns: readonly string[];
}

export type Dependence = PartialDependence;
