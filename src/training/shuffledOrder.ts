/**
 * The order in which an epoch's rows are learned from: a seeded permutation a pass over the rows.
 *
 * Where an epoch is a part of a pass, the next one goes on where it ended, so every row has its turn before any has another.
 * Knows nothing of what the rows are.
 */
import { random } from "../random.ts";
import type { FitPlan } from "./fitOptions.ts";

export class ShuffledOrder {
  readonly #plan: Pick<FitPlan, "rows" | "rowsPerEpoch" | "partial" | "seed">;
  /** The permutation last made: the parts of a pass are asked for one after the other. */
  #pass: { readonly number: number; readonly order: Uint32Array } | undefined;

  constructor(plan: Pick<FitPlan, "rows" | "rowsPerEpoch" | "partial" | "seed">) {
    this.#plan = plan;
  }

  /** The rows of an epoch, [rowsPerEpoch]. @param epoch counted from 1 */
  of(epoch: number): Uint32Array {
    const { rows, rowsPerEpoch, partial } = this.#plan;
    if (!partial) return this.#ofPass(epoch).subarray(0, rowsPerEpoch);
    const order = new Uint32Array(rowsPerEpoch);
    let taken = 0;
    while (taken < rowsPerEpoch) {
      const place = (epoch - 1) * rowsPerEpoch + taken;
      const part = this.#ofPass(Math.floor(place / rows) + 1).subarray(
        place % rows,
        (place % rows) + rowsPerEpoch - taken,
      );
      order.set(part, taken);
      taken += part.length;
    }
    return order;
  }

  /** @param number counted from 1 */
  #ofPass(number: number): Uint32Array {
    if (this.#pass?.number !== number) {
      const order = random(this.#plan.seed, "shuffle", number).permutation(this.#plan.rows);
      this.#pass = { number, order };
    }
    return this.#pass.order;
  }
}
