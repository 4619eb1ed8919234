/**
 * The chain rule for one weight and one pattern: every factor with its formula, shape and value, and their product.
 *
 * The product of the factors up to ∂a/∂b is ∂ℓ/∂b, and is called so. Source: derivation, sections 3 and 4.
 */

import { product } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import { equationBlock, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { bracketed, element, lossSymbol, partial, separated, symbol, symbolOf, times } from "../exposition/notation.ts";
import type { Slope } from "../layers/explainedLayer.ts";
import { slopesOf } from "../layers/layers.ts";
import { mixingAbove } from "./chain.ts";
import type { ExpositionContext } from "./expositionContext.ts";
import { calculation, elidedSum } from "./shownLine.ts";
import { BESIDE, matrixFormula, matrixProduct } from "./shownMatrix.ts";
import type { Chain, Factor, WeightTrace } from "./trace.ts";
import { weightSymbol } from "./traceSymbols.ts";

/** Elements of a long row vector that are worked out. */
const ELEMENTS = 2;

/** The chain of one pattern. */
export function chainBlocks(context: ExpositionContext, { pattern, factors }: Chain, weight: WeightTrace): Block[] {
  const slopes = slopesOf(context.trace.layers[weight.layer], pattern, weight);
  const shown = factors.map(({ product: row }, at) =>
    shownElements(row[0], at === factors.length - 2 ? slopes[0].row : undefined),
  );
  const mixing = mixingAbove(context.trace.layers, weight);
  const loss = mixing === undefined ? lossSymbol(context.trace.loss) : symbol("L");
  const whole = derivativeBy(loss, factors[factors.length - 1]);
  const symbols = factors.map(({ symbol }) => symbol);
  const row = (factor: Factor): Inline[] => [
    factor.symbol,
    factor.formula,
    `${factor.value.length} × ${factor.value[0].length}`,
  ];
  return [
    paragraph(
      mixing === undefined
        ? "The chain rule splits the derivative of the loss with respect to this weight into factors, from the loss back to the weight:"
        : `Through layer ${mixing}, which mixes the examples of the batch, this example acts on the loss of all. So its chain begins below that layer, with the derivative of the batch's loss:`,
    ),
    ...equationBlock([{ left: whole, right: [separated(symbols, { text: " · ", latex: "\\," })] }]),
    { kind: "table", head: ["factor", "what it is", "shape"], rows: factors.map(row), numeric: [] },
    paragraph("With their numbers:"),
    ...equationBlock(factors.map((factor, at) => valueEquation(factor, at === 0 ? [0] : shown[at - 1], shown[at]))),
    ...slopeEquations(context, weight, slopes),
    paragraph(
      "The factors are multiplied from the left; each partial product is the derivative of the loss with respect to the variable in the last factor's denominator:",
    ),
    ...equationBlock(
      factors
        .slice(1)
        .flatMap((factor, at) =>
          productEquations(context, loss, { before: factors[at], factor, columns: shown[at + 1] }),
        ),
    ),
  ];
}

/** The last factor's numbers, where they are more than a signal. */
function slopeEquations({ trace }: ExpositionContext, weight: WeightTrace, slopes: readonly Slope[]): Block[] {
  const name = weightSymbol(trace.layers, weight);
  const worked = slopes.filter(({ expression }) => typeof expression !== "number");
  if (worked.length === 0) return [];
  return [
    paragraph("The last factor in detail:"),
    ...equationBlock(
      worked.map(({ row, symbolic, expression, value }) =>
        calculation(partial(symbolOf("y", weight.layer, row), name), [symbolic], expression, value),
      ),
    ),
  ];
}

function valueEquation(
  { symbol, value }: Factor,
  keepRows: readonly number[],
  keepColumns: readonly number[],
): Equation {
  return { left: symbol, right: [matrixFormula(value, { keepRows, keepColumns })] };
}

interface Link {
  readonly before: Factor;
  readonly factor: Factor;
  /** Elements of the product to work out, where there are many. */
  readonly columns: readonly number[];
}

/** One more factor. */
function productEquations(
  { most, longest }: ExpositionContext,
  loss: Formula,
  { before, factor, columns }: Link,
): Equation[] {
  const left = derivativeBy(loss, factor);
  const result = factor.product[0];
  const right = matrixProduct(before.product, factor.value, factor.product, longest);
  if (right !== undefined) return [{ left, right }];
  const shown = result.length <= BESIDE ? result.map((_, column) => column) : columns;
  return shown.map((column) => {
    const terms = before.product[0].map((value, r) => ({
      symbol: times(element(bracketed(derivativeBy(loss, before)), r), element(bracketed(factor.symbol), r, column)),
      expression: product(value, factor.value[r][column]),
      present: value !== 0 && factor.value[r][column] !== 0,
    }));
    const present = terms.filter((term) => term.present);
    const { symbolic, expression } = elidedSum(present.length > 0 ? present : terms.slice(0, 1), most);
    const whole = result.length === 1 ? left : element(bracketed(left), column);
    return calculation(whole, [symbolic], expression, result[column]);
  });
}

/** The elements of greatest size, by index and in order; one of them the last factor's, where it is known. */
function shownElements(values: readonly number[], asked: number | undefined): number[] {
  const order = values.map((_, at) => at).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  const first = asked === undefined ? order : [asked, ...order.filter((at) => at !== asked)];
  return first.slice(0, ELEMENTS).sort((a, b) => a - b);
}

/** ∂ℓ/∂b, where the factor is ∂a/∂b. */
function derivativeBy(loss: Formula, { symbol }: Factor): Formula {
  const text = symbol.text.slice(symbol.text.lastIndexOf("∂"));
  const latex = symbol.latex.slice(symbol.latex.lastIndexOf("{\\partial"));
  return { text: `∂${loss.text}/${text}`, latex: `\\frac{\\partial ${loss.latex}}${latex}` };
}
