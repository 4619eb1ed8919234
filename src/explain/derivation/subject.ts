/** What a derivation is of, and the small questions that all its parts ask. Plain data. */
import type { Problem } from "../../engines/engine.ts";
import { type Activation, activationOf } from "../../network/activations.ts";
import type { Formula } from "../../network/formula.ts";
import type { DenseLayer, Layer } from "../../network/layers.ts";
import { layerWidths } from "../../network/network.ts";
import type { Equation } from "../exposition/exposition.ts";
import type { Placed } from "../layers/explainedLayer.ts";

export interface Subject {
  readonly problem: Problem;
  /** Signals into each layer, and after the last, out of it. */
  readonly widths: readonly number[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** A layer in its place. */
export function placed({ problem, widths }: Subject, index: number): Placed {
  return { layer: problem.network.layers[index], index, inputs: widths[index], outputs: widths[index + 1] };
}

export interface DerivationNames {
  /** Of the network's inputs, in order. */
  readonly inputNames?: readonly string[];
  /** Of its outputs: classes or targets. */
  readonly outputNames?: readonly string[];
}

/** Puts a problem and its names together. */
export function subjectOf(problem: Problem, { inputNames = [], outputNames = [] }: DerivationNames): Subject {
  return { problem, widths: layerWidths(problem.network), inputNames, outputNames };
}

/** The dense layers, each with its index among all layers. */
export function denseLayers({ problem }: Subject): { readonly index: number; readonly layer: DenseLayer }[] {
  return problem.network.layers.flatMap((layer, index) => (layer.kind === "dense" ? [{ index, layer }] : []));
}

/** The layers that learn something, in order: all but dropout. */
export function learningLayers({ problem }: Subject): number[] {
  return problem.network.layers.flatMap(({ kind }, index) => (kind === "dropout" ? [] : [index]));
}

/** The layers between the first that learns and the output layer, from the last back: those whose δ are needed. */
export function hiddenBackwards(subject: Subject): number[] {
  const last = subject.problem.network.layers.length - 1;
  const [first] = learningLayers(subject);
  return Array.from({ length: last - first }, (_, at) => last - 1 - at);
}

/** Whether any neuron has a bias. Layers of a kind of their own name their parameters themselves. */
export function hasBias(layers: readonly Layer[]): boolean {
  return layers.some((layer) => layer.kind === "dense" && layer.bias);
}

/** φ of a dense layer; undefined for the others. */
export function activationAt({ problem }: Subject, index: number): Activation | undefined {
  const layer = problem.network.layers[index];
  return layer.kind === "dense" ? activationOf(layer.activation) : undefined;
}

/** A formula of a table, shown as it stands there. */
export function asItStands(formula: Formula): Equation {
  return { left: formula, right: [] };
}
