/**
 * The messages between the page and the worker: closed unions of plain data.
 *
 * Every message carries the number of its run, so that what arrives late from an earlier run is dropped. The worker sends
 * a frame and waits for `ready` before it sends the next: at most one is unanswered.
 */
import type { DataKind } from "./data/dataSets.ts";
import type { Question } from "./questions.ts";
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
  | { readonly kind: "ready"; readonly run: number }
  | { readonly kind: "ask"; readonly run: number; readonly id: number; readonly question: Question };

export type FromWorker = Opened | Frame | Fault | Answer;

/** A run is there: its data, and where each parameter lies. */
export interface Opened {
  readonly kind: "opened";
  readonly run: number;
  readonly engine: string;
  readonly data: OpenedData;
  readonly layers: readonly LayerPlace[];
}

/** What the network of a run learns. */
export interface OpenedData {
  readonly task: DataKind;
  /** Of the network's inputs, in order. */
  readonly inputNames: readonly string[];
  readonly targetName: string;
  /** Of a surface empty. */
  readonly classNames: readonly string[];
  /** [N, inputs]; the first `training` rows are trained on, the others are the validation rows. */
  readonly inputs: Float32Array;
  /** [N]: the class, or the number. */
  readonly targets: Float32Array;
  readonly training: number;
  /** Over which two inputs the neurons are drawn; undefined where they are not. */
  readonly plane: Plane | undefined;
}

/** A rectangle of two inputs; the others are held. */
export interface Plane {
  /** Number of the input that goes to the right, and of the one that goes up. */
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  /** [inputs] */
  readonly held: readonly number[];
}

/** A dense layer, and where its parameters begin in `Frame.parameters`. */
export interface LayerPlace {
  /** Its number among the layers of the network, dropout included. */
  readonly layer: number;
  readonly activation: string;
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
  /** Outputs of each dense layer over the grid of the plane, [size², units], rows from top to bottom; none without a plane. */
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

/** What a question was answered, or the library's words why it was not. */
export interface Answer {
  readonly kind: "answer";
  readonly run: number;
  readonly id: number;
  readonly answer?: unknown;
  readonly fault?: string;
}

/** The run has ended by an error, in the library's words. */
export interface Fault {
  readonly kind: "fault";
  readonly run: number;
  readonly message: string;
}
