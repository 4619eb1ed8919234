/**
 * How a trace and a derivation write their symbols, in both forms of a formula.
 *
 * The layer stands in brackets above, counted from 0 as in `network.layers`; indices in square brackets (text) or below
 * (LaTeX), as numbers or as letters: "W⁽¹⁾[0,3]" is the weight of layer 1 from input 3 to unit 0, "W⁽¹⁾[i,a]" that from
 * input a to unit i. Vectors are columns. Knows nothing of networks.
 */
import type { Formula } from "../../network/formula.ts";
import type { Loss } from "../../network/losses.ts";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const latexLetters: Readonly<Record<string, string>> = {
  δ: "\\delta",
  α: "\\alpha",
  θ: "\\theta",
};

export const T: Formula = { text: "ᵀ", latex: "^{\\mathsf T}" };
export const TIMES: Formula = { text: " · ", latex: " \\cdot " };
/** Between the factors of a product. */
export const SPACE: Formula = { text: " ", latex: "\\," };
/** Element by element. */
export const AROUND: Formula = { text: " ∘ ", latex: " \\circ " };
export const PHI: Formula = { text: "φ", latex: "\\varphi" };
export const PHI_PRIME: Formula = { text: "φ'", latex: "\\varphi'" };
export const TWO_PI: Formula = { text: "2π", latex: "2\\pi" };

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

/** Formulas one after the other with a sign between them. */
export function separated(parts: readonly Formula[], sign: Formula | string): Formula {
  return joined(...parts.flatMap((part, at) => (at === 0 ? [part] : [sign, part])));
}

/** A number, a name or a symbol times another: δ⁽¹⁾[0]·W⁽¹⁾[0,2]. */
export function times(...factors: readonly Formula[]): Formula {
  return separated(factors, { text: "·", latex: "\\," });
}

/** A letter with the layer that it belongs to, and its indices: symbolOf("v", 0) is v⁽⁰⁾, symbolOf("v", 0, 2) v⁽⁰⁾[2]. */
export function symbolOf(letter: string | Formula, layer: number, ...indices: readonly (number | string)[]): Formula {
  const above = [...String(layer)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  const { text, latex } = typeof letter === "string" ? symbol(letter, latexLetters[letter] ?? letter) : letter;
  const whole = { text: `${text}⁽${above}⁾`, latex: `${latex}^{(${layer})}` };
  return indices.length === 0 ? whole : element(whole, ...indices);
}

/** What a layer receives: y of the layer below, x for the first. */
export function received(layer: number, ...indices: readonly (number | string)[]): Formula {
  if (layer > 0) return symbolOf("y", layer - 1, ...indices);
  return indices.length === 0 ? symbol("x") : element(symbol("x"), ...indices);
}

/** One element of a vector or a matrix: e[0], W[i,a]. Letters need no comma between them in LaTeX. */
export function element({ text, latex }: Formula, ...indices: readonly (number | string)[]): Formula {
  const letters = indices.every((index) => typeof index === "string");
  return { text: `${text}[${indices.join(",")}]`, latex: `${latex}_{${indices.join(letters ? "" : ",")}}` };
}

/** A column written as a row. */
export function transposed(column: Formula): Formula {
  return column.text.endsWith("⁾") ? joined("(", column, ")", T) : joined(column, T);
}

export function negative({ text, latex }: Formula): Formula {
  return { text: `−${text}`, latex: `-${latex}` };
}

/** In brackets that grow with what they hold. */
export function bracketed({ text, latex }: Formula): Formula {
  return { text: `(${text})`, latex: `\\left(${latex}\\right)` };
}

/** In brackets of the usual size. */
export function inParentheses(formula: Formula): Formula {
  return joined("(", formula, ")");
}

/** φ, φ' or another function of something. */
export function applied(name: Formula, of: Formula): Formula {
  return joined(name, inParentheses(of));
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
export function sumOver(index: string, of: Formula): Formula {
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

/** The loss of one example: the error energy ε of the notes, ℓ for others. */
export function lossSymbol(loss: Loss): Formula {
  return loss.name === "halfSquaredError" ? symbol("ε", "\\varepsilon") : symbol("ℓ", "\\ell");
}
