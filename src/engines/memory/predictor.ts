/**
 * Prediction with parameters that no longer change: the weights are packed once, and a row costs one call a layer.
 *
 * A row is computed in the same order of sums as in training, so a model says the same of it alone and among others.
 */
import { GradusError, OutOfMemoryError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import { activations } from "../../network/activations.ts";
import { layerWidths, type Network, validateNetwork } from "../../network/network.ts";
import { requireParameters } from "../../network/parameters.ts";
import { makeForwardPlan } from "../../plan/forwardPlan.ts";
import { forwardOperations } from "../../plan/ops/forward.ts";
import type { DenseOperation, Region } from "../../plan/plan.ts";
import { sizeOf } from "../../plan/regions.ts";
import { kindOf, operationWords } from "../../plan/words.ts";
import {
  type Awaitable,
  type Numbers,
  type Predictor,
  requireFiniteOutputs,
  requireInputs,
  requireNumbers,
  requireRow,
} from "../engine.ts";
import { Blocks } from "./blocks.ts";
import type { Runtime } from "./runtime.ts";
import { signalScratchBytes } from "./scratch.ts";

/** One layer, ready to be called: from the row at one address to the row at another. */
type Step = () => void;

/** The addresses of the rows that a layer reads and writes. */
interface Way {
  readonly from: number;
  readonly to: number;
}

/** The numbers of a parameter tensor. */
type ValuesOf = (tensor: Region) => Numbers;

/** A row of inputs and its outputs where they lie in the memory. Made once: a view takes as long as a small layer. */
interface Views {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** So many rows are predicted one by one: making a batch's forward pass ready would take longer. */
const FEW_ROWS = 64;

/** The memory that a predictor lies in. */
interface Place {
  readonly runtime: Runtime;
  readonly blocks: Blocks;
  readonly giveBack: (runtime: Runtime) => void;
}

/** What predicts many rows at a time. */
interface ManyRows {
  predict(inputs: ArrayLike<number>): Awaitable<Numbers>;
  dispose(): void;
}

/** Makes what predicts many rows with the predictor's network. */
type OpenManyRows = (parameters: Numbers) => Promise<ManyRows>;

/**
 * @param openManyRows called when many rows are predicted for the first time
 * @throws {ShapeError} parameters that are not the network's
 */
export function createPredictor(
  network: Network,
  parameters: Numbers,
  runtime: Runtime,
  giveBack: (runtime: Runtime) => void,
  openManyRows: OpenManyRows,
): Predictor {
  const blocks = new Blocks(runtime);
  try {
    validateNetwork(network);
    requireParameters(network, parameters);
    requireNumbers("parameters", parameters);
    return new MemoryPredictor(network, parameters, { runtime, blocks, giveBack }, openManyRows);
  } catch (error) {
    blocks.releaseAll();
    giveBack(runtime);
    throw error;
  }
}

class MemoryPredictor implements Predictor {
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #giveBack: (runtime: Runtime) => void;
  readonly #blocks: Blocks;
  readonly #steps: readonly Step[];
  /** The row x, and two more, each as wide as the widest layer: layers read one and write the other. */
  readonly #rows: readonly [number, number, number];
  #views: Views;
  readonly #parameters: Float32Array;
  readonly #open: OpenManyRows;
  #manyRows: Promise<ManyRows> | undefined;
  #disposed = false;

  constructor(network: Network, parameters: Numbers, { runtime, blocks, giveBack }: Place, openManyRows: OpenManyRows) {
    this.#parameters = Float32Array.from(parameters);
    this.#open = openManyRows;
    this.#network = network;
    this.#runtime = runtime;
    this.#blocks = blocks;
    this.#giveBack = giveBack;
    const widest = layerWidths(network).reduce((most, width) => Math.max(most, width), 0);
    // Panels write whole vectors: room for one more.
    const row = (): number => this.#blocks.allocate(4 * widest + 64);
    this.#rows = [row(), row(), row()];
    this.#steps = this.#makeSteps(parameters);
    this.#views = this.#makeViews();
  }

  predict(inputs: ArrayLike<number>): Float32Array {
    const rows = requireInputs(this.#network, inputs);
    const count = rows * this.#network.outputs;
    const outputs = allocating(`the outputs of ${rows} rows take`, 4 * count, () => new Float32Array(count));
    const width = this.#network.inputs;
    const { x, y } = this.#rowViews();
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) x[i] = inputs[row * width + i];
      this.#forward();
      outputs.set(y, row * this.#network.outputs);
    }
    return requireFiniteOutputs(outputs, this.#network.outputs);
  }

  async predictBatch(inputs: ArrayLike<number>): Promise<Numbers> {
    this.#rowViews(); // refuses where it was disposed
    if (requireInputs(this.#network, inputs) < FEW_ROWS) return this.predict(inputs);
    const copy = new Float32Array(inputs); // the caller's may change in the meantime
    try {
      // One await alone, and in this function: a disposal in the meantime must find the work begun.
      const manyRows = await this.#openManyRows();
      return manyRows.predict(copy);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError) || this.#disposed) throw error;
      return this.predict(copy); // one by one, rows need no memory that the predictor doesn't have
    }
  }

  predictRow(input: ArrayLike<number>, output: Numbers): void {
    const { inputs, outputs } = this.#network;
    // The widths are compared here, which is quicker; the error is made there.
    const fits = input?.length === inputs && output?.length === outputs && typeof output === "object";
    if (!fits) requireRow(this.#network, input, output);
    const { x, y } = this.#rowViews();
    for (let i = 0; i < inputs; i++) {
      const value = input[i];
      if (typeof value !== "number") requireNumbers("inputs", input, inputs);
      x[i] = value;
    }
    this.#forward();
    // Only now: whole vectors of what was written number by number a moment ago would be read slowly.
    if (!this.#runtime.device.areFinite(this.#rows[0], inputs)) requireNumbers("inputs", input, inputs);
    let finite = true;
    for (let i = 0; i < outputs; i++) {
      const value = y[i];
      output[i] = value;
      if (value - value !== 0) finite = false; // NaN, where it is not finite
    }
    if (!finite) requireFiniteOutputs(output, outputs);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#blocks.releaseAll();
    this.#giveBack(this.#runtime);
    this.#manyRows?.then(
      (manyRows) => manyRows.dispose(),
      () => {}, // it never opened
    );
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Opened when first asked for; what could not be opened is tried again. */
  #openManyRows(): Promise<ManyRows> {
    const opening = this.#manyRows ?? this.#open(this.#parameters);
    this.#manyRows = opening;
    opening.catch(() => {
      if (this.#manyRows === opening) this.#manyRows = undefined;
    });
    return opening;
  }

  #rowViews(): Views {
    if (this.#disposed) throw new GradusError("This predictor was disposed. Create another one.");
    // A memory that grows takes the buffer from its views, or, where it is shared, leaves them as they are.
    if (this.#views.x.length === 0) this.#views = this.#makeViews();
    return this.#views;
  }

  /** Computes y from x. */
  #forward(): void {
    for (const step of this.#steps) step();
  }

  #makeSteps(parameters: Numbers): Step[] {
    const plan = makeForwardPlan(this.#network, 1);
    const { predict, regions } = plan;
    const valuesOf: ValuesOf = (region) => {
      const offset = region.offset - regions.parameters.offset;
      return parameters.subarray(offset, offset + sizeOf(region));
    };
    const scratch = this.#blocks.allocate(signalScratchBytes(plan) + 16);
    return predict.map((operation, at) => {
      const way = { from: this.#rowBefore(at), to: this.#rowBefore(at + 1) };
      if (operation.op === "dense") return this.#dense(operation, valuesOf, way);
      const { device } = this.#runtime;
      const addressOf = (region: Region): number => {
        if (region.offset < regions.x.offset) return this.#keep(Float32Array.from(valuesOf(region)));
        return region === operation.input ? way.from : way.to;
      };
      const words = operationWords(forwardOperations[operation.op], { ...operation }, addressOf);
      const address = this.#keep(Int32Array.from(words));
      return () => device.signalRow(address, scratch);
    });
  }

  /** Where the row lies that so many layers have made. */
  #rowBefore(layers: number): number {
    return this.#rows[layers === 0 ? 0 : 2 - (layers % 2)];
  }

  #dense({ weights, bias, activation }: DenseOperation, valuesOf: ValuesOf, { from, to }: Way): Step {
    const { device } = this.#runtime;
    const [units, inputs] = weights.shape;
    const [w, b = 0] = (bias ? [weights, bias] : [weights]).map((tensor) => this.#blocks.store(valuesOf(tensor)));
    const most = 4 * (units + 31) * (inputs + 1); // the kernel counts in 32 bits
    const packed = this.#blocks.allocate(most < 2 ** 32 ? device.packedWeightsSize(units, inputs) >>> 0 : most);
    device.packWeights(units, inputs, w, b, packed);
    for (const block of [w, b]) this.#blocks.release(block); // packed now
    const kind = kindOf(activations, activation);
    return () => device.predictRow(units, inputs, from, packed, to, kind);
  }

  /** Copies numbers of four bytes into a block that stays. */
  #keep(values: Float32Array | Int32Array): number {
    const block = this.#blocks.allocate(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.#runtime.device.memory.buffer, block, bytes.length).set(bytes);
    return block;
  }

  #makeViews(): Views {
    const { buffer } = this.#runtime.device.memory;
    const last = this.#rowBefore(this.#steps.length);
    return {
      x: new Float32Array(buffer, this.#rows[0], this.#network.inputs),
      y: new Float32Array(buffer, last, this.#network.outputs),
    };
  }
}
