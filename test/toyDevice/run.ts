/**
 * A run of a program on the toy device: what the words of the control block mean, and the memory as numbers.
 *
 * One thread, all rows and all units at a time. Knows no operation.
 */
import { controlWords, scheduleNumbers } from "../../src/engines/memory/layouts.ts";
import { dropoutFactor } from "../../src/network/dropout.ts";
import { fixedOptions } from "../../src/optimizers/optimizerOf.ts";
import { engineOperations } from "../../src/plan/ops/engine.ts";
import type { OperationEntry } from "../../src/plan/ops/entry.ts";
import type { steps } from "../../src/plan/ops/steps.ts";
import { mix32 } from "../../src/random.ts";
import { type Decoded, decoded, named } from "./decode.ts";

/** What an operation does, from its words without its code and its length. */
type Act = (run: Run, words: Int32Array) => void;
/** An operation's code, and what it does. */
export type Operation = readonly [number, Act];
export type Operations = ReadonlyMap<number, Act>;

/** The arguments of an operation of the table by their names: addresses and numbers. */
export type ArgumentsOf<Entry extends OperationEntry> = Decoded<Entry["arguments"]>;

/** An operation by its entry in the table. */
export function operation<Entry extends OperationEntry>(
  entry: Entry,
  act: (run: Run, given: ArgumentsOf<Entry>) => void,
): Operation {
  return [entry.code, (run, words) => act(run, decoded<Entry["arguments"]>(entry.arguments, words))];
}

type Control = Readonly<Record<(typeof controlWords)[number], number>>;

/** A run: the memory, what the control block says, and the batch at hand. */
export class Run {
  readonly #buffer: ArrayBufferLike;
  readonly #control: Control;
  /** Which batch of the run is at hand. */
  #batch = 0;
  /** How many rows it has. */
  rows = 0;
  /** How many units the work at hand is shared out by. */
  units = 0;

  constructor(buffer: ArrayBufferLike, control: Control) {
    this.#buffer = buffer;
    this.#control = control;
  }

  /** The run that a control block in the memory says. */
  static at(buffer: ArrayBufferLike, control: number): Run {
    return new Run(buffer, named(controlWords, new Int32Array(buffer, control, controlWords.length)));
  }

  /** The run of one row by a program of prediction. */
  static ofRow(buffer: ArrayBufferLike, program: number): Run {
    const nothing = named(controlWords, new Int32Array(controlWords.length));
    return new Run(buffer, { ...nothing, program, steps: 1, rowCount: 1, batchSize: 1 });
  }

  /** Runs the program for every batch. @param operations by their codes */
  all(operations: Operations): void {
    const { program, steps, rowCount, batchSize } = this.#control;
    for (this.#batch = 0; this.#batch < steps; this.#batch++) {
      this.rows = Math.min(batchSize, rowCount - this.#batch * batchSize);
      this.#program(program, operations);
    }
  }

  #program(start: number, operations: Operations): void {
    const words = new Int32Array(this.#buffer);
    for (let at = start / 4; words[at] !== engineOperations.end.code; at += words[at + 1]) {
      const act = operations.get(words[at]);
      if (act === undefined) throw new RangeError(`Expected an operation's code, found ${words[at]}.`);
      act(this, words.subarray(at + 2, at + words[at + 1]));
    }
  }

  /** So many numbers from an address on. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#buffer, address, count);
  }

  words(address: number, count: number): Int32Array {
    return new Int32Array(this.#buffer, address, count);
  }

  doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.#buffer, address, count);
  }

  /** Row n of a matrix. */
  row(address: number, width: number, n: number): Float32Array {
    return this.floats(address + 4 * n * width, width);
  }

  /** How many rows the batch has on all processes that learn from it. */
  get wholeRows(): number {
    return this.#control.wholeRows || this.rows;
  }

  /** Does something for each row of the batch. */
  eachRow(act: (n: number) => void): void {
    for (let n = 0; n < this.rows; n++) act(n);
  }

  /** What the control block says of the patterns, and which of them are the batch's. */
  patterns() {
    const { rowIndices, batchSize, inputs, desired, weights, inputWidth, desiredWidth } = this.#control;
    const chosen = new Uint32Array(this.#buffer, rowIndices + 4 * this.#batch * batchSize, this.rows);
    return { chosen, inputs, desired, weights, inputWidth, desiredWidth };
  }

  /** Where the batch's loss goes, and those of its rows. */
  losses() {
    const { losses, rowLosses } = this.#control;
    return { batch: this.doubles(losses + 8 * this.#batch, 1), rows: this.doubles(rowLosses, this.rows) };
  }

  /** Where the outputs of the batch's rows go. */
  outputs(width: number): Float32Array {
    const { batchSize, outputs } = this.#control;
    return this.floats(outputs + 4 * this.#batch * batchSize * width, this.rows * width);
  }

  /** What an update rule is told at this step. */
  learning() {
    const { schedule, hyperparameters, stride, before } = this.#control;
    const [moving, fixed] = [scheduleNumbers.length, fixedOptions.length];
    return {
      ...named(scheduleNumbers, this.doubles(schedule + stride * this.#batch, moving)),
      options: named(fixedOptions, this.doubles(hyperparameters + 8 * moving, fixed)),
      step: before + this.#batch + 1,
    };
  }

  /** The factors of dropout for the rows at hand. */
  mask({ layer, rate }: Decoded<(typeof steps)["dropout"]["arguments"]>, width: number): Float64Array {
    const { step, dropoutFactor: factor } = this.learning();
    const key = mix32(mix32(this.#control.seedKey + step - 1) + layer);
    const before = this.#control.firstRow * width;
    return Float64Array.from({ length: this.rows * width }, (_, i) => dropoutFactor(key, before + i, rate * factor));
  }
}
