/**
 * The activation functions φ as one table: each entry holds its value and its derivative as trees, from which their numbers
 * and formulas follow.
 *
 * An elementwise φ acts on each induced local field by itself and has a derivative φ'(v); a vector φ (softmax) acts on
 * the whole layer and has a Jacobian. Adding an activation is adding an entry: the gradient tests run over the table.
 * Knows nothing of layers or of memory. Source: derivation, sections 1 and 3 (factor iii); each entry names its own.
 */
import type { AliasOf } from "../aliases.ts";
import { numberOf } from "./expression/compiled.ts";
import {
  apply,
  careful,
  cases,
  difference,
  type Expression,
  indexed,
  letter,
  negative,
  power,
  product,
  quotient,
  root,
  sum,
  total,
} from "./expression/expression.ts";
import { EQUAL, exp, expm1, ln1pExp, MAX, MIN, NORMAL, NORMAL_IS, SIGMA, sigma, TANH } from "./expression/functions.ts";
import { formulaOf } from "./expression/symbols.ts";
import type { Formula } from "./formula.ts";
import type { InitialisationName } from "./initialisation.ts";

/** What every entry has of φ and of its derivative. */
export interface ActivationFormulas {
  /** φ, in the letters v and y of the derivation. */
  readonly expression: Expression;
  readonly derivativeExpression: Expression;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
  /** What an engine derives φ' from on the way back, without the other: the fields v, or the outputs y. */
  readonly sees: "field" | "output";
  /** How the weights of its neurons start: He for the rectifiers, LeCun for SELU and plain sums, Glorot for the rest. */
  readonly initialisation: InitialisationName;
}

/** φ acts elementwise, on each pre-activation. */
export interface ElementwiseActivation extends ActivationFormulas {
  readonly kind: "elementwise";
  /** y = φ(v). */
  value(v: number): number;
  /** φ'(v), given the pre-activation v and the output y = φ(v); each function uses the cheaper one. */
  derivative(v: number, y: number): number;
  /**
   * The pre-activations where φ' is discontinuous; a gradient check avoids them. There φ' is the value from the left.
   */
  readonly kinks: readonly number[];
}

/** φ acts on all pre-activations of a layer at once. */
export interface VectorActivation extends ActivationFormulas {
  readonly kind: "vector";
  /** y = φ(v), [M] from [M]. */
  value(v: ArrayLike<number>): Float64Array;
  /** ∂y_r/∂v_s, [M, M] row-major, given the outputs y [M]. */
  jacobian(y: ArrayLike<number>): Float64Array;
}

export type Activation = ElementwiseActivation | VectorActivation;

/** Softmax over a vector; subtracting the largest pre-activation leaves the quotient unchanged and keeps e^v finite. */
export function softmax(v: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, v[i]);
  const y = new Float64Array(v.length); // filled by loops: with functions, a row takes longer than a small network
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    y[i] = Math.exp(v[i] - largest);
    sum += y[i];
  }
  for (let i = 0; i < y.length; i++) y[i] /= sum;
  return y;
}

const v = letter("v");
const y = letter("y");
const constant = (text: string, latex: string, is: number) => ({ ...letter(text, text, latex), is });
const LAMBDA = constant("λ", "\\lambda", 1.0507009873554805);
const ALPHA = constant("α", "\\alpha", 1.6732632423543772);
const TWO_PI = constant("2π", "2\\pi", 2 * Math.PI);
/** tanh ln(1 + e^v). */
const T: Expression = { ...letter("t"), is: apply(TANH, ln1pExp(v)) };

interface Definition {
  readonly value: Expression;
  readonly derivative: Expression;
  readonly sees: "field" | "output";
  readonly initialisation: InitialisationName;
  readonly kinks?: readonly number[];
  /** What letters and functions in the value are, and in the derivative. */
  readonly where?: readonly (readonly [Expression, Expression])[];
  readonly derivativeWhere?: readonly (readonly [Expression, Expression])[];
  /** Words behind the value's text. */
  readonly note?: string;
}

/** An entry from its trees. */
function elementwise({ value, derivative, kinks = [], where, derivativeWhere, note = "", ...others }: Definition) {
  const formula = formulaOf({ text: "φ(v)", latex: "\\varphi(v)" }, value, where);
  return {
    kind: "elementwise",
    value: (field) => numberOf(value, { v: field }),
    derivative: (field, output) => numberOf(derivative, { v: field, y: output }),
    kinks,
    ...others,
    expression: value,
    derivativeExpression: derivative,
    formula: { ...formula, text: formula.text + note },
    derivativeFormula: formulaOf({ text: "φ'(v)", latex: "\\varphi'(v)" }, derivative, derivativeWhere),
  } satisfies ElementwiseActivation;
}

/** As a step has v > 0: one of two, else the other. */
const positive = (then: Expression, other: Expression): Expression => cases(v, ">", 0, then, other);

const SOFTMAX_IS = quotient(exp(indexed("v", "r")), total("s", exp(indexed("v", "s"))));
const SOFTMAX_JACOBIAN = product(
  indexed("y", "r"),
  difference(apply(EQUAL, letter("r"), letter("s")), indexed("y", "s")),
);

export const activations = {
  identity: elementwise({ value: v, derivative: 1, sees: "output", initialisation: "lecunNormal" }),
  logistic: elementwise({
    value: sigma(v),
    derivative: product(y, difference(1, y)),
    sees: "output",
    initialisation: "glorotUniform",
  }),
  tanh: elementwise({
    value: apply(TANH, v),
    derivative: difference(1, power(y, 2)),
    sees: "output",
    initialisation: "glorotUniform",
  }),
  relu: elementwise({
    value: apply(MAX, 0, v),
    derivative: positive(1, 0),
    sees: "output",
    initialisation: "heNormal",
    kinks: [0],
  }),
  /** Maas, Hannun & Ng 2013. */
  leakyRelu: elementwise({
    value: positive(v, product(0.01, v)),
    derivative: positive(1, 0.01),
    sees: "output",
    initialisation: "heNormal",
    kinks: [0],
  }),
  /** Clevert, Unterthiner & Hochreiter 2016, with α = 1, where φ' is continuous. */
  elu: elementwise({
    value: positive(v, expm1(v)),
    derivative: positive(1, careful(exp(v), sum([y, 1]))),
    sees: "output",
    initialisation: "heNormal",
  }),
  /** Klambauer, Unterthiner, Mayr & Hochreiter 2017; λ and α are theirs. */
  selu: elementwise({
    value: careful(
      positive(product(LAMBDA, v), product(LAMBDA, ALPHA, expm1(v))),
      product(LAMBDA, positive(v, product(ALPHA, expm1(v)))),
    ),
    derivative: positive(LAMBDA, careful(product(LAMBDA, ALPHA, exp(v)), sum([y, product(LAMBDA, ALPHA)]))),
    sees: "output",
    initialisation: "lecunNormal",
    kinks: [0],
    note: `; λ = ${LAMBDA.is.toFixed(4)}…, α = ${ALPHA.is.toFixed(4)}…`,
  }),
  /** Hendrycks & Gimpel 2016, the exact form; Φ and ϕ are the normal distribution and its density. */
  gelu: elementwise({
    value: product(v, apply(NORMAL, v)),
    derivative: sum([apply(NORMAL, v), product(v, quotient(exp(negative(quotient(power(v, 2), 2))), root(TWO_PI)))]),
    sees: "field",
    initialisation: "heNormal",
    where: [[apply(NORMAL, v), NORMAL_IS]],
  }),
  /** Elfwing, Uchibe & Doya 2018; also called swish. */
  silu: elementwise({
    value: product(v, apply(SIGMA, v)),
    derivative: product(apply(SIGMA, v), sum([1, product(v, difference(1, apply(SIGMA, v)))])),
    sees: "field",
    initialisation: "heNormal",
    note: ", σ the logistic",
  }),
  /** Misra 2019. */
  mish: elementwise({
    value: product(v, apply(TANH, ln1pExp(v))),
    derivative: sum([T, product(v, difference(1, power(T, 2)), apply(SIGMA, v))]),
    sees: "field",
    initialisation: "heNormal",
    derivativeWhere: [[T, apply(TANH, ln1pExp(v))]],
  }),
  softplus: elementwise({
    value: ln1pExp(v),
    derivative: apply(SIGMA, v),
    sees: "field",
    initialisation: "glorotUniform",
  }),
  /** Krizhevsky 2010: relu that is bounded, for arithmetic with few bits. */
  relu6: elementwise({
    value: apply(MIN, apply(MAX, v, 0), 6),
    derivative: cases(v, ">", 6, 0, positive(1, 0)),
    sees: "field",
    initialisation: "heNormal",
    kinks: [0, 6],
  }),
  /** Howard et al. 2019: silu with straight lines instead of the exponential. */
  hardSwish: elementwise({
    value: product(v, quotient(apply(MIN, apply(MAX, sum([v, 3]), 0), 6), 6)),
    derivative: cases(v, ">", 3, 1, cases(v, ">", -3, sum([quotient(v, 3), 0.5]), 0)),
    sees: "field",
    initialisation: "heNormal",
    kinks: [-3, 3],
  }),
  softmax: {
    kind: "vector",
    value: softmax,
    jacobian: (outputs) =>
      Float64Array.from({ length: outputs.length ** 2 }, (_, at) => {
        const r = Math.floor(at / outputs.length);
        return numberOf(SOFTMAX_JACOBIAN, { y: outputs, r, s: at - r * outputs.length });
      }),
    sees: "output",
    initialisation: "glorotUniform",
    expression: SOFTMAX_IS,
    derivativeExpression: SOFTMAX_JACOBIAN,
    formula: formulaOf({ text: "y_r", latex: "y_r" }, SOFTMAX_IS),
    derivativeFormula: formulaOf(
      { text: "∂y_r/∂v_s", latex: "\\frac{\\partial y_r}{\\partial v_s}" },
      SOFTMAX_JACOBIAN,
    ),
  },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

/** Those that a hidden layer of a recipe may have: elementwise, each unit's by itself. */
export const hiddenActivations: Readonly<Record<string, Activation>> = Object.fromEntries(
  Object.entries<Activation>(activations).filter(([, { kind }]) => kind === "elementwise"),
);

/** An activation's name or an alias of it, such as "sigmoid" for "logistic". */
export type ActivationLike = ActivationName | AliasOf<"activation", ActivationName>;

/** The entry of a name, as the general type that callers branch on. */
export function activationOf(name: ActivationName): Activation {
  return activations[name];
}
