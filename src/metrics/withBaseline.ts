/** A model beside the trivial baseline on the same rows. Knows no metric. */

/** A model's metrics and those of the trivial baseline. */
export interface WithBaseline<Metrics> {
  readonly model: Metrics;
  readonly baseline: Metrics;
}

/**
 * Both from the same metrics: the baseline gives every row the same responses.
 *
 * @param responses the model's, [N, M]
 * @param baseline of one row, [M]
 */
export function withBaseline<Metrics>(
  responses: ArrayLike<number>,
  { rows, baseline }: { readonly rows: number; readonly baseline: ArrayLike<number> },
  metricsOf: (responses: ArrayLike<number>) => Metrics,
): WithBaseline<Metrics> {
  const { length } = baseline;
  const repeated = Float64Array.from({ length: rows * length }, (_, i) => baseline[i % length]);
  return { model: metricsOf(responses), baseline: metricsOf(repeated) };
}
