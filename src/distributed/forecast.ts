/**
 * How fast ranks will train one network, from what was measured on a few of them: the formulas of docs/cluster.md, "Planning".
 *
 * A step is computing, then what of the exchange it does not hide, then what ranks waited for one another. An exchange of n bytes among p ranks takes L(p) α + 2 (p − 1)/p n β, where α is
 * the latency of a message, 1/β the bandwidth, and L(p) = 2 (p − 1) messages one after the other in a ring, or 2 ⌈log₂ p⌉ by recursive halving and
 * doubling: an MPI lies between the two. Times are seconds. Knows nothing of how they were measured.
 * Source: Thakur, Rabenseifner & Gropp, Optimization of Collective Communication Operations in MPICH, 2005, section 4.5.
 */

/** An exchange, measured: t = latency + perByte · bytes. */
export interface ExchangeTime {
  readonly latency: number;
  readonly perByte: number;
}

/** What was measured on some ranks, at least 2. */
export interface MeasuredRanks {
  readonly ranks: number;
  /** Rows of a batch on each rank. */
  readonly rows: number;
  /** A step of each rank by itself, all at the same time: the slowest. */
  readonly computing: number;
  /** A step of all together. */
  readonly together: number;
  readonly exchange: ExchangeTime;
  /** The bytes of each exchange of a step, in their order. */
  readonly parts: readonly number[];
}

export type Algorithm = "ring" | "recursive";

export interface Forecast {
  readonly ranks: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of the rows a second that so many ranks would learn from without exchanges. */
  readonly efficiency: number;
}

/**
 * The line through times of exchanges of several sizes, neither of whose numbers is below 0: squares of relative errors are least, so that short ones count
 * as much as long ones.
 */
export function lineThrough(samples: readonly { readonly bytes: number; readonly seconds: number }[]): ExchangeTime {
  const sums = { w: 0, x: 0, y: 0, xx: 0, xy: 0 };
  for (const { bytes, seconds } of samples) {
    const w = 1 / seconds ** 2;
    sums.w += w;
    sums.x += w * bytes;
    sums.y += w * seconds;
    sums.xx += w * bytes ** 2;
    sums.xy += w * bytes * seconds;
  }
  const { w, x, y, xx, xy } = sums;
  const perByte = (w * xy - x * y) / (w * xx - x * x);
  const latency = (y - perByte * x) / w;
  if (latency < 0) return { latency: 0, perByte: xy / xx };
  return perByte < 0 ? { latency: y / w, perByte: 0 } : { latency, perByte };
}

/** Messages that wait for one another. */
function messages(algorithm: Algorithm, ranks: number): number {
  return algorithm === "ring" ? 2 * (ranks - 1) : 2 * Math.ceil(Math.log2(ranks));
}

/** The exchanges of a step. */
export function exchanging(measured: MeasuredRanks, ranks: number, algorithm: Algorithm): number {
  const { exchange, parts, ranks: few } = measured;
  if (ranks === 1) return 0;
  const latency = (exchange.latency * messages(algorithm, ranks)) / messages(algorithm, few);
  const perByte = (exchange.perByte * (ranks - 1) * few) / (ranks * (few - 1));
  return parts.length * latency + perByte * totalOf(parts);
}

/** How much of the exchanges computing hid on the measured ranks: no more than the parts before the last one take. */
export function hidden(measured: MeasuredRanks): number {
  const { computing, together, ranks, parts } = measured;
  const all = exchanging(measured, ranks, "ring");
  const most = all * (1 - parts[parts.length - 1] / totalOf(parts));
  return Math.min(Math.max(all - (together - computing), 0), most);
}

/** What a step took beyond computing and exchanging: ranks waited for the slowest one. More ranks wait at least as long. */
export function waiting(measured: MeasuredRanks): number {
  const { computing, together, ranks } = measured;
  return Math.max(together - computing - exchanging(measured, ranks, "ring"), 0);
}

/** A step on so many ranks, each with as many rows as measured. The last part of the gradient is exchanged when nothing is left to compute. */
export function forecast(measured: MeasuredRanks, ranks: number, algorithm: Algorithm): Forecast {
  const { rows, computing, parts } = measured;
  const all = exchanging(measured, ranks, algorithm);
  const last = (all * parts[parts.length - 1]) / totalOf(parts);
  const waited = ranks === 1 ? 0 : waiting(measured);
  const seconds = computing + Math.max(all - hidden(measured), last) + waited;
  return { ranks, seconds, rowsPerSecond: (ranks * rows) / seconds, efficiency: computing / seconds };
}

function totalOf(parts: readonly number[]): number {
  return parts.reduce((sum, bytes) => sum + bytes, 0);
}
