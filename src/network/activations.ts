/**
 * The activation functions φ as one table: each entry holds its value, its derivative and the formulas of both.
 *
 * An elementwise φ acts on each induced local field by itself and has a derivative φ'(v); a vector φ (softmax) acts on
 * the whole layer and has a Jacobian. Adding an activation is adding an entry: the gradient tests run over the table.
 * Knows nothing of layers or of memory. Source: derivation, sections 1 and 3 (factor iii); each entry names its own.
 */
import type { AliasOf } from "../aliases.ts";
import { erf } from "./erf.ts";
import type { Formula } from "./formula.ts";

/** φ acts elementwise, on each pre-activation. */
export interface ElementwiseActivation {
  readonly kind: "elementwise";
  /** y = φ(v). */
  value(v: number): number;
  /** φ'(v), given the pre-activation v and the output y = φ(v); each function uses the cheaper one. */
  derivative(v: number, y: number): number;
  /**
   * The pre-activations where φ' is discontinuous; a gradient check avoids them. There φ' is the value from the left.
   */
  readonly kinks: readonly number[];
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
}

/** φ acts on all pre-activations of a layer at once. */
export interface VectorActivation {
  readonly kind: "vector";
  /** y = φ(v), [M] from [M]. */
  value(v: ArrayLike<number>): Float64Array;
  /** ∂y_r/∂v_s, [M, M] row-major, given the outputs y [M]. */
  jacobian(y: ArrayLike<number>): Float64Array;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
}

export type Activation = ElementwiseActivation | VectorActivation;

/** 1 / (1 + e^(−v)) without overflow: the exponential's argument is never positive. */
function logistic(v: number): number {
  if (v >= 0) return 1 / (1 + Math.exp(-v));
  const e = Math.exp(v);
  return e / (1 + e);
}

/** ln(1 + e^v) without overflow or cancellation. */
export function softplus(v: number): number {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}

/** Softmax over a vector; subtracting the largest pre-activation leaves the quotient unchanged and keeps e^v finite. */
export function softmax(v: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, v[i]);
  const y = Float64Array.from(v, (field) => Math.exp(field - largest));
  let sum = 0;
  for (const e of y) sum += e;
  return y.map((e) => e / sum);
}

const LEAK = 0.01;
const SELU_ALPHA = 1.6732632423543772;
const SELU_LAMBDA = 1.0507009873554805;
const normalDensity = (v: number): number => Math.exp((-v * v) / 2) / Math.sqrt(2 * Math.PI);
const normalCumulative = (v: number): number => (1 + erf(v / Math.SQRT2)) / 2;

export const activations = {
  identity: {
    kind: "elementwise",
    value: (v) => v,
    derivative: () => 1,
    kinks: [],
    formula: { text: "φ(v) = v", latex: "\\varphi(v) = v" },
    derivativeFormula: { text: "φ'(v) = 1", latex: "\\varphi'(v) = 1" },
  },
  logistic: {
    kind: "elementwise",
    value: logistic,
    derivative: (_v, y) => y * (1 - y),
    kinks: [],
    formula: { text: "φ(v) = 1 / (1 + e^(−v))", latex: "\\varphi(v) = \\frac{1}{1 + e^{-v}}" },
    derivativeFormula: { text: "φ'(v) = y (1 − y)", latex: "\\varphi'(v) = y\\,(1 - y)" },
  },
  tanh: {
    kind: "elementwise",
    value: Math.tanh,
    derivative: (_v, y) => 1 - y * y,
    kinks: [],
    formula: { text: "φ(v) = tanh v", latex: "\\varphi(v) = \\tanh v" },
    derivativeFormula: { text: "φ'(v) = 1 − y²", latex: "\\varphi'(v) = 1 - y^2" },
  },
  relu: {
    kind: "elementwise",
    value: (v) => Math.max(0, v), // and NaN stays NaN
    derivative: (v) => (v > 0 ? 1 : 0),
    kinks: [0],
    formula: { text: "φ(v) = max(0, v)", latex: "\\varphi(v) = \\max(0, v)" },
    derivativeFormula: {
      text: "φ'(v) = 1 if v > 0, else 0",
      latex: "\\varphi'(v) = \\begin{cases} 1 & v > 0 \\\\ 0 & v \\le 0 \\end{cases}",
    },
  },
  /** Maas, Hannun & Ng 2013. */
  leakyRelu: {
    kind: "elementwise",
    value: (v) => (v > 0 ? v : LEAK * v),
    derivative: (v) => (v > 0 ? 1 : LEAK),
    kinks: [0],
    formula: {
      text: "φ(v) = v if v > 0, else 0.01 v",
      latex: "\\varphi(v) = \\begin{cases} v & v > 0 \\\\ 0.01\\,v & v \\le 0 \\end{cases}",
    },
    derivativeFormula: {
      text: "φ'(v) = 1 if v > 0, else 0.01",
      latex: "\\varphi'(v) = \\begin{cases} 1 & v > 0 \\\\ 0.01 & v \\le 0 \\end{cases}",
    },
  },
  /** Clevert, Unterthiner & Hochreiter 2016, with α = 1, where φ' is continuous. */
  elu: {
    kind: "elementwise",
    value: (v) => (v > 0 ? v : Math.expm1(v)),
    derivative: (v, y) => (v > 0 ? 1 : y + 1),
    kinks: [],
    formula: {
      text: "φ(v) = v if v > 0, else e^v − 1",
      latex: "\\varphi(v) = \\begin{cases} v & v > 0 \\\\ e^v - 1 & v \\le 0 \\end{cases}",
    },
    derivativeFormula: {
      text: "φ'(v) = 1 if v > 0, else e^v",
      latex: "\\varphi'(v) = \\begin{cases} 1 & v > 0 \\\\ e^v & v \\le 0 \\end{cases}",
    },
  },
  /** Klambauer, Unterthiner, Mayr & Hochreiter 2017; λ and α are theirs. */
  selu: {
    kind: "elementwise",
    value: (v) => SELU_LAMBDA * (v > 0 ? v : SELU_ALPHA * Math.expm1(v)),
    derivative: (v, y) => (v > 0 ? SELU_LAMBDA : y + SELU_LAMBDA * SELU_ALPHA),
    kinks: [0],
    formula: {
      text: "φ(v) = λ v if v > 0, else λ α (e^v − 1); λ = 1.0507…, α = 1.6733…",
      latex: "\\varphi(v) = \\begin{cases} \\lambda v & v > 0 \\\\ \\lambda\\alpha\\,(e^v - 1) & v \\le 0 \\end{cases}",
    },
    derivativeFormula: {
      text: "φ'(v) = λ if v > 0, else λ α e^v",
      latex: "\\varphi'(v) = \\begin{cases} \\lambda & v > 0 \\\\ \\lambda\\alpha\\,e^v & v \\le 0 \\end{cases}",
    },
  },
  /** Hendrycks & Gimpel 2016, the exact form; Φ and ϕ are the normal distribution and its density. */
  gelu: {
    kind: "elementwise",
    value: (v) => v * normalCumulative(v),
    derivative: (v) => normalCumulative(v) + v * normalDensity(v),
    kinks: [],
    formula: {
      text: "φ(v) = v Φ(v), Φ(v) = ½ (1 + erf(v/√2))",
      latex:
        "\\varphi(v) = v\\,\\Phi(v),\\quad \\Phi(v) = \\tfrac12\\left(1 + \\operatorname{erf}\\tfrac{v}{\\sqrt2}\\right)",
    },
    derivativeFormula: {
      text: "φ'(v) = Φ(v) + v e^(−v²/2)/√(2π)",
      latex: "\\varphi'(v) = \\Phi(v) + \\frac{v\\,e^{-v^2/2}}{\\sqrt{2\\pi}}",
    },
  },
  /** Elfwing, Uchibe & Doya 2018; also called swish. */
  silu: {
    kind: "elementwise",
    value: (v) => v * logistic(v),
    derivative: (v) => {
      const s = logistic(v);
      return s * (1 + v * (1 - s));
    },
    kinks: [],
    formula: { text: "φ(v) = v σ(v), σ the logistic", latex: "\\varphi(v) = v\\,\\sigma(v)" },
    derivativeFormula: {
      text: "φ'(v) = σ(v) (1 + v (1 − σ(v)))",
      latex: "\\varphi'(v) = \\sigma(v)\\bigl(1 + v\\,(1 - \\sigma(v))\\bigr)",
    },
  },
  /** Misra 2019. */
  mish: {
    kind: "elementwise",
    value: (v) => v * Math.tanh(softplus(v)),
    derivative: (v) => {
      const t = Math.tanh(softplus(v));
      return t + v * (1 - t * t) * logistic(v);
    },
    kinks: [],
    formula: {
      text: "φ(v) = v tanh(ln(1 + e^v))",
      latex: "\\varphi(v) = v \\tanh\\bigl(\\ln(1 + e^v)\\bigr)",
    },
    derivativeFormula: {
      text: "φ'(v) = t + v (1 − t²) σ(v), t = tanh(ln(1 + e^v))",
      latex: "\\varphi'(v) = t + v\\,(1 - t^2)\\,\\sigma(v),\\quad t = \\tanh\\bigl(\\ln(1 + e^v)\\bigr)",
    },
  },
  softplus: {
    kind: "elementwise",
    value: softplus,
    derivative: (v) => logistic(v),
    kinks: [],
    formula: { text: "φ(v) = ln(1 + e^v)", latex: "\\varphi(v) = \\ln(1 + e^v)" },
    derivativeFormula: { text: "φ'(v) = σ(v)", latex: "\\varphi'(v) = \\sigma(v)" },
  },
  softmax: {
    kind: "vector",
    value: softmax,
    jacobian: (y) => {
      const m = y.length;
      const jacobian = new Float64Array(m * m);
      for (let r = 0; r < m; r++) {
        for (let s = 0; s < m; s++) jacobian[r * m + s] = y[r] * ((r === s ? 1 : 0) - y[s]);
      }
      return jacobian;
    },
    formula: { text: "y_r = e^(v_r) / Σ_s e^(v_s)", latex: "y_r = \\frac{e^{v_r}}{\\sum_s e^{v_s}}" },
    derivativeFormula: {
      text: "∂y_r/∂v_s = y_r (1[r = s] − y_s)",
      latex: "\\frac{\\partial y_r}{\\partial v_s} = y_r\\,(\\mathbf 1[r = s] - y_s)",
    },
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
