/**
 * A trace as an exposition in the order of the algorithm, with the actual numbers: forward, error, local gradients, update.
 *
 * Every line of arithmetic comes out as printed (`shownNumbers.ts` has the rule). One file a stage; this one puts them
 * together and chooses what is shown. Knows nothing of how an exposition looks. Source: derivation, section 5.
 */

import { counted } from "../../counted.ts";
import { DescriptionError } from "../../errors.ts";
import { readResults } from "../../givenResult.ts";
import { type Kinds, listOf, number, object, oneOf, requireKind, requireOptions, text, whole } from "../../kinds.ts";
import { activationOf } from "../../network/activations.ts";
import { difference } from "../../network/expression/expression.ts";
import { layerEntry } from "../../network/layerEntry.ts";
import { equationBlock, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Exposition, Inline } from "../exposition/exposition.ts";
import { slottedBlock } from "../exposition/slots.ts";
import { explained, inputsOf, slopesOf } from "../layers/layers.ts";
import { chainsOf } from "./chainOf.ts";
import { errorBlocks } from "./errorExposition.ts";
import { type ExpositionContext, numberWord } from "./expositionContext.ts";
import { forwardBlocks } from "./forwardExposition.ts";
import { keepsWeight, keptUnits } from "./leanTrace.ts";
import { localGradientBlocks } from "./localGradientExposition.ts";
import { lossFormula, outputsWords } from "./lossWords.ts";
import { type NeuronName, requireNeuron } from "./neuronName.ts";
import { calculation } from "./shownLine.ts";
import { strongestPath } from "./strongestPath.ts";
import { type Trace, traceKind } from "./trace.ts";
import { batchLossSymbol } from "./traceSymbols.ts";
import { updateTable } from "./updateTable.ts";
import { updateIntroduction, weightBlocks } from "./weightExposition.ts";

export interface TraceExpositionOptions {
  /** Shows only this neuron's pre-activation, output and local gradient. */
  readonly neuron?: NeuronName | undefined;
  /**
   * Which units are shown: "some" units of a wide layer, first those that the chosen weights connect; "path", one unit of
   * each layer, along the strongest path; or "all". "some" when absent. With `neuron` it has no effect.
   */
  readonly units?: "some" | "path" | "all" | undefined;
  /** Sentences about the network and the step, added to the introduction; none when absent. */
  readonly about?: string | undefined;
  /** The examples to show, as indices into the batch; [0] when absent. */
  readonly patterns?: readonly number[];
  /** The maximum number of terms of a sum and of rows of a table, at least 2; 8 when absent. */
  readonly most?: number;
  /** The maximum line width of a matrix product, in characters; wider ones are shown element by element. 100 when absent. */
  readonly width?: number;
  /** A sentence on why these weights are shown; none when absent. */
  readonly why?: string | undefined;
}

/** What stands left of a product of matrices, in characters. */
const LEFT_SIDE = 18;
/** Of a wide layer, so many neurons are shown when no weight asks for more. */
const FEW_UNITS = 3;

const expositionKinds = {
  neuron: object,
  units: oneOf("some", "path", "all"),
  about: text,
  patterns: listOf(whole(0), "whole numbers of at least 0"),
  most: number,
  width: whole(1),
  why: text,
} as const satisfies Kinds<TraceExpositionOptions>;

/**
 * A trace as an exposition.
 *
 * @throws {DescriptionError} a neuron or a pattern that the trace does not have
 *
 * @example
 * import { expositionText, traceExposition, traceStep } from "gradus/explain";
 * import { completeProblem, dense, initialParameters, network } from "gradus/network";
 *
 * const problem = completeProblem({
 *   network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
 *   loss: "halfSquaredError",
 *   optimizer: { name: "sgd", learningRate: 0.01 },
 * });
 * const parameters = initialParameters(problem.network, 0);
 * const trace = traceStep({ problem, parameters, patterns: { inputs: Float32Array.of(3), desired: Float32Array.of(8) } });
 * console.log(expositionText(traceExposition(trace)));
 */
export function traceExposition(trace: Trace, options: TraceExpositionOptions = {}): Exposition {
  requireKind("traceExposition's trace", trace, traceKind);
  requireOptions(options, expositionKinds, "traceExposition");
  return readResults("traceStep", { trace }, (results) => expositionOf(withChains(results.trace), options));
}

/** With the factors of every chain, which a trace that keeps paths leaves out. */
function withChains(trace: Trace): Trace {
  if (trace.keep === undefined) return trace;
  const weights = trace.weights.map((weight) => ({ ...weight, chains: chainsOf(trace, trace.scales, weight) }));
  return { ...trace, weights };
}

function expositionOf(trace: Trace, options: TraceExpositionOptions): Exposition {
  const { neuron, patterns = [0], most = 8, width = 100, why, about } = options;
  if (!Number.isInteger(most) || most < 2) {
    throw new DescriptionError(`Expected most to be a whole number of at least 2, found ${most}.`);
  }
  if (neuron !== undefined) {
    requireNeuron(trace, neuron);
    if (!keepsWeight(trace, { ...neuron, input: "bias" })) {
      throw new DescriptionError(
        `Neuron ${neuron.layer}.${neuron.unit}: this trace keeps only what lies on the paths of its weights. Trace the step with keep: "all".`,
      );
    }
  }
  if (patterns.length === 0) throw new DescriptionError("Expected at least one example to show, found none.");
  const chosen = chosenUnits(trace, options, { pattern: patterns[0], most });
  const units = trace.layers.map((layer, at) => keptUnits(trace, layer, chosen[at]));
  const many = trace.inputs.length > 1;
  const contexts = patterns.map((pattern): ExpositionContext => {
    requirePattern(pattern, trace.inputs.length);
    return { trace, pattern, most, units, longest: width - LEFT_SIDE, level: many ? 2 : 1 };
  });
  return {
    title: `Training step ${trace.step}, with its numbers`,
    blocks: (
      [
        ...greeting(trace, most),
        ...(about === undefined ? [] : [paragraph(about)]),
        ...(trace.keep === undefined
          ? []
          : [paragraph("Of each layer only the neurons on the paths from the weights below to the loss are shown.")]),
        ...patternsBlocks(trace, patterns),
        ...contexts.flatMap((context): Block[] => [
          ...(many ? [heading(1, `Example ${context.pattern} of the batch`)] : []),
          ...forwardBlocks(context),
          ...errorBlocks(context),
          ...localGradientBlocks(context),
        ]),
        ...updateIntroduction(trace.weights, why),
        ...trace.weights.flatMap((weight) => weightBlocks(contexts, weight)),
        ...(neuron === undefined ? updateTable(trace) : []),
        ...outcome(trace),
      ] satisfies Block[]
    ).map(slottedBlock),
  };
}

function greeting(trace: Trace, most: number): Block[] {
  const { layers, loss, optimizer, step, inputs, lossBefore, lossAfter } = trace;
  const dense = layers.filter(({ description }) => description.kind === "dense");
  const widths = dense.map(({ units }) => units).join("-");
  return [
    paragraph(
      `This is training step n = ${step}, computed with actual numbers. The network is ${inputs[0].length}-${widths}: ${counted(inputs[0].length, "input")}, then ${counted(dense.length, "layer")} of neurons. Its loss is ${loss.name}, `,
      lossFormula(loss),
      `${outputsWords(loss, layers[layers.length - 1].units)}; its optimizer is ${optimizer.name} with a learning rate of ${numberWord(optimizer.learningRate)}. ` +
        `The step takes the loss from ${numberWord(lossBefore)} to ${numberWord(lossAfter)}.`,
    ),
    layerTable(trace),
    paragraph(
      "Layers, neurons, inputs and examples are counted from 0; the number in parentheses above a symbol is the layer. " +
        "Results have up to 6 significant digits. The numbers on the line of a result have as many digits as it takes to compute the printed result from them. e−7 means times ten to the power of −7." +
        (layers.some(({ inputs: count }) => count > most)
          ? " Of a long sum the largest terms are written, none of them 0; ⋯ stands for the others, and is left out of the numbers where all of those are 0."
          : ""),
    ),
  ];
}

function layerTable(trace: Trace): Block {
  const rows = trace.layers.map(({ layer, description, inputs, units }): Inline[] => [
    String(layer),
    `${inputs} → ${units}`,
    explained(description).trace.name(description),
    description.kind === "dense"
      ? activationOf(description.activation).formula
      : description.kind === "dropout"
        ? trace.dropout === undefined
          ? "passes every input unchanged in a trace"
          : "y = m x"
        : layerEntry(description).formula,
  ]);
  const head = trace.layers.some(({ description }) => explained(description).outputIsField)
    ? "formula"
    : "activation function";
  return { kind: "table", head: ["layer", "inputs → outputs", "kind", head], rows, numeric: [0] };
}

function patternsBlocks({ inputs }: Trace, patterns: readonly number[]): Block[] {
  const others = inputs.length - patterns.length;
  if (others <= 0) return [];
  return [
    paragraph(
      `The batch has ${inputs.length} examples. ${patterns.length === 1 ? "One is" : `${patterns.length} are`} shown below; the other ${others === 1 ? "one is" : `${others} are`} computed in the same way, and all contribute to the gradients.`,
    ),
  ];
}

function outcome(trace: Trace): Block[] {
  const { lossBefore, lossAfter } = trace;
  const change = lossAfter - lossBefore;
  const what =
    change < 0
      ? "The step lowered the loss."
      : change > 0
        ? "The loss rose: the step overshot. The gradient is exact only at the weights before the step; lower the learning rate for a shorter step."
        : "The loss did not change.";
  const symbol = batchLossSymbol(trace);
  const left = {
    text: `${symbol.text} after − ${symbol.text} before`,
    latex: `${symbol.latex}_{\\text{after}} - ${symbol.latex}_{\\text{before}}`,
  };
  return [
    heading(1, "The loss, before and after"),
    paragraph(`With all weights updated, the same examples give a loss of ${numberWord(lossAfter)}. ${what}`),
    ...equationBlock([calculation(left, [], difference(lossAfter, lossBefore), change)]),
  ];
}

function chosenUnits(
  trace: Trace,
  { neuron, units }: TraceExpositionOptions,
  { pattern, most }: { readonly pattern: number; readonly most: number },
): readonly (readonly number[])[] {
  if (neuron !== undefined || units === undefined || units === "some") return shownUnits(trace, neuron, most);
  if (units === "path") return strongestPath(trace, pattern).units.map((unit) => [unit]);
  return trace.layers.map((layer) => Array.from({ length: layer.units }, (_, unit) => unit));
}

/** The units of each layer to be shown: all of a narrow layer; of a wide one those on the way of the chosen weights. */
function shownUnits(
  { layers, weights }: Trace,
  neuron: NeuronName | undefined,
  most: number,
): readonly (readonly number[])[] {
  if (neuron !== undefined) {
    return layers.map(({ layer, description }) => {
      // A parametric activation that follows is the neuron's own.
      const isOwn = layer === neuron.layer + 1 && description.kind === "parametricActivation";
      return layer === neuron.layer || isOwn ? [neuron.unit] : [];
    });
  }
  return layers.map(({ layer, units }) => {
    const all = Array.from({ length: units }, (_, unit) => unit);
    if (units <= most) return all;
    const chosen = weights.flatMap((weight) =>
      weight.layer === layer
        ? slopesOf(layers[layer], 0, weight).map(({ row }) => row)
        : weight.layer === layer + 1
          ? inputsOf(layers[layer + 1], weight)
          : [],
    );
    const shown = [...new Set([...chosen.slice(0, most), ...all.slice(0, FEW_UNITS)])];
    return shown.slice(0, Math.max(FEW_UNITS, Math.min(most, new Set(chosen).size))).sort((a, b) => a - b);
  });
}

function requirePattern(found: number, count: number): void {
  if (Number.isInteger(found) && found >= 0 && found < count) return;
  throw new DescriptionError(`Expected an example of the batch, from 0 to ${count - 1}, found ${found}.`);
}
