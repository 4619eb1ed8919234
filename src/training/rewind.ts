/**
 * Finds the step at which training diverged, by restoring a finite state and making the same steps again.
 *
 * One number that is not finite spreads over the whole network within a step, so what a session holds afterwards does
 * not show where it began. But the same rows give the same bits: from a copy of the last sound state the steps are made again, one at a
 * time, up to the one that fails; there the signals show where it begins. Copies are made so seldom that they cost
 * about a hundredth of the learning. Knows nothing of causes.
 */
import { firstNonFinite, type LoadedPatterns, type RunOptions, type Session } from "../engines/engine.ts";
import { NotFiniteError, unlessNotFinite } from "../errors.ts";
import { lookGradient } from "./lookGradient.ts";
import { firstOfAll } from "./ranks/agreement.ts";
import { brokenState, copyState, restoreState, type SessionState, saveState } from "./sessionState.ts";
import { factorsWithin, type StepFactors } from "./stepFactors.ts";

/** Steps that were made in one go. */
export interface Stretch {
  readonly epoch: number;
  /** This process's rows in their order. */
  readonly rows: Uint32Array;
  /** How many of them each step takes. */
  readonly counts: readonly number[];
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
  /** This process's rows of its batch. */
  readonly rows: Uint32Array;
  /** The process that has the rows whose loss was not finite, where several train together and it is known. */
  readonly rank: number | undefined;
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

  /** The sizes of steps as the session takes them. @param counts rows of each step, the last one of which may be short */
  sizes(counts: readonly number[]): Pick<RunOptions, "batchSize" | "batchSizes"> {
    return this.#session.collective === undefined ? { batchSize: this.#batchSize } : { batchSizes: counts };
  }

  /** Remembers steps that the session has just made. @param wholeRows rows of all processes */
  record(stretch: Stretch, wholeRows: number): void {
    this.#stretches.push(stretch);
    this.#patterns += wholeRows;
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
   * Makes the steps since the last copy again until one fails, and leaves the session as it was before that step, or before the round of
   * steps that it is of.
   *
   * @returns undefined when none fails, with the session where it stood
   */
  async failure(): Promise<Failure | undefined> {
    const session = this.#session;
    const before = copyState(session);
    restoreState(session, this.#sound);
    let step = this.#soundStep;
    const { syncEvery = 1 } = session;
    for (const { epoch, rows, counts, factors } of this.#stretches) {
      let from = 0;
      for (let s = 0; s < counts.length; s += syncEvery) {
        const round = counts.slice(s, s + syncEvery);
        const end = from + sumOf(round);
        saveState(session, before);
        const options = { ...this.sizes(round), ...factorsWithin(factors, s, s + round.length) };
        const made = await unlessNotFinite(() => session.run(this.#training, rows.subarray(from, end), options));
        const loss = brokenLoss(made);
        const broken = brokenState(session);
        const isSound = loss === undefined && broken === undefined;
        if (firstOfAll(session.collective, isSound ? undefined : 0) === undefined) {
          step += round.length;
          from = end;
          continue;
        }
        restoreState(session, before);
        const at = made instanceof NotFiniteError && made.what === "losses" ? made.index : round.length - 1;
        const first = from + sumOf(round.slice(0, at));
        const batch = rows.subarray(first, first + round[at]);
        await unlessNotFinite(() => lookGradient(session, this.#training, batch, factors.dropoutFactors?.[s + at]));
        const layer = brokenLayer(session, batch.length) ?? layerOf(session, broken?.index ?? -1);
        const slot = loss === undefined ? broken?.slot : undefined;
        const rank = made instanceof NotFiniteError ? made.rank : undefined;
        const rateFactor = factors.rateFactors?.[s + at] ?? 1;
        return { step: step + at + 1, epoch, loss, slot, rows: batch, rank, rateFactor, layer };
      }
    }
    return undefined;
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The first loss that is not finite. */
function brokenLoss(losses: Float64Array | NotFiniteError): number | undefined {
  if (losses instanceof NotFiniteError) return losses.what === "losses" ? losses.value : undefined;
  const index = firstNonFinite(losses);
  return index < 0 ? undefined : losses[index];
}

/**
 * The layer whose signals break first on the way forward, else whose gradients break first on the way back.
 *
 * @param rows how many of the batch are this process's
 */
function brokenLayer(session: Session, rows: number): number | undefined {
  const layer = firstOfAll(session.collective, rows === 0 ? undefined : brokenSignals(session));
  if (layer !== undefined) return layer;
  const broken = session.layout.tensors.findLast(
    ({ offset, length }) => firstNonFinite(session.gradients.subarray(offset, offset + length)) >= 0,
  );
  return broken?.layer;
}

/** Of this process's rows. */
function brokenSignals(session: Session): number | undefined {
  for (const layer of session.problem.network.layers.keys()) {
    const { inducedField, output } = session.signals(layer);
    if (firstNonFinite(inducedField) >= 0 || firstNonFinite(output) >= 0) return layer;
  }
  return undefined;
}

/** The layer that a parameter belongs to; the output layer for none. */
function layerOf(session: Session, parameter: number): number {
  const own = session.layout.tensors.find(({ offset, length }) => parameter >= offset && parameter < offset + length);
  return own?.layer ?? session.problem.network.layers.length - 1;
}
