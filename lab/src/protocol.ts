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
  | Open
  /** Keeps the run as it is now under a number, so that `Open` can go back to it; and forgets others. */
  /** Of a run that goes on, at a step that it has been at; at the step that it is at when absent. */
  | { readonly kind: "remember"; readonly run: number; readonly past: number; readonly step?: number }
  | { readonly kind: "forget"; readonly run: number; readonly pasts: readonly number[] }
  | { readonly kind: "play"; readonly run: number }
  | { readonly kind: "pause"; readonly run: number }
  | { readonly kind: "step"; readonly run: number }
  | { readonly kind: "epoch"; readonly run: number }
  | { readonly kind: "speed"; readonly run: number; readonly speed: Speed }
  | { readonly kind: "ready"; readonly run: number }
  /** Draw the neurons over these two inputs. */
  | { readonly kind: "plane"; readonly run: number; readonly x: number; readonly y: number }
  | Read
  | { readonly kind: "ask"; readonly run: number; readonly id: number; readonly question: Question };

/** Read a table, which a run may then be opened of; answered by a `TableSummary`. The run at hand goes on. */
export interface Read {
  readonly kind: "read";
  readonly run: number;
  readonly id: number;
  /** The table of the run at hand when absent. */
  readonly file?: Blob | undefined;
  readonly name: string;
  /** The model whose learning is to go on with the table. @property member which of its networks, from 0 */
  readonly model?: { readonly bytes: Uint8Array; readonly name: string; readonly member: number } | undefined;
}

/** Begins a run. */
export interface Open {
  readonly kind: "open";
  readonly run: number;
  readonly setting: Setting;
  /** Whether it keeps what the run before has learned, where shapes allow. */
  readonly keeps?: boolean;
  /** The number that the reader's own table has been read under; a remembered run has its own. */
  readonly table?: number | undefined;
  /** The number of a remembered run to go back to; the setting's run begins anew where it is not remembered. */
  readonly past?: number;
}

export type FromWorker = Opened | Frame | Fault | Answer;

/** A run is there: its data, and where each parameter lies. */
export interface Opened {
  readonly kind: "opened";
  readonly run: number;
  readonly engine: string;
  /** The setting, but for what the data do not allow: a loss of another task, a column that is not there. */
  readonly adopted: Setting;
  /** Why the engine is not wasm, which is much faster; undefined where it is. */
  readonly whySlow: string | undefined;
  readonly data: OpenedData;
  readonly layers: readonly LayerPlace[];
  readonly stepsPerEpoch: number;
  /** What is to be known of it: what was kept of the run before, or what of the setting was not as asked for. */
  readonly notes: readonly string[];
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
  /** What comes into the first fully connected layer, where that is not the inputs. */
  readonly signalNames?: readonly string[] | undefined;
  /** Where the inputs are the pixels of an image. */
  readonly image?: InputImage | undefined;
  /** Of a table, what the command line says of it too. */
  readonly table?: OpenedTable | undefined;
}

/** The inputs as pixels of an image; a pixel that never varies is no input. */
export interface InputImage {
  readonly width: number;
  readonly height: number;
  /** [inputs]: the pixel of each, row by row from the top. */
  readonly pixels: readonly number[];
  /** [N, width · height]: each row's image, from 0 to 1. */
  readonly images: Float32Array;
}

/** How a table was divided and read. */
export interface OpenedTable {
  readonly name: string;
  /** Neither trained on nor chosen by are the test rows, which are not among the rows above. */
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  readonly columns: readonly ColumnSummary[];
  /** In the library's words. */
  readonly warnings: readonly TableNote[];
  /** The inputs that the neurons may be drawn over. */
  readonly axes: readonly { readonly input: number; readonly name: string }[];
  /** Of numbers to predict: what the network learns is (value − mean)/deviation. */
  readonly scale: { readonly mean: number; readonly deviation: number } | undefined;
  /** Where a model's learning goes on: what is fixed by it, and how, in words. */
  readonly goesOn?: string | undefined;
}

/** A table that was read: its columns and what the library says of them. */
export interface TableSummary {
  /** The number that the worker keeps it under. */
  readonly id: number;
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  readonly notes: readonly TableNote[];
  /** A column that may be what is to be predicted; undefined where none can be. */
  readonly target: string | undefined;
  /** Of a model that is to go on with it: what its run begins with. */
  readonly asked?: Partial<Setting>;
}

export interface ColumnSummary {
  readonly name: string;
  /** As its values have been read. */
  readonly type: "number" | "text" | "boolean" | "date";
  readonly missing: number;
  /** The first value that is not missing, as text. */
  readonly example: string;
}

/** Something that the library says of a table. */
export interface TableNote {
  readonly code: string;
  /** The columns that it is about; none where it is about the table. */
  readonly columns: readonly string[];
  readonly message: string;
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
  /** Of a table: the two columns, and what they are at the edges in their own units. */
  readonly axes?: readonly [x: PlaneAxis, y: PlaneAxis];
}

export interface PlaneAxis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
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
  /** Between which steps the run can go: it has been at all of them. */
  readonly first: number;
  readonly last: number;
  /** The learning rate of the next step. */
  readonly rate: number;
  /** Whether the setting alone leads here, with nothing changed by hand on the way. */
  readonly isOfSetting: boolean;
  readonly epoch: number;
  readonly playing: boolean;
  /** Of this very step; while the run plays, of a few frames a second alone. */
  readonly point: CurvePoint | undefined;
  readonly parameters: Float32Array;
  /** Outputs of each dense layer over the grid of the plane, [size², units], rows from top to bottom; none without a plane. */
  readonly grids: readonly Float32Array[];
  /** Of several classes: their probabilities over the grid, [size², classes]. */
  readonly probabilities: Float32Array | undefined;
}

/** A frame with its losses and scores. */
export type MeasuredFrame = Frame & { readonly point: CurvePoint };

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
