/** The derivation's first parts: the network at hand, its symbols, and step 1, from the pattern to the answer. */

import { type ActivationName, activations } from "../../network/activations.ts";
import type { Layer } from "../../network/layers.ts";
import { lossOf } from "../../network/losses.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { equations, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Inline } from "../exposition/exposition.ts";
import { applied, element, joined, PHI, received, shape, sumOver, symbol, symbolOf } from "../exposition/notation.ts";
import type { Placed } from "../layers/explainedLayer.ts";
import { fieldLayer } from "../layers/layers.ts";
import { activationAt, asItStands, hasBias, placed, type Subject } from "./subject.ts";

/** Names shown before the rest is counted. */
const MOST_NAMES = 12;

/** What the network is: its layers with their shapes, and the symbols that all parts use. */
export function networkPart(subject: Subject): Block[] {
  const { problem, inputNames, outputNames } = subject;
  const { network } = problem;
  const { length } = parameterLayout(network);
  const learned = network.layers.some(fieldLayer)
    ? "the parameters of its layers"
    : hasBias(network.layers)
      ? "its weights and biases"
      : "its weights";
  const names = [namesSentence("The inputs are", inputNames), namesSentence("The outputs are", outputNames)];
  return [
    heading(1, "The network"),
    paragraph(
      "The network takes an example ",
      symbol("x"),
      ` of ${counted(network.inputs, "number")} and computes ${counted(network.outputs, "number")}, the output `,
      symbol("y"),
      ` of its last layer. ${counted(length, "number")}, ${learned}, determine the output. Learning changes them.`,
      ...names,
    ),
    {
      kind: "table",
      head: ["layer", "kind", "size", "weights W", "bias b", "activation φ"],
      rows: network.layers.map((layer, index) => layerRow(subject, layer, index)),
      numeric: [0],
    },
    paragraph(
      "The symbols are those of Haykin. Layers are counted from 0; the number in parentheses above a symbol is the layer.",
    ),
    symbolTable(subject),
  ];
}

function layerRow(subject: Subject, layer: Layer, index: number): Inline[] {
  const { widths } = subject;
  const [inputs, outputs] = [widths[index], widths[index + 1]];
  const signals = symbol(`${inputs} → ${outputs}`, `${inputs} \\to ${outputs}`);
  switch (layer.kind) {
    case "dense":
      return [
        String(index),
        "dense",
        signals,
        shape(outputs, inputs),
        layer.bias ? shape(outputs, 1) : "none",
        layer.activation,
      ];
    case "dropout":
      return [String(index), `dropout, rate ${layer.rate}`, signals, "none", "none", "none"];
    default:
      return signalRow(placed(subject, index), signals);
  }
}

function signalRow(place: Placed, signals: Inline): Inline[] {
  const derived = fieldLayer(place.layer)?.derivation;
  if (derived === undefined) return [];
  return [String(place.index), derived.name(place.layer), signals, ...derived.cells(place)];
}

function symbolTable({ problem }: Subject): Block {
  const { loss } = problem;
  const hasDropout = problem.network.layers.some(({ kind }) => kind === "dropout");
  const rows: (readonly Inline[])[] = [
    [symbol("x"), "input of the network: one example"],
    [symbol("y"), "output of a layer's neurons (Haykin: function signal)"],
    [element(symbol("W"), "i", "a"), "weight from input a of a layer to its neuron i (Haykin: synaptic weight)"],
    ...(hasBias(problem.network.layers)
      ? [[symbol("b"), "bias of a neuron: its weight from a constant input of +1"] as const]
      : []),
    [symbol("v"), "pre-activation of a neuron: the weighted sum of its inputs (Haykin: induced local field)"],
    [PHI, "activation function: computes the output from the pre-activation"],
    [symbol("d"), "target (Haykin: desired response)"],
    ...(lossOf(loss).desired === "values"
      ? [[symbol("e = d − y", "e = d - y"), "error signal of the output layer"] as const]
      : []),
    [symbol("ℓ", "\\ell"), "loss of one example: the error of the output, as one number"],
    ...(loss.name === "halfSquaredError"
      ? [[symbol("ε", "\\varepsilon"), "error energy: the loss ℓ where it is ½ eᵀe, as it is here"] as const]
      : []),
    [symbol("δ", "\\delta"), "local gradient: −∂ℓ/∂v, the rate at which the loss falls when the pre-activation grows"],
    [symbol("η", "\\eta"), "learning rate: the step size"],
  ];
  const mask: readonly Inline[] = [
    symbol("m"),
    "mask of a dropout layer: one factor for each input, drawn again in each step",
  ];
  const kinds = new Set(problem.network.layers.map((layer) => fieldLayer(layer)?.derivation));
  const own = [...kinds].flatMap((derived) => derived?.symbols ?? []);
  return {
    kind: "table",
    head: ["symbol", "meaning"],
    rows: [...rows, ...(hasDropout ? [mask] : []), ...own],
    numeric: [],
  };
}

/** Step 1, layer by layer, and each φ with its derivative when it first comes. */
export function forwardPart(subject: Subject): Block[] {
  const { layers } = subject.problem.network;
  const blocks: Block[] = [
    heading(1, "Forward pass: from the input to the output"),
    paragraph(
      "Every neuron sums its inputs, each multiplied by a weight. This sum is its pre-activation ",
      symbol("v"),
      ". The activation function computes the output ",
      symbol("y"),
      " from it, which is an input of the next layer. All pre-activations and outputs are kept for the backward pass.",
    ),
  ];
  const met = new Set<ActivationName>();
  for (const [index, layer] of layers.entries()) {
    blocks.push(heading(2, `Layer ${index}: ${layerWords(layer)}`));
    if (layer.kind === "dropout") {
      blocks.push(...dropoutBlocks(layer.rate, index));
      continue;
    }
    const derived = fieldLayer(layer)?.derivation;
    if (layer.kind !== "dense") {
      blocks.push(...(derived?.forward(placed(subject, index)) ?? []));
      if (layer.kind === "parametricActivation") {
        blocks.push(...parametricBlocks(layer.activation, met.has(layer.activation)));
        met.add(layer.activation);
      }
      continue;
    }
    blocks.push(...denseBlocks(subject, index, layer.bias));
    blocks.push(...activationBlocks(subject, index, layer.activation, met.has(layer.activation)));
    met.add(layer.activation);
  }
  return blocks;
}

function layerWords(layer: Layer): string {
  if (layer.kind === "dense") return `${counted(layer.units, "neuron")}, ${layer.activation}`;
  return fieldLayer(layer)?.derivation.name(layer) ?? layer.kind;
}

function denseBlocks({ widths }: Subject, index: number, bias: boolean): Block[] {
  const [inputs, units] = [widths[index], widths[index + 1]];
  const [v, w, b, below] = [symbolOf("v", index), symbolOf("W", index), symbolOf("b", index), received(index)];
  const added = (what: ReturnType<typeof symbol>) => (bias ? joined(" + ", what) : symbol(""));
  const shapes = joined(shape(units, 1), " = ", shape(units, inputs), " ", shape(inputs, 1), added(shape(units, 1)));
  const oneNeuron = joined(
    sumOver("a", joined(element(w, "i", "a"), symbol(" ", "\\,"), element(below, "a"))),
    added(element(b, "i")),
  );
  return [
    equations(
      { left: v, right: [joined(w, symbol(" ", "\\,"), below, added(b))] },
      { left: element(v, "i"), right: [oneNeuron] },
    ),
    paragraph(
      "The first line is the whole layer, with shapes ",
      shapes,
      "; the second is neuron ",
      symbol("i"),
      `, a sum of ${counted(inputs, "term")}.`,
    ),
  ];
}

function activationBlocks(subject: Subject, index: number, name: ActivationName, known: boolean): Block[] {
  const activation = activationAt(subject, index);
  if (activation === undefined) return [];
  const [y, v] = [symbolOf("y", index), symbolOf("v", index)];
  const vector = activation.kind === "vector";
  const output = equations({
    left: vector ? y : element(y, "i"),
    right: [applied(PHI, vector ? v : element(v, "i"))],
  });
  const acts = vector
    ? ", which acts on all pre-activations of the layer at once. Each output depends on each pre-activation, so its derivative is a matrix, the Jacobian:"
    : ", which acts on each pre-activation separately. The backward pass needs its derivative:";
  return [output, ...phiBlocks(name, known, acts)];
}

/** φ with its derivative, when it first comes. @param acts how it acts, the end of a sentence */
function phiBlocks(name: ActivationName, known: boolean, acts: string): Block[] {
  if (known) return [paragraph("Here ", PHI, ` is ${name} again, as above.`)];
  const { formula, derivativeFormula } = activations[name];
  return [
    paragraph("Here ", PHI, ` is ${name}${acts}`),
    equations(asItStands(formula), asItStands(derivativeFormula)),
    ...remarks(name),
  ];
}

/** φ of a parametric activation. */
function parametricBlocks(name: ActivationName, known: boolean): Block[] {
  const blocks = phiBlocks(name, known, ". The backward pass needs its derivative:");
  if (known || !activations[name].formula.text.includes("α")) return blocks;
  return [
    ...blocks,
    paragraph("The ", symbol("α", "\\alpha"), ` in it is a constant of ${name}, not a learned parameter.`),
  ];
}

/** What the formulas of an activation leave to be said. */
function remarks(name: ActivationName): Block[] {
  const activation = activations[name];
  const sentences: Inline[] = [];
  const constants = activation.formula.text.split("; ")[1];
  if (constants !== undefined) sentences.push(`Here ${constants}. `);
  if (activation.derivativeFormula.latex.includes("\\sigma")) {
    sentences.push(symbol("σ", "\\sigma"), " is the logistic function, ", logisticOf(), ". ");
  }
  if (activation.kind === "elementwise" && activation.kinks.length > 0) {
    const at = activation.kinks.join(", ");
    sentences.push(`At v = ${at} the derivative is not defined; the value from the left is used.`);
  }
  if (activation.kind === "vector") {
    sentences.push("The bracket's first term is 1 where ", symbol("r = s"), " and 0 elsewhere.");
  }
  return sentences.length === 0 ? [] : [paragraph(...sentences)];
}

/** The table's formula of the logistic function, by the name that other formulas give it. */
function logisticOf() {
  const { text, latex } = activations.logistic.formula;
  return symbol(text.replace("φ", "σ"), latex.replace("\\varphi", "\\sigma"));
}

function dropoutBlocks(rate: number, index: number): Block[] {
  const mask = symbolOf("m", index);
  return [
    equations({
      left: symbolOf("y", index, "a"),
      right: [joined(element(mask, "a"), symbol(" ", "\\,"), received(index, "a"))],
    }),
    paragraph(
      "During training, ",
      element(mask, "a"),
      ` is 0 with probability ${rate}, and 1/(1 − ${rate}) otherwise, so that the expected value does not change. It is drawn again for each input, example and step. For predictions every factor is 1.`,
    ),
  ];
}

/** "1 neuron", "8 neurons" */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function namesSentence(beginning: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return ` ${beginning}, in order: ${shown}${more > 0 ? ` and ${counted(more, "more").replace(/s$/, "")}` : ""}.`;
}
