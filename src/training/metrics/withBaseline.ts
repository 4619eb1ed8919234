/** A model's metrics beside those of the trivial baseline on the same rows: what learning was worth. */
export interface WithBaseline<Metrics> {
  readonly model: Metrics;
  readonly baseline: Metrics;
}
