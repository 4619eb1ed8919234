/**
 * What a plan needs of a kind of layer: the signals it keeps, and its operations forward, back and for its gradients. Knows
 * no kind.
 */
import type { Layer, TensorRole } from "../../network/layers.ts";
import type { BackwardOperation, ForwardOperation, GradientsOperation, LocalStep, Region } from "../plan.ts";
import type { Signal } from "../regions.ts";

/** Where a layer's numbers lie. */
export interface Placed {
  /** Its place in the network. */
  readonly layer: number;
  /** The signals that enter it. */
  readonly input: Region;
  tensor(role: TensorRole): Region;
  /** Undefined where the plan has no such region: what is kept for the way back, in one that only predicts. */
  signal(signal: Signal): Region | undefined;
}

/** What comes back: δ of the layer, and where −∂loss/∂input goes. */
export interface WayBack {
  readonly delta: Region;
  readonly to: Region;
}

/** A kind of layer L, whose forward operation is F. */
export interface Lowering<L extends Layer, F extends ForwardOperation> {
  /** The signals that have a region of their own, in the order in which they lie; its output is the last of v and y. */
  signals(layer: L): readonly ("v" | "y" | "φ")[];
  /** Whether it also acts while predicting. */
  readonly predicts: boolean;
  forward(layer: L, placed: Placed): F;
  /** What the layer's own function does to −∂loss/∂output: then it is δ. */
  step(forward: F): LocalStep;
  /** From δ to −∂loss/∂input. */
  back(forward: F, way: WayBack): BackwardOperation;
  /** The gradients of its tensors, from δ. @param gradientOf the gradient's region of a tensor's */
  gradient(forward: F, delta: Region, gradientOf: (tensor: Region) => Region): GradientsOperation | undefined;
}

export const identity: LocalStep = { by: "identity" };

/** The region of a signal that the kind has in every plan. */
export function placedSignal({ layer, signal }: Placed, name: Signal): Region {
  const region = signal(name);
  if (region === undefined) throw new RangeError(`Layer ${layer} has no region of its ${name}.`);
  return region;
}
