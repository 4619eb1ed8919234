/**
 * Who keeps the states of a training of several processes (ranks): rank 0 alone, whose state all go on from; alone, this process.
 *
 * Parameters and the optimizer's state are the same everywhere, so one copy is enough, and goes on with another number of ranks. Knows
 * nothing of what a state holds.
 */
import type { Collective } from "../../distributed/collective.ts";
import { fromFirst } from "../../distributed/fromFirst.ts";
import type { FitState, StateKeeper } from "../fitState.ts";
import { ofFirst } from "./agreement.ts";

export class FirstKeeper {
  /** The state to go on from, the same on all ranks. */
  readonly from: FitState | undefined;
  readonly #collective: Collective | undefined;
  readonly #keeper: StateKeeper | undefined;
  readonly #isKept: boolean;

  /** @param keeper this rank's, of which only rank 0's counts */
  constructor(collective: Collective | undefined, keeper: StateKeeper | undefined) {
    this.#collective = collective;
    this.#keeper = (collective?.rank ?? 0) === 0 ? keeper : undefined;
    this.#isKept = ofFirst(collective, Number(keeper !== undefined)) === 1;
    this.from = this.#isKept ? fromFirst(collective, keeper?.from) : undefined;
  }

  /** Whether all have to call `keep`. */
  get due(): boolean {
    return this.#isKept && ofFirst(this.#collective, Number(this.#keeper?.due ?? false)) === 1;
  }

  /** @param state makes a copy, which every rank does: it finds out whether the state is sound */
  async keep(state: () => FitState | Promise<FitState>): Promise<void> {
    if (!this.#isKept) return;
    const kept = await state();
    await this.#keeper?.keep(kept);
  }
}
