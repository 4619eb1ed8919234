/**
 * What a session does together with those of other processes (ranks): every step's batch has rows of all of them.
 *
 * Each computes the gradient of its own rows, divided by the rows of the whole batch; the sum over the ranks is the gradient of the
 * batch, the plan's phase `reduce`. It is made where the gradient lies. Penalties, clipping and the update come after it, and are the
 * same everywhere. Calls are made by all ranks, in the same order. Knows nothing of how numbers travel.
 */
import { type Collective, gatherNumbers, memberText } from "../../distributed/collective.ts";
import { DescriptionError, GradusError, NotFiniteError } from "../../errors.ts";
import { firstNonFinite, requireFiniteLosses } from "../engine.ts";
import type { BatchPart, StepFactors } from "./control.ts";
import type { PlacedRegions } from "./placedRegions.ts";
import { NO_PATTERNS, type PatternPlaces, type SessionWork } from "./sessionWork.ts";

/** The steps of a run. */
export interface ReducedSteps extends StepFactors {
  /** How many rows of each step's batch are this rank's. */
  readonly counts: ArrayLike<number>;
}

/** So many parameters at the most are compared between the ranks after a run. */
const MOST_COMPARED = 65_536;

export class ReducedWork {
  readonly #work: SessionWork;
  readonly #regions: PlacedRegions;
  readonly #collective: Collective;
  readonly #batchSize: number;

  /** @param batchSize the most rows of a whole batch */
  constructor(work: SessionWork, regions: PlacedRegions, collective: Collective, batchSize: number) {
    this.#work = work;
    this.#regions = regions;
    this.#collective = collective;
    this.#batchSize = batchSize;
  }

  /** @returns the loss of each whole batch */
  *steps(
    patterns: PatternPlaces,
    rows: Uint32Array,
    { counts, ...factors }: ReducedSteps,
  ): Generator<void, Float64Array> {
    const parts = this.#parts(counts);
    const own = new Float64Array(counts.length);
    let start = 0;
    for (let s = 0; s < counts.length; s++) {
      this.#work.writeSchedule(1, factors, s);
      own[s] = yield* this.#ownGradient(patterns, rows.subarray(start, start + counts[s]), parts[s]);
      this.#reduce();
      yield* this.#work.batches("update", NO_PATTERNS, Uint32Array.of(0), 1);
      this.#work.step += 1;
      start += counts[s];
    }
    const losses = this.#losses(own);
    this.#regions.requireFinite("parameters");
    this.#requireAlike();
    return losses;
  }

  /** @returns the loss of the whole batch */
  *gradient(patterns: PatternPlaces, rows: Uint32Array, dropoutFactor: number): Generator<void, number> {
    const [part] = this.#parts([rows.length]);
    this.#work.writeSchedule(1, { dropoutFactors: [dropoutFactor] });
    const own = yield* this.#ownGradient(patterns, rows, part);
    this.#reduce();
    const [loss] = this.#losses(Float64Array.of(own));
    this.#regions.requireFinite("gradients");
    return loss;
  }

  /** @returns the mean loss over the rows of all ranks */
  *evaluation(patterns: PatternPlaces, rows: Uint32Array): Generator<void, number> {
    const own = rows.length === 0 ? 0 : yield* this.#work.lossSum(patterns, rows);
    let [total, count] = [0, 0];
    for (const [sum, rowsOf] of gatherNumbers(this.#collective, [own, rows.length], "an evaluation")) {
      total += sum;
      count += rowsOf;
    }
    if (count === 0) throw new DescriptionError("Expected at least one row to evaluate, found none on any rank.");
    requireFiniteLosses([total]);
    return total / count;
  }

  /** Each step's part of this rank. @throws {DescriptionError} ranks that make different steps */
  #parts(counts: ArrayLike<number>): BatchPart[] {
    const { rank, members } = this.#collective;
    const all = gatherNumbers(this.#collective, counts, "the beginning of a run");
    const other = all.findIndex(({ length }) => length !== all[0].length);
    if (other >= 0) {
      throw new DescriptionError(
        `Expected all ranks to make the same steps, found ${all[0].length} on ${memberText(members[0])} and ${all[other].length} on ${memberText(members[other])}.`,
      );
    }
    return Array.from(counts, (_, s) => {
      const wholeRows = all.reduce((sum, of) => sum + of[s], 0);
      const isHeld = wholeRows >= 1 && wholeRows <= this.#batchSize;
      if (!isHeld) {
        const found = `found ${wholeRows} at step ${s} (counted from 0), those of all ranks together`;
        throw new DescriptionError(`Expected 1 to ${this.#batchSize} rows in a batch, ${found}.`);
      }
      return { wholeRows, firstRow: all.slice(0, rank).reduce((sum, of) => sum + of[s], 0) };
    });
  }

  /** The part of this rank's rows of the gradient and of the loss; the schedule is in place. */
  *#ownGradient(patterns: PatternPlaces, rows: Uint32Array, part: BatchPart): Generator<void, number> {
    this.#work.lastRows = rows.length;
    if (rows.length === 0) {
      this.#regions.whole("gradients").fill(0);
      return 0;
    }
    const [loss] = yield* this.#work.batches("gradient", patterns, rows, rows.length, part);
    return loss;
  }

  #reduce(): void {
    const what = `the gradient of step ${this.#work.step + 1}`;
    this.#collective.allReduce(this.#regions.whole("gradients"), { what });
  }

  /**
   * The loss of each batch, from every rank's part of it, added up in the order of the ranks.
   *
   * @throws {NotFiniteError} the first that isn't finite, with the rank whose rows it is from
   */
  #losses(own: Float64Array): Float64Array {
    const all = gatherNumbers(this.#collective, own, "the losses of a run");
    const losses = own.map((_, s) => all.reduce((sum, of) => sum + of[s], 0));
    const bad = firstNonFinite(losses);
    if (bad < 0) return losses;
    const from = all.findIndex((of) => !Number.isFinite(of[bad]));
    const of = from < 0 ? "" : ` in the rows of ${memberText(this.#collective.members[from])}`;
    throw new NotFiniteError("losses", losses[bad], bad, {
      place: `at step ${bad}${of}`,
      remedy:
        "The inputs, the targets, the parameters or the learning rate are too large. The session is invalid now on all ranks: " +
        "restore its earlier parameters, or create another session.",
    });
  }

  /** @throws {GradusError} ranks whose parameters differ: what each of them learns from then on would be worth nothing */
  #requireAlike(): void {
    const { members } = this.#collective;
    const all = gatherNumbers(this.#collective, [checksum(this.#regions.whole("parameters"))], "a comparison");
    const other = all.findIndex(([sum]) => sum !== all[0][0]);
    if (other < 0) return;
    throw new GradusError(
      `The parameters of ${memberText(members[other])} are no longer those of rank 0. Set the same ones on all ranks; where no program sets any, ` +
        "processors differ in how they round: use machines of one kind.",
    );
  }
}

/** A number that depends on every bit of the numbers, or of so many of them, evenly spread. */
function checksum(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const every = Math.ceil(bits.length / MOST_COMPARED);
  let sum = 0;
  for (let i = 0; i < bits.length; i += every) sum = Math.imul(sum ^ bits[i], 0x01000193) + i;
  return sum;
}
