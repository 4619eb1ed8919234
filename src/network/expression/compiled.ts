/**
 * A tree as a function that computes its number in float64, or its numbers where a letter has many: one loop an operation, over
 * a layer or a tensor, instead of a chain of calls for each of its numbers.
 *
 * Operations are done in the order in which the tree has them, a product from the left and a square in it as two factors,
 * so that a tree gives the same bits as the formula written by hand. The term of a sum may have many values by the sum's
 * own index alone.
 */
import type { Expression, Letter, Operation } from "./expression.ts";

/** A number, or N of them. */
export type Values = number | ArrayLike<number>;
/** The values of letters by name: a number, or N of them; of an indexed one, its M; M itself; an index by its name. */
export type Scope = Readonly<Record<string, number | ArrayLike<number>>>;
/** @param N how many values letters have that have many @returns one, or at least N, overwritten by the next call */
export type Computed = (scope: Scope, N: number) => Values;

const done = new WeakMap<object, Computed>();

/** Made once for each tree. */
export function compiled(tree: Expression): Computed {
  if (typeof tree === "number") return () => tree;
  const made = done.get(tree) ?? compiledPart(tree, (value) => value);
  done.set(tree, made);
  return made;
}

/** The number of a tree whose letters are numbers. @param leaf what becomes of the tree's own numbers: a trace rounds them */
export function numberOf(tree: Expression, scope: Scope, leaf?: (value: number) => number): number {
  return (leaf === undefined ? compiled(tree) : compiledPart(tree, leaf))(scope, 1) as number;
}

/** Each number of `to` becomes the tree's, where letters have as many. */
export function fill(to: Float64Array, tree: Expression, scope: Scope): void {
  const values = compiled(tree)(scope, to.length);
  for (let i = 0; i < to.length; i++) to[i] = valueAt(values, i);
}

/** One of some values. */
export function valueAt(values: Values, at: number): number {
  return typeof values === "number" ? values : values[at];
}

function compiledPart(tree: Expression, leaf: (value: number) => number): Computed {
  if (typeof tree === "number" || tree.kind === "rest") {
    const value = leaf(typeof tree === "number" ? tree : tree.sum);
    return () => value;
  }
  return tree.kind === "letter" ? compiledLetter(tree, leaf) : compiledOperation(tree, leaf);
}

function compiledLetter({ name, index, is }: Letter, leaf: (value: number) => number): Computed {
  const definition = compiledPart(is ?? Number.NaN, leaf);
  if (index === undefined) return (scope, N) => scope[name] ?? definition(scope, N);
  return (scope, N) => {
    const found = scope[name];
    if (found === undefined) return definition(scope, N);
    const at = scope[index];
    return typeof found === "number" || typeof at === "object" ? found : found[at];
  };
}

function compiledOperation(tree: Operation, leaf: (value: number) => number): Computed {
  const parts = tree.of.map((part) => compiledPart(part, leaf));
  const [a, b] = parts;
  switch (tree.kind) {
    case "sum":
      return parts.reduce((left, right) => ofTwo((x, y) => x + y, added, left, right));
    case "difference":
      return ofTwo((x, y) => x - y, subtracted, a, b);
    case "negative":
      return ofOne((x) => -x, a);
    case "product":
      return tree.of
        .flatMap((factor, at) =>
          isSquare(factor) ? [factor.of[0], factor.of[0]].map((base) => compiledPart(base, leaf)) : parts[at],
        )
        .reduce((left, right) => ofTwo((x, y) => x * y, multiplied, left, right));
    case "quotient":
      return ofTwo((x, y) => x / y, divided, a, b);
    case "power":
      return isSquare(tree) ? ofOne((x) => x * x, a) : applied((x, y) => x ** y, a, b);
    case "root":
      return ofOne(Math.sqrt, a);
    case "apply":
      return parts.length === 1 ? ofOne(tree.function.value, a) : applied(tree.function.value, a, b);
    case "total":
      return totalOf(tree.index, a);
    case "mean":
      return ofTwo(
        (x, y) => x / y,
        divided,
        totalOf(tree.index, a),
        (scope) => scope.M,
      );
    case "cases":
      return chosen(tree.sign === ">" ? (x, y) => x > y : (x, y) => x <= y, parts);
    case "careful":
      return b;
    default:
      return tree satisfies never;
  }
}

const isSquare = (tree: Expression): tree is Operation =>
  typeof tree !== "number" && tree.kind === "power" && tree.of[1] === 2;

function ofOne(f: (x: number) => number, a: Computed): Computed {
  const room = reused();
  return (scope, N) => {
    const x = a(scope, N);
    if (typeof x === "number") return f(x);
    const to = room(N);
    for (let i = 0; i < N; i++) to[i] = f(x[i]);
    return to;
  };
}

type Numbers = ArrayLike<number>;
/** An operation on N pairs; a step of 0 where one number is of all pairs. */
type Loop = (to: Float64Array, N: number, x: Numbers, stepX: number, y: Numbers, stepY: number) => void;

// Each by itself, since a loop that calls a function takes several times as long.
const added: Loop = (to, N, x, stepX, y, stepY) => {
  for (let i = 0; i < N; i++) to[i] = x[i * stepX] + y[i * stepY];
};
const subtracted: Loop = (to, N, x, stepX, y, stepY) => {
  for (let i = 0; i < N; i++) to[i] = x[i * stepX] - y[i * stepY];
};
const multiplied: Loop = (to, N, x, stepX, y, stepY) => {
  for (let i = 0; i < N; i++) to[i] = x[i * stepX] * y[i * stepY];
};
const divided: Loop = (to, N, x, stepX, y, stepY) => {
  for (let i = 0; i < N; i++) to[i] = x[i * stepX] / y[i * stepY];
};

function ofTwo(f: (x: number, y: number) => number, loop: Loop, a: Computed, b: Computed): Computed {
  const room = reused();
  const [left, right] = [new Float64Array(1), new Float64Array(1)];
  return (scope, N) => {
    const x = a(scope, N);
    const y = b(scope, N);
    if (typeof x === "number") {
      if (typeof y === "number") return f(x, y);
      left[0] = x;
    } else if (typeof y === "number") right[0] = y;
    const to = room(N);
    loop(
      to,
      N,
      typeof x === "number" ? left : x,
      typeof x === "number" ? 0 : 1,
      typeof y === "number" ? right : y,
      typeof y === "number" ? 0 : 1,
    );
    return to;
  };
}

function applied(f: (x: number, y: number) => number, a: Computed, b: Computed): Computed {
  return ofTwo(
    f,
    (to, N, x, stepX, y, stepY) => {
      for (let i = 0; i < N; i++) to[i] = f(x[i * stepX], y[i * stepY]);
    },
    a,
    b,
  );
}

function chosen(holds: (x: number, y: number) => boolean, [a, b, then, other]: readonly Computed[]): Computed {
  const room = reused();
  return (scope, N) => {
    const x = a(scope, N);
    const y = b(scope, N);
    if (typeof x === "number" && typeof y === "number") return (holds(x, y) ? then : other)(scope, N);
    const yes = then(scope, N);
    const no = other(scope, N);
    const to = room(N);
    for (let i = 0; i < N; i++) to[i] = valueAt(holds(valueAt(x, i), valueAt(y, i)) ? yes : no, i);
    return to;
  };
}

/** Of M terms; among N values, of each M of them, and as often as they are. */
function totalOf(index: string, term: Computed): Computed {
  const room = reused();
  return (scope, N) => {
    const M = scope.M as number;
    const count = Math.max(N, M);
    const isGiven = typeof scope[index] === "object";
    const terms = term(isGiven ? scope : { ...scope, [index]: indices(M, count) }, count);
    const to = room(count);
    for (let from = 0; from < count; from += M) {
      let value = 0;
      for (let at = from; at < from + M; at++) value += valueAt(terms, at);
      for (let at = from; at < from + M; at++) to[at] = value;
    }
    return N === 1 ? to[0] : to;
  };
}

/** 0, 1, … M − 1, and from 0 again: N values of an index. */
export function indices(M: number, N: number): Float64Array {
  const values = new Float64Array(N);
  for (let at = 0; at < N; at++) values[at] = at % M;
  return values;
}

/** So many numbers stay from call to call; room for more would keep its memory for good. */
const KEPT = 4096;

/** Room for at least N results. */
function reused(): (N: number) => Float64Array {
  let room = new Float64Array(0);
  return (N) => {
    if (N > KEPT) return new Float64Array(N);
    if (room.length < N) room = new Float64Array(N);
    return room;
  };
}
