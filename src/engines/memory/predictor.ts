/**
 * Prediction with parameters that no longer change: the weights are packed once, and a row costs one call of the device.
 *
 * A row is computed in the same order of sums as in training, so a model says the same of it alone and among others.
 */
import { GradusError, OutOfMemoryError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import { type Network, validateNetwork } from "../../network/network.ts";
import { requireParameters } from "../../network/parameters.ts";
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
import { placeRowProgram, type RowProgram } from "./rowProgram.ts";
import type { Runtime } from "./runtime.ts";

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
  readonly #program: RowProgram;
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
    this.#program = placeRowProgram(network, this.#parameters, runtime.device, blocks);
    this.#views = this.#makeViews();
  }

  predict(inputs: ArrayLike<number>): Float32Array {
    const rows = requireInputs(this.#network, inputs);
    const count = rows * this.#network.outputs;
    const outputs = allocating(`the outputs of ${rows} rows take`, 4 * count, () => new Float32Array(count));
    const width = this.#network.inputs;
    const { x, y } = this.#rowViews();
    const { device } = this.#runtime;
    const { words, scratch } = this.#program;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) x[i] = inputs[row * width + i];
      device.runRow(words, scratch);
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
    const { device } = this.#runtime;
    const { words, scratch } = this.#program;
    for (let i = 0; i < inputs; i++) {
      const value = input[i];
      if (typeof value !== "number") requireNumbers("inputs", input, inputs);
      x[i] = value;
    }
    device.runRow(words, scratch);
    // Only now: whole vectors of what was written number by number a moment ago would be read slowly.
    if (!device.areFinite(this.#program.input, inputs)) requireNumbers("inputs", input, inputs);
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

  #makeViews(): Views {
    const { input, output } = this.#program;
    const { inputs, outputs } = this.#network;
    return { x: this.#blocks.floats(input, inputs), y: this.#blocks.floats(output, outputs) };
  }
}
