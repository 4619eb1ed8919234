/**
 * Steps in the form that layers have: factors and constants become part of the weights beside them, limits become activations.
 *
 * In float64; what the network computes stays the same. Knows nothing of parameters in an array.
 */
import { type Affine, affine, affineOfAll, isNothing, isShift, type Step } from "./steps.ts";

type Dense = Extract<Step, { kind: "dense" }>;
type Clip = Extract<Step, { kind: "clip" }>;

/** The limits and the scaling at the end of a network whose outputs are numbers, which are those of its target. */
export interface NumberEnd {
  readonly steps: readonly Step[];
  readonly scaling?: Affine;
  readonly limits?: Clip;
}

/** Takes them off, as far as there are any. */
export function numberEnd(all: readonly Step[]): NumberEnd {
  let steps = withBiases(all);
  const last = steps.at(-1);
  const limits = last?.kind === "clip" && isBounded(last) ? last : undefined;
  if (limits !== undefined) steps = steps.slice(0, -1);
  let scaling: Affine | undefined;
  for (let end = steps.at(-1); end?.kind === "affine"; end = steps.at(-1)) {
    scaling = scaling === undefined ? end : composed(end, scaling);
    steps = steps.slice(0, -1);
  }
  if (scaling === undefined || scaling.scale.every((factor) => factor > 0)) {
    return { steps, ...(scaling && { scaling }), ...(limits && { limits }) };
  }
  return { steps: [...steps, scaling], ...(limits && { limits }) };
}

/** The logits of a classifier, and the temperature that divides all of them. */
export interface LogitEnd {
  readonly steps: readonly Step[];
  readonly temperature?: number;
}

/** @param steps up to the logits. @param range of temperatures; another one stays a factor of the logits */
export function logitEnd(steps: readonly Step[], [least, most]: readonly [number, number]): LogitEnd {
  const last = steps.at(-1);
  if (last?.kind !== "affine" || last.shift.some((t) => t !== 0)) return { steps };
  const [factor] = last.scale;
  const temperature = 1 / factor;
  const isOne = last.scale.every((each) => each === factor) && temperature >= least && temperature <= most;
  return isOne ? { steps: steps.slice(0, -1), temperature } : { steps };
}

const isBounded = ({ low, high }: Clip): boolean => [...low, ...high].every(Number.isFinite);

/** A product and the sum after it are one layer with a bias. */
function withBiases(steps: readonly Step[]): Step[] {
  return joinedInTurn(steps, (last, step) => {
    const isBias = last.kind === "dense" && last.bias === undefined && step.kind === "affine" && isShift(step);
    return isBias ? { ...last, bias: step.shift } : undefined;
  });
}

/** Each step with what came before it, where they are one. */
function joinedInTurn(steps: readonly Step[], join: (last: Step, step: Step) => Step | undefined): Step[] {
  const found: Step[] = [];
  for (const step of steps) {
    const last = found.at(-1);
    const joined = last === undefined ? undefined : join(last, step);
    if (joined === undefined) found.push(step);
    else found[found.length - 1] = joined;
  }
  return found;
}

/** Without limits, and with as few factors and constants between layers as there can be. */
export function folded(all: readonly Step[]): Step[] {
  const expanded = withoutStatistics(all).flatMap((step) => (step.kind === "clip" ? limited(step) : [step]));
  return joinedInTurn(withBiases(expanded), joinedSteps);
}

function joinedSteps(first: Step, second: Step): Step | undefined {
  if (second.kind === "affine" && first.kind === "affine") return composed(first, second);
  if (second.kind === "affine" && first.kind === "dense") return scaledOutputs(first, second);
  if (second.kind === "dense" && first.kind === "affine") return scaledInputs(first, second);
  return undefined;
}

/** s₂ (s₁ x + t₁) + t₂ */
function composed(first: Affine, second: Affine): Affine {
  const scale = first.scale.map((s, i) => s * second.scale[i]);
  const shift = first.shift.map((t, i) => second.scale[i] * t + second.shift[i]);
  return { kind: "affine", scale, shift };
}

function scaledOutputs(dense: Dense, { scale, shift }: Affine): Dense {
  const { inputs } = dense;
  const weights = dense.weights.map((weight, at) => weight * scale[Math.floor(at / inputs)]);
  const bias = shift.map((t, unit) => scale[unit] * (dense.bias?.[unit] ?? 0) + t);
  const has = dense.bias !== undefined || shift.some((t) => t !== 0);
  return { ...dense, weights, ...(has && { bias }) };
}

function scaledInputs({ scale, shift }: Affine, dense: Dense): Dense {
  const { inputs, outputs } = dense;
  const weights = dense.weights.map((weight, at) => weight * scale[at % inputs]);
  if (shift.every((t) => t === 0)) return { ...dense, weights };
  const bias = Float64Array.from({ length: outputs }, (_, unit) => {
    let sum = dense.bias?.[unit] ?? 0;
    for (let i = 0; i < inputs; i++) sum += dense.weights[unit * inputs + i] * shift[i];
    return sum;
  });
  return { ...dense, weights, bias };
}

/** After the last dense layer, which a network of gradus ends with, normalisation by kept statistics is a factor and a constant. */
function withoutStatistics(steps: readonly Step[]): Step[] {
  const end = steps.findLastIndex(({ kind }) => kind === "dense");
  return steps.map((step, at) => {
    if (step.kind !== "batchNorm" || at < end) return step;
    const scale = step.scale.map((s, i) => s / Math.sqrt(step.variance[i] + step.epsilon));
    return affine(
      scale,
      step.bias.map((b, i) => b - step.mean[i] * scale[i]),
    );
  });
}

/** max(x, low) as relu, min(max(x, low), high) as relu6, with factors around them. */
function limited({ low, high }: Clip): Step[] {
  const width = low.length;
  const each = (f: (low: number, high: number) => number): Float64Array => low.map((least, i) => f(least, high[i]));
  if (high.every((most) => most === Number.POSITIVE_INFINITY)) {
    return around(
      "relu",
      affine(
        new Float64Array(width).fill(1),
        each((least) => -least),
      ),
      affine(new Float64Array(width).fill(1), low),
    );
  }
  if (low.every((least) => least === Number.NEGATIVE_INFINITY)) {
    const turned = new Float64Array(width).fill(-1);
    return around("relu", affine(turned, high), affine(turned, high));
  }
  const before = affine(
    each((least, most) => 6 / (most - least)),
    each((least, most) => (-6 * least) / (most - least)),
  );
  return around(
    "relu6",
    before,
    affine(
      each((least, most) => (most - least) / 6),
      low,
    ),
  );
}

function around(name: "relu" | "relu6", before: Affine, after: Affine): Step[] {
  return [before, { kind: "activation" as const, name }, after].filter(
    (step) => step.kind !== "affine" || !isNothing(step),
  );
}

/** A dense layer that passes its inputs on, each with a factor and a constant. */
export function diagonal({ scale, shift }: Pick<Affine, "scale" | "shift">): Dense {
  const width = scale.length;
  const weights = new Float64Array(width * width);
  for (let unit = 0; unit < width; unit++) weights[unit * (width + 1)] = scale[unit];
  return { kind: "dense", weights, bias: shift, inputs: width, outputs: width };
}

export function unchanged(width: number): Dense {
  return diagonal(affineOfAll(width, 1, 0));
}
