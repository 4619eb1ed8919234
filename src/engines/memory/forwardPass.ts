/**
 * Rows through a network, forward alone and without dropout: `predict` of a plan, in batches, on all threads where there are several.
 *
 * It reads parameters where they lie and has signals of its own, so those of a step stay as they are. A batch's size is a
 * matter of the cache alone: sums are those of training in the same order, and so are the bits. Knows nothing of losses, and
 * not when its turn comes.
 */
import { allocating } from "../../memory.ts";
import { layerWidths, type Network } from "../../network/network.ts";
import { type ForwardPlan, makeForwardPlan } from "../../plan/forwardPlan.ts";
import type { Region } from "../../plan/plan.ts";
import { requireFiniteActivations, requireFiniteOutputs } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import { type ControlPlaces, writeControl } from "./control.ts";
import { addressesOf, encodeForwardPass } from "./forwardProgram.ts";
import { OneRow } from "./oneRow.ts";
import type { Work } from "./performer.ts";
import type { Runtime } from "./runtime.ts";
import { forwardScratchBytes } from "./scratch.ts";

/** The most rows of one call of the device: it bounds the list of their numbers. */
const MOST_ROWS = 65536;
/** The most rows of a batch, and the most numbers of its signals for each thread: a mebibyte stays in a core's cache. */
const MOST_BATCH_ROWS = 4096;
const MOST_NUMBERS = 2 ** 18;

export interface ForwardSetup {
  readonly network: Network;
  readonly runtime: Runtime;
  readonly threads: number;
  /** The address of the parameters. */
  readonly parameters: number;
  /** What goes with a run: its control block is written, and what belongs to losses and updates is not used. */
  readonly places: Omit<ControlPlaces, "indices" | "scratch" | "scratchBytes">;
}

export class ForwardPass {
  readonly #setup: ForwardSetup;
  readonly #blocks: Blocks;
  readonly #plan: ForwardPlan;
  readonly #signals: number;
  readonly #places: ControlPlaces;
  readonly #program: number;
  #batchesBegun = 0;
  #oneRow: OneRow | undefined;

  /** @throws {OutOfMemoryError} and then nothing is held */
  constructor(setup: ForwardSetup, blocks: Blocks) {
    const { network, runtime, threads, parameters, places } = setup;
    this.#setup = setup;
    this.#blocks = blocks;
    this.#plan = makeForwardPlan(network, batchRows(network, threads));
    runtime.device.prepare?.(this.#plan);
    const scratchBytes = forwardScratchBytes(this.#plan, runtime.device);
    const signalBytes = 4 * (this.#plan.length - this.#plan.regions.x.offset);
    const programBytes = encodeForwardPass(this.#plan, { parameters, signals: 0, counters: 0, threads }).byteLength;
    const sizes = [signalBytes, 4 * MOST_ROWS, threads * scratchBytes, 4 * threads, programBytes];
    const [signals, indices, scratch, counters, program] = blocks.allocateAll(sizes);
    for (const [start, bytes] of [
      [signals, signalBytes],
      [counters, 4 * threads],
    ]) {
      new Uint8Array(blocks.buffer, start, bytes).fill(0);
    }
    // A call's inputs begin where its rows do, so rows are always counted from 0.
    const numbers = new Uint32Array(blocks.buffer, indices, MOST_ROWS);
    for (let row = 0; row < MOST_ROWS; row++) numbers[row] = row;
    const words = encodeForwardPass(this.#plan, { parameters, signals, counters, threads });
    new Int32Array(blocks.buffer, program, words.length).set(words);
    runtime.device.placed?.(this.#plan, addressesOf(this.#plan.regions, { parameters, signals }));
    this.#signals = signals;
    this.#program = program;
    this.#places = { ...places, indices, scratch, scratchBytes };
  }

  /**
   * Computes y for each row; each `yield` is a run of what the control block says.
   *
   * @param inputs the address of the rows, [N, I] @param outputs where y goes, [N, outputs]
   */
  *predict(inputs: number, outputs: number, rows: number): Work<Float32Array> {
    const { network } = this.#setup;
    for (let start = 0; start < rows; start += MOST_ROWS) {
      const count = Math.min(MOST_ROWS, rows - start);
      this.#write(inputs + 4 * start * network.inputs, outputs + 4 * start * network.outputs, count);
      yield;
    }
    return requireFiniteOutputs(this.#blocks.floats(outputs, rows * network.outputs).slice(), network.outputs);
  }

  /** y [outputs] of one row [I], at once: its inputs are checked, and no work is under way. @throws {NotFiniteError} */
  predictRow(inputs: ArrayLike<number>): Float32Array {
    const { network, runtime } = this.#setup;
    if (this.#oneRow === undefined) {
      const widths = { inputs: network.inputs, desired: 0, outputs: network.outputs };
      const setup = { runtime, places: this.#places, program: this.#program, learns: false, seed: 0 };
      this.#oneRow = new OneRow({ ...setup, ...widths }, this.#blocks);
    }
    const { input, output } = this.#oneRow.views;
    for (let i = 0; i < input.length; i++) input[i] = inputs[i];
    this.#oneRow.run(0, this.#batchesBegun++);
    return requireFiniteOutputs(output.slice(), network.outputs);
  }

  /**
   * Computes what every layer puts out, batch after batch.
   *
   * @param inputs the address of the rows, [N, I]
   * @returns one array a layer, [N, width]
   */
  *layers(inputs: number, rows: number): Work<Float32Array[]> {
    const { network } = this.#setup;
    const { batchSize } = this.#plan;
    const widths = layerWidths(network).slice(1);
    const bytes = 4 * rows * widths.reduce((sum, width) => sum + width, 0);
    const outputs = allocating(`the outputs of every layer for ${rows} rows take`, bytes, () =>
      widths.map((width) => new Float32Array(rows * width)),
    );
    const regions = outputRegions(network, this.#plan);
    for (let start = 0; start < rows; start += batchSize) {
      const count = Math.min(batchSize, rows - start);
      // The last layer's outputs go to where they are.
      this.#write(inputs + 4 * start * network.inputs, this.#placeOf(regions[regions.length - 1]), count);
      yield;
      for (const [layer, width] of widths.entries()) {
        outputs[layer].set(this.#blocks.floats(this.#placeOf(regions[layer]), count * width), start * width);
      }
    }
    return requireFiniteActivations(outputs, widths);
  }

  #placeOf({ offset }: Region): number {
    return this.#signals + 4 * (offset - this.#plan.regions.x.offset);
  }

  /** Writes what the device's next call is told. */
  #write(inputs: number, outputs: number, rowCount: number): void {
    const { network, threads } = this.#setup;
    const { batchSize } = this.#plan;
    const steps = Math.ceil(rowCount / batchSize);
    const nothing = { desired: 0, weights: 0, constant: true, before: 0, learns: false };
    const rows = { steps, rowCount, batchSize, inputs, outputs, batches: this.#batchesBegun };
    this.#batchesBegun += steps;
    const fixed = { inputWidth: network.inputs, desiredWidth: 0, seed: 0, threads };
    writeControl(this.#blocks.buffer, this.#places, { program: this.#program, ...rows, ...nothing }, fixed);
  }
}

/** Rows that go forward together. */
export function batchRows(network: Network, threads: number): number {
  const { length, regions } = makeForwardPlan(network, 1);
  return Math.max(1, Math.min(MOST_BATCH_ROWS, Math.floor((threads * MOST_NUMBERS) / (length - regions.x.offset))));
}

/** The regions of the layers' outputs; a dropout layer puts out what enters it. */
function outputRegions({ layers }: Network, { predict, regions }: ForwardPlan): Region[] {
  let region = regions.x;
  return layers.map((_, layer) => {
    region = predict.findLast((operation) => operation.layer === layer)?.output ?? region;
    return region;
  });
}
