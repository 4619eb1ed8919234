/** The derivation's core: the chain rule for one weight of each layer, as a product of factors whose shapes fit. */

import type { Formula } from "../../network/formula.ts";
import { lossOf } from "../../network/losses.ts";
import { equations, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Inline } from "../exposition/exposition.ts";
import {
  joined,
  lossSymbol,
  partial,
  partialInline,
  received,
  rightSide,
  separated,
  shape,
  symbol,
  symbolOf,
  T,
  TIMES,
} from "../exposition/notation.ts";
import { inRow } from "../layers/explainedLayer.ts";
import { fieldLayer } from "../layers/layers.ts";
import { activationAt, learningLayers, placed, type Subject } from "./subject.ts";

/** One factor of the chain rule: what it is called, what it is, and its shape. */
export interface ChainFactor {
  readonly symbol: Formula;
  readonly value: readonly Inline[];
  readonly rows: number;
  readonly columns: number;
}

/**
 * The factors of the slope of the loss with respect to W[i,a] of a dense layer, or to a parameter of the first tensor of
 * another, from the loss back to it.
 */
export function chainOf(subject: Subject, layer: number): ChainFactor[] {
  const { widths } = subject;
  const factors = lossFactors(subject);
  for (let index = widths.length - 2; index > layer; index--) factors.push(...throughLayer(subject, index));
  const units = widths[layer + 1];
  const [slope] = slopeFactors(subject, layer);
  if (slope !== undefined) return [...factors, slope];
  const v = symbolOf("v", layer);
  return [
    ...factors,
    fieldFactor(subject, layer),
    {
      symbol: partial(v, symbolOf("W", layer, "i", "a")),
      value: inRow("i", received(layer, "a")),
      rows: units,
      columns: 1,
    },
  ];
}

/** ∂y/∂p for a parameter of each tensor of a layer whose output is its field; none for a dense one. */
function slopeFactors(subject: Subject, index: number): ChainFactor[] {
  return parametersOf(subject, index).map(({ parameter, value }) => ({
    symbol: partial(symbolOf("y", index), parameter),
    value,
    rows: subject.widths[index + 1],
    columns: 1,
  }));
}

/** Factors i and ii: for the notes' loss each by itself, for the others the loss's slope in one. */
function lossFactors(subject: Subject): ChainFactor[] {
  const { loss, network } = subject.problem;
  const outputs = network.outputs;
  const y = symbolOf("y", network.layers.length - 1);
  if (loss.name === "halfSquaredError") {
    const e = symbol("e");
    return [
      { symbol: partial(lossSymbol(subject.problem.loss), e), value: [joined(e, T)], rows: 1, columns: outputs },
      { symbol: partial(e, y), value: [symbol("−I")], rows: outputs, columns: outputs },
    ];
  }
  const slope = rightSide(lossOf(loss).derivativeFormula);
  return [
    {
      symbol: partial(lossSymbol(subject.problem.loss), y),
      value: [slope, " in column ", symbol("k")],
      rows: 1,
      columns: outputs,
    },
  ];
}

/** ∂y/∂v: the Jacobian of φ, a diagonal where φ acts elementwise, on each pre-activation. */
function fieldFactor(subject: Subject, index: number): ChainFactor {
  const units = subject.widths[index + 1];
  const v = symbolOf("v", index);
  const activation = activationAt(subject, index);
  const value: readonly Inline[] =
    activation?.kind === "vector"
      ? ["Jacobian: ", rightSide(activation.derivativeFormula), " in row r, column s"]
      : [joined(symbol("diag φ'(", "\\operatorname{diag} \\varphi'("), v, ")")];
  return { symbol: partial(symbolOf("y", index), v), value, rows: units, columns: units };
}

/** All that leads from a layer's output to the output of the layer below. */
function throughLayer(subject: Subject, index: number): ChainFactor[] {
  const { problem, widths } = subject;
  const below = symbolOf("y", index - 1);
  if (problem.network.layers[index].kind === "dropout") {
    const mask = joined(symbol("diag ", "\\operatorname{diag} "), symbolOf("m", index));
    const width = widths[index];
    return [{ symbol: partial(symbolOf("y", index), below), value: [mask], rows: width, columns: width }];
  }
  const derived = fieldLayer(problem.network.layers[index])?.derivation;
  if (derived !== undefined) {
    const [rows, columns] = [widths[index + 1], widths[index]];
    return [
      { symbol: partial(symbolOf("y", index), below), value: derived.through(placed(subject, index)), rows, columns },
    ];
  }
  const weights: ChainFactor = {
    symbol: partial(symbolOf("v", index), below),
    value: [symbolOf("W", index)],
    rows: widths[index + 1],
    columns: widths[index],
  };
  return [fieldFactor(subject, index), weights];
}

/** The chain for a weight of every layer that has some, from the output layer back; each table shows what the one before lacks. */
export function chainPart(subject: Subject): Block[] {
  const loss = lossSymbol(subject.problem.loss);
  const blocks: Block[] = [
    heading(1, "The chain rule, from the loss back to a weight"),
    paragraph(
      "How does the loss change when one weight changes a little? The weight changes the pre-activation of its neuron, the pre-activation changes the neuron's output, the output changes the pre-activations of the next layer, and so on up to the loss. By the chain rule, the derivatives of all these steps are multiplied. The derivative of a number with respect to a vector is a row; the derivative of a vector with respect to a vector is a matrix, the Jacobian.",
    ),
  ];
  let shown = 0;
  for (const index of learningLayers(subject).reverse()) {
    const factors = chainOf(subject, index);
    const slopes = parametersOf(subject, index);
    const weight = slopes[0]?.parameter ?? symbolOf("W", index, "i", "a");
    blocks.push(
      heading(2, slopes.length === 0 ? `A weight of layer ${index}` : `The parameters of layer ${index}`),
      equations({ left: partial(loss, weight), right: [product(factors.map((factor) => factor.symbol))] }),
      ...(shown === 0
        ? []
        : [
            paragraph(
              `The first ${shown === 1 ? "factor is" : `${shown} factors are`} known from above. The others are:`,
            ),
          ]),
      factorTable(factors.slice(shown)),
      paragraph("The product of these shapes is a single number: ", shapesOf(factors), "."),
      ...biasBlocks(subject, index),
      ...otherBlocks(subject, index),
    );
    shown = factors.length - 1;
  }
  return blocks;
}

/** What a layer whose output is its field learns, a parameter of each of its tensors. */
function parametersOf(subject: Subject, index: number) {
  const place = placed(subject, index);
  return fieldLayer(place.layer)?.derivation.slopes(place) ?? [];
}

/** The last factor for the other tensors of such a layer. */
function otherBlocks(subject: Subject, index: number): Block[] {
  const others = slopeFactors(subject, index).slice(1);
  if (others.length === 0) return [];
  return [paragraph("For its other parameters only the last factor differs:"), factorTable(others)];
}

const product = (factors: readonly Formula[]): Formula => separated(factors, TIMES);

function factorTable(factors: readonly ChainFactor[]): Block {
  return {
    kind: "table",
    head: ["factor", "what it is", "shape"],
    rows: factors.map(({ symbol: name, value, rows, columns }) => [name, inOneCell(value), shape(rows, columns)]),
    numeric: [],
  };
}

/** A table's cell is one formula or words; words within a formula are set as such. */
function inOneCell(parts: readonly Inline[]): Formula {
  return {
    text: parts.map((part) => (typeof part === "string" ? part : part.text)).join(""),
    latex: parts.map((part) => (typeof part === "string" ? `\\text{${part}}` : part.latex)).join(""),
  };
}

/** "[1 × 3] · [3 × 3] · [3 × 1] = [1 × 1]" */
function shapesOf(factors: readonly ChainFactor[]): Formula {
  return joined(product(factors.map(({ rows, columns }) => shape(rows, columns))), " = ", shape(1, 1));
}

function biasBlocks(subject: Subject, index: number): Block[] {
  const layer = subject.problem.network.layers[index];
  if (layer.kind !== "dense" || !layer.bias) return [];
  const bias = symbolOf("b", index, "i");
  return [
    paragraph(
      "For the bias ",
      bias,
      " only the last factor changes: ",
      partialInline(symbolOf("v", index), bias),
      " has 1 in row ",
      symbol("i"),
      ", because a bias is the weight from a constant +1.",
    ),
  ];
}
