/**
 * What a plan needs of a kind of layer: the signals it keeps, and its operations forward, back and for its gradients. Knows
 * no kind.
 */
import type { Layer, TensorRole } from "../../network/layers.ts";
import type { LocalStep, Region } from "../region.ts";
import type { ActivationOperation } from "./activation.ts";

/** Where a layer's numbers lie. */
export interface Placed {
  /** Its place in the network. */
  readonly layer: number;
  /** The signals that enter it. */
  readonly input: Region;
  tensor(role: TensorRole): Region;
  /** Undefined where the plan has no such region: what is kept for the way back, in one that only predicts. */
  signal(letter: string): Region | undefined;
}

/** What comes back: δ of the layer, and where −∂loss/∂input goes. */
export interface WayBack {
  readonly delta: Region;
  readonly to: Region;
}

/** What every operation that goes forward has. */
interface Forward {
  readonly layer: number;
  readonly input: Region;
  readonly output: Region;
}

/** A kind of layer L: its operations forward, back, for its gradients and while predicting, F, B, G and P. */
export interface Lowering<L extends Layer, F extends Forward, B, G, P = F> {
  /** The signals that have a region of their own, in the order in which they lie; its output is the last of them. */
  signals(layer: L): readonly ("v" | "y")[];
  /** What it keeps for the way back besides: shapes by letters. @param rows of a batch @param outputs the layer's */
  saved?(layer: L, rows: number, outputs: number): Readonly<Record<string, readonly number[]>>;
  /** Whether it also acts while predicting. */
  readonly predicts: boolean;
  forward(layer: L, placed: Placed): F;
  /** What takes the place of `forward` while predicting; absent where it is the same. */
  predict?(layer: L, placed: Placed): P;
  /** The activation that it ends in, while predicting too; absent or undefined where it has none. */
  activation?(layer: L, placed: Placed): ActivationOperation | undefined;
  /** What `forward` itself does to −∂loss/∂output, which is then δ; absent where that is δ already. */
  step?(forward: F): LocalStep;
  /** From δ to −∂loss/∂input. */
  back(forward: F, way: WayBack): B;
  /** The gradients of its tensors, from δ. @param gradientOf the gradient's region of a tensor's */
  gradient(forward: F, delta: Region, gradientOf: (tensor: Region) => Region): G;
}

export const identity: LocalStep = { by: "identity" };

/** The region of a signal that the kind has in every plan. */
export function placedSignal({ layer, signal }: Placed, name: string): Region {
  const region = signal(name);
  if (region === undefined) throw new RangeError(`Layer ${layer} has no region of its ${name}.`);
  return region;
}
