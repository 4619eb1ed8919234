/**
 * The messages between the page and the worker: closed unions of plain data.
 *
 * Every message carries the number of its run, so that what arrives late from an earlier run is dropped. The worker sends
 * a frame and waits for `ready` before it sends the next: at most one is unanswered.
 */
import type { Setting } from "./setting.ts";

/** How many steps a frame shows: as many as fit into the time for "fastest". */
export type Speed = 1 | 20 | 200 | "fastest";

export type ToWorker =
  | { readonly kind: "open"; readonly run: number; readonly setting: Setting }
  | { readonly kind: "play"; readonly run: number }
  | { readonly kind: "pause"; readonly run: number }
  | { readonly kind: "step"; readonly run: number }
  | { readonly kind: "epoch"; readonly run: number }
  | { readonly kind: "speed"; readonly run: number; readonly speed: Speed }
  /** The learning rate of the run that goes on, as a factor of the one it was opened with. */
  | { readonly kind: "rate"; readonly run: number; readonly factor: number }
  | { readonly kind: "ready"; readonly run: number };

export type FromWorker = Opened | Frame | Fault;

/** A run is there: its data, and where each parameter lies. */
export interface Opened {
  readonly kind: "opened";
  readonly run: number;
  readonly engine: string;
  /** [N, 2] and [N]; the first `training` rows are trained on, the others are the validation rows. */
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly training: number;
  readonly layers: readonly LayerPlace[];
}

/** Where a dense layer's parameters begin in `Frame.parameters`. */
export interface LayerPlace {
  readonly units: number;
  readonly inputs: number;
  /** [units, inputs] */
  readonly weights: number;
  /** [units] */
  readonly bias: number;
}

/** A picture of the run between two steps. */
export interface Frame {
  readonly kind: "frame";
  readonly run: number;
  readonly step: number;
  readonly epoch: number;
  readonly playing: boolean;
  readonly point: CurvePoint;
  readonly parameters: Float32Array;
  /** Outputs of each dense layer over the grid, [size², units], rows from top to bottom. */
  readonly grids: readonly Float32Array[];
  readonly size: number;
}

/** Losses and, of classes, accuracies after a step. */
export interface CurvePoint {
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  /** The share of right rows; of a surface R². */
  readonly trainingScore: number;
  readonly validationScore: number;
}

/** The run has ended by an error, in the library's words. */
export interface Fault {
  readonly kind: "fault";
  readonly run: number;
  readonly message: string;
}
