/**
 * A loss as a trace words it: its formulas without the options that have no effect, and how its target probabilities are made.
 *
 * The formulas come from the table of losses. Knows no numbers but the loss's options. Source: derivation, section 6.
 */
import type { Formula } from "../../network/formula.ts";
import { derivativeFormula, lossFormula as formulaOf } from "../../network/lossEntry.ts";
import { hasClassWeights, type Loss, lossExpressions, lossOf, ofEachOutput } from "../../network/losses.ts";
import type { Inline } from "../exposition/exposition.ts";

/** ℓ = …, up to the definition of the target probabilities t, which `targetWords` has; without class weights of 1. */
export function lossFormula(loss: Loss): Formula {
  const where = lossOf(loss).where?.filter(([{ name }]) => name !== "t");
  return formulaOf(lossExpressions(loss), where);
}

/** ∂ℓ/∂y_k = … in its shortest form. */
export function lossDerivative(loss: Loss): Formula {
  return derivativeFormula(lossExpressions(loss), lossOf(loss).where);
}

/** " with M = 3 outputs", where the formula names M. */
export function outputsWords(loss: Loss, outputs: number): string {
  return lossFormula(loss).text.includes("M") ? ` with M = ${outputs} output${outputs === 1 ? "" : "s"}` : "";
}

/** How the target probabilities t follow from the class d, as the end of a sentence. */
export function classTargetWords(loss: Loss, outputs: number): Inline[] {
  const smoothing = smoothingOf(loss);
  if (smoothing === 0 && !hasClassWeights(loss))
    return ["the target t, which is 1 for the true class and 0 for the others"];
  const one: Formula = { text: "1[k = d]", latex: "\\mathbf 1[k = d]" };
  const share =
    smoothing === 0
      ? one
      : {
          text: `(1 − s) ${one.text} + s/${outputs}`,
          latex: `(1 - s)\\,${one.latex} + \\tfrac{s}{${outputs}}`,
        };
  const target = !hasClassWeights(loss)
    ? share
    : smoothing === 0
      ? { text: `c_k ${share.text}`, latex: `c_k\\,${share.latex}` }
      : { text: `c_k (${share.text})`, latex: `c_k\\bigl(${share.latex}\\bigr)` };
  return [
    "the target ",
    { text: `t_k = ${target.text}`, latex: `t_k = ${target.latex}` },
    ", where ",
    one,
    " is 1 for the true class and 0 for the others",
    ...(smoothing === 0
      ? []
      : [`, and label smoothing spreads the share s = ${smoothing} evenly over the ${outputs} classes`]),
    ...weightWords(loss, ", times the class weights "),
  ];
}

/** How the target probabilities t follow from the flags d, as a sentence. */
export function flagTargetWords(loss: Loss): Inline[] {
  const smoothing = smoothingOf(loss);
  const made: Inline[] =
    smoothing === 0
      ? ["The target probabilities t are the flags d"]
      : [
          "Label smoothing makes the target probabilities ",
          { text: "t_k = d_k (1 − s) + s/2", latex: "t_k = d_k(1-s) + \\tfrac{s}{2}" },
          `, s = ${smoothing}`,
        ];
  return [...made, ...weightWords(loss, "; the class weights are "), "."];
}

/** The quantiles of the outputs, as a sentence. */
export function quantileWords(loss: Loss, outputs: number): Inline[] {
  const quantiles = ofEachOutput(loss, outputs) ?? [];
  return ["Each output has its quantile ", { text: "τ", latex: "\\tau" }, `: in order, ${listOf(quantiles)}.`];
}

function weightWords(loss: Loss, words: string): Inline[] {
  if (!("classWeights" in loss) || loss.classWeights === undefined) return [];
  const { classWeights } = loss;
  return [words, { text: "c", latex: "c" }, ` = ${listOf(classWeights)}`];
}

function listOf(numbers: readonly number[]): string {
  return `${numbers.slice(0, 12).join(", ")}${numbers.length > 12 ? ", …" : ""}`;
}

function smoothingOf(loss: Loss): number {
  return "labelSmoothing" in loss ? (loss.labelSmoothing ?? 0) : 0;
}
