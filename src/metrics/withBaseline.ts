/** A model's metrics and those of the trivial baseline on the same rows. */
export interface WithBaseline<Metrics> {
  readonly model: Metrics;
  readonly baseline: Metrics;
}
