/** What the drawings read, and the scale of outputs that they share. */

import type { ColourMode, Look } from "../lookAnswers.ts";
import type { Frame, Opened } from "../protocol.ts";
import type { NeuronPlace } from "../state/store.ts";
import type { CalmLayer } from "./canvas.ts";

/** A weight of the drawing: from an input or a unit of the column before, or the bias. @property layer 0 is the first hidden layer */
export interface WeightPlace extends NeuronPlace {
  readonly input: number | "bias";
}

/** What of the drawing is lit while the rest is dimmed. */
export interface Highlight {
  readonly neurons: readonly NeuronPlace[];
  readonly weights: readonly WeightPlace[];
  readonly inputs: readonly number[];
}

/** A network and its numbers, of a run or of a model's file. */
export interface Drawn {
  readonly frame: Pick<Frame, "parameters" | "grids">;
  readonly opened: Pick<Opened, "layers" | "data">;
  readonly selected: NeuronPlace | undefined;
  /** Nothing is dimmed when absent. */
  readonly highlight?: Highlight | undefined;
  readonly colour?: Colour;
  /** Where the weights of a run that goes on are kept from picture to picture; they are drawn with each when absent. */
  readonly weightsLayer?: CalmLayer | undefined;
}

/** What colour means, over what a scale is taken, and the numbers of the mode as soon as they are there. */
export interface Colour {
  readonly mode: ColourMode;
  readonly range: "layer" | "network";
  readonly numbers?: Look | undefined;
}

/** Where the scale of some outputs has its middle, and how far its ends are from it. */
export function scaleOf(values: Float32Array): { readonly centre: number; readonly size: number } {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return { centre: 0, size: most || 1 };
}
