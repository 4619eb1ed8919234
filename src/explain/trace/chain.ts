/**
 * The chain rule for one weight and one pattern, factor by factor, from the loss back to the weight.
 *
 * ∂ℓ/∂W_ba = ∂ℓ/∂y · ∂y/∂v · … · ∂v/∂W_ba: a row vector, Jacobians, and a column; their product is one number. For the
 * notes' loss the first factor is split in two, ∂ε/∂e · ∂e/∂y. In symbols the layer stands in brackets above, counted
 * from 0 as in `network.layers`, and indices of units stand in square brackets (text) or below (LaTeX): "W⁽¹⁾[0,3]" is
 * the weight of layer 1 from input 3 to unit 0, "b⁽¹⁾[0]" that unit's bias; "x" is what the first layer receives. Knows
 * the layers' numbers from the trace, and nothing of how they were computed. Source: derivation, sections 3, 4 and 6.
 */

import { activationOf } from "../../network/activations.ts";
import type { Formula } from "../../network/formula.ts";
import { layerEntry } from "../../network/layerEntry.ts";
import { lossOf } from "../../network/losses.ts";
import { partial, received, symbol, symbolOf } from "../exposition/notation.ts";
import { diagonal, type Slope } from "../layers/explainedLayer.ts";
import { explained, fieldLayer, slopesOf, traced, weightsOf } from "../layers/layers.ts";
import { lossDerivative } from "./lossWords.ts";
import type { Factor, LayerTrace, Matrix, Trace, WeightName } from "./trace.ts";
import { weightSymbol } from "./traceSymbols.ts";

/** What the chains of one pattern are made of. */
export type ChainSource = Pick<Trace, "loss" | "layers" | "desired" | "errorSignal" | "dropout">;

type Link = Omit<Factor, "product">;

/**
 * The factors of ∂ℓ/∂W of one pattern n, each with the product up to it; the last product is [1, 1].
 *
 * @param pattern n, an index into the batch
 */
export function chainFactors(source: ChainSource, pattern: number, weight: WeightName): Factor[] {
  const mixing = mixingAbove(source.layers, weight);
  const links = mixing === undefined ? lossLinks(source, pattern) : [mixedLink(source, pattern, mixing)];
  for (let layer = (mixing ?? source.layers.length) - 1; layer >= weight.layer; layer--) {
    links.push(...layerLinks(source, layer, pattern, layer > weight.layer));
  }
  links.push(weightLink(source, pattern, weight));
  const factors: Factor[] = [];
  for (const link of links) {
    const before = factors.at(-1)?.product;
    factors.push({ ...link, product: before ? times(before, link.value) : link.value });
  }
  return factors;
}

/**
 * The lowest layer above a weight that mixes the examples of the batch: the loss of each depends on what it receives for all, so
 * chains begin below it. Undefined where there is none.
 */
export function mixingAbove(layers: readonly LayerTrace[], weight: Pick<WeightName, "layer">): number | undefined {
  const mixing = layers.find(
    (trace) => trace.layer > weight.layer && explained(trace.description).trace.mixes?.(trace),
  );
  return mixing?.layer;
}

/** ∂L/∂y of the layer below one that mixes the examples: what comes back to this example from all of them. */
function mixedLink({ layers }: ChainSource, pattern: number, mixing: number): Link {
  const below = mixing - 1;
  return {
    symbol: partial(symbol("L"), symbolOf("y", below)),
    formula: {
      text: `through layer ${mixing} from all examples`,
      latex: `\\text{through layer ${mixing} from all examples}`,
    },
    value: [plainNumbers(layers[below].negativeGradient[pattern].map((value) => -value))],
  };
}

/** Factors i and ii: ∂ε/∂e · ∂e/∂y for the notes' loss, ∂ℓ/∂y for the others. */
function lossLinks({ loss, layers, desired, errorSignal }: ChainSource, pattern: number): Link[] {
  const last = layers.length - 1;
  const { derivative } = lossOf(loss);
  if (loss.name === "halfSquaredError" && errorSignal !== undefined) {
    const e = errorSignal[pattern];
    return [
      {
        symbol: { text: "∂ε/∂e", latex: "\\frac{\\partial \\varepsilon}{\\partial e}" },
        formula: { text: "eᵀ", latex: "e^{\\mathsf T}" },
        value: [e],
      },
      {
        symbol: partial({ text: "e", latex: "e" }, symbolOf("y", last)),
        formula: { text: "−I", latex: "-I" },
        value: diagonal(e.map(() => -1)),
      },
    ];
  }
  const slope = derivative(layers[last].output[pattern], desired[pattern], loss);
  const symbol = partial({ text: "ℓ", latex: "\\ell" }, symbolOf("y", last));
  return [{ symbol, formula: lossDerivative(loss), value: [plainNumbers(slope)] }];
}

/**
 * Factor iii, ∂y/∂v; and with `through`, what leads on to the layer below: ∂v/∂y of that layer, W. A layer whose output is
 * its field has but one factor, ∂y/∂y of the layer below.
 */
function layerLinks({ layers, dropout }: ChainSource, layer: number, pattern: number, through: boolean): Link[] {
  const trace: LayerTrace = layers[layer];
  const { description, slopes, weights } = trace;
  const y = symbolOf("y", layer);
  if (description.kind === "dropout") {
    const value = diagonal((slopes as Matrix)[pattern]);
    const formula = dropout === undefined ? symbol("I") : { text: "diag(m)", latex: "\\operatorname{diag}(m)" };
    return [{ symbol: partial(y, received(layer)), formula, value }];
  }
  if (description.kind !== "dense") {
    const formula = layerEntry(description).derivativeFormula;
    const value = through && fieldLayer(description)?.trace.jacobian(traced(trace, pattern));
    return value ? [{ symbol: partial(y, received(layer)), formula, value }] : [];
  }
  const v = symbolOf("v", layer);
  const { kind, derivativeFormula } = activationOf(description.activation);
  const jacobian: Link =
    kind === "elementwise"
      ? {
          symbol: partial(y, v),
          formula: {
            text: `diag(φ'(v)), ${derivativeFormula.text}`,
            latex: `\\operatorname{diag}(\\varphi'(v)),\\quad ${derivativeFormula.latex}`,
          },
          value: diagonal((slopes as Matrix)[pattern]),
        }
      : { symbol: partial(y, v), formula: derivativeFormula, value: (slopes as readonly Matrix[])[pattern] };
  if (!through) return [jacobian];
  return [jacobian, { symbol: partial(v, received(layer)), formula: symbolOf("W", layer), value: weights }];
}

/**
 * Factor iv, ∂v/∂W_ba: y_a of the layer below in row b, 0 elsewhere; for a bias 1, since it hears a constant +1. Of a layer
 * whose output is its field ∂y/∂w, in the rows that w leads to.
 */
function weightLink({ layers }: ChainSource, pattern: number, weight: WeightName): Link {
  const { layer } = weight;
  const trace = layers[layer];
  const slopes = slopesOf(trace, pattern, weight);
  const formula = weightsOf(trace.description).slopeFormula?.(traced(trace, pattern), weight) ?? slopes[0].symbolic;
  return {
    symbol: partial(symbolOf(fieldLayer(trace.description) ? "y" : "v", layer), weightSymbol(layers, weight)),
    formula: inRows(formula, slopes),
    value: columnOf(trace.units, slopes),
  };
}

type Entry = Pick<Slope, "row" | "value">;

/** "x[1] in row 0, 0 elsewhere" */
function inRows({ text, latex }: Formula, entries: readonly Entry[]): Formula {
  const [first, last] = [entries[0].row, entries[entries.length - 1].row];
  const [rows, of] = first === last ? ["row", String(first)] : ["rows", `${first} to ${last}`];
  return {
    text: `${text} in ${rows} ${of}, 0 elsewhere`,
    latex: `${latex}\\text{ in ${rows} }${of.replace(" to ", "\\text{ to }")},\\ 0\\text{ elsewhere}`,
  };
}

/** A column of so many rows with a few entries, 0 elsewhere. */
function columnOf(rows: number, entries: readonly Entry[]): Matrix {
  return Array.from({ length: rows }, (_, row) => [entries.find((entry) => entry.row === row)?.value ?? 0]);
}

/** [1, n] · [n, m]. Skips no zero: what is not finite was refused before. */
function times([row]: Matrix, matrix: Matrix): Matrix {
  const product = new Float64Array(matrix[0].length);
  row.forEach((factor, r) => {
    for (let c = 0; c < product.length; c++) product[c] += factor * matrix[r][c];
  });
  return [plainNumbers(product)];
}

/** As a list without −0: x + 0 is x for every other number. */
export function plainNumbers(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => value + 0);
}
