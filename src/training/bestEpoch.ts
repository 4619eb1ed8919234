/**
 * Which epoch was the best, and its parameters for when training ends. Knows nothing of the loop.
 */
import type { Numbers, Session } from "../engines/engine.ts";
import type { EpochRecord, ValidationResult } from "./events.ts";
import type { FitPlan } from "./fitOptions.ts";
import type { FitState } from "./fitState.ts";

/** The best epoch so far, with a copy of its parameters where they are to be restored. */
export class BestEpoch {
  /** Undefined before an epoch was taken. */
  record: EpochRecord | undefined;
  parameters: Numbers | undefined;
  readonly #session: Session;
  readonly #plan: FitPlan;
  /** Of the best so far, the start included. */
  #result: ValidationResult | undefined;

  /** @param from the state of a training that goes on */
  constructor(session: Session, plan: FitPlan, from?: Pick<FitState, "best" | "bestParameters" | "start">) {
    this.#session = session;
    this.#plan = plan;
    this.record = from?.best;
    this.parameters = from?.bestParameters?.slice();
    this.#result = from?.best ?? from?.start;
  }

  /** Its number; that of the epoch before the first when none is better than the start, or none was taken. */
  get epoch(): number {
    return this.record?.epoch ?? this.#plan.firstEpoch - 1;
  }

  /** Whether an epoch with this result is better than all before; the plan decides between equals. */
  beatenBy(validated: ValidationResult): boolean {
    const before = this.#result;
    if (before === undefined || validated.validationLoss === undefined) return true;
    const { score, ties } = this.#plan;
    const sign = score?.better === "higher" ? -1 : 1;
    const lead = sign * (costOf(before) - costOf(validated));
    return lead > 0 || (lead === 0 && ties === "latest");
  }

  /** Takes the starting parameters as the best, until an epoch is better. */
  takeStart(validated: ValidationResult): void {
    this.#result = validated;
    this.#keep();
  }

  /** Takes the epoch that has just ended as the best. */
  take(record: EpochRecord): void {
    this.record = record;
    this.#result = record;
    this.#keep();
  }

  /** Gives the session the parameters of the best epoch, where they were kept. */
  restore(): void {
    if (this.parameters !== undefined) this.#session.parameters.set(this.parameters);
  }

  #keep(): void {
    if (!this.#plan.restoreBest) return;
    this.parameters ??= this.#session.parameters.slice();
    this.parameters.set(this.#session.parameters);
  }
}

/** What is compared: the score where there is one, else the validation loss. */
function costOf({ validationLoss, score }: ValidationResult): number {
  return score?.value ?? validationLoss ?? Number.NaN;
}
