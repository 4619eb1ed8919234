/**
 * What models that predict probabilities share: a classifier's of its classes, those of several labels.
 *
 * Each output of the network is a logit; the loss defines how logits become probabilities. Knows nothing of classes and labels.
 */
import type { Table } from "../data/table.ts";
import { TabularModel } from "./tabularModel.ts";

/** A model whose response to a row is probabilities, one for each output of its network. */
export abstract class ProbabilityModel<Prediction, Given extends object = object> extends TabularModel<
  Prediction,
  Given
> {
  /**
   * The probabilities of a classifier's `classes`, or of each of several `labels`, in their order, for every row, [N, K].
   *
   * @throws {DataError} as `predict` does
   */
  probabilities(rows: Table | readonly Given[]): Float64Array {
    return this.responseTo(rows);
  }

  protected override modelResponse(mean: Float64Array): Float64Array {
    const { temperature } = this.document;
    return temperature === undefined ? mean : this.calibrated(mean, temperature);
  }

  /** The mean of the members' probabilities at a temperature, row by row. */
  protected abstract calibrated(mean: Float64Array, temperature: number): Float64Array;
}
