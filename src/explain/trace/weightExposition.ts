/**
 * Step 5 of a trace, for one weight: its chain, its gradient over the batch, and how the optimizer moves it.
 *
 * Source: derivation, sections 2, 3, 5 and 6.
 */

import { apply, type Expression, product, quotient, sum } from "../../network/expression/expression.ts";
import { SIGN } from "../../network/expression/functions.ts";
import type { Formula } from "../../network/formula.ts";
import { isFrozen } from "../../network/parameters.ts";
import { ruleHas, ruleSymbol } from "../../optimizers/optimizerOf.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import { equationBlock, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation, Inline, Place } from "../exposition/exposition.ts";
import { bracketed, element, negative, partial, separated, symbol, symbolOf, times } from "../exposition/notation.ts";
import { fieldLayer, inputsOf, slopesOf, weightsOf } from "../layers/layers.ts";
import { mixingAbove } from "./chain.ts";
import { chainBlocks } from "./chainExposition.ts";
import { type ExpositionContext, numberWord, placed } from "./expositionContext.ts";
import { calculation, elidedSum, type Quantity, type Term } from "./shownLine.ts";
import { resultFormula } from "./shownNumbers.ts";
import type { Trace, WeightTrace } from "./trace.ts";
import { batchLossSymbol, weightSymbol } from "./traceSymbols.ts";
import { updateArithmetic } from "./updateArithmetic.ts";
import { weightNameText } from "./weightName.ts";

/** How one weight learns. */
export function weightBlocks(contexts: readonly ExpositionContext[], weight: WeightTrace): Block[] {
  const [context] = contexts;
  const { trace } = context;
  const name = weightSymbol(trace.layers, weight);
  const at = placeOf(weight);
  return placed(at, [
    heading(2, `Weight ${weightNameText(weight)}, `, name),
    paragraph(`${whereItIs(context, weight)} It is ${numberWord(weight.value)} before the step.`),
    ...contexts.flatMap((each): Block[] => [
      ...placed({ ...at, pattern: each.pattern }, [
        ...(trace.inputs.length > 1 ? [paragraph(`Example ${each.pattern}.`)] : []),
        ...chainBlocks(each, weight.chains[each.pattern], weight),
      ]),
    ]),
    ...gradientBlocks(context, weight, name),
    ...finalGradientBlocks(context, weight),
    ...tensorRateBlocks(context, weight),
    paragraph(
      `The optimizer ${trace.optimizer.name} updates it by its rule, `,
      optimizers[trace.optimizer.name].formula,
      ...deltaRuleWords(trace, weight),
      ...stateWords(trace),
      ". Here ",
      ...settings(context, weight),
      ":",
    ),
    ...equationBlock(updateEquations(context, weight, name)),
  ]);
}

/** Of a weight: its receiving unit, but for what belongs to a cosine. */
function placeOf({ layer, unit, input }: WeightTrace): Place {
  return { step: 5, layer, ...(input !== "frequencies" && input !== "phases" && { unit }) };
}

/** The rule in the symbols of the derivation, where nothing else acts on the gradient of one example. */
function deltaRuleWords(trace: Trace, { finalGradient, gradient, input, layer }: WeightTrace): Inline[] {
  const isPlain = trace.optimizer.name === "sgd" && finalGradient === gradient && trace.scales.length === 1;
  if (!isPlain || trace.scales[0] !== 1 || trace.layers[layer].description.kind !== "dense") return [];
  const isWeight = typeof input === "number";
  const rule: Formula = isWeight
    ? { text: `ΔW = η δ ${layer === 0 ? "x" : "y"}`, latex: `\\Delta W = \\eta\\,\\delta\\,${layer === 0 ? "x" : "y"}` }
    : { text: "Δb = η δ", latex: "\\Delta b = \\eta\\,\\delta" };
  return [": the delta rule, ", rule];
}

/** What the letters of the optimizer's state are. */
function stateWords({ optimizer }: Trace): Inline[] {
  const letters = optimizers[optimizer.name].slots.map((slot) => ruleSymbol(optimizer.name, slot).text);
  if (letters.length === 0) return [];
  return [`, where ${letters.join(" and ")} ${letters.length === 1 ? "is" : "are"} its state, 0 before the first step`];
}

function whereItIs({ trace }: ExpositionContext, weight: WeightTrace): string {
  const { layer } = weight;
  const { description } = trace.layers[layer];
  const [input] = inputsOf(trace.layers[layer], weight);
  const name = layer === 0 && input !== undefined ? trace.inputNames?.[input] : undefined;
  const source =
    layer === 0 ? `input ${input}${name === undefined ? "" : ` (${name})`}` : `output ${input} of the previous layer`;
  return weightsOf(description).place(description, weight, source);
}

/** ∂L/∂W: the slopes of the patterns, each with its share, and the same by the delta rule. */
function gradientBlocks({ trace, pattern, most }: ExpositionContext, weight: WeightTrace, name: Formula): Block[] {
  const left = partial(batchLossSymbol(trace), name);
  if (weight.chains.length === 1 && weight.chains[0].scale === 1) {
    const { symbolic, expression } = deltaRule(trace, pattern, weight, name);
    return [
      paragraph("The same in one line, since the product of all factors except the last is −δ:"),
      ...equationBlock([calculation(left, [symbolic], expression, weight.gradient)]),
    ];
  }
  const terms = weight.chains.map(
    ({ pattern: n, scale, slope }): Term => ({
      symbol: times(element(symbol("s"), n), element(symbol("g"), n)),
      expression: product(scale, slope),
    }),
  );
  const { symbolic, expression } = elidedSum(terms, most);
  const isMixed = mixingAbove(trace.layers, weight) !== undefined;
  return [
    paragraph(
      `The gradient of the batch is the sum over its examples: the gradient g[n] of example n by the chain rule, times its factor s[n] in the loss${isMixed ? ", which is 1 here, because the chains begin with the loss of the batch" : ""}.`,
    ),
    ...equationBlock([calculation(left, [symbolic], expression, weight.gradient)]),
  ];
}

/** −δ_b y_a; where the layer's output is its field −Σ_r δ_r ∂y_r/∂w. */
function deltaRule({ layers }: Trace, pattern: number, weight: WeightTrace, name: Formula): Quantity {
  const { layer } = weight;
  const { description, localGradient } = layers[layer];
  const delta = localGradient[pattern];
  const slopes = slopesOf(layers[layer], pattern, weight);
  if (fieldLayer(description) === undefined) {
    const [{ row, symbolic, expression }] = slopes;
    return {
      symbolic: negative(times(symbolOf("δ", layer, row), symbolic)),
      expression: product(-1, delta[row], expression),
    };
  }
  const symbols = slopes.map(({ row }) =>
    times(symbolOf("δ", layer, row), bracketed(partial(symbolOf("y", layer, row), name))),
  );
  if (slopes.length === 1) {
    return { symbolic: negative(symbols[0]), expression: product(-1, delta[slopes[0].row], slopes[0].value) };
  }
  return {
    symbolic: negative(bracketed(separated(symbols, " + "))),
    expression: product(-1, sum(slopes.map(({ row, value }) => product(delta[row], value)))),
  };
}

/** What the optimizer receives, where penalties or clipping act. */
function finalGradientBlocks({ trace }: ExpositionContext, weight: WeightTrace): Block[] {
  const { penalties, clipping } = trace;
  const { gradient, finalGradient, value, input, layer } = weight;
  if (isFrozen(weight)) {
    const role = typeof input === "number" ? "weights" : input;
    return [
      paragraph(
        `The ${role} of layer ${layer} are frozen: their learning rate is 0. The update rule uses g = 0, and no step updates them.`,
      ),
    ];
  }
  const penalised = penalties !== undefined && typeof input === "number";
  const clipped = clipping !== undefined && clipping.norm > clipping.clipNorm;
  const expression: Expression = penalised
    ? sum([
        gradient,
        ...(penalties.l1 === 0 ? [] : [product(penalties.l1, apply(SIGN, value))]),
        ...(penalties.l2 === 0 ? [] : [product(penalties.l2, value)]),
      ])
    : gradient;
  const slope = partial(batchLossSymbol(trace), weightSymbol(trace.layers, weight));
  const equation = (of: Expression): Equation => calculation(symbol("g"), [], of, finalGradient);
  if (clipped) {
    const factor = quotient(clipping.clipNorm, clipping.norm);
    const added = penalised ? "The weight penalties are added; then it" : "It";
    return [
      paragraph(
        `${added} is scaled down with the whole gradient, whose norm ${numberWord(clipping.norm)} is above ${numberWord(clipping.clipNorm)}:`,
      ),
      ...equationBlock([equation(product(expression, factor))]),
    ];
  }
  if (!penalised) return [paragraph("The optimizer uses this gradient, g = ", slope, ".")];
  return [paragraph("The weight penalties are added:"), ...equationBlock([equation(expression)])];
}

/** What the weight's tensor learns by beside the others. */
function tensorRateBlocks({ trace }: ExpositionContext, { layer, input, rate, decay }: WeightTrace): Block[] {
  const decays = "weightDecay" in trace.optimizer && trace.optimizer.weightDecay > 0;
  const usual = decay === (typeof input === "number" ? rate : 0);
  if (isFrozen({ rate }) || (rate === 1 && (!decays || usual))) return [];
  const role = typeof input === "number" ? "weights" : input;
  const own = `The ${role} of layer ${layer}: their learning rate η is ${numberWord(rate)} times the optimizer's`;
  return [paragraph(`${own}${decays ? `, that of their weight decay ${numberWord(decay)} times` : ""}.`)];
}

/** The rule's constants by the letters of its formula. */
function settings({ trace }: ExpositionContext, { learningRate }: WeightTrace): Inline[] {
  const { name, ...constants } = { ...trace.optimizer, learningRate };
  const all = ruleHas(name, "step") ? { ...constants, step: trace.step } : constants;
  return Object.entries(all).flatMap(([key, value], at): Inline[] => {
    const shown = resultFormula(value);
    return [...(at > 0 ? [", "] : []), separated([ruleSymbol(name, key), shown], " = ")];
  });
}

function updateEquations({ trace }: ExpositionContext, weight: WeightTrace, name: Formula): Equation[] {
  const { slots, newValue } = updateArithmetic(trace, weight);
  const memory = Object.entries(slots).map(([slot, expression]) =>
    calculation(ruleSymbol(trace.optimizer.name, slot), [], expression, weight.slots[slot].after),
  );
  const moved = { text: `new ${name.text}`, latex: `${name.latex}\\text{ (new)}` };
  return [...memory, calculation(moved, [], newValue, weight.newValue)];
}

/** What is said before the first weight. @param why these weights are followed, as a sentence */
export function updateIntroduction(weights: readonly WeightTrace[], why?: string): Block[] {
  const followed =
    weights.length === 0
      ? "No weight was selected."
      : `All weights are updated in the same way; ${weights.length === 1 ? "one is" : `${weights.length} are`} shown in detail.`;
  return placed({ step: 5 }, [
    heading(1, "5. Update: how a weight changes"),
    paragraph(
      "The weights are updated only after all δ are computed, because the δ depend on the old weights. ",
      followed,
      why === undefined ? "" : ` ${why}`,
    ),
  ]);
}
