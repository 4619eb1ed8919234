/**
 * The outputs of every layer for given inputs, forward alone: a program of its own that keeps what each layer puts out.
 *
 * It reads the session's parameters where they lie and writes to memory of its own, so the session's signals stay; rows go
 * through in blocks whose size doesn't depend on the problem's batch size. The sums are those of `predict`, in the same
 * order: so are the bits. Knows nothing of losses, and not when its turn comes.
 */
import { allocating } from "../../memory.ts";
import { layerWidths, type Network } from "../../network/network.ts";
import { type ForwardPlan, makeForwardPlan } from "../../plan/forwardPlan.ts";
import type { RegionName } from "../../plan/plan.ts";
import { requireFiniteActivations } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import { type ControlPlaces, writeControl } from "./control.ts";
import { encodeLayerOutputs } from "./forwardProgram.ts";
import type { Runtime } from "./runtime.ts";
import { forwardScratchBytes } from "./scratch.ts";

/** The most rows of a block, and the most numbers of its signals for each thread: a mebibyte stays in a core's cache. */
const MOST_ROWS = 4096;
const MOST_NUMBERS = 2 ** 18;

/** The session whose layers are asked for. */
export interface LayerOutputsSetup {
  readonly network: Network;
  readonly runtime: Runtime;
  readonly threads: number;
  /** The address of the parameters. */
  readonly parameters: number;
  /** What goes with a run of the session: its control block is written, and what is not replaced here is not used. */
  readonly places: ControlPlaces;
}

export class LayerOutputs {
  readonly #setup: LayerOutputsSetup;
  readonly #blocks: Blocks;
  readonly #plan: ForwardPlan;
  readonly #signals: number;
  readonly #places: ControlPlaces;
  readonly #program: number;

  /** @throws {OutOfMemoryError} and then nothing is held */
  constructor(setup: LayerOutputsSetup, blocks: Blocks) {
    const { network, runtime, threads, parameters, places } = setup;
    this.#setup = setup;
    this.#blocks = blocks;
    this.#plan = makeForwardPlan(network, blockRows(network, threads));
    const { batchSize, length, regions } = this.#plan;
    const scratchBytes = forwardScratchBytes(this.#plan, runtime.device);
    const signalBytes = 4 * (length - regions.x.offset);
    const programBytes = encodeLayerOutputs(this.#plan, { parameters, signals: 0, counters: 0, threads }).byteLength;
    const sizes = [signalBytes, 4 * batchSize, threads * scratchBytes, 4 * threads, programBytes];
    const [signals, indices, scratch, counters, program] = blocks.allocateAll(sizes);
    for (const [start, bytes] of [
      [signals, signalBytes],
      [counters, 4 * threads],
    ]) {
      new Uint8Array(blocks.buffer, start, bytes).fill(0);
    }
    // Each block's inputs begin where its rows do, so rows are always counted from 0.
    new Uint32Array(blocks.buffer, indices, batchSize).set(Uint32Array.from({ length: batchSize }, (_, row) => row));
    const words = encodeLayerOutputs(this.#plan, { parameters, signals, counters, threads });
    new Int32Array(blocks.buffer, program, words.length).set(words);
    this.#signals = signals;
    this.#program = program;
    this.#places = { ...places, indices, scratch, scratchBytes };
  }

  /**
   * Computes block after block; each `yield` is a run of what the control block says.
   *
   * @param inputs the address of the rows, [N, I]
   * @returns one array a layer, [N, width]
   */
  *of(inputs: number, rows: number): Generator<void, Float32Array[]> {
    const { network } = this.#setup;
    const { batchSize } = this.#plan;
    const widths = layerWidths(network).slice(1);
    const bytes = 4 * rows * widths.reduce((sum, width) => sum + width, 0);
    const outputs = allocating(`the outputs of every layer for ${rows} rows take`, bytes, () =>
      widths.map((width) => new Float32Array(rows * width)),
    );
    const names = outputNames(network, this.#plan);
    for (let start = 0; start < rows; start += batchSize) {
      const count = Math.min(batchSize, rows - start);
      this.#write(inputs + 4 * start * network.inputs, count);
      yield;
      for (const [layer, width] of widths.entries()) {
        outputs[layer].set(this.#blocks.floats(this.#placeOf(names[layer]), count * width), start * width);
      }
    }
    return requireFiniteActivations(outputs, widths);
  }

  #placeOf(name: RegionName): number {
    const { regions } = this.#plan;
    return this.#signals + 4 * (regions[name].offset - regions.x.offset);
  }

  /** Writes what the next call into the kernels is told: one batch of so many rows. */
  #write(inputs: number, count: number): void {
    const { network, threads } = this.#setup;
    const nothing = { desired: 0, weights: 0, outputs: 0, constant: true, before: 0, batches: 0 };
    const run = { program: this.#program, steps: 1, rowCount: count, batchSize: count, inputs, ...nothing };
    const fixed = { inputWidth: network.inputs, desiredWidth: 0, seed: 0, threads };
    writeControl(this.#blocks.buffer, this.#places, run, fixed);
  }
}

/** Rows that go forward together. */
function blockRows(network: Network, threads: number): number {
  const { length, regions } = makeForwardPlan(network, 1);
  return Math.max(1, Math.min(MOST_ROWS, Math.floor((threads * MOST_NUMBERS) / (length - regions.x.offset))));
}

/** The regions of the layers' outputs; a dropout layer puts out what enters it. */
function outputNames({ layers }: Network, { predict }: ForwardPlan): RegionName[] {
  let name: RegionName = "x";
  return layers.map((_, layer) => {
    name = predict.find((operation) => operation.layer === layer)?.output ?? name;
    return name;
  });
}
