/**
 * Whether predicted quantiles are better than those of the training rows, which are the same for every row: by the mean pinball loss.
 *
 * The statistics are those of `comparison.ts`. Knows no networks and no names.
 */
import { empiricalQuantiles } from "../empiricalQuantiles.ts";
import { type Comparison, type CountedRows, concluded, designOf, meanOf, shareGone } from "./comparison.ts";
import { pinballLosses } from "./quantileMetrics.ts";

type Vector = ArrayLike<number>;

export interface QuantilesToCompare extends CountedRows {
  /** [N, Q] */
  readonly predicted: Vector;
  /** [N] */
  readonly observed: Vector;
  /** [Q] */
  readonly levels: readonly number[];
  /** [Q], what the baseline predicts. */
  readonly values: readonly number[];
}

/** Predicted quantiles compared with some that are the same for every row, and with the best such ones for these rows. */
export function compareQuantiles(rows: QuantilesToCompare): Comparison {
  const { predicted, observed, levels, values, ...counted } = rows;
  const design = designOf(observed.length, counted);
  const costs = (of: Vector): Float64Array => pinballLosses(of, observed, levels);
  const [own, trivial] = [costs(predicted), costs(values)];
  const best = costs(empiricalQuantiles(observed, levels, design.weights));
  const figures = {
    measure: "pinball",
    design,
    model: meanOf(own, design),
    baseline: meanOf(trivial, design),
  } as const;
  return concluded(figures, shareGone(own, trivial, design), shareGone(own, best, design));
}
