/**
 * Which rows of each batch are this process's, where several (ranks) train together; alone, all are.
 *
 * Each rank has rows of its own, in an order of its own. The first c rows of a pass are divided in halves of the ranks: of W rows with L on
 * the first half, that has floor(L·c/W), and the second half the rest, and so on within each. The ranks' parts of any batch make up the
 * whole batch, each is its share of the rows to within a row a halving, all rows are learned from once a pass, and nobody has to be asked.
 * (Differences of floor(F·c/N) of the rows on the ranks before wouldn't do: they can be -1 where a part is smaller than a row.)
 */

/** The steps of an epoch. */
interface Epochs {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly rowsPerEpoch: number;
  /** Whether an epoch goes on where the one before ended. */
  readonly partial: boolean;
}

export class Share {
  /** This rank's rows. */
  readonly own: number;
  /** The rows of all. */
  readonly whole: number;
  readonly #rank: number;
  /** How many rows the ranks before each have, and all. */
  readonly #starts: readonly number[];

  /** @param rows of each rank, at least one in all */
  constructor(rank: number, rows: readonly number[]) {
    const starts = [0];
    for (const own of rows) starts.push(starts[starts.length - 1] + own);
    this.own = rows[rank];
    this.whole = starts[rows.length];
    this.#rank = rank;
    this.#starts = starts;
  }

  /** How many of the first `count` rows are this rank's, over any number of passes. */
  among(count: number): number {
    const starts = this.#starts;
    let rows = count % this.whole;
    let [first, end] = [0, starts.length - 1];
    while (end - first > 1 && rows > 0) {
      const middle = (first + end) >> 1;
      const ofFirstHalf = share(rows, starts[middle] - starts[first], starts[end] - starts[first]);
      if (this.#rank < middle) [rows, end] = [ofFirstHalf, middle];
      else [rows, first] = [rows - ofFirstHalf, middle];
    }
    return Math.floor(count / this.whole) * this.own + rows;
  }

  /** This rank's rows among all that were learned from before an epoch, or since the pass that it begins. */
  beforeEpoch({ partial, rowsPerEpoch }: Epochs, epoch: number): number {
    return partial ? this.among((epoch - 1) * rowsPerEpoch) : 0;
  }

  /** This rank's rows among the first `count` of an epoch. @param epoch counted from 1 */
  within(epochs: Epochs, epoch: number, count: number): number {
    const first = epochs.partial ? (epoch - 1) * epochs.rowsPerEpoch : 0;
    return this.among(first + count) - this.among(first);
  }

  /** This rank's rows of an epoch before one of its steps; that after the last has all before it. */
  beforeStep(epochs: Epochs, epoch: number, step: number): number {
    return this.within(epochs, epoch, Math.min(step * epochs.batchSize, epochs.rowsPerEpoch));
  }

  /** How many rows of each step in [from, to) are this rank's. */
  ofSteps(epochs: Epochs, epoch: number, from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, s) => {
      return this.beforeStep(epochs, epoch, from + s + 1) - this.beforeStep(epochs, epoch, from + s);
    });
  }
}

/** floor(rows · part / whole), exact. */
function share(rows: number, part: number, whole: number): number {
  const product = rows * part;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / whole);
  return Number((BigInt(rows) * BigInt(part)) / BigInt(whole));
}
