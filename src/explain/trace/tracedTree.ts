/**
 * A tree with the numbers of a trace in place of its letters, and the same with the letters' indices as a trace writes them.
 *
 * Sums over the outputs become sums of their terms, and of cases the one that holds stays. Knows no formula.
 */
import { numberOf, type Scope } from "../../network/expression/compiled.ts";
import { type Expression, letter, mapped, product, quotient, sum } from "../../network/expression/expression.ts";
import { symbols } from "../../network/expression/symbols.ts";
import { element } from "../exposition/notation.ts";
import { elidedSum, type Quantity, type Term } from "./shownLine.ts";

/** The tree with numbers. A negative number is one number. */
export function inNumbers(tree: Expression, scope: Scope): Expression {
  if (typeof tree === "number" || tree.kind === "rest") return tree;
  if (tree.kind === "letter") return numberOf(tree, scope);
  const chosen = chosenPart(tree, scope);
  if (chosen !== tree) return inNumbers(chosen, scope);
  const parts = mapped(tree, (part) => inNumbers(part, scope));
  const [first] = typeof parts === "object" && "of" in parts ? parts.of : [];
  return tree.kind === "negative" && typeof first === "number" ? -first : parts;
}

/** The tree in letters with their indices: t[0]. */
function inSymbols(tree: Expression, scope: Scope): Expression {
  if (typeof tree === "number" || tree.kind === "rest") return tree;
  if (tree.kind === "letter") {
    const { symbol, index, is = tree } = tree;
    if (symbol === undefined) return inSymbols(is, scope);
    return index === undefined ? tree : { ...letter(tree.name), symbol: element(symbol, scope[index] as number) };
  }
  const chosen = chosenPart(tree, scope);
  return chosen === tree ? mapped(tree, (part) => inSymbols(part, scope)) : inSymbols(chosen, scope);
}

/** What is computed of two equal forms, and of cases the one that holds. */
function chosenPart(tree: Expression, scope: Scope): Expression {
  if (typeof tree === "number" || !("of" in tree)) return tree;
  if (tree.kind === "careful") return tree.of[1];
  if (tree.kind !== "cases") return tree;
  const [left, right] = tree.of.map((part) => numberOf(part, scope));
  return (tree.sign === ">" ? left > right : left <= right) ? tree.of[2] : tree.of[3];
}

interface Forms {
  readonly symbolic: Expression;
  readonly numbers: Expression;
}

/** A tree in letters and in numbers, with its sums over the outputs written out; a sum of more than `most` terms elided. */
export function expanded(tree: Expression, scope: Scope, most: number): Quantity {
  const { symbolic, numbers } = formsOf(tree, scope, most);
  return { symbolic: symbols(symbolic, { dots: true }), expression: numbers };
}

function formsOf(tree: Expression, scope: Scope, most: number): Forms {
  const chosen = chosenPart(tree, scope);
  if (chosen !== tree) return formsOf(chosen, scope, most);
  if (typeof tree === "number" || !("of" in tree)) {
    return { symbolic: inSymbols(tree, scope), numbers: inNumbers(tree, scope) };
  }
  if (tree.kind !== "total" && tree.kind !== "mean") {
    const forms = tree.of.map((part) => formsOf(part, scope, most));
    return {
      symbolic: { ...tree, of: forms.map(({ symbolic }) => symbolic) },
      numbers: { ...tree, of: forms.map(({ numbers }) => numbers) },
    };
  }
  const count = scope.M as number;
  const inner = Array.from({ length: count }, (_, at): Scope => ({ ...scope, [tree.index]: at }));
  const terms = inner.map((one): Term => {
    const symbol = symbols(inSymbols(tree.of[0], one), { dots: true });
    return { symbol, expression: inNumbers(tree.of[0], one) };
  });
  const present = terms.filter(({ expression }) => !isNothing(expression));
  const { symbolic, expression } = elidedSum(present.length > 0 ? present : terms.slice(0, 1), most);
  const whole: Expression = { ...letter(""), symbol: symbolic };
  if (count === 1) return { symbolic: whole, numbers: expression };
  if (tree.kind === "total") return { symbolic: sum([whole]), numbers: expression };
  const share = letter("", `(1/${count})`, `\\tfrac{1}{${count}}`);
  return { symbolic: product(share, sum([whole])), numbers: quotient(expression, count) };
}

/** Whether a term has a factor of 0: that of a class that is not the target. */
function isNothing(term: Expression): boolean {
  return typeof term === "object" && term.kind === "product" && term.of.some((factor) => factor === 0);
}
