/**
 * Where a long formula's line ends: the same choice for plain text and for LaTeX, which find their own possible places.
 */
export interface BreakPoint {
  /** The index in the formula at which the next line begins or before which the line ends. */
  readonly at: number;
  /** How wide the line is that ends here, in the caller's unit. */
  readonly extent: number;
  /** How unwelcome a break is: the brackets that are open here, half of one more in a product, one less between formulas. */
  readonly cost: number;
}

/**
 * The place to break at: of those that leave the line at least a third full, the last of the least cost. Where none fits
 * the width, the first there is.
 */
export function chooseBreak(points: readonly BreakPoint[], width: number): BreakPoint | undefined {
  const fitting = points.filter(({ extent }) => extent <= width);
  if (fitting.length === 0) return points[0];
  const far = fitting.filter(({ extent }) => extent > width / 3);
  const candidates = far.length > 0 ? far : fitting;
  const least = Math.min(...candidates.map(({ cost }) => cost));
  return candidates.findLast(({ cost }) => cost === least);
}
