/**
 * What trace and derivation say of a kind of layer: one entry a kind, the same formulas with numbers and with letters.
 *
 * Plain data and formulas. Knows nothing of how an exposition looks. Source: derivation, sections 3 and 4.
 */

import type { Formula } from "../../network/formula.ts";
import type { Layer, TensorRole } from "../../network/layers.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { joined, partial, symbol } from "../exposition/notation.ts";
import type { Quantity, Term } from "../trace/shownLine.ts";
import type { LayerTrace, Matrix, WeightName } from "../trace/trace.ts";

/** One layer of a trace, in one pattern. */
export interface TracedLayer<L extends Layer = Layer> {
  readonly layer: L;
  readonly trace: LayerTrace;
  /** Index into the batch. */
  readonly pattern: number;
}

/** One layer of a network. */
export interface Placed<L extends Layer = Layer> {
  readonly layer: L;
  /** Index into `network.layers`. */
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A quantity with its own symbol that units of a layer share, or one unit over the batch, such as a mean. */
export interface SharedQuantity extends Quantity {
  readonly symbol: Formula;
  readonly value: number;
}

/** ∂v/∂w of one unit, or ∂y/∂w of one output. */
export interface Slope extends Quantity {
  /** The unit, index into the layer's units. */
  readonly row: number;
  readonly value: number;
}

/** The slope of the layer's outputs along one parameter of a tensor: a column. */
export interface ParameterSlope {
  readonly parameter: Formula;
  readonly value: readonly Inline[];
}

/** A trace's words and formulas of the weights of a layer. */
export interface TracedWeights<L extends Layer = Layer> {
  /** The letter of its tensor of weights. */
  readonly letter: "W" | "E";
  /** ∂v/∂w of every unit that a weight leads to; ∂y/∂w where the output is the field. */
  slopes(traced: TracedLayer<L>, weight: WeightName): Slope[];
  /** The same in general and in short, for a table; the first of them in symbols when absent. */
  slopeFormula?(traced: TracedLayer<L>, weight: WeightName): Formula;
  /** The input that a weight acts upon; undefined for a bias that acts upon none. */
  inputOf(layer: L, inputs: number, weight: WeightName): number | undefined;
  /** What a change of a weight of this role moves a field by, at most. @param largest of the layer's inputs, without its sign */
  lever(role: TensorRole, largest: number, inputs: number): number;
  /** Which weight it is, as a sentence. @param source the name of the input that it acts upon */
  place(layer: L, weight: WeightName, source: string): string;
}

/** What every kind says in a trace. */
export interface TracedKind<L extends Layer = Layer> {
  /** What its units are. */
  readonly unit: "neuron" | "output";
  /** The unit below that a path goes on with: the same, the one with the largest |W δ|, or the one with the largest |δ|. */
  readonly below: "same" | "weighted" | "largest";
  /** The kind in a table. */
  name(layer: L): string;
  /** How δ come back to the layer below, a sentence. @param unit what the units of the layer below are */
  feeds(above: LayerTrace, unit: string): string;
  /**
   * What `pullBack` needs and inputs or examples share; absent where there is nothing.
   *
   * @param most terms of a sum that are written @param inputs that are shown
   */
  sharedBack?(traced: TracedLayer<L>, most: number, inputs: readonly number[]): readonly SharedQuantity[];
  /** Whether what the layer puts out for an example depends on other examples; never when absent. */
  mixes?(trace: LayerTrace): boolean;
  /** −∂L/∂x of one input as a sum over the δ that it answers for; nothing for a code. */
  pullBack(traced: TracedLayer<L>, input: number): Term[];
}

/** What every kind says in a derivation. */
export interface DerivedKind<L extends Layer = Layer> {
  /** −∂ℓ/∂y of output a of the layer below. */
  bracket(placed: Placed<L>): Formula;
  /** Whether the bracket is more than one factor, so that as a factor it needs parentheses. */
  readonly bracketIsSum: boolean;
  /** How δ come back through it, a sentence that ends in a colon. */
  back(placed: Placed<L>): string;
}

/** A layer with neurons, or one that only passes signals on. */
export interface PlainLayer<L extends Layer = Layer> {
  readonly outputIsField: false;
  readonly trace: TracedKind<L>;
  /** Absent where it learns nothing. */
  readonly weights?: TracedWeights<L>;
  readonly derivation: DerivedKind<L>;
}

/**
 * A layer whose output is its field: it has no induced field beside its output, so its δ is what comes back to it, and its
 * derivative stands on the way to the layer below.
 */
export interface FieldLayer<L extends Layer = Layer> {
  readonly outputIsField: true;
  /**
   * How large the terms are that −∂L/∂x is the sum of, [B, I], where they may cancel: each of them is rounded. For the gradient check;
   * absent where nothing cancels.
   */
  readonly cancelling?: (layer: L, scale: Float64Array, signals: Signals) => Float64Array;
  readonly trace: TracedKind<L> & {
    /** What the layer does, as a sentence that follows its name. */
    describe(layer: L): string;
    /**
     * What units need of each other or of other examples, before what they put out; absent where there is nothing.
     *
     * @param most as in `output` @param units that are shown
     */
    shared?(traced: TracedLayer<L>, most: number, units: readonly number[]): readonly SharedQuantity[];
    /** What a unit puts out. @param most terms of a sum that are written */
    output(traced: TracedLayer<L>, unit: number, most: number): Quantity;
    /** ∂y/∂x, [units, inputs]. */
    jacobian(traced: TracedLayer<L>): Matrix;
  };
  readonly weights: TracedWeights<L>;
  readonly derivation: DerivedKind<L> & {
    /** The kind in words: "scale". */
    name(layer: L): string;
    /** The cells of the table of layers: weights, biases, φ. */
    cells(placed: Placed<L>): readonly [weights: Inline, bias: Inline, activation: Inline];
    /** The symbols that the kind adds, each with its meaning. */
    readonly symbols: readonly (readonly [name: Inline, meaning: string])[];
    /** Step 1. φ and its derivative, where it has one, are shown after it. */
    forward(placed: Placed<L>): Block[];
    /** ∂y/∂y of the layer below, in words and formulas. */
    through(placed: Placed<L>): readonly Inline[];
    /** Of its tensors, in the layout's order. */
    slopes(placed: Placed<L>): readonly ParameterSlope[];
    /** The gradients of the batch, as lines. */
    gradients(placed: Placed<L>): Equation[];
  };
}

export type ExplainedLayer<L extends Layer = Layer> = PlainLayer<L> | FieldLayer<L>;

/** Before a slope that is a mean over the batch. */
export const MEAN: Formula = symbol("−(1/B) Σ_n w_n ", "-\\frac1B \\sum_n w_n\\,");

/** The gradient of the batch along a parameter, as a line. */
export function gradientLine(parameter: Formula, ...gradient: readonly (Formula | string)[]): Equation {
  return { left: partial(symbol("L"), parameter), right: [joined(...gradient)] };
}

/** A column that has something in one row alone. */
export function inRow(row: string, ...value: readonly Inline[]): readonly Inline[] {
  return [...value, " in row ", symbol(row), ", 0 elsewhere"];
}

/** The slope along a bias: 1, in its unit's row. */
export function biasSlope(unit: number): Slope {
  return { row: unit, symbolic: symbol("1"), expression: 1, value: 1 };
}

/** A square matrix with these numbers on its diagonal; no −0. */
export function diagonal(entries: readonly number[]): Matrix {
  return entries.map((entry, row) => entries.map((_, column) => (row === column ? entry + 0 : 0)));
}
