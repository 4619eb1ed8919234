/**
 * What the lines of operations have in common: how a plan's listing writes what comes back, gradients and shapes. Knows no kind
 * of layer.
 */
import type { LocalStep, Region } from "../region.ts";
import { shapeText } from "../regions.ts";

/** An operation's name, its formula in the derivation's notation, and the shapes that it multiplies or goes over. */
export type Line = readonly [name: string, formula: string, rest: string];

/** How operations are written, by their names. */
export type Lines<O extends { readonly op: string }> = {
  readonly [Op in O as Op["op"]]: (operation: Op) => Line;
};

/** How a kind of layer is written: F forward, all other operations O. */
export interface LayerText<F extends { readonly op: string }, O extends { readonly op: string }> {
  /** The layer in a list of layers. */
  title(forward: F): string;
  readonly lines: Lines<F | O>;
}

/** "[4×2]" */
export function shapeOf(region: Region): string {
  return shapeText(region.shape);
}

/** "[2×4]" of a region that is [4×2]. */
export function turned(region: Region): string {
  return shapeText([...region.shape].reverse());
}

/** What passes δ back through a layer. @param formula of −∂loss/∂input */
export function passBackLine({ to, step }: { readonly to: Region; readonly step: LocalStep }, formula: string): Line {
  return ["pass-back", `${to.name} = ${throughLayer(formula, step)}`, shapeOf(to)];
}

/** The gradients of a layer's tensors, summed over the rows of δ. */
export function gradientLine(formula: string, delta: Region): Line {
  return ["gradient", formula, shapeOf(delta)];
}

/** What comes back, through the layer's own function: φ', the Jacobian of softmax, or the mask. */
export function throughLayer(negativeGradient: string, step: LocalStep): string {
  if (step.by === "identity") return negativeGradient;
  const whole = negativeGradient.includes(" ") ? `(${negativeGradient})` : negativeGradient;
  if (step.by === "dropout") return `mask ${step.layer} ∘ ${whole}`;
  if (step.activation === "softmax") return `${whole} · ∂${step.output.name}/∂${step.field.name}`;
  return `${whole} ∘ ${step.activation}'(${step.field.name})`;
}
