/**
 * A tree as a function that computes its number, in float64.
 *
 * Operations are done in the order in which the tree has them, a product from the left and a square in it as two factors,
 * so that a tree gives the same bits as the formula written by hand.
 */
import type { Expression, Letter, Operation } from "./expression.ts";

/** The values of letters by name: a number, or the M numbers of an indexed one; M itself; an index by its name. */
export type Scope = Readonly<Record<string, number | ArrayLike<number>>>;
export type Computed = (scope: Scope) => number;

/** @param leaf what becomes of the tree's own numbers: a trace rounds them */
export function compiled(tree: Expression, leaf: (value: number) => number = (value) => value): Computed {
  if (typeof tree === "number" || tree.kind === "rest") {
    const value = leaf(typeof tree === "number" ? tree : tree.sum);
    return () => value;
  }
  if (tree.kind === "letter") return compiledLetter(tree, leaf);
  return compiledOperation(
    tree,
    tree.of.map((part) => compiled(part, leaf)),
    leaf,
  );
}

function compiledLetter({ name, index, is }: Letter, leaf: (value: number) => number): Computed {
  const definition = is === undefined ? () => Number.NaN : compiled(is, leaf);
  if (index === undefined) return (scope) => (scope[name] as number | undefined) ?? definition(scope);
  return (scope) => {
    const found = scope[name];
    if (found === undefined) return definition(scope);
    return typeof found === "number" ? found : found[scope[index] as number];
  };
}

function compiledOperation(tree: Operation, parts: readonly Computed[], leaf: (value: number) => number): Computed {
  const [a, b] = parts;
  switch (tree.kind) {
    case "sum":
      return folded(parts, (x, y) => x + y);
    case "difference":
      return (scope) => a(scope) - b(scope);
    case "negative":
      return (scope) => -a(scope);
    case "product":
      return folded(
        tree.of.flatMap((factor, at) =>
          isSquare(factor) ? [factor.of[0], factor.of[0]].map((base) => compiled(base, leaf)) : parts[at],
        ),
        (x, y) => x * y,
      );
    case "quotient":
      return (scope) => a(scope) / b(scope);
    case "power":
      return isSquare(tree) ? (scope) => a(scope) * a(scope) : (scope) => a(scope) ** b(scope);
    case "root":
      return (scope) => Math.sqrt(a(scope));
    case "apply": {
      const { value } = tree.function;
      if (parts.length === 1) return (scope) => value(a(scope));
      if (parts.length === 2) return (scope) => value(a(scope), b(scope)); // as often as there are neurons: no array
      return (scope) => value(...parts.map((part) => part(scope)));
    }
    case "total":
      return (scope) => totalOf(tree.index, a, scope);
    case "mean":
      return (scope) => totalOf(tree.index, a, scope) / (scope.M as number);
    case "cases": {
      const [, , then, other] = parts;
      return tree.sign === ">"
        ? (scope) => (a(scope) > b(scope) ? then : other)(scope)
        : (scope) => (a(scope) <= b(scope) ? then : other)(scope);
    }
    case "careful":
      return b;
    default:
      return tree satisfies never;
  }
}

const isSquare = (tree: Expression): tree is Operation =>
  typeof tree !== "number" && tree.kind === "power" && tree.of[1] === 2;

function folded([first, ...others]: readonly Computed[], both: (x: number, y: number) => number): Computed {
  if (others.length === 1) {
    const [second] = others;
    return (scope) => both(first(scope), second(scope));
  }
  return (scope) => {
    let value = first(scope);
    for (let at = 0; at < others.length; at++) value = both(value, others[at](scope));
    return value;
  };
}

function totalOf(index: string, term: Computed, scope: Scope): number {
  const inner: Record<string, number | ArrayLike<number>> = { ...scope };
  let value = 0;
  for (let at = 0; at < (scope.M as number); at++) {
    inner[index] = at;
    value += term(inner);
  }
  return value;
}
