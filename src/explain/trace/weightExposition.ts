/**
 * Step 5 of a trace, told for one weight: its chain, its gradient over the batch, and how the optimizer moves it.
 *
 * Source: derivation, sections 2, 3, 5 and 6.
 */
import type { Formula } from "../../network/formula.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { chainBlocks } from "./chainExposition.ts";
import { apply, type Expression, joined, product, quotient, sum } from "./shownExpression.ts";
import { calculation, elidedSum, type Term } from "./shownLine.ts";
import { resultFormula } from "./shownNumbers.ts";
import type { WeightTrace } from "./trace.ts";
import { batchLossSymbol, indexed, negative, partial, receivedSymbol, same, symbolOf, times } from "./traceSymbols.ts";
import { equationBlock, heading, numberWord, paragraph, type Telling } from "./traceTelling.ts";
import { slotSymbols, updateArithmetic } from "./updateArithmetic.ts";
import { weightNameText } from "./weightName.ts";

/** How one weight learns. */
export function weightBlocks(tellings: readonly Telling[], weight: WeightTrace): Block[] {
  const [telling] = tellings;
  const { trace } = telling;
  const symbol = symbolOfWeight(weight);
  return [
    heading(2, `Weight ${weightNameText(weight)}, `, symbol),
    paragraph(`${whereItIs(telling, weight)} It is ${numberWord(weight.value)} before the step.`),
    ...tellings.flatMap((each): Block[] => [
      ...(trace.inputs.length > 1 ? [paragraph(`Pattern ${each.pattern}.`)] : []),
      ...chainBlocks(each, weight.chains[each.pattern], weight),
    ]),
    ...gradientBlocks(telling, weight, symbol),
    ...finalGradientBlocks(telling, weight),
    paragraph(
      `The optimizer ${trace.optimizer.name} moves it by its rule, `,
      optimizers[trace.optimizer.name].formula,
      ". Here ",
      ...settings(telling, weight),
      ":",
    ),
    ...equationBlock(updateEquations(telling, weight, symbol)),
  ];
}

function symbolOfWeight({ layer, unit, input }: WeightTrace): Formula {
  return input === "bias" ? symbolOf("b", layer, unit) : symbolOf("W", layer, unit, input);
}

function whereItIs({ trace }: Telling, { layer, unit, input }: WeightTrace): string {
  if (input === "bias") return `The bias of neuron ${unit} in layer ${layer}: the weight from a constant +1.`;
  const name = layer === 0 ? trace.inputNames?.[input] : undefined;
  const source =
    layer === 0 ? `input ${input}${name === undefined ? "" : ` (${name})`}` : `signal ${input} of the layer below`;
  return `It leads from ${source} to neuron ${unit} of layer ${layer}.`;
}

/** ∂L/∂W: the slopes of the patterns, each with its share, and the same by the delta rule. */
function gradientBlocks({ trace, pattern, most }: Telling, weight: WeightTrace, symbol: Formula): Block[] {
  const left = partial(batchLossSymbol(trace), symbol);
  const { layer, unit, input } = weight;
  const told = trace.layers[layer];
  const heard = input === "bias" ? 1 : told.input[pattern][input];
  const delta = symbolOf("δ", layer, unit);
  const y = input === "bias" ? same("1") : receivedSymbol(layer, input);
  if (weight.chains.length === 1 && weight.chains[0].scale === 1) {
    return [
      paragraph("The delta rule says the same in one line, since all the factors but the last make −δ:"),
      ...equationBlock([
        calculation(
          left,
          [negative(times(delta, y))],
          product(-1, told.localGradient[pattern][unit], heard),
          weight.gradient,
        ),
      ]),
    ];
  }
  const terms = weight.chains.map(
    ({ pattern: n, scale, slope }): Term => ({
      symbol: times(indexed(same("s"), n), indexed(same("g"), n)),
      expression: product(scale, slope),
    }),
  );
  const { symbolic, expression } = elidedSum(terms, most);
  return [
    paragraph(
      "The gradient of the batch is the sum over its patterns: the slope g[n] that the chain gives for pattern n, times its share s[n] of the loss.",
    ),
    ...equationBlock([calculation(left, [symbolic], expression, weight.gradient)]),
  ];
}

const SIGN: Formula = { text: "sign", latex: "\\operatorname{sign}" };

/** What the optimizer receives, where penalties or clipping act. */
function finalGradientBlocks({ trace }: Telling, weight: WeightTrace): Block[] {
  const { penalties, clipping } = trace;
  const { gradient, finalGradient, value, input } = weight;
  const penalised = penalties !== undefined && input !== "bias";
  const clipped = clipping !== undefined && clipping.norm > clipping.clipNorm;
  const expression: Expression = penalised
    ? sum([
        gradient,
        ...(penalties.l1 === 0 ? [] : [product(penalties.l1, apply(SIGN, value, Math.sign))]),
        ...(penalties.l2 === 0 ? [] : [product(penalties.l2, value)]),
      ])
    : gradient;
  const symbol = partial(batchLossSymbol(trace), symbolOfWeight(weight));
  const equation = (of: Expression): Equation => calculation(same("g"), [], of, finalGradient);
  if (clipped) {
    const factor = quotient(clipping.clipNorm, clipping.norm);
    const added = penalised ? "The penalties on large weights join it; then it" : "It";
    return [
      paragraph(
        `${added} is scaled down with the whole gradient, whose length ${numberWord(clipping.norm)} is above ${numberWord(clipping.clipNorm)}:`,
      ),
      ...equationBlock([equation(product(expression, factor))]),
    ];
  }
  if (!penalised) return [paragraph("The optimizer receives this slope, g = ", symbol, ".")];
  return [paragraph("The penalties on large weights join it:"), ...equationBlock([equation(expression)])];
}

/** The rule's constants by the letters of its formula. */
const letters: Readonly<Record<string, Formula>> = {
  learningRate: { text: "η", latex: "\\eta" },
  momentum: { text: "μ", latex: "\\mu" },
  decay: { text: "ρ", latex: "\\rho" },
  beta1: { text: "β₁", latex: "\\beta_1" },
  beta2: { text: "β₂", latex: "\\beta_2" },
  epsilon: { text: "ε", latex: "\\varepsilon" },
  weightDecay: { text: "λ", latex: "\\lambda" },
};

function settings({ trace }: Telling, { learningRate }: WeightTrace): Inline[] {
  const { name: _, ...constants } = { ...trace.optimizer, learningRate };
  const known = Object.entries(constants).map(([key, value]): [Formula, number] => [letters[key] ?? same(key), value]);
  const all = "beta1" in constants ? [...known, [same("t"), trace.step] as const] : known;
  return all.flatMap(([symbol, value], at): Inline[] => {
    const shown = resultFormula(value);
    return [...(at > 0 ? [", "] : []), joined([symbol, shown], " = ", " = ")];
  });
}

function updateEquations({ trace }: Telling, weight: WeightTrace, symbol: Formula): Equation[] {
  const { slots, newValue } = updateArithmetic(trace, weight);
  const memory = Object.entries(slots).map(([name, expression]) =>
    calculation(same(slotSymbols[name]), [], expression, weight.slots[name].after),
  );
  const moved = { text: `new ${symbol.text}`, latex: `${symbol.latex}\\text{ (new)}` };
  return [...memory, calculation(moved, [], newValue, weight.newValue)];
}

/** What is said before the first weight. @param why these weights are followed, as a sentence */
export function updateIntroduction(weights: readonly WeightTrace[], why?: string): Block[] {
  const followed =
    weights.length === 0
      ? "No weight was chosen to be followed."
      : `All weights move alike; ${weights.length === 1 ? "one is" : `${weights.length} are`} followed in full.`;
  return [
    heading(1, "Step 5, update: how a weight learns"),
    paragraph(
      "Only now, with every δ known, the weights move; none moves before, since its old value made the δ below it. ",
      followed,
      why === undefined ? "" : ` ${why}`,
    ),
  ];
}
