/**
 * What a gradient check finds, as plain data, and the verdict on one tensor. Knows neither networks nor engines.
 */
import type { ParameterTensor } from "../../network/parameters.ts";

/**
 * What a number was compared with: finite differences of the loss, the gradient of the reference engine, or the
 * optimizer's rule applied to that gradient.
 */
export type Standard = "differences" | "reference" | "rule";

/** "unchecked": no weight of the tensor could be checked. */
export type Verdict = "passed" | "failed" | "unchecked";

/** The weight whose error is largest relative to its tolerance. */
export interface WorstWeight {
  /** "1.0.3": layer, unit, input; "1.0.bias". All count from 0. */
  readonly weight: string;
  /** The engine's gradient ∂loss/∂w, or its w after the step. */
  readonly found: number;
  readonly expected: number;
  readonly by: Standard;
  /** |found − expected| / scale; not finite where `found` is not, or where the scale is 0. */
  readonly error: number;
  /** The maximum of `error`: the tolerance of the precision plus the uncertainty of the expected number. */
  readonly tolerance: number;
}

export interface TensorCheck {
  /** "layers.1.weights". */
  readonly name: string;
  /** Index into `network.layers`. */
  readonly layer: number;
  readonly role: ParameterTensor["role"];
  /** The number of weights checked. */
  readonly checked: number;
  /** Weights skipped because the loss has no derivative there: a pre-activation lies at a kink of φ. */
  readonly kinks: number;
  /** Weights skipped because rounding errors are too large for a verdict. */
  readonly unresolved: number;
  /** What errors are relative to: the tensor's largest expected gradient, or largest expected step. */
  readonly scale: number;
  readonly worst?: WorstWeight;
  readonly verdict: Verdict;
}

/** One training step from the same parameters, with the optimizer's state at 0. */
export interface StepCheck {
  /** The optimizer's name. */
  readonly rule: string;
  readonly tensors: readonly TensorCheck[];
}

/** The check of one engine. */
export interface SubjectCheck {
  /** The engine's name. */
  readonly name: string;
  readonly precision: "float32" | "float64";
  /** The relative tolerance of the precision; each weight's own may be larger. */
  readonly tolerance: number;
  /** The loss of the batch that the engine reports, without penalties. */
  readonly loss: { readonly found: number; readonly expected: number; readonly passed: boolean };
  readonly gradients: readonly TensorCheck[];
  /** A step by `sgd`, which is the gradient itself, then one by the optimizer of the problem, with clipping. */
  readonly steps: readonly StepCheck[];
  readonly passed: boolean;
}

export interface GradientCheck {
  /** B, the patterns of the batch. */
  readonly rows: number;
  /** The standard deviation of the loss's rounding error: finite differences cannot resolve less. */
  readonly lossRounding: number;
  /** One for each engine, the reference first. */
  readonly subjects: readonly SubjectCheck[];
  /** Whether no error was found; a tensor that could not be checked is "unchecked". */
  readonly passed: boolean;
}

/** One weight's gradient and its expected value. */
export interface Comparison {
  /** Index into the tensor. */
  readonly index: number;
  readonly found: number;
  readonly expected: number;
  readonly by: Standard;
  /** The most that the two may differ by. */
  readonly allowed: number;
}

/** A tolerance of more than this part of the scale shows nothing: it would let wrong gradients through. */
export const INFORMATIVE = 0.1;

/**
 * Checks one tensor by the weights that could be compared.
 *
 * @param weightOf names the tensor's weights. @param kinks how many could not, for want of a derivative
 */
export function compareTensor(
  tensor: ParameterTensor,
  weightOf: (index: number) => string,
  comparisons: readonly Comparison[],
  scale: number,
  kinks = 0,
): TensorCheck {
  const { name, layer, role } = tensor;
  const informative = comparisons.filter((each) => each.allowed <= INFORMATIVE * scale || excess(each) > 1);
  let worst: Comparison | undefined;
  for (const each of informative) if (worst === undefined || excess(each) > excess(worst)) worst = each;
  const counts = { checked: informative.length, kinks, unresolved: comparisons.length - informative.length };
  const found = { name, layer, role, ...counts, scale };
  if (worst === undefined) return { ...found, verdict: "unchecked" };
  const { index, allowed, ...compared } = worst;
  const relative = (difference: number): number => (difference === 0 ? 0 : difference / scale);
  return {
    ...found,
    worst: {
      weight: weightOf(index),
      ...compared,
      error: relative(Math.abs(compared.found - compared.expected)),
      tolerance: relative(allowed),
    },
    verdict: excess(worst) <= 1 ? "passed" : "failed",
  };
}

/** The difference as a part of what is allowed; Infinity where a number is none. */
function excess({ found, expected, allowed }: Comparison): number {
  const difference = Math.abs(found - expected);
  if (difference === 0) return 0;
  const part = difference / allowed;
  return Number.isNaN(part) ? Number.POSITIVE_INFINITY : part;
}
