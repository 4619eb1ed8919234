/** What the worker answers to the question what the command line gives for a run's setting, as plain data. */

/** The model of `gradus train`: its parameters are those of the best epoch. */
export interface TrainedResult {
  readonly command: string;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** Each part of the rows that the model is evaluated on. */
  readonly parts: readonly EvaluatedPart[];
  /** As `train` gives them. */
  readonly metrics: readonly EvaluatedMetric[];
}

export interface EvaluatedPart {
  readonly name: "training" | "validation" | "test";
  readonly rows: number;
}

export interface EvaluatedMetric {
  /** As the model's document names it. */
  readonly name: string;
  readonly label: string;
  /** For each part the model's and the baseline's; null where the rows leave it undefined. */
  readonly values: readonly { readonly model: number | null; readonly baseline: number | null }[];
}
