/**
 * What a session does together with those of other processes (ranks): every step's batch has rows of all of them.
 *
 * Each computes the gradient of its own rows, divided by the rows of the whole batch; the sum over the ranks is the gradient of the
 * batch, the plan's phase `reduce`. It is made where the gradient lies, of each part of it as soon as the backward pass has completed that part, and
 * goes on while the rest is computed. Penalties, clipping and the update come after it, and are the same everywhere. Calls are made by
 * all ranks, in the same order. Knows nothing of how numbers travel.
 */
import { type Collective, gatherNumbers, memberText, type Pending } from "../../distributed/collective.ts";
import { DescriptionError, GradusError, NotFiniteError } from "../../errors.ts";
import { type GradientPart, gradientParts } from "../../plan/gradientParts.ts";
import type { Plan } from "../../plan/plan.ts";
import { firstNonFinite, requireFiniteLosses } from "../engine.ts";
import type { BatchPart, StepFactors } from "./control.ts";
import type { Meanwhile, Work } from "./performer.ts";
import type { PlacedRegions } from "./placedRegions.ts";
import { NO_PATTERNS, type PatternPlaces, type SessionWork } from "./sessionWork.ts";

/** The steps of a run. */
export interface ReducedSteps extends StepFactors {
  /** How many rows of each step's batch are this rank's. */
  readonly counts: ArrayLike<number>;
}

type Ranks = Pick<Collective, "size" | "sharesMemory">;

/** So many parameters at the most are compared between the ranks after a run. */
const MOST_COMPARED = 65_536;

/**
 * So many numbers of a gradient, 256 KiB, are exchanged at a time at the least. TCP over 10 Gbit/s with a latency of 100 µs carries 125 KB in
 * that time: of twice as much, latency is at most a third of the time, and less on slower links.
 */
const LEAST_EXCHANGED = 65_536;

/**
 * The parts of the backward pass whose gradients are exchanged one by one, while a worker computes; none where a process learns alone or all go in
 * one exchange. Through shared memory, the caller's thread would take from a core what it gains: only where several threads share the work, one
 * exchanging for all is worth hiding.
 */
export function partsToExchange(plan: Plan, collective: Ranks | undefined, threads: number): GradientPart[] {
  const { size = 1, sharesMemory = false } = collective ?? {};
  const isHidden = size > 1 && (threads > 1 || !sharesMemory);
  const parts = isHidden ? gradientParts(plan, LEAST_EXCHANGED) : [];
  return parts.length > 1 ? parts : [];
}

/** A part of the gradient, and the program that completes it: the session's own, or an address. */
interface Exchanged extends Pick<GradientPart, "first" | "count"> {
  readonly program: "gradient" | number;
}

export class ReducedWork {
  readonly #work: SessionWork;
  readonly #regions: PlacedRegions;
  readonly #collective: Collective;
  readonly #batchSize: number;
  readonly #exchanged: readonly Exchanged[];

  /**
   * @param batchSize the most rows of a whole batch
   * @param parts of the gradient, in the order in which their programs run; none: it is exchanged whole
   */
  constructor(
    work: SessionWork,
    regions: PlacedRegions,
    {
      collective,
      batchSize,
      parts,
    }: { readonly collective: Collective; readonly batchSize: number; readonly parts: readonly Exchanged[] },
  ) {
    this.#work = work;
    this.#regions = regions;
    this.#collective = collective;
    this.#batchSize = batchSize;
    const whole = { program: "gradient", first: 0, count: regions.plan.layout.length } as const;
    this.#exchanged = parts.length > 0 ? parts : [whole];
  }

  /** @returns the loss of each whole batch */
  *steps(patterns: PatternPlaces, rows: Uint32Array, { counts, ...factors }: ReducedSteps): Work<Float64Array> {
    const parts = this.#parts(counts);
    const own = new Float64Array(counts.length);
    let start = 0;
    for (let s = 0; s < counts.length; s++) {
      this.#work.writeSchedule(1, factors, s);
      own[s] = yield* this.#wholeGradient(patterns, rows.subarray(start, start + counts[s]), parts[s]);
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
  *gradient(patterns: PatternPlaces, rows: Uint32Array, dropoutFactor: number): Work<number> {
    const [part] = this.#parts([rows.length]);
    this.#work.writeSchedule(1, { dropoutFactors: [dropoutFactor] });
    const own = yield* this.#wholeGradient(patterns, rows, part);
    const [loss] = this.#losses(Float64Array.of(own));
    this.#regions.requireFinite("gradients");
    return loss;
  }

  /** @returns the mean loss over the rows of all ranks */
  *evaluation(patterns: PatternPlaces, rows: Uint32Array): Work<number> {
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

  /** The gradient of the whole batch; the schedule is in place. @returns the part of this rank's rows of the loss */
  *#wholeGradient(patterns: PatternPlaces, rows: Uint32Array, part: BatchPart): Work<number> {
    this.#work.lastRows = rows.length;
    const gradients = this.#regions.whole("gradients");
    const what = `the gradient of step ${this.#work.step + 1}`;
    const pending: Pending[] = [];
    const meanwhile: Meanwhile = (run) => this.#collective.during(run, pending);
    let loss = 0;
    if (rows.length === 0) gradients.fill(0);
    for (const [i, { program, first, count }] of this.#exchanged.entries()) {
      if (rows.length > 0) {
        const losses = yield* this.#work.batches(program, patterns, rows, rows.length, part, meanwhile);
        if (i === 0) [loss] = losses;
      }
      for (const exchange of pending) exchange.poll();
      pending.push(this.#collective.startAllReduce(gradients.subarray(first, first + count), { what }));
    }
    for (const exchange of pending) exchange.wait();
    return loss;
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
    // Where all have one, it isn't the rows.
    const ranks = [...all.keys()].filter((rank) => !Number.isFinite(all[rank][bad]));
    const from = ranks.length < all.length ? (ranks[0] ?? -1) : -1;
    const of = from < 0 ? "" : ` in the rows of ${memberText(this.#collective.members[from])}`;
    throw new NotFiniteError("losses", losses[bad], bad, {
      place: `at step ${bad}${of}`,
      rank: from < 0 ? undefined : from,
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
