/**
 * The empirical quantiles of some numbers: of each level τ the least number at or below which lies a share of at least τ, which
 * minimises the pinball loss. Source: Koenker & Bassett 1978, section 2.
 *
 * @param weights [N], all equal when absent
 */
export function empiricalQuantiles(
  values: ArrayLike<number>,
  levels: readonly number[],
  weights?: ArrayLike<number>,
): number[] {
  const order = Uint32Array.from({ length: values.length }, (_, row) => row).sort((a, b) => values[a] - values[b]);
  const weightAt = (row: number): number => weights?.[row] ?? 1;
  const total = order.reduce((sum, row) => sum + weightAt(row), 0);
  const found: number[] = [];
  let below = 0;
  for (const row of order) {
    below += weightAt(row);
    // A sum of weights may lie a rounding below the share that it is.
    while (found.length < levels.length && below >= levels[found.length] * total * (1 - ROUNDING)) {
      found.push(values[row]);
    }
  }
  return found;
}

const ROUNDING = 1e-12;

/** Where the quantiles of numbers of equal weight lie in their ascending list, whatever it holds: one place a level. */
export function quantilePlaces(length: number, levels: readonly number[]): number[] {
  return levels.map((level) => Math.max(1, Math.ceil(level * length * (1 - ROUNDING))) - 1);
}
