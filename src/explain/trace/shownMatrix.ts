/**
 * Matrices and vectors to be printed: as boxes of lines in text, as bmatrix in LaTeX, with rows and columns left out where
 * there are many.
 *
 * Knows nothing of networks.
 */

import { type Expression, product, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import { rounded } from "../../rounded.ts";
import { type Claim, claimedResult, digitsOf } from "./shownLine.ts";
import { numberFormula, RESULT_DIGITS } from "./shownNumbers.ts";
import type { Matrix } from "./trace.ts";

/** Larger matrices are not written beside each other. */
export const BESIDE = 4;

/** A larger matrix is shown in part. */
const WHOLE = 6;

export interface MatrixOptions {
  readonly digits?: number;
  /** The most rows and columns that are all shown; 6 when absent. */
  readonly most?: number;
  /** Of a matrix shown in part, the rows and columns that must be there, beside the first and the last. */
  readonly keepRows?: readonly number[];
  readonly keepColumns?: readonly number[];
}

/** A matrix whose numbers are rounded to `digits`; where it has many rows or columns, those between are left out. */
export function matrixFormula(matrix: Matrix, options: MatrixOptions = {}): Formula {
  const { digits = RESULT_DIGITS, most = WHOLE, keepRows = [], keepColumns = [] } = options;
  const rows = shownIndices(matrix.length, most, keepRows);
  const columns = shownIndices(matrix[0].length, most, keepColumns);
  const cells = rows.map((row) => columns.map((column) => cell(matrix, row, column, digits)));
  return {
    text: boxed(cells.map((row) => row.map(({ text }) => text))),
    latex: `\\begin{bmatrix} ${cells.map((row) => row.map(({ latex }) => latex).join(" & ")).join(" \\\\ ")} \\end{bmatrix}`,
  };
}

/** "gap" stands for what is left out. */
type Shown = number | "gap";

function shownIndices(length: number, most: number, keep: readonly number[]): readonly Shown[] {
  const all = Array.from({ length }, (_, at) => at);
  const kept = length <= most ? all : all.filter((at) => at === 0 || at === length - 1 || keep.includes(at));
  return kept.flatMap((at, index): Shown[] => (index > 0 && at - kept[index - 1] > 1 ? ["gap", at] : [at]));
}

function cell(matrix: Matrix, row: Shown, column: Shown, digits: number): Formula {
  if (row === "gap") return column === "gap" ? { text: "⋱", latex: "\\ddots" } : { text: "⋮", latex: "\\vdots" };
  if (column === "gap") return { text: "⋯", latex: "\\cdots" };
  return numberFormula(rounded(matrix[row][column], digits));
}

function boxed(cells: readonly (readonly string[])[]): string {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const rows = cells.map((row) => row.map((text, column) => text.padStart(widths[column])).join("  "));
  if (rows.length === 1) return `[ ${rows[0]} ]`;
  const last = rows.length - 1;
  return rows.map((row, at) => (at === 0 ? `⎡ ${row} ⎤` : at === last ? `⎣ ${row} ⎦` : `⎢ ${row} ⎥`)).join("\n");
}

/** Boxes of lines beside each other, their middles on one line, a sign between them on that line. */
export function beside(formulas: readonly Formula[], sign: Formula): Formula {
  const boxes = formulas.map(({ text }) => text.split("\n"));
  const above = Math.max(...boxes.map(middle));
  const below = Math.max(...boxes.map((lines) => lines.length - 1 - middle(lines)));
  const rows = Array.from({ length: above + below + 1 }, (_, at) =>
    boxes
      .map((lines) => lines[at - above + middle(lines)] ?? " ".repeat(lines[0].length))
      .join(at === above ? sign.text : " ".repeat(sign.text.length))
      .trimEnd(),
  );
  return { text: rows.join("\n"), latex: formulas.map(({ latex }) => latex).join(sign.latex) };
}

function middle(lines: readonly string[]): number {
  return Math.floor((lines.length - 1) / 2);
}

const TIMES: Formula = { text: " · ", latex: " " };

/** Element [row, column] of left · right, as a sum of the products whose factors are not both known to be 0. */
function elementOf(left: Matrix, right: Matrix, row: number, column: number): Expression {
  const terms = left[row].map((factor, at) => [factor, right[at][column]] as const);
  const present = terms.filter(([a, b]) => a !== 0 || b !== 0);
  return sum((present.length === 0 ? terms.slice(0, 1) : present).map(([a, b]) => product(a, b)));
}

/**
 * left · right = result, written out, with the digits that make every element come out.
 *
 * @param longest the most characters of a line of its text
 * @returns undefined for matrices that are too large; their products are then shown element by element
 */
export function matrixProduct(
  left: Matrix,
  right: Matrix,
  result: Matrix,
  longest: number,
): readonly Formula[] | undefined {
  if (Math.max(right.length, right[0].length) > BESIDE) return undefined;
  const claims: Claim[] = result.flatMap((row, r) =>
    row.map((value, c) => ({ expression: elementOf(left, right, r, c), result: value })),
  );
  const digits = digitsOf(claims);
  if (digits === undefined) return undefined;
  const width = result[0].length;
  const shown = result.map((row, r) => row.map((_, c) => claimedResult(claims[r * width + c], digits)));
  const operands = [left, right].map((matrix) => matrixFormula(matrix, { digits: digits.operands }));
  const numbers = beside(operands, TIMES);
  const fits = numbers.text.split("\n").every((line) => line.length <= longest);
  return fits ? [numbers, matrixFormula(shown, { digits: digits.results })] : undefined;
}
