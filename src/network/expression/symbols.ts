/**
 * A tree in letters: as text and as LaTeX, in the way textbooks write a formula.
 *
 * Factors stand side by side; a fraction is a fraction where it stands by itself, small within brackets, and on one line
 * within a fraction, a root, an exponent or the argument of a function. Knows no values.
 */
import type { Formula } from "../formula.ts";
import type { Expression, Letter, NamedFunction, Operation } from "./expression.ts";

/** Where a part stands. */
type Place = "display" | "inline" | "line";

interface Written extends Formula {
  /** Whether it's bracketed as a factor: a sum. */
  readonly isLoose: boolean;
}

export interface SymbolOptions {
  readonly place?: Place;
  /** Whether a dot stands between factors where the first ends in a bracket, as it does with indices in brackets: t[0]·p[0]. */
  readonly dots?: boolean;
}

/** A tree as text and as LaTeX. */
export function symbols(tree: Expression, { place = "display", dots = false }: SymbolOptions = {}): Formula {
  const { text, latex } = written(tree, place, dots);
  return { text, latex };
}

/** left = tree, and what letters in it are: "…, t = tanh v". */
export function formulaOf(
  left: Formula,
  tree: Expression,
  definitions: readonly (readonly [Expression, Expression])[] = [],
): Formula {
  const right = symbols(tree);
  const named = definitions.map(([name, is]) => ({ name: symbols(name), is: symbols(is, { place: "inline" }) }));
  return {
    text: [`${left.text} = ${right.text}`, ...named.map(({ name, is }) => `${name.text} = ${is.text}`)].join(", "),
    latex: [`${left.latex} = ${right.latex}`, ...named.map(({ name, is }) => `${name.latex} = ${is.latex}`)].join(
      ",\\quad ",
    ),
  };
}

function written(tree: Expression, place: Place, dots: boolean): Written {
  if (typeof tree === "number") return tight(numberOf(tree));
  if (tree.kind === "rest") return tight({ text: "⋯", latex: "\\cdots" });
  if (tree.kind === "letter") return writtenLetter(tree, place, dots);
  return writtenOperation(tree, place, dots);
}

const tight = ({ text, latex }: Formula): Written => ({ text, latex, isLoose: false });
const loose = ({ text, latex }: Formula): Written => ({ text, latex, isLoose: true });

function numberOf(value: number): Formula {
  if (value === 0.5) return { text: "½", latex: "\\tfrac12" };
  return { text: String(value).replace("-", "−"), latex: String(value) };
}

function writtenLetter({ symbol, index, is }: Letter, place: Place, dots: boolean): Written {
  if (symbol === undefined) return written(is ?? Number.NaN, place, dots);
  return tight(index === undefined ? symbol : { text: `${symbol.text}_${index}`, latex: `${symbol.latex}_${index}` });
}

function writtenOperation(tree: Operation, place: Place, dots: boolean): Written {
  const of = (part: Expression, where: Place = place): Written => written(part, where, dots);
  const factor = (part: Expression, where: Place = place): Written => {
    const whole = of(part, where);
    return whole.isLoose ? bracketed(of(part, where === "display" ? "inline" : where), dots) : whole;
  };
  const [a, b, then, other] = tree.of;
  switch (tree.kind) {
    case "sum":
      return loose(
        joined(
          tree.of.map((term) => of(term)),
          " + ",
        ),
      );
    case "difference":
      return loose(joined([of(a), factor(b)], " − "));
    case "negative": {
      const { text, latex } = factor(a);
      return tight({ text: `−${text}`, latex: `-${latex}` });
    }
    case "product":
      return tree.of.map((part) => factor(part)).reduce((left, right) => beside(left, right, dots));
    case "quotient":
      return writtenQuotient(a, b, place, dots);
    case "power":
      return raised(
        of(a).isLoose || isOperation(a, "product", "quotient") ? bracketed(of(a, "inline")) : of(a),
        of(b, "line"),
      );
    case "root": {
      const { text, latex } = of(a, "line");
      return tight({ text: text.length === 1 ? `√${text}` : `√(${text})`, latex: `\\sqrt{${latex}}` });
    }
    case "apply":
      return tight(
        applied(
          tree.function,
          tree.of.map((part) => of(part, "line")),
        ),
      );
    case "total":
      return summed(tree.index, factor(a));
    case "mean": {
      const { text, latex } = summed(tree.index, factor(a));
      return tight({ text: `(1/M) ${text}`, latex: `\\frac1M ${latex}` });
    }
    case "cases": {
      const inner = [of(a, "inline"), of(b, "inline"), of(then, "inline"), of(other, "inline")];
      return writtenCases(inner, tree.sign);
    }
    case "careful":
      return of(a);
    default:
      return tree satisfies never;
  }
}

const isOperation = (tree: Expression, ...kinds: readonly string[]): boolean =>
  typeof tree !== "number" && kinds.includes(tree.kind);

function writtenQuotient(over: Expression, under: Expression, place: Place, dots: boolean): Written {
  const of = (part: Expression): Written => written(part, "line", dots);
  if (place === "display" && isCount(under)) return share(over, under, dots);
  const [top, bottom] = [of(over), of(under)];
  const isLong = place === "display" && (bottom.isLoose || isOperation(under, "total"));
  const below = bottom.isLoose || isOperation(under, "product") ? bracketed(bottom) : bottom;
  const above = top.isLoose ? bracketed(top) : top;
  const line = `${above.text}${isLong ? " / " : "/"}${below.text}`;
  if (place === "line") return tight({ text: line, latex: `${above.latex}/${below.latex}` });
  if (place === "inline") return tight({ text: line, latex: `\\tfrac{${top.latex}}{${bottom.latex}}` });
  if (!isOperation(over, "product")) return tight({ text: line, latex: `\\frac{${top.latex}}{${bottom.latex}}` });
  // The first factor before the fraction: η g / s.
  const [first, ...others] = (over as Operation).of;
  const rest = others.map(of).reduce((left, right) => beside(left, right, dots));
  return tight({ text: line, latex: `${of(first).latex}\\,\\frac{${rest.latex}}{${bottom.latex}}` });
}

/** M, the number of outputs, by which a mean divides. */
const isCount = (tree: Expression): tree is Letter =>
  typeof tree !== "number" && tree.kind === "letter" && tree.name === "M";

/** A part of M, as a factor before what is divided: (2/M) e. */
function share(over: Expression, count: Letter, dots: boolean): Written {
  const factors = isOperation(over, "product") ? (over as Operation).of : [over];
  const [head, ...others] = typeof factors[0] === "number" ? factors : [1, ...factors];
  const [n, m] = [written(head, "line", dots), written(count, "line", dots)];
  const parts = others.map((part) => written(part, "inline", dots));
  const rest = parts.map((part) => (part.isLoose ? bracketed(part) : part)).reduce((a, b) => beside(a, b, dots));
  return tight({
    text: `(${n.text}/${m.text}) ${rest.text}`,
    latex: `\\frac${n.latex}${m.latex} ${rest.latex}`,
  });
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = { "2": "²", t: "ᵗ" };

function raised(base: Formula, exponent: Formula): Written {
  const { text, latex } = exponent;
  return tight({
    text: `${base.text}${SUPERSCRIPTS[text] ?? `^${text.length === 1 ? text : `(${text})`}`}`,
    latex: `${base.latex}^${latex.length === 1 ? latex : `{${latex}}`}`,
  });
}

function applied({ name, form }: NamedFunction, of: readonly Written[]): Formula {
  if (typeof form === "function") return form(...of);
  const all = joined(of, ", ");
  if (form === "bare" && /^\p{L}(_\p{L})?$/u.test(all.text)) {
    return { text: `${name.text} ${all.text}`, latex: `${name.latex} ${all.latex}` };
  }
  const inner = bracketed(all);
  return { text: name.text + inner.text, latex: name.latex + inner.latex };
}

function summed(index: string, { text, latex }: Formula): Written {
  return tight({ text: `Σ_${index} ${text}`, latex: `\\sum_${index} ${latex}` });
}

function writtenCases([left, right, then, other]: readonly Formula[], sign: ">" | "≤"): Written {
  const [holds, not] = sign === ">" ? [">", "\\le"] : ["\\le", ">"];
  const [a, b] = [left.latex, right.latex];
  return loose({
    text: `${then.text} if ${left.text} ${sign} ${right.text}, else ${other.text}`,
    latex: `\\begin{cases} ${then.latex} & ${a} ${holds} ${b} \\\\ ${other.latex} & ${a} ${not} ${b} \\end{cases}`,
  });
}

function joined(parts: readonly Formula[], sign: string): Formula {
  return {
    text: parts.map(({ text }) => text).join(sign),
    latex: parts.map(({ latex }) => latex).join(sign.replace("−", "-")),
  };
}

/**
 * Larger brackets around others; a function of one letter, σ(v), counts for none. Cases have a brace of their own.
 *
 * @param isPlain in a line of arithmetic, which may be broken within brackets
 */
function bracketed({ text, latex }: Formula, isPlain = false): Written {
  const holdsBrackets = !isPlain && latex.replace(/\\?\w+\(\w\)/g, "").includes("(");
  return tight({
    text: `(${text})`,
    latex: latex.startsWith("\\begin{cases}") ? latex : holdsBrackets ? `\\bigl(${latex}\\bigr)` : `(${latex})`,
  });
}

const COEFFICIENT = /^\\t?frac(\d[\dM]|\{\d+\}\{\d+\})$/;
/** What TeX sets apart by itself. */
const SPACED = /^\\(operatorname|ln|tanh|sum|bigl|begin)/;
const BARE = /^(\d+|\\?[a-zA-Z]+(_\w)?)$/;

/** Two factors side by side. */
function beside(left: Formula, right: Formula, dots: boolean): Written {
  const isCoefficient = COEFFICIENT.test(left.latex);
  const dotted = dots && !isCoefficient && /[\])|]$/.test(left.text);
  const close = SPACED.test(right.latex) || isCoefficient || (BARE.test(lastOf(left.latex)) && BARE.test(right.latex));
  return tight({
    text: `${left.text}${dotted ? "·" : " "}${right.text}`,
    latex: `${left.latex}${close ? " " : "\\,"}${right.latex}`,
  });
}

/** The last factor of several. */
const lastOf = (latex: string): string => latex.slice(Math.max(latex.lastIndexOf(" "), latex.lastIndexOf(",")) + 1);
