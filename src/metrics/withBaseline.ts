/** A model beside the trivial baseline on the same rows. Knows no metric. */

/** A model's metrics and those of the trivial baseline. */
export interface WithBaseline<Metrics> {
  readonly model: Metrics;
  readonly baseline: Metrics;
}

/**
 * Both from the same metrics: the baseline gives every row the same responses, which are all that it knows of the training rows.
 *
 * @param responses the model's, [N, M]
 * @param baseline of one row, [M]
 */
export function withBaseline<Metrics>(
  responses: ArrayLike<number>,
  baseline: ArrayLike<number>,
  metricsOf: (responses: ArrayLike<number>) => Metrics,
): WithBaseline<Metrics> {
  const repeated = Float64Array.from(responses, (_, i) => baseline[i % baseline.length]);
  return { model: metricsOf(responses), baseline: metricsOf(repeated) };
}
