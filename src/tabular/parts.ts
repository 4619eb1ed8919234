/** The parts a table's rows are divided into, as plain data. */
import type { Encoder, Target } from "../data/encoding.ts";
import type { Table } from "../data/table.ts";
import type { Patterns } from "../engines/engine.ts";

/** One part of the rows: as a table for evaluation, as patterns for the network. */
export interface Part {
  readonly table: Table;
  /** Its sample weights, where rows have some, have a mean of 1. */
  readonly patterns: Patterns;
  /** [N], each row's group, from 0; absent where each row is its own. */
  readonly groups?: Float64Array;
}

/** All parts, with the encoder and the target fitted on the training part. */
export interface Parts {
  readonly encoder: Encoder;
  readonly target: Target;
  readonly training: Part;
  /** Absent when it has no rows. */
  readonly validation: Part | undefined;
  readonly test: Part | undefined;
}

/**
 * Validation rows with unbiased predictions: no row was a training row of the networks that predict it, or chose their
 * epoch.
 */
export interface OutOfFoldRows {
  /** One for each fold with predictions. */
  readonly tables: readonly Table[];
  /** [N, outputs] for all tables' rows in order: probabilities, or numbers in the targets' units. */
  readonly responses: Float64Array;
}

/** How many rows each part has. */
export interface PartSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}
