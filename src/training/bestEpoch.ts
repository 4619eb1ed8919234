/**
 * Which epoch was the best, and its parameters for when training ends. Knows nothing of the loop.
 */
import type { Numbers, Session } from "../engines/engine.ts";
import type { EpochRecord, ScoreValue } from "./events.ts";
import type { FitPlan } from "./fitOptions.ts";

/** The best epoch so far, with a copy of its parameters where they are to be restored. */
export class BestEpoch {
  record: EpochRecord | undefined;
  parameters: Numbers | undefined;
  readonly #session: Session;
  readonly #plan: FitPlan;

  constructor(session: Session, plan: FitPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  /** Whether an epoch judged so beats all before; of equals the earlier stays the best. */
  beatenBy(validationLoss: number | undefined, score: ScoreValue | undefined): boolean {
    if (this.record === undefined || validationLoss === undefined) return true;
    if (score === undefined) return validationLoss < (this.record.validationLoss ?? Number.POSITIVE_INFINITY);
    const before = this.record.score?.value ?? Number.NaN;
    return this.#plan.score?.better === "higher" ? score.value > before : score.value < before;
  }

  /** Takes the epoch that has just ended as the best. */
  take(record: EpochRecord): void {
    this.record = record;
    if (!this.#plan.restoreBest) return;
    this.parameters ??= this.#session.parameters.slice();
    this.parameters.set(this.#session.parameters);
  }

  /** Gives the session the parameters of the best epoch, where they were kept. */
  restore(): void {
    if (this.parameters !== undefined) this.#session.parameters.set(this.parameters);
  }
}
