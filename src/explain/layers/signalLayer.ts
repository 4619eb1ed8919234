/**
 * What a trace shows of a layer whose output is its field: scale, parametric activation, embedding, periodic embedding.
 *
 * Each kind writes its outputs, its derivatives and its weights' slopes once, as symbols with the numbers of the trace;
 * the chain rule and the five steps are explained from that. Knows nothing of how an exposition looks.
 */
import type { Expression } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { Layer } from "../../network/layers.ts";
import type { Term } from "../trace/shownLine.ts";
import type { LayerTrace, Matrix, WeightName } from "../trace/trace.ts";

/** One layer of a trace, in one pattern. */
export interface TracedLayer<L extends Layer = Layer> {
  readonly layer: L;
  readonly trace: LayerTrace;
  /** Index into the batch. */
  readonly pattern: number;
}

/** A quantity as symbols say it, and with numbers. */
export interface Quantity {
  readonly symbolic: Formula;
  readonly expression: Expression;
}

/** ∂y/∂w of one output. */
export interface Slope extends Quantity {
  /** The output, index into the layer's units. */
  readonly row: number;
  readonly value: number;
}

export interface SignalLayer<L extends Layer = Layer> {
  /** What the layer does, as a sentence that follows its name. */
  describe(layer: L): string;
  /** What a unit puts out. @param most terms of a sum that are written */
  output(traced: TracedLayer<L>, unit: number, most: number): Quantity;
  /** ∂y/∂x, [units, inputs]. */
  jacobian(traced: TracedLayer<L>): Matrix;
  /** −∂L/∂x of one input as a sum over the δ that it answers for; nothing for a code. */
  pullBack(traced: TracedLayer<L>, input: number): Term[];
  /** ∂y/∂w of every output that a weight leads to. */
  slopes(traced: TracedLayer<L>, weight: WeightName): Slope[];
  /** The same in general and in short, for a table. */
  slopeFormula(traced: TracedLayer<L>, weight: WeightName): Formula;
  /** The input that a weight acts upon. */
  inputOf(trace: LayerTrace, layer: L, weight: WeightName): number;
  /** Which weight it is, as a sentence. @param name of the input that it acts upon */
  place(layer: L, weight: WeightName, name: string): string;
}

/** A square matrix with these numbers on its diagonal; no −0. */
export function diagonal(entries: readonly number[]): Matrix {
  return entries.map((entry, row) => entries.map((_, column) => (row === column ? entry + 0 : 0)));
}
