/**
 * What processes (ranks) that train together decide alike: clocks and signals differ from rank to rank, and all have to make the same steps.
 *
 * Alone, what is asked for is what is done. Knows nothing of what follows from a decision.
 */
import { type Collective, gatherNumbers } from "../../distributed/collective.ts";

/** What comes next in an epoch. */
export interface Turn {
  /** The steps of the next chunk, at the most. */
  readonly steps: number;
  /** Whether the deadline has come. */
  readonly outOfTime: boolean;
  readonly aborted: boolean;
}

/** Rank 0's clock decides, and a signal on any rank. @param own as this rank would have it */
export function agreedTurn(collective: Collective | undefined, own: Turn): Turn {
  if (collective === undefined) return own;
  const { steps, outOfTime, aborted } = own;
  const all = gatherNumbers(collective, [steps, Number(outOfTime), Number(aborted)], "a training's next steps");
  const [first] = all;
  return { steps: first[0], outOfTime: first[1] === 1, aborted: all.some((of) => of[2] === 1) };
}

/** The number of rank 0. */
export function ofFirst(collective: Collective | undefined, value: number): number {
  if (collective === undefined) return value;
  const shared = new Float64Array(new ArrayBuffer(8));
  shared[0] = value;
  collective.broadcast(shared);
  return shared[0];
}

/** The least number of those that ranks have; undefined where none has any. */
export function firstOfAll(collective: Collective | undefined, value: number | undefined): number | undefined {
  if (collective === undefined) return value;
  const all = gatherNumbers(collective, value === undefined ? [] : [value], "the cause of a divergence");
  const found = all.flatMap((of) => [...of]);
  return found.length === 0 ? undefined : Math.min(...found);
}
