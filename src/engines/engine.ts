/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The engine contract: what every way of computing a network's learning offers, and nothing of how.
 *
 * An engine makes sessions. A session holds one network's parameters, gradients and optimizer slots, and learns from
 * patterns loaded into it. `reference/` is the oracle and the first implementation; one conformance suite tests all.
 * Methods return their value or a promise of it (`Awaitable`): an engine that can answer at once does, and its own type
 * says so. Callers that work with any engine `await`.
 */

import type { Collective } from "../distributed/collective.ts";
import { DescriptionError, requireThat, unknownName } from "../errors.ts";
import {
  boolean,
  either,
  func,
  type Kinds,
  needed,
  number,
  numbers,
  object,
  oneOf,
  requireKind,
  requireOptions,
  text,
  whole,
  withFields,
} from "../kinds.ts";
import type { Fits } from "../network/fits.ts";
import type { Loss, LossLike } from "../network/losses.ts";
import { lossFor, type Network, requireBatchRows, validateNetwork } from "../network/network.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import { completeOptimizer } from "../optimizers/completeOptimizer.ts";
import { isNormalised } from "../optimizers/optimizerOf.ts";
import type { CompleteOptimizer, OptimizerLike } from "../optimizers/optimizers.ts";
import type { GivenPatterns, RunOptions } from "./operands.ts";

export type Awaitable<T> = T | Promise<T>;
export type Numbers = Float32Array | Float64Array;

/** A session of any engine, as far as a caller can get it wrong. */
export const sessionKind = withFields("a session", { problem: object, run: func, predict: func });
export const patternsKind = withFields("patterns", { inputs: numbers, desired: numbers });
export const problemKind = withFields("a problem that completeProblem made", {
  network: object,
  loss: object,
  optimizer: object,
  penalties: object,
  clipNorm: number,
  batchSize: number,
  seed: number,
});

/** The training problem: network, loss, optimizer, penalties and batch size. */
export interface Problem<Inputs extends number = number, Outputs extends number = number> {
  readonly network: Network<Inputs, Outputs>;
  readonly loss: Loss;
  readonly optimizer: CompleteOptimizer;
  readonly penalties: Penalties;
  /** The gradient is scaled down to this Euclidean norm if its norm is larger; Infinity for no clipping. */
  readonly clipNorm: number;
  /** The maximum number of examples of one step. */
  readonly batchSize: number;
  /** The random seed of the initial parameters and of dropout. */
  readonly seed: number;
}

/**
 * Terms added to the loss: l1 Σ|w| + (l2/2) Σ w², over the tensors called weights alone. Their gradients join those of the data in
 * the update, before clipping; the losses and gradients that a session reports are the data's alone.
 */
export interface Penalties {
  readonly l1: number;
  readonly l2: number;
}

export interface ProblemOptions<Inputs extends number = number, Outputs extends number = number> {
  readonly network: Network<Inputs, Outputs>;
  readonly loss: LossLike;
  /** { name: "sgd", learningRate: 0.01 } when absent. */
  readonly optimizer?: OptimizerLike;
  readonly l1?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
  /** 1, online learning, when absent. */
  readonly batchSize?: number;
  /** 0 when absent. */
  readonly seed?: number;
}

export const problemKinds = {
  network: needed(object),
  loss: needed(either(text, object)),
  optimizer: either(text, object),
  l1: number,
  l2: number,
  clipNorm: number,
  batchSize: number,
  seed: number,
} as const satisfies Kinds<ProblemOptions>;

/** Of a penalty whose gradient is squared: parameters of up to about 10 keep the square within float32's 3.4e38. */
const LARGEST_SQUARED = 1e18;
const SQUARED_EXPECTED = "at most 1e18, because float32 does not hold the squared gradient beyond that";

/**
 * A problem with every choice made and checked.
 *
 * @throws {DescriptionError | ShapeError} naming the part that is wrong
 *
 * @example
 * import { completeProblem, dense, network } from "gradus/network";
 *
 * const problem = completeProblem({ network: network({ inputs: 2, layers: [dense(1)] }), loss: "huber" });
 * problem.optimizer.name; // "sgd"
 * problem.batchSize; // 1
 */
export function completeProblem<Inputs extends number, Outputs extends number>(
  options: ProblemOptions<Inputs, Outputs>,
): Problem<Inputs, Outputs> {
  requireOptions(options, problemKinds, "completeProblem");
  const { network, l1 = 0, l2 = 0, clipNorm = Number.POSITIVE_INFINITY, batchSize = 1, seed = 0 } = options;
  validateNetwork(network);
  const loss = lossFor(network, options.loss);
  const optimizer = completeOptimizer(options.optimizer ?? "sgd");
  for (const [name, value] of Object.entries({ l1, l2 })) {
    requireThat(name, value, value >= 0 && value < Number.POSITIVE_INFINITY, "at least 0 and finite");
    const isHeld = value <= LARGEST_SQUARED || !isNormalised(optimizer.name);
    requireThat(`${name} with ${optimizer.name}`, value, isHeld, SQUARED_EXPECTED);
  }
  requireThat("clipNorm", clipNorm, clipNorm > 0, "above 0");
  requireThat("clipNorm", clipNorm, Math.fround(clipNorm) > 0, "at least 1.4e-45, the smallest number of float32");
  requireThat("batchSize", batchSize, Number.isInteger(batchSize) && batchSize >= 1, "a whole number of at least 1");
  requireBatchRows(network, batchSize, "batchSize");
  requireThat("seed", seed, Number.isSafeInteger(seed) && seed >= 0, "a whole number of at least 0");
  return { network, loss, optimizer, penalties: { l1, l2 }, clipNorm, batchSize, seed };
}

/**
 * A problem as an engine takes it, which may have been put together by hand.
 *
 * @throws {DescriptionError | ShapeError} as `completeProblem` does
 */
export function requireProblem<Inputs extends number, Outputs extends number>(
  problem: Problem<Inputs, Outputs>,
): Problem<Inputs, Outputs> {
  requireKind("the problem", problem, problemKind);
  const { penalties, ...described } = problem;
  return completeProblem({ ...described, ...penalties });
}

/** Examples to train or evaluate on, row-major. */
export interface Patterns extends GivenPatterns {
  /** x, [N, I]. */
  readonly inputs: Numbers;
  /** d, the targets, [N, D]: D is 1, a class index, where the loss takes a class, else one number for each output. */
  readonly desired: Numbers;
  /** [N], each at least 0; all 1 when absent. An example's loss is multiplied by its weight. */
  readonly sampleWeights?: Numbers;
}

/** Examples in the session's memory; valid until it is disposed. */
export interface LoadedPatterns extends Disposable {
  /** N. */
  readonly rows: number;
  /** Frees them, once the work that reads them has ended. */
  dispose(): void;
}

/** The signals of one layer in the last batch of which a session made a step or the gradient. */
export interface LayerSignals {
  /** Patterns in that batch. */
  readonly rows: number;
  /** v, the pre-activations, [B, units]; for layers without neurons (dropout) the layer's inputs. */
  readonly inducedField: Numbers;
  /** y = φ(v), the outputs, [B, units]. */
  readonly output: Numbers;
  /** δ = −∂loss/∂v, [B, units]; the loss owns its 1/B. */
  readonly localGradient: Numbers;
}

/**
 * A network in training.
 *
 * A session does one thing at a time. `run`, `learn`, `gradient`, `update`, `evaluate`, `predict` and `activations` that are asked for
 * while an earlier one has not ended wait for it, in the order in which they were asked for; their results are those of calls that
 * were awaited one after the other, on any number of threads. What they are given (rows, factors, inputs) is checked and
 * copied before the call returns: numbers must be finite in float32, whatever the engine computes with. Views of what work changes (`parameters`, `gradients`, `slots`, `signals`) and `step` can't
 * wait: reading them or setting `step` while work is under way throws a `GradusError` that says to await it. Patterns and
 * sessions that are disposed while work needs them are freed when it has ended. After `dispose` every call but another
 * `dispose` throws a `GradusError`.
 */
export interface Session<Inputs extends number = number, Outputs extends number = number> extends Disposable {
  readonly problem: Problem<Inputs, Outputs>;
  /** The name of the engine that computes: the one that was chosen where none was named. */
  readonly engine: string;
  /** What products are computed with while the network learns. */
  readonly precision: Precision | "float64";
  /** The processes that train the network together; absent where this one trains it alone. */
  readonly collective?: Collective | undefined;
  /** After so many steps, each made by a process from its own rows, the processes meet; absent where they exchange each step. */
  readonly syncEvery?: number | undefined;
  /** Where each parameter lies in `parameters`, `gradients` and every slot. */
  readonly layout: ParameterLayout;
  /** A live view; writing to it changes the network. Ask again after `load` and after `predict` of more rows than before: an engine's memory may have moved. */
  readonly parameters: Numbers;
  /**
   * ∂loss/∂parameters of the last `gradient` or step: of the data alone, before penalties and clipping; 0 for frozen tensors. A
   * live view: `update` uses what is written to it.
   */
  readonly gradients: Numbers;
  /** The optimizer's state by name, for example `mean` and `square`. Live views. */
  readonly slots: Readonly<Record<string, Numbers>>;
  /** n: how many updates have been made. Writable, so that a run can be resumed. */
  step: number;

  /**
   * Copies examples into the session's memory.
   *
   * @throws {ShapeError} lengths that do not fit the network or each other
   * @throws {DescriptionError} a value that is not finite in float32, an invalid class or flag, with its place
   */
  load(patterns: GivenPatterns): LoadedPatterns;

  /**
   * Trains on rows of loaded patterns, in order, one step for each batch.
   *
   * @param rows indices into the patterns, any list of whole numbers; a row may come more than once
   * @returns the loss of each step's batch before its update
   * @throws {NotFiniteError} a loss, or a parameter after the last step; the parameters are then invalid
   */
  run(patterns: LoadedPatterns, rows: ArrayLike<number>, options?: RunOptions): Awaitable<Float64Array>;

  /**
   * Makes one step on one example: forward pass, error, local gradients, update. @returns its loss before the update
   * @throws as `run`
   */
  learn<const X extends ArrayLike<number>, const D extends ArrayLike<number>>(
    input: X & Fits<X, Inputs>,
    desired: D,
  ): Awaitable<number>;

  /**
   * Computes the data's gradient over rows, at most a batch, as the next step would, without an update. Penalties and clipping
   * belong to `update`, so that gradients can be averaged before it.
   *
   * @returns the loss
   * @throws {NotFiniteError} the loss or a gradient
   */
  gradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor?: number): Awaitable<number>;

  /**
   * Updates the parameters with the gradients in `gradients`, and counts a step. Penalties are added and the sum is clipped in a
   * copy: `gradients` stay as they are, and another `update` is another step by them, with the penalties of the parameters of then.
   *
   * @throws {NotFiniteError} a parameter
   */
  update(rateFactor?: number, decayFactor?: number): Awaitable<void>;

  /**
   * The mean loss over rows (all when absent), without dropout and without an update. @throws {NotFiniteError} the
   * loss
   */
  evaluate(patterns: LoadedPatterns, rows?: ArrayLike<number>): Awaitable<number>;

  /**
   * y for each row of inputs [N, I], without dropout: [N, outputs]. With the loss `crossEntropy` logits, whose probabilities
   * `softmax` of `gradus/network` computes. @throws {ShapeError} @throws {NotFiniteError} an output
   */
  predict(inputs: ArrayLike<number>): Awaitable<Numbers>;

  /**
   * The outputs (activations) of every layer for each row of inputs [N, I], forward alone and without dropout: what a picture
   * of each unit over a grid of inputs needs. Changes nothing: `signals`, `gradients` and `step` stay as they are. The arrays
   * are copies; the last one has the bits of `predict`.
   *
   * @returns one array a layer, from the first hidden layer to the output layer, [N, width]; a dropout layer's is what enters it
   * @throws {ShapeError | DescriptionError} as `predict` does
   * @throws {NotFiniteError} an output of any layer, with its layer, row and unit
   * @throws {OutOfMemoryError} more rows than there is memory for
   */
  activations(inputs: ArrayLike<number>): Awaitable<readonly Numbers[]>;

  /**
   * A layer's pre-activations, outputs and local gradients in the last training batch. Read it before evaluating: an engine may
   * use the same memory for that, and then refuses.
   */
  signals(layer: number): LayerSignals;

  /** Frees what the session holds, once the work that was asked for has ended. */
  dispose(): void;
}

/** Computes outputs with fixed parameters. All throw a `NotFiniteError` for an output that is not finite. */
export interface Predictor extends Disposable {
  /** y for each row of inputs [N, I]: [N, outputs]. @throws {ShapeError} */
  predict(inputs: ArrayLike<number>): Numbers;
  /** The same for many rows, on all threads where the engine has them; the same bits. @throws {ShapeError} */
  predictBatch(inputs: ArrayLike<number>): Awaitable<Numbers>;
  /** y of one row into `output` [outputs], without allocating anything. @throws {ShapeError} */
  predictRow(input: ArrayLike<number>, output: Numbers): void;
  dispose(): void;
}

/**
 * What the products of layers with a batch are computed with while a network learns; all else is float32, as are evaluation and
 * prediction.
 *
 * - `float32`
 * - `high`: each number as the sum of two bf16, 16 bits in all, with sums in float32: Σ a·b is within 2⁻¹⁴ of Σ|a·b|, mostly within 2⁻¹⁸
 * - `fast`: each number as one bf16, 8 bits, with sums in float32: within 2⁻⁶ of Σ|a·b|, mostly within 2⁻¹⁰
 *
 * Numbers below 10⁻³⁵ lose bits sooner, and count as 0 below 10⁻³⁸. The bits are the same for any number of threads.
 */
export type Precision = "float32" | "high" | "fast";

export const precisions: readonly Precision[] = ["float32", "high", "fast"];

export interface EngineOptions {
  /**
   * The most threads to share the work of a step; as many as the machine has when absent. Never changes a bit of the
   * result. An engine without threads ignores it, and short steps stay on one thread.
   */
  readonly threads?: number;
  /**
   * Whether even a session of one thread works on a thread of its own: what takes long is then a promise, and several
   * sessions learn side by side. Where there are no threads it works here. Never changes a bit of the result.
   */
  readonly apart?: boolean;
  /**
   * The starting parameters, in the layout of the problem's network; drawn by the problem's seed when absent. Those of a large
   * network take long to draw.
   */
  readonly parameters?: Numbers;
  /** What products are computed with while the network learns: one that the engine has. Its own when absent. */
  readonly precision?: Precision;
  /**
   * The processes that train the network together, each with rows of its own: every batch has rows of all of them. All create such a
   * session, and make the same calls of `run`, `gradient`, `update` and `evaluate` in the same order; the losses that these return are
   * those of the whole batches. The batch size is that of the whole batch. Where the gradient is large, the session works on a thread of its own
   * as with `apart`, so that processes exchange a part of it while the next is computed; `apart: false` has it work here.
   */
  readonly collective?: Collective;
}

export const collectiveKind = withFields("what joinMpi returned, or another collective", {
  rank: number,
  size: number,
  allReduce: func,
  allGather: func,
  broadcast: func,
});

const engineOptionKinds = {
  threads: whole(1),
  apart: boolean,
  parameters: numbers,
  precision: oneOf(...precisions),
  collective: collectiveKind,
} as const satisfies Kinds<EngineOptions>;

/** What an engine is called and computes with. */
export type Precisions = Pick<Engine, "name" | "precision" | "precisions">;

/** @throws {DescriptionError} options that an engine's `create` doesn't take, or a precision that it lacks */
export function requireEngineOptions(options: EngineOptions, engine: Precisions): void {
  requireOptions(options, engineOptionKinds, "create");
  requirePrecision(engine, options.precision);
}

/** @throws {DescriptionError} a precision that an engine lacks, or that there is not */
export function requirePrecision(
  { name, precision: own, precisions: all = [own] }: Precisions,
  precision: Precision | undefined,
): void {
  if (precision === undefined || all.includes(precision)) return;
  if (!precisions.includes(precision)) throw new DescriptionError(unknownName(precision, precisions, "precision"));
  throw new DescriptionError(
    `The engine ${name} does not have the precision ${precision}: it computes in ${own}. ` +
      "Use the engine native on a processor with AMX, or leave precision out.",
  );
}

/** How much of the machine a problem can use. */
export interface Parallelism {
  /** The threads that one step of the problem can feed. */
  readonly useful: number;
  /** The threads that run here at once. */
  readonly available: number;
}

/** An engine as far as it predicts: all that a model needs. */
export interface PredictionEngine {
  /** The name in options, reports and model files. */
  readonly name: string;
  /** The numbers it computes with. */
  readonly precision: "float32" | "float64";
  /** @param parameters in the layout of the network's parameters */
  predictor(network: Network, parameters: Numbers): Awaitable<Predictor>;
}

export interface Engine extends PredictionEngine {
  create<Inputs extends number, Outputs extends number>(
    problem: Problem<Inputs, Outputs>,
    options?: EngineOptions,
  ): Awaitable<Session<Inputs, Outputs>>;
  /** What a problem can use of the machine; an engine that leaves this out has one thread and nothing apart. */
  parallelism?(problem: Problem): Parallelism;
  /**
   * Finds out before there is a session whether it runs here; an engine that leaves this out runs everywhere, or its `create` says why not.
   *
   * @throws {GradusError} where it can't run here, or not in that precision, with the reason
   */
  requireHere?(precision?: Precision): Promise<void>;
  /** False where a session has one thread whatever it asks for, and threads are for several networks side by side. */
  readonly sharesSteps?: boolean;
  /**
   * The library that computes products, where it isn't gradus's own code: another one may give other bits. Its version, or its file.
   *
   * @throws {GradusError} where it can't run here
   */
  library?(): Promise<string>;
  /** Why sessions get one thread here, whatever they ask for; undefined where they get several. It is tried. */
  whyOneThread?(): Promise<string | undefined>;
  /** The precisions that sessions may ask for; its own alone when absent. */
  readonly precisions?: readonly ("float32" | "float64" | Precision)[];
}

// The checks are part of the contract, and engines outside this folder see this file alone.
export {
  firstBeyondFloat32,
  firstNonFinite,
  requireFiniteActivations,
  requireFiniteLosses,
  requireFiniteOutputs,
  requireFiniteState,
  sumOf,
} from "./computed.ts";
export {
  exampleCheck,
  type GivenPatterns,
  type RunOptions,
  requireFactor,
  requireInputs,
  requireNumbers,
  requireOwn,
  requirePatterns,
  requireRow,
  requireRun,
  requireStep,
  rowIndices,
} from "./operands.ts";
