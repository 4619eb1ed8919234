/**
 * The trace of one learning step: every quantity of the derivation with its number, as plain data.
 *
 * Matrices are lists of rows. Indices count from 0: layers as in `network.layers`, units and inputs within a layer,
 * patterns within the batch. Numbers are float64, unrounded, finite and never −0, so that JSON keeps every bit; its
 * schema is `docs/trace.schema.json`. Knows nothing of how a trace is made or shown.
 * Source: derivation, sections 1 to 6; the symbols are explained there.
 */
import { list, withFields } from "../../kinds.ts";
import type { Formula } from "../../network/formula.ts";
import type { Layer, TensorRole } from "../../network/layers.ts";
import type { Loss } from "../../network/losses.ts";
import type { CompleteOptimizer } from "../../optimizers/optimizers.ts";

export type Matrix = readonly (readonly number[])[];

export interface LayerTrace {
  /** Index into `network.layers`. */
  readonly layer: number;
  readonly description: Layer;
  readonly inputs: number;
  readonly units: number;
  /** W of a dense layer, [units, inputs]; empty for all others, as is the row of a unit that the trace does not keep. */
  readonly weights: Matrix;
  /** Of a dense layer, [units]; empty where it has none. */
  readonly bias: readonly number[];
  /** What a layer of another kind learns or keeps, by role, as rows as long as the tensor's last extent. */
  readonly parameters?: Readonly<Partial<Record<TensorRole, Matrix>>>;
  /** True where a layer that keeps state acts as in training, by the batch; absent where it acts as in prediction. */
  readonly training?: true;
  /** y of the layer below, [B, inputs]: x for the first. */
  readonly input: Matrix;
  /** v, [B, units]. */
  readonly inducedField: Matrix;
  /** y = φ(v), the outputs, [B, units]. */
  readonly output: Matrix;
  /**
   * ∂y/∂v of each pattern: [B, units], the diagonal φ'(v), where φ acts elementwise; [B, units, units] where it does
   * not. A dropout layer's are the factors of its mask where `dropout` is there, else 1: the network is then shown as it
   * predicts, where every input passes unchanged. Those of all other layers except the dense ones are 1: their output
   * equals their pre-activation.
   */
  readonly slopes: Matrix | readonly Matrix[];
  /** −∂loss/∂y, [B, units]: e (scaled by 1/B) at the output, the bracket Σ_i δ_i W_ia in hidden layers. */
  readonly negativeGradient: Matrix;
  /** δ = −∂loss/∂v, [B, units]. */
  readonly localGradient: Matrix;
}

/** One factor of the chain rule: a row vector, a Jacobian or a column. */
export interface Factor {
  /** For example ∂ε/∂e. */
  readonly symbol: Formula;
  /** Its formula, for example eᵀ. */
  readonly formula: Formula;
  readonly value: Matrix;
  /** The product of the factors up to this one. */
  readonly product: Matrix;
}

/** The chain for one weight and one pattern. */
export interface Chain {
  /** Index of the pattern in the batch. */
  readonly pattern: number;
  /**
   * w_n / B, the factor of the example's loss in the loss of the batch; 1 below a layer that mixes the examples of the batch,
   * where the first factor, ∂L/∂y of the layer below it, has it.
   */
  readonly scale: number;
  /** None in a trace that keeps paths alone; `chainOf` makes them. */
  readonly factors: readonly Factor[];
  /** ∂ℓ_n/∂W: the product of the factors, before the scale. */
  readonly slope: number;
}

/** What a layer has for each unit, or each cosine, by itself: no weight from a signal. */
export type OwnRole = Exclude<TensorRole, "weights">;

/** Which weight of a network. */
export interface WeightName {
  /** Index into `network.layers`. */
  readonly layer: number;
  /** The receiving unit b; of frequencies and phases the cosine, counted over all numbers of the layer. */
  readonly unit: number;
  /**
   * The sending unit a of the layer below; for an embedding the code, for a periodic embedding the cosine of the unit's
   * number. Or what the unit has by itself. The bias is the weight from a constant +1.
   */
  readonly input: number | OwnRole;
}

/** How the loss depends on one weight. */
export interface WeightChain extends WeightName {
  readonly value: number;
  readonly chains: readonly Chain[];
  /** ∂loss/∂W = Σ_n scale · slope, of the data alone. */
  readonly gradient: number;
}

/** How one weight changes in the step. */
export interface WeightTrace extends WeightChain, ParameterUpdate {
  /** The tensor's factors of the learning rate and of the optimizer's decoupled decay. */
  readonly rate: number;
  readonly decay: number;
  /** η of this step, with the schedule's factor and the tensor's own. */
  readonly learningRate: number;
  /** η by which decoupled decay acts in this step: the schedule's factor, and the tensor's of decay instead of that of the rate. */
  readonly decayRate: number;
  /** The optimizer's state of this weight by name, before and after. */
  readonly slots: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
}

/** How a parameter changes in the step, without its chain. */
export interface ParameterUpdate extends WeightName {
  readonly value: number;
  /** ∂loss/∂W, of the data alone. */
  readonly gradient: number;
  /**
   * The gradient that the optimizer uses: with the penalties' gradient l1 sign(w) + l2 w (for weights alone), and
   * clipped; 0 where the tensor is frozen.
   */
  readonly finalGradient: number;
  readonly newValue: number;
}

/** Where norm > clipNorm, every gradient is multiplied by clipNorm / norm. */
export interface Clipping {
  readonly clipNorm: number;
  /** The Euclidean norm of the gradient of all parameters, penalties included, before clipping. */
  readonly norm: number;
}

export interface Trace {
  /** n, counted from 1. */
  readonly step: number;
  /**
   * There where the trace keeps only the weights on the paths from its `weights` to the loss: the row of each, and all
   * rows of the layers above.
   */
  readonly keep?: "path";
  readonly loss: Loss;
  readonly optimizer: CompleteOptimizer;
  /** l1 Σ|w| + (l2/2) Σ w² over the tensors called weights; absent where both are 0. */
  readonly penalties?: { readonly l1: number; readonly l2: number };
  /** Absent where gradients are not clipped. */
  readonly clipping?: Clipping;
  /** There where dropout layers draw their masks as in training, from this seed and the step. */
  readonly dropout?: { readonly seed: number /** Multiplies every rate. */; readonly factor: number };
  /** Names of the network's inputs, where a table gave them. */
  readonly inputNames?: readonly string[];
  /** Names of its outputs: classes or targets. */
  readonly outputNames?: readonly string[];
  /** x, [B, I]. */
  readonly inputs: Matrix;
  /** d, [B, D]. */
  readonly desired: Matrix;
  /** w_n / B of each pattern, [B]. */
  readonly scales: readonly number[];
  /** From the first hidden layer to the output layer. */
  readonly layers: readonly LayerTrace[];
  /** e = d − y, [B, M], where the target is a value for each output. */
  readonly errorSignal?: Matrix;
  /** ℓ of each pattern, [B]. */
  readonly patternLosses: readonly number[];
  /** The loss of the batch before the step, and after it. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** The chosen weights, each with its chain. */
  readonly weights: readonly WeightTrace[];
  /** Every parameter, in the layout's order; absent in a network of more than 64. */
  readonly updates?: readonly ParameterUpdate[];
}

/** What a caller may give for a trace, checked where a function takes it. */
export const traceKind = withFields("a trace", { layers: list, weights: list, inputs: list, desired: list });
