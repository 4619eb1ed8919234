/**
 * Step 5, update: every parameter moves, by the gradient that the old parameters made.
 *
 * Penalties join a copy of the data's gradient, clipping bounds it, the optimizer's rule consumes it. Float64, number by number.
 * Knows nothing of layers. Source: derivation, sections 2 and 5; Pascanu, Mikolov & Bengio 2013 for clipping by norm.
 */
import type { Problem } from "../engines/engine.ts";
import { fill } from "../network/expression/compiled.ts";
import { isFrozen, type ParameterLayout } from "../network/parameters.ts";
import { optimizerOf, ruleHas } from "../optimizers/optimizerOf.ts";
import type { OptimizerName } from "../optimizers/optimizers.ts";

/** Frozen tensors have no gradient: it is 0, so that neither penalties nor clipping know them. In place. */
export function freeze({ tensors }: ParameterLayout, gradients: Float64Array): void {
  for (const { offset, length, rate } of tensors) if (isFrozen({ rate })) gradients.fill(0, offset, offset + length);
}

/**
 * What the update consumes: the data's gradient with those of the penalties, and clipped.
 *
 * @param gradients of the data, which stay as they are
 * @returns a copy; `gradients` themselves where nothing acts on them
 */
export function regularised(
  { penalties, clipNorm }: Pick<Problem, "penalties" | "clipNorm">,
  layout: ParameterLayout,
  parameters: Float64Array,
  gradients: Float64Array,
): Float64Array {
  if (penalties.l1 === 0 && penalties.l2 === 0 && clipNorm === Number.POSITIVE_INFINITY) return gradients;
  const copy = gradients.slice();
  penalise(penalties, layout, parameters, copy);
  clip(clipNorm, copy);
  return copy;
}

/** Adds ∂(l1 Σ|w| + (l2/2) Σ w²)/∂w to the gradients of the weights, of no other tensor and no frozen one. In place. */
export function penalise(
  { l1, l2 }: Problem["penalties"],
  layout: ParameterLayout,
  parameters: Float64Array,
  gradients: Float64Array,
): void {
  for (const { role, offset, length, rate } of layout.tensors) {
    if (role !== "weights" || isFrozen({ rate }) || (l1 === 0 && l2 === 0)) continue;
    for (let i = offset; i < offset + length; i++) gradients[i] += l1 * Math.sign(parameters[i]) + l2 * parameters[i];
  }
}

/** Their Euclidean norm. */
export function normOf(gradients: Float64Array): number {
  let squares = 0;
  for (const gradient of gradients) squares += gradient * gradient;
  return Math.sqrt(squares);
}

/** Scales gradients in place so that their norm is at most `clipNorm`. */
export function clip(clipNorm: number, gradients: Float64Array): void {
  if (clipNorm === Number.POSITIVE_INFINITY) return;
  const norm = normOf(gradients);
  if (norm <= clipNorm) return;
  for (let i = 0; i < gradients.length; i++) gradients[i] *= clipNorm / norm;
}

/**
 * Applies the optimizer's rule to every parameter that isn't frozen, in place.
 *
 * @param slots one array a slot, each laid out like the parameters
 * @param step t, counting updates from 1
 * @param decayFactor of decoupled weight decay in this step, beside `rateFactor`
 */
export function applyUpdate(
  { optimizer }: Problem,
  layout: ParameterLayout,
  parameters: Float64Array,
  gradients: Float64Array,
  slots: readonly Float64Array[],
  step: number,
  rateFactor: number,
  decayFactor = 1,
): void {
  const { rule, slots: names } = optimizerOf(optimizer);
  const { name: _, learningRate: η, ...options } = optimizer;
  const scope: Record<string, number | Float64Array> = { ...options, step };
  for (const { offset, length, rate, decay } of joined(layout, optimizer.name)) {
    if (isFrozen({ rate })) continue;
    scope.learningRate = η * rateFactor * rate;
    scope.decayRate = η * rateFactor * decayFactor * decay;
    scope.parameter = parameters.subarray(offset, offset + length);
    scope.gradient = gradients.subarray(offset, offset + length);
    for (let s = 0; s < names.length; s++) scope[names[s]] = slots[s].subarray(offset, offset + length);
    for (const { letter, is } of rule) fill(scope[letter.name] as Float64Array, is, scope);
  }
}

/** Up to so many numbers, calls cost more than arithmetic. */
const FEW = 1024;

type Span = Pick<ParameterLayout["tensors"][number], "offset" | "length" | "rate" | "decay">;

/** What `joined` found, by the layout and the optimizer's name. */
const spans = new WeakMap<ParameterLayout, Map<string, readonly Span[]>>();

/** A layout's tensors, but small ones that lie one behind the other and learn alike as one. */
function joined(layout: ParameterLayout, name: OptimizerName): readonly Span[] {
  const known = spans.get(layout) ?? new Map<string, readonly Span[]>();
  spans.set(layout, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const decays = ruleHas(name, "decayRate");
  const all: Span[] = [];
  for (const { offset, length, rate, decay } of layout.tensors) {
    const before = all.at(-1);
    const isAlike = before?.rate === rate && (before.decay === decay || !decays);
    const isSmall = isAlike && before.offset + before.length === offset && before.length + length <= FEW;
    if (isSmall) all[all.length - 1] = { ...before, length: before.length + length };
    else all.push({ offset, length, rate, decay });
  }
  known.set(name, all);
  return all;
}
