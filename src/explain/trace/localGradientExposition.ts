/**
 * Steps 3 and 4 of a trace: the local gradients, of the output neurons first and then layer by layer backwards.
 *
 * Source: derivation, section 4.
 */

import { activationOf } from "../../network/activations.ts";
import { apply, product } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import { equationBlock, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation } from "../exposition/exposition.ts";
import {
  applied,
  bracketed,
  element,
  joined,
  negative,
  PHI_PRIME,
  partial,
  symbol,
  symbolOf,
  times,
} from "../exposition/notation.ts";
import { explained, traced } from "../layers/layers.ts";
import { type ExpositionContext, othersOf, placed, sharedBlocks, unitBlock } from "./expositionContext.ts";
import { calculation, elidedSum, type Term } from "./shownLine.ts";
import { matrixFormula, matrixProduct } from "./shownMatrix.ts";
import type { LayerTrace, Matrix } from "./trace.ts";
import { batchLossSymbol, negativeGradientSymbol } from "./traceSymbols.ts";

/** δ of every layer shown. */
export function localGradientBlocks(context: ExpositionContext): Block[] {
  const { layers } = context.trace;
  const { pattern } = context;
  const last = layers.length - 1;
  const hidden = layers.slice(0, -1).reverse();
  const output = [
    heading(context.level, "3. The local gradients of the output neurons"),
    paragraph(
      "The local gradient of a neuron is the rate at which the loss falls when its pre-activation grows, ",
      localGradient(context),
      ". That of an output neuron is the negative gradient of the loss with respect to its output, times the derivative of its activation function.",
    ),
    ...slopeAndDelta(context, layers[last], outputPull(context, last)),
    ...othersOf(context, layers[last]),
  ];
  if (hidden.length === 0) return placed({ step: 3, layer: last, pattern }, output);
  return [
    ...placed({ step: 3, layer: last, pattern }, output),
    ...placed({ step: 4, pattern }, [
      heading(context.level, "4. Backward pass: the local gradients of the hidden neurons"),
      paragraph(
        "A hidden neuron has no target of its own. In place of an error it has the sum of the δ of the neurons that it feeds, each multiplied by the connecting weight.",
      ),
    ]),
    ...hidden.flatMap((layer) => placed({ step: 4, layer: layer.layer, pattern }, hiddenBlocks(context, layer))),
  ];
}

/** δ = −∂L/∂v. */
function localGradient({ trace }: ExpositionContext): Formula {
  return joined(symbol("δ", "\\delta"), " = ", negative(partial(batchLossSymbol(trace), symbol("v"))));
}

/** What pulls an output: the error signal, where the loss is the notes' and the pattern is alone. */
function outputPull({ trace, pattern }: ExpositionContext, layer: number): (unit: number) => Formula {
  const plain = trace.loss.name === "halfSquaredError" && trace.scales[pattern] === 1;
  return (unit) => (plain ? element(symbol("e"), unit) : bracketed(negativeGradientSymbol(trace, layer, unit)));
}

function hiddenBlocks(context: ExpositionContext, layer: LayerTrace): Block[] {
  const { units, trace } = context;
  const at = layer.layer;
  if (units[at].length === 0) return [];
  const fed = trace.layers[at + 1];
  const { outputIsField: isField, trace: said } = explained(layer.description);
  const { trace: back } = explained(fed.description);
  const feeds = back.feeds(fed, said.unit);
  return [
    paragraph(`Layer ${at}. ${feeds}${isField ? " Its output equals its pre-activation, so this is its δ:" : ""}`),
    ...sharedBlocks(back.sharedBack?.(traced(fed, context.pattern), context.most, units[at])),
    ...unitBlock(units[at], (unit) => bracketEquation(context, layer, fed, unit)),
    ...(isField ? [] : slopeAndDelta(context, layer, (unit) => bracketed(negativeGradientSymbol(trace, at, unit)))),
    ...othersOf(context, layer),
  ];
}

/** −∂L/∂y_a = Σ_i δ_i W_ia; in other words δ_a, where the layer's output is its field. */
function bracketEquation(
  { trace, pattern, most }: ExpositionContext,
  layer: LayerTrace,
  fed: LayerTrace,
  unit: number,
): Equation {
  const isField = explained(layer.description).outputIsField;
  const left = isField ? symbolOf("δ", layer.layer, unit) : negativeGradientSymbol(trace, layer.layer, unit);
  const result = layer.negativeGradient[pattern][unit];
  const terms = explained(fed.description).trace.pullBack(traced(fed, pattern), unit);
  if (terms.length === 0) return calculation(left, [], result, result);
  const { symbolic, expression } = elidedSum(terms, most);
  return calculation(left, [symbolic], expression, result);
}

/** φ'(v) and δ of the units shown. */
function slopeAndDelta(context: ExpositionContext, layer: LayerTrace, pull: (unit: number) => Formula): Block[] {
  const { description, layer: at } = layer;
  const { pattern, units, trace } = context;
  if (description.kind !== "dense") {
    const masked = trace.dropout !== undefined && description.kind === "dropout";
    return unitBlock(units[at], (unit) =>
      calculation(
        symbolOf("δ", at, unit),
        [masked ? times(pull(unit), symbolOf("m", at, unit)) : pull(unit)],
        masked
          ? product(layer.negativeGradient[pattern][unit], (layer.slopes as Matrix)[pattern][unit])
          : layer.negativeGradient[pattern][unit],
        layer.localGradient[pattern][unit],
      ),
    );
  }
  const activation = activationOf(description.activation);
  if (activation.kind === "vector") return jacobianAndDelta(context, layer);
  const slopes = layer.slopes as Matrix;
  const slope = (v: number): number => activation.derivative(v, activation.value(v));
  return [
    paragraph("The derivatives, ", activation.derivativeFormula, ", and the local gradients:"),
    ...unitBlock(units[at], (unit) => {
      const left = applied(PHI_PRIME, symbolOf("v", at, unit));
      const delta = calculation(
        symbolOf("δ", at, unit),
        [times(pull(unit), left)],
        product(layer.negativeGradient[pattern][unit], slopes[pattern][unit]),
        layer.localGradient[pattern][unit],
      );
      // The slope of the identity is 1 everywhere, as its formula says.
      if (description.activation === "identity") return delta;
      const derivative = apply({ name: PHI_PRIME, value: slope }, layer.inducedField[pattern][unit]);
      return [calculation(left, [], derivative, slopes[pattern][unit]), delta];
    }),
  ];
}

/** δᵀ = (−∂L/∂y)ᵀ · ∂y/∂v, where φ acts on the whole layer. */
function jacobianAndDelta(context: ExpositionContext, layer: LayerTrace): Block[] {
  const { pattern, units, longest } = context;
  const { layer: at, description } = layer;
  const kept = units[at].slice(0, 2);
  if (description.kind !== "dense") return [];
  const jacobian = (layer.slopes as readonly Matrix[])[pattern];
  const [y, v] = [symbolOf("y", at), symbolOf("v", at)];
  const negativeGradient = layer.negativeGradient[pattern];
  const right = matrixProduct([negativeGradient], jacobian, [layer.localGradient[pattern]], longest);
  const row = symbolOf("δ", at);
  const left = { text: `${row.text}ᵀ`, latex: `\\delta^{(${at})\\mathsf T}` };
  return [
    paragraph(
      "Every output of this layer depends on every pre-activation, so the derivative is a matrix, the Jacobian ",
      activationOf(description.activation).derivativeFormula,
      ". Its rows are outputs, its columns pre-activations:",
    ),
    ...equationBlock([
      { left: partial(y, v), right: [matrixFormula(jacobian, { keepRows: kept, keepColumns: kept })] },
    ]),
    ...(right === undefined
      ? unitBlock(units[at], (unit) => columnEquation(context, layer, unit, jacobian))
      : equationBlock([{ left, right }])),
  ];
}

/** δ_s = Σ_r (−∂L/∂y_r) ∂y_r/∂v_s. */
function columnEquation(
  { trace, pattern, most }: ExpositionContext,
  layer: LayerTrace,
  unit: number,
  jacobian: Matrix,
): Equation {
  const at = layer.layer;
  const terms = layer.negativeGradient[pattern].map((pull, r): Term => {
    const [y, v] = [symbolOf("y", at, r), symbolOf("v", at, unit)];
    return {
      symbol: times(bracketed(negativeGradientSymbol(trace, at, r)), bracketed(partial(y, v))),
      expression: product(pull, jacobian[r][unit]),
    };
  });
  const { symbolic, expression } = elidedSum(terms, most);
  return calculation(symbolOf("δ", at, unit), [symbolic], expression, layer.localGradient[pattern][unit]);
}
