/**
 * How the derivation of a network writes its symbols, in both forms of a formula.
 *
 * The layer stands in brackets above, counted from 0 as in `network.layers`; units in square brackets (text) or below
 * (LaTeX): "W⁽¹⁾[i,a]" is the weight of layer 1 from input a to unit i. Vectors are columns. Knows nothing of networks.
 */
import type { Formula } from "../../network/formula.ts";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export const T: Formula = { text: "ᵀ", latex: "^{\\mathsf T}" };
export const TIMES: Formula = { text: " · ", latex: " \\cdot " };

/** A symbol that both forms write in the same way, but for the minus sign, or each in its own way. */
export function symbol(text: string, latex = text.replaceAll("−", "-")): Formula {
  return { text, latex };
}

/** Formulas one after the other; words between them are the same in both forms. */
export function joined(...parts: readonly (Formula | string)[]): Formula {
  return {
    text: parts.map((part) => (typeof part === "string" ? part : part.text)).join(""),
    latex: parts.map((part) => (typeof part === "string" ? symbol(part) : part).latex).join(""),
  };
}

/** A quantity of one layer: signal("v", 1) is v⁽¹⁾. */
export function signal(letter: string, layer: number, latex = letter): Formula {
  const above = [...String(layer)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return { text: `${letter}⁽${above}⁾`, latex: `${latex}^{(${layer})}` };
}

/** δ of a layer. */
export function localGradient(layer: number): Formula {
  return signal("δ", layer, "\\delta");
}

/** What a layer receives: y of the layer below, x for the first. */
export function received(layer: number): Formula {
  return layer === 0 ? symbol("x") : signal("y", layer - 1);
}

/** One element of a vector or a matrix. */
export function element({ text, latex }: Formula, indices: string): Formula {
  return { text: `${text}[${indices}]`, latex: `${latex}_{${indices.replaceAll(",", "")}}` };
}

/** A column written as a row. */
export function transposed(column: Formula): Formula {
  return column.text.endsWith("⁾") ? joined("(", column, ")", T) : joined(column, T);
}

/** ∂of/∂by. */
export function partial(of: Formula, by: Formula): Formula {
  return { text: `∂${of.text}/∂${by.text}`, latex: `\\frac{\\partial ${of.latex}}{\\partial ${by.latex}}` };
}

/** ∂of/∂by among words, where a fraction would be small. */
export function partialInline(of: Formula, by: Formula): Formula {
  return { text: partial(of, by).text, latex: `\\partial ${of.latex}/\\partial ${by.latex}` };
}

/** The sum of something over an index. */
export function sum(index: string, of: Formula): Formula {
  return { text: `Σ_${index} ${of.text}`, latex: `\\sum_{${index}} ${of.latex}` };
}

/** [rows × columns]. */
export function shape(rows: number, columns: number): Formula {
  return { text: `[${rows} × ${columns}]`, latex: `{[${rows} \\times ${columns}]}` };
}

/** What stands right of a formula's first equality sign. */
export function rightSide({ text, latex }: Formula): Formula {
  return { text: text.slice(text.indexOf(" = ") + 3), latex: latex.slice(latex.indexOf(" = ") + 3) };
}
