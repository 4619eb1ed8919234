/**
 * A run of a program on the toy device: what the words of the control block mean, and the memory as numbers.
 *
 * One thread, all rows and all units at a time. Knows no operation.
 */
import { CONTROL_BYTES } from "../../src/engines/memory/control.ts";
import { dropoutFactor } from "../../src/network/dropout.ts";
import { engineOperations } from "../../src/plan/ops/engine.ts";
import { mix32 } from "../../src/random.ts";

/** The words of an operation, without its code and its length; or those of the control block. */
export type Words = Int32Array;
export type Operation = (run: Run, words: Words) => void;
export type Operations = Readonly<Record<number, Operation>>;

/** A run: the memory, what the control block says, and the batch at hand. */
export class Run {
  readonly #buffer: ArrayBufferLike;
  readonly #control: Words;
  /** Which batch of the run is at hand. */
  #batch = 0;
  /** How many rows it has. */
  rows = 0;
  /** How many units the work at hand is shared out by. */
  units = 0;

  constructor(buffer: ArrayBufferLike, control: Words) {
    this.#buffer = buffer;
    this.#control = control;
  }

  /** The run that a control block in the memory says. */
  static at(buffer: ArrayBufferLike, control: number): Run {
    return new Run(buffer, new Int32Array(buffer, control, CONTROL_BYTES / 4));
  }

  /** The run of one row by a program of prediction. */
  static ofRow(buffer: ArrayBufferLike, program: number): Run {
    const [steps, rowCount, batchSize] = [1, 1, 1];
    return new Run(buffer, Int32Array.of(program, steps, 0, rowCount, batchSize));
  }

  /** Runs the program for every batch. @param operations by their codes */
  all(operations: Operations): void {
    const [program, steps, , rowCount, batchSize] = this.#control;
    for (this.#batch = 0; this.#batch < steps; this.#batch++) {
      this.rows = Math.min(batchSize, rowCount - this.#batch * batchSize);
      this.#program(program, operations);
    }
  }

  #program(start: number, operations: Operations): void {
    const words = new Int32Array(this.#buffer);
    for (let at = start / 4; words[at] !== engineOperations.end.code; at += words[at + 1]) {
      const operation = operations[words[at]];
      if (operation === undefined) throw new RangeError(`Expected an operation's code, found ${words[at]}.`);
      operation(this, words.subarray(at + 2, at + words[at + 1]));
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

  /** Does something for each row of the batch. */
  eachRow(act: (n: number) => void): void {
    for (let n = 0; n < this.rows; n++) act(n);
  }

  /** What the control block says of the patterns, and which of them are the batch's. */
  patterns() {
    const [, , indices, , batchSize, , , inputs, desired, weights, inputWidth, desiredWidth] = this.#control;
    const chosen = new Uint32Array(this.#buffer, indices + 4 * this.#batch * batchSize, this.rows);
    return { chosen, inputs, desired, weights, inputWidth, desiredWidth };
  }

  /** Where the batch's loss goes, and those of its rows. */
  losses() {
    const [, , , , , , losses, , , , , , rowLosses] = this.#control;
    return { batch: this.doubles(losses + 8 * this.#batch, 1), rows: this.doubles(rowLosses, this.rows) };
  }

  /** Where the outputs of the batch's rows go. */
  outputs(width: number): Float32Array {
    const [batchSize, outputs] = [this.#control[4], this.#control[19]];
    return this.floats(outputs + 4 * this.#batch * batchSize * width, this.rows * width);
  }

  /** What an update rule is told at this step. */
  learning() {
    const [schedule, hyperparameters, stride, before] = [5, 18, 20, 21].map((at) => this.#control[at]);
    const [learningRate, , , decayFactor, dropoutFactor] = this.doubles(schedule + stride * this.#batch, 5);
    const [a, b, epsilon, weightDecay] = this.doubles(hyperparameters + 40, 4);
    return { learningRate, decayFactor, dropoutFactor, a, b, epsilon, weightDecay, step: before + this.#batch + 1 };
  }

  /** The factors of dropout for the rows at hand. @param mask [layer, rate as float64] */
  mask(mask: Words, width: number): Float64Array {
    const [layer] = mask;
    const [rate] = new Float64Array(mask.slice(1, 3).buffer);
    const { step, dropoutFactor: factor } = this.learning();
    const key = mix32(mix32(this.#control[13] + step - 1) + layer);
    return Float64Array.from({ length: this.rows * width }, (_, i) => dropoutFactor(key, i, rate * factor));
  }
}
