/**
 * Step 2 of a trace: how far the answer is from the desired response, and how the loss counts that.
 *
 * Source: derivation, sections 1, 3 (factors i and ii) and 6.
 */

import { counted } from "../../counted.ts";
import { activations } from "../../network/activations.ts";
import { apply, difference, type Expression, product } from "../../network/expression/expression.ts";
import { SIGMA } from "../../network/expression/functions.ts";
import type { Formula } from "../../network/formula.ts";
import { hasClassWeights, outputsEach, targetOf } from "../../network/losses.ts";
import { equationBlock, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation } from "../exposition/exposition.ts";
import { applied, element, joined, lossSymbol, symbol, symbolOf, times } from "../exposition/notation.ts";
import { type ExpositionContext, numberWord, placed, unitBlock, valueTable } from "./expositionContext.ts";
import { softmaxLine } from "./forwardExposition.ts";
import { lossArithmetic, lossScope } from "./lossArithmetic.ts";
import { classTargetWords, flagTargetWords, lossDerivative, lossFormula, quantileWords } from "./lossWords.ts";
import { calculation } from "./shownLine.ts";
import { resultFormula } from "./shownNumbers.ts";
import { negativeGradientSymbol, PROBABILITIES, PROBABILITY } from "./traceSymbols.ts";

/** The error and the loss of one pattern. */
export function errorBlocks(context: ExpositionContext): Block[] {
  const { trace, pattern, most } = context;
  const { loss, layers } = trace;
  const last = layers[layers.length - 1];
  const pair = { y: last.output[pattern], d: trace.desired[pattern] };
  const { symbolic, expression } = lossArithmetic(loss, pair, most);
  const formula = lossFormula(loss);
  return placed({ step: 2, layer: last.layer, pattern }, [
    heading(context.level, "2. Error: the output compared with the target"),
    ...desiredBlocks(context),
    ...(loss.name === "halfSquaredError"
      ? [paragraph("The error energy of this example, by the loss ", formula, ", is one number for all the outputs:")]
      : [paragraph("The loss of this example, ", formula, ":")]),
    ...equationBlock([calculation(lossSymbol(loss), [symbolic], expression, trace.patternLosses[pattern])]),
    ...batchBlocks(context),
    ...negativeGradientBlocks(context),
  ]);
}

/** d, and what the outputs are compared with it as: an error signal, or probabilities. */
function desiredBlocks(context: ExpositionContext): Block[] {
  const { trace, pattern, most, units } = context;
  const { loss, layers, errorSignal, outputNames } = trace;
  const last = layers.length - 1;
  const y = layers[last].output[pattern];
  const d = trace.desired[pattern];
  const shown = units[last].length > 0 ? units[last] : y.map((_, k) => k).slice(0, most);
  if (loss.name === "crossEntropy") {
    const { p, t } = lossScope(loss, { y, d }) as Readonly<Record<string, Float64Array>>;
    const name = outputNames === undefined ? "" : `, ${JSON.stringify(outputNames[d[0]])}`;
    return [
      paragraph(
        `The true class is ${d[0]}${name}. The loss turns the outputs into probabilities by `,
        PROBABILITIES,
        " and compares them with ",
        ...classTargetWords(loss, y.length),
        ":",
      ),
      ...unitBlock(shown, (k) =>
        softmaxLine(element(symbol("p"), k), symbolOf("y", last), { fields: y, unit: k, result: p[k], most }),
      ),
      valueTable("t", [...t], { names: outputNames, most, keep: [d[0]] }),
    ];
  }
  if (loss.name === "binaryCrossEntropy") {
    const { p } = lossScope(loss, { y, d }) as Readonly<Record<string, Float64Array>>;
    return [
      paragraph("The target flags d, and the outputs turned into probabilities by ", PROBABILITY, ":"),
      valueTable("d", d, { names: outputNames, most }),
      paragraph(...flagTargetWords(loss)),
      ...unitBlock(shown, (k) => probabilityLine(last, k, y[k], p[k])),
      paragraph("The logarithms are computed by softplus, since ", minusLog, "; ", activations.softplus.formula, "."),
    ];
  }
  if (errorSignal === undefined) return [];
  return [
    ...(loss.name === "quantile" ? [paragraph(...quantileWords(loss, y.length))] : []),
    paragraph("The error signal e is the target d minus the output y:"),
    ...unitBlock(shown, (k) => {
      const at = targetOf(k, outputsEach(loss));
      const symbolic = joined(element(symbol("d"), at), " − ", symbolOf("y", last, k));
      return calculation(element(symbol("e"), k), [symbolic], difference(d[at], y[k]), errorSignal[pattern][k]);
    }),
  ];
}

const minusLog: Formula = {
  text: "−ln p = softplus(−y) and −ln(1 − p) = softplus(y)",
  latex: "-\\ln p = \\operatorname{softplus}(-y),\\ -\\ln(1 - p) = \\operatorname{softplus}(y)",
};

function probabilityLine(layer: number, k: number, logit: number, p: number): Equation {
  const symbolic = applied(SIGMA.name, symbolOf("y", layer, k));
  return calculation(element(symbol("p"), k), [symbolic], apply(SIGMA, logit), p);
}

/** How the pattern's loss enters that of the batch. */
function batchBlocks({ trace, pattern }: ExpositionContext): Block[] {
  const { scales, patternLosses, lossBefore, loss } = trace;
  if (scales.length === 1 && scales[0] === 1) return [];
  const symbol = lossSymbol(loss);
  return [
    paragraph(
      `The batch has ${counted(scales.length, "example")}. The loss of this one is multiplied by ${numberWord(scales[pattern])}, its weight divided by the batch size, and summed into the loss L of the batch, ${numberWord(lossBefore)}. The local gradients below are those of L: every δ of this example has this factor.`,
    ),
    ...equationBlock([
      calculation(
        times(resultFormula(scales[pattern]), symbol),
        [],
        product(scales[pattern], patternLosses[pattern]),
        scales[pattern] * patternLosses[pattern],
      ),
    ]),
  ];
}

/** −∂L/∂y of the outputs: where the error pulls them. */
function negativeGradientBlocks(context: ExpositionContext): Block[] {
  const { trace, pattern, most, units } = context;
  const { loss, layers, scales } = trace;
  const scale = scales[pattern];
  const last = layers[layers.length - 1];
  if (loss.name === "halfSquaredError" && scale === 1) return [];
  const { negativeGradient } = lossArithmetic(loss, { y: last.output[pattern], d: trace.desired[pattern] }, most);
  const isDifference = loss.name === "crossEntropy" && !hasClassWeights(loss) && scale === 1;
  const scaled = (expression: Expression): Expression => (scale === 1 ? expression : product(scale, expression));
  return [
    paragraph("The negative gradient of the loss with respect to each output, from ", lossDerivative(loss), ":"),
    ...unitBlock(units[last.layer], (k) =>
      calculation(
        negativeGradientSymbol(trace, last.layer, k),
        isDifference ? [joined(element(symbol("t"), k), " − ", element(symbol("p"), k))] : [],
        scaled(negativeGradient(k)),
        last.negativeGradient[pattern][k],
      ),
    ),
  ];
}
