/**
 * Finds the step at which training diverged, by restoring a finite state and making the same steps again.
 *
 * One number that is not finite spreads over the whole network within a step, so what a session holds afterwards does
 * not show where it began. But the same rows give the same bits: from a copy of the last sound state the steps are made again, one at a
 * time, up to the one that fails; there the signals show where it begins. Copies are made so seldom that they cost
 * about a hundredth of the learning. Knows nothing of causes.
 */
import { firstNonFinite, type LoadedPatterns, type Session } from "../engines/engine.ts";
import { NotFiniteError } from "../errors.ts";
import { lookGradient } from "./lookGradient.ts";
import { unlessNotFinite } from "./nonFinite.ts";
import { brokenState, copyState, restoreState, type SessionState, saveState } from "./sessionState.ts";
import { factorsWithin, type StepFactors } from "./stepFactors.ts";

/** Steps that were made in one go. */
export interface Stretch {
  readonly epoch: number;
  /** The rows in their order; the last batch may be short. */
  readonly rows: Uint32Array;
  readonly factors: StepFactors;
}

export interface Failure {
  /** Counted from 1 since training began. */
  readonly step: number;
  readonly epoch: number;
  /** The loss of the failing step, before its update; undefined where it was finite, and only a parameter wasn't after it. */
  readonly loss: number | undefined;
  /** The optimizer's slot that was not finite after it, where the parameters were. */
  readonly slot: string | undefined;
  /** The rows of its batch. */
  readonly rows: Uint32Array;
  /** The factor of the learning rate in the failing step. */
  readonly rateFactor: number;
  /** Index of the layer where the first number that is not finite appears. */
  readonly layer: number;
}

/** A copy costs about as much as learning from a few patterns, whatever the network, so this many make it cheap. */
const PATTERNS_BETWEEN_MARKS = 4096;

export class Rewind {
  readonly #session: Session;
  readonly #training: LoadedPatterns;
  readonly #batchSize: number;
  readonly #sound: SessionState;
  #soundStep = 0;
  #stretches: Stretch[] = [];
  #patterns = 0;

  /** The session's present state must be sound. */
  constructor(session: Session, training: LoadedPatterns, batchSize: number) {
    this.#session = session;
    this.#training = training;
    this.#batchSize = batchSize;
    this.#sound = copyState(session);
  }

  /** Remembers steps that the session has just made. */
  record(stretch: Stretch): void {
    this.#stretches.push(stretch);
    this.#patterns += stretch.rows.length;
  }

  /** Whether enough has been learned since the last copy that another is worth its cost. */
  get due(): boolean {
    return this.#patterns >= PATTERNS_BETWEEN_MARKS;
  }

  /** Copies the session's present state, which must be sound. @param step updates made since training began */
  mark(step: number): void {
    saveState(this.#session, this.#sound);
    this.#soundStep = step;
    this.#stretches = [];
    this.#patterns = 0;
  }

  /**
   * Makes the steps since the last copy again until one fails, and leaves the session as it was before that step.
   *
   * @returns undefined when none fails, with the session where it stood
   */
  async failure(): Promise<Failure | undefined> {
    const session = this.#session;
    const before = copyState(session);
    restoreState(session, this.#sound);
    let step = this.#soundStep;
    for (const { epoch, rows, factors } of this.#stretches) {
      for (let s = 0; s * this.#batchSize < rows.length; s++) {
        const batch = rows.subarray(s * this.#batchSize, (s + 1) * this.#batchSize);
        saveState(session, before);
        const options = { batchSize: this.#batchSize, ...factorsWithin(factors, s, s + 1) };
        const loss = brokenLoss(await unlessNotFinite(() => session.run(this.#training, batch, options)));
        step += 1;
        const broken = brokenState(session);
        if (loss === undefined && broken === undefined) continue;
        restoreState(session, before);
        await unlessNotFinite(() => lookGradient(session, this.#training, batch, factors.dropoutFactors?.[s]));
        const layer = brokenLayer(session) ?? layerOf(session, broken?.index ?? -1);
        const slot = loss === undefined ? broken?.slot : undefined;
        return { step, epoch, loss, slot, rows: batch, rateFactor: factors.rateFactors?.[s] ?? 1, layer };
      }
    }
    return undefined;
  }
}

/** The loss of one step, where it is not finite. */
function brokenLoss(losses: Float64Array | NotFiniteError): number | undefined {
  if (losses instanceof NotFiniteError) return losses.what === "losses" ? losses.value : undefined;
  return Number.isFinite(losses[0]) ? undefined : losses[0];
}

/** The layer whose signals break first on the way forward, else whose gradients break first on the way back. */
function brokenLayer(session: Session): number | undefined {
  for (const layer of session.problem.network.layers.keys()) {
    const { inducedField, output } = session.signals(layer);
    if (firstNonFinite(inducedField) >= 0 || firstNonFinite(output) >= 0) return layer;
  }
  const broken = session.layout.tensors.findLast(
    ({ offset, length }) => firstNonFinite(session.gradients.subarray(offset, offset + length)) >= 0,
  );
  return broken?.layer;
}

/** The layer that a parameter belongs to; the output layer for none. */
function layerOf(session: Session, parameter: number): number {
  const own = session.layout.tensors.find(({ offset, length }) => parameter >= offset && parameter < offset + length);
  return own?.layer ?? session.problem.network.layers.length - 1;
}
