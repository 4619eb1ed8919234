/**
 * Equations as the lines of an aligned LaTeX environment, long ones broken at operators.
 *
 * TeX breaks no displayed formula by itself, so the width of a formula is estimated here, in characters, from its source:
 * near enough to choose where a line ends. Reads formulas, writes none.
 */
import type { Equation } from "./exposition.ts";
import { type BreakPoint, chooseBreak } from "./lineBreaks.ts";

/**
 * The rows of the equations for `align*` or `aligned`, without the "\\" between them; "&" stands before the sign.
 *
 * @param width of the longest line, in characters of ordinary size
 */
export function alignedLines(equations: readonly Equation[], width: number): string[] {
  const sides = equations.map(({ left, right }) =>
    right.length > 0 ? { left: left.latex, right: right.map(({ latex }) => latex) } : parted(left.latex),
  );
  const column = Math.max(0, ...sides.map(({ left, right }) => (right.length > 0 ? extentOf(left) : 0)));
  const room = Math.max(width / 2, width - column - 3);
  return sides.flatMap(({ left, right }) => {
    if (right.length === 0) return brokenLatex(left, width).map((line, at) => `&${at > 0 ? "\\quad {}" : ""} ${line}`);
    return right.flatMap((side, index) =>
      brokenLatex(side, room).map((line, at) =>
        at > 0 ? `&\\qquad {} ${line}` : `${index === 0 ? `${left} ` : ""}&= ${line}`,
      ),
    );
  });
}

/** A formula by itself: its sides at its first equality sign, or its left side alone. */
function parted(latex: string): { left: string; right: string[] } {
  const sign = walk(latex).find(({ token, hard }) => token === "=" && hard === 0);
  if (sign === undefined) return { left: latex, right: [] };
  return { left: latex.slice(0, sign.at).trim(), right: [latex.slice(sign.at + 1).trim()] };
}

function brokenLatex(latex: string, width: number): string[] {
  const lines: string[] = [];
  let rest = latex;
  for (let room = width; extentOf(rest) > room; room = width - 3) {
    const point = chooseBreak(breakPoints(rest), room);
    if (point === undefined) break;
    lines.push(rest.slice(0, point.at).trim());
    rest = rest.slice(point.at).trim();
  }
  return [...lines, rest];
}

interface Step {
  readonly token: string;
  readonly at: number;
  /** Open groups, \left and environments: no line may end inside one. */
  readonly hard: number;
  /** Open brackets of the formula itself. */
  readonly soft: number;
}

const openers: ReadonlySet<string> = new Set(["{", "\\left", "\\begin"]);
const closers: ReadonlySet<string> = new Set(["}", "\\right", "\\end"]);

/** The tokens of a formula, each with the depth at which it stands. */
function walk(latex: string): Step[] {
  let hard = 0;
  let soft = 0;
  const steps: Step[] = [];
  for (const { 0: token, index } of latex.matchAll(/\\[a-zA-Z]+|\\.|\S/gsu)) {
    if (closers.has(token)) hard--;
    else if (token === ")" || token === "]") soft--;
    steps.push({ token, at: index, hard, soft });
    if (openers.has(token)) hard++;
    else if (token === "(" || token === "[") soft++;
  }
  return steps;
}

const products: ReadonlySet<string> = new Set(["\\cdot", "\\times", "\\circ"]);
const operators: ReadonlySet<string> = new Set(["+", "-", "=", "\\leftarrow", ...products]);
const spaces: ReadonlySet<string> = new Set(["\\,", "\\;", "\\quad", "\\qquad"]);

/** Before operators between two terms, and after the wide space between two formulas. */
function breakPoints(latex: string): BreakPoint[] {
  const points: BreakPoint[] = [];
  let before: string | undefined;
  for (const { token, at, hard, soft } of walk(latex)) {
    const isBinary =
      operators.has(token) && before !== undefined && !operators.has(before) && !/^[([,;^_]$/.test(before);
    const isNext = before === "\\quad" || before === "\\qquad";
    if (hard === 0 && (isBinary || isNext)) {
      const cost = isNext ? soft - 1 : products.has(token) ? soft + 0.5 : soft;
      points.push({ at, extent: extentOf(latex.slice(0, at)), cost });
    }
    if (!spaces.has(token) || token.endsWith("quad")) before = token;
  }
  return points;
}

/** Commands that take no room by themselves. */
const invisible =
  /^\\(left|right|[bB]igg?[lr]?|operatorname|mathrm|mathbf|boldsymbol|text|tfrac|frac|dfrac|displaystyle|,|;|!)$/;

/** About how wide a formula is, in characters. A fraction is as wide as its wider part, a matrix as its widest row. */
function extentOf(latex: string): number {
  const tokens = walk(latex).map(({ token }) => token);
  let at = 0;
  const group = (): number => {
    if (tokens[at] !== "{") return one();
    at++;
    let extent = 0;
    while (at < tokens.length && tokens[at] !== "}") extent += one();
    at++;
    return extent;
  };
  const environment = (): number => {
    group(); // its name
    let widest = 0;
    let row = 2;
    while (at < tokens.length && tokens[at] !== "\\end") {
      if (tokens[at] === "\\\\" || tokens[at] === "\\cr") {
        widest = Math.max(widest, row);
        row = 2;
        at++;
      } else row += one();
    }
    at++;
    group();
    return Math.max(widest, row);
  };
  const one = (): number => {
    const token = tokens[at];
    if (token === "{") return group();
    at++;
    if (token === undefined || token === "}") return 0;
    if (/^\\[td]?frac$/.test(token)) return Math.max(group(), group()) + 0.5;
    if (token === "\\begin") return environment();
    if (token === "_" || token === "^") return 0.7 * group();
    if (token === "&") return 2;
    if (operators.has(token)) return 2.2;
    if (token === "\\quad") return 2;
    if (token === "\\qquad") return 4;
    if (/^\\(ln|tanh|max|exp|min)$/.test(token)) return token.length;
    return invisible.test(token) ? 0 : 1;
  };
  let extent = 0;
  while (at < tokens.length) extent += one();
  return extent;
}
