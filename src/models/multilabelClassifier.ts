/**
 * A model of several labels, each of which a row has or has not: raw rows in, every label's value and probability out.
 *
 * Each label has an output of its own, a logit, whose logistic function is the probability of yes. Knows nothing of training
 * or of files on a disk.
 */
import type { Label, MultilabelTarget } from "../data/encoding.ts";
import { temperedLabels } from "../metrics/calibration/tempered.ts";
import type { Members } from "./members.ts";
import type { ModelContent } from "./modelFile.ts";
import { ProbabilityModel } from "./probabilityModel.ts";

/** A multilabel classifier's prediction for one row. Read objects by name, never by their order. */
export interface MultilabelPrediction<Name extends string = string> {
  /** The labels that the row has, those whose probability is above ½, in the target's order. */
  readonly labels: readonly Name[];
  /** Of every label, its value as in the table: true or false, 1 or 0, "yes" or "no". */
  readonly values: Readonly<Record<Name, Label>>;
  /** Of every label, the probability in [0, 1] that the row has it; they don't sum to 1. */
  readonly probabilities: Readonly<Record<Name, number>>;
}

/** From which probability on, excluded, a row has a label. */
export const THRESHOLD = 0.5;

/** A model that predicts several labels at once; Name are the labels, Given what is known of the rows that it takes. */
export class MultilabelClassifier<Name extends string = string, Given extends object = object> extends ProbabilityModel<
  MultilabelPrediction<Name>,
  Given
> {
  readonly task = "multilabel";
  /** The columns, in the order in which they were asked for: that of the columns of `probabilities(rows)`. */
  readonly labels: readonly Name[];
  readonly #target: MultilabelTarget;

  constructor(content: ModelContent, target: MultilabelTarget, members: Members) {
    super(content, members);
    this.labels = target.labels.map(({ column }) => column as Name);
    this.#target = target;
  }

  protected override calibrated(mean: Float64Array, temperature: number): Float64Array {
    return temperedLabels(mean, temperature);
  }

  protected override prediction(response: Float64Array): MultilabelPrediction<Name> {
    const has = (at: number): boolean => response[at] > THRESHOLD;
    const values = this.#target.labels.map(({ column, classes: [no, yes] }, at) => [column, has(at) ? yes : no]);
    const probabilities = this.labels.map((name, at) => [name, response[at]]);
    return {
      labels: this.labels.filter((_, at) => has(at)),
      values: Object.fromEntries(values) as Record<Name, Label>,
      probabilities: Object.fromEntries(probabilities) as Record<Name, number>,
    };
  }
}
