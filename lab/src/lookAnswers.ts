/** What the worker answers about the colours of the drawing and about what is wrong, as plain data. */
import type { HealthWarning } from "gradus/network";

/** What colour means in the drawing. */
export type ColourMode = "weights" | "outputs" | "localGradients" | "updates" | "saturation";

export interface Look {
  /** Of each dense layer, [units]. */
  readonly units: readonly Float32Array[];
  /** In the order of the parameters; undefined where the mode has no number of a weight. */
  readonly weights: Float32Array | undefined;
}

/** What is wrong with the layers. */
export interface Health {
  readonly warnings: readonly HealthWarning[];
  /** Of each dense layer: its number in the network, the rows that were checked, and the numbers of such units. */
  readonly layers: readonly {
    readonly layer: number;
    readonly rows: number;
    readonly dead: readonly number[];
    readonly saturated: readonly number[];
  }[];
}
