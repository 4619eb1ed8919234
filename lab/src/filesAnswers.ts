/** What the page asks the worker about files, and what is answered; plain data. */

/** A setting outside of the lab. */
export interface ProgramTexts {
  readonly program: string;
  readonly command: string;
  /** The points of a two-dimensional set as CSV; undefined of a table. */
  readonly csv: string | undefined;
}

/** What a run takes over of a model that was saved by the lab. */
export interface Adopted {
  readonly parameters: Float32Array;
  readonly step: number;
}

/** One network of a model, as the drawing takes it. */
export interface MemberView {
  /** The layers and data of an `Opened` of the protocol, which imports this file. */
  readonly opened: object;
  readonly frame: { readonly parameters: Float32Array; readonly grids: readonly Float32Array[] };
  /** In words: "25 inputs", "dense 64 selu". */
  readonly layers: readonly string[];
  /** What of it the drawing leaves out, as a sentence; empty where it is all there. */
  readonly undrawn: string;
}
