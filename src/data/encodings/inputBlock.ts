/** Where one column's inputs go: a block of neighbouring columns in a matrix that other columns share. */
export interface InputBlock {
  /** [N, width], row-major, all 0 before anything is written. */
  readonly inputs: Float32Array;
  readonly width: number;
  /** The block's first column. */
  readonly first: number;
}
