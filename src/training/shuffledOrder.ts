/**
 * The order in which an epoch's rows are learned from: a seeded permutation a pass over the rows.
 *
 * Where an epoch is a part of a pass, the next one goes on where it ended, so every row has its turn before any has another. Where several
 * processes train together each has the order of its own rows. Knows nothing of what the rows are.
 */
import { random } from "../random.ts";
import type { FitPlan } from "./fitOptions.ts";

type OrderPlan = Pick<FitPlan, "share" | "rank" | "seed" | "batchSize" | "stepsPerEpoch" | "rowsPerEpoch" | "partial">;

export class ShuffledOrder {
  readonly #plan: OrderPlan;
  /** The permutation last made: the parts of a pass are asked for one after the other. */
  #pass: { readonly number: number; readonly order: Uint32Array } | undefined;

  constructor(plan: OrderPlan) {
    this.#plan = plan;
  }

  /** This process's rows of an epoch. @param epoch counted from 1 */
  of(epoch: number): Uint32Array {
    const { share, partial, rowsPerEpoch } = this.#plan;
    const count = share.within(this.#plan, epoch, rowsPerEpoch);
    if (!partial) return this.#ofPass(epoch).subarray(0, count);
    const rows = share.own;
    const order = new Uint32Array(count);
    let taken = 0;
    while (taken < count) {
      const place = share.beforeEpoch(this.#plan, epoch) + taken;
      const part = this.#ofPass(Math.floor(place / rows) + 1).subarray(place % rows, (place % rows) + count - taken);
      order.set(part, taken);
      taken += part.length;
    }
    return order;
  }

  /** @param number counted from 1 */
  #ofPass(number: number): Uint32Array {
    if (this.#pass?.number !== number) {
      const { seed, rank, share } = this.#plan;
      const purpose = rank === 0 ? "shuffle" : `shuffle ${rank}`;
      this.#pass = { number, order: random(seed, purpose, number).permutation(share.own) };
    }
    return this.#pass.order;
  }
}
