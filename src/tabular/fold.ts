/**
 * One fold of a dataset: the rows that its networks learn from, those that validate them and those that test, and what is
 * fitted on the first.
 *
 * Does not know how the rows were divided, and nothing of networks.
 */
import { encodedWidth, encodeTable } from "../data/encoder.ts";
import type { Encoder, Target } from "../data/encoding.ts";
import { type EncodingChoices, type FitEncoderOptions, fitEncoder } from "../data/fitEncoder.ts";
import { groupsOf } from "../data/groupColumn.ts";
import type { ColumnRoles, Table, Warning } from "../data/table.ts";
import { encodeTarget, refitTarget, withRanges } from "../data/target.ts";
import { outputNames, targetNames } from "../data/targetNames.ts";
import { weightsOf } from "../data/weightColumn.ts";
import type { Patterns } from "../engines/engine.ts";
import { meanOne } from "../metrics/sampleWeights.ts";
import { type CountedBy, notInputs } from "./rowColumns.ts";

/** Some rows of a fold: as a table for evaluation, as patterns for the network. */
export interface FoldPart {
  readonly table: Table;
  /** Its sample weights, where rows have some, have a mean of 1. */
  readonly patterns: Patterns;
  /** [N], each row's group, from 0; absent where each row is its own. */
  readonly groups?: Float64Array;
}

/** All parts, with the encoder and the target fitted on the training part. */
export interface FoldParts {
  readonly encoder: Encoder;
  readonly target: Target;
  readonly training: FoldPart;
  /** Absent when it has no rows. */
  readonly validation: FoldPart | undefined;
  readonly test: FoldPart | undefined;
}

export interface Fold extends FoldParts {
  /** The network's inputs. */
  readonly inputs: number;
  /** One a class, one a quantile, or one a column to predict. */
  readonly outputs: number;
  readonly warnings: readonly Warning[];
}

/** What is fitted on training rows. */
export type Fitted = Pick<FoldParts, "encoder" | "target">;

/** How many rows each part has. */
export interface PartSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

export function sizesOf({ training, validation, test }: Pick<FoldParts, keyof PartSizes>): PartSizes {
  return { training: training.table.rows, validation: validation?.table.rows ?? 0, test: test?.table.rows ?? 0 };
}

/**
 * Validation rows with unbiased predictions: no row was a training row of the networks that predict it, or chose their
 * epoch.
 */
export interface OutOfFoldRows {
  /** One for each fold with predictions. */
  readonly tables: readonly Table[];
  /** [N, K], [N, L] or [N, D] for all tables' rows in order: probabilities, or numbers in the targets' units. */
  readonly responses: Float64Array;
  /** [N, Q], where quantiles are predicted. */
  readonly quantiles?: Float64Array | undefined;
}

export interface FitFoldOptions extends Pick<FitEncoderOptions, "leaveOut" | "varies">, CountedBy {
  readonly types: ColumnRoles;
  readonly features: readonly string[] | undefined;
  /** How columns become inputs, which the recipe decides; as they did before there were recipes when absent. */
  readonly encoding?: EncodingChoices | undefined;
  /** Whether predictions of numbers are held within the training rows' range; false when absent. */
  readonly clamps?: boolean;
  /** What a model has fitted before, which then stays as it is. */
  readonly fitted?: Fitted | undefined;
}

/**
 * Fits encoder and target on the training rows, where no model has them, and encodes all rows.
 *
 * @param found the target with the statistics of all rows
 * @returns the encoder's warnings
 */
export function fitFold(
  parts: Readonly<Record<"training", Table>> & Partial<Record<"validation" | "test", Table>>,
  found: Target,
  options: FitFoldOptions,
): Fold {
  const { weights, group } = options;
  const weightsIn = (table: Table): Float64Array | undefined =>
    weights === undefined ? undefined : weightsOf(table, weights);
  const { fitted } = options;
  const { warnings, ...own } = fitted ? { ...fitted, warnings: [] } : fittedOn(parts.training, found, options);
  const rows = (table: Table): PartRows => ({
    table,
    patterns: { sampleWeights: meanOne(weightsIn(table)) },
    ...(group !== undefined && { groups: groupsOf(table, group) }),
  });
  const { training, validation, test } = parts;
  return encodedFold(
    own,
    { training: rows(training), validation: validation && rows(validation), test: test && rows(test) },
    warnings,
  );
}

/** What is fitted on training rows, those of all ranks where they share the table. */
export function fittedOn(
  training: Table,
  found: Target,
  { encoding, types, features, clamps, leaveOut, varies, weights, group }: FitFoldOptions,
): Fitted & Pick<Fold, "warnings"> {
  const refitted = refitTarget(found, training, weights === undefined ? undefined : weightsOf(training, weights));
  const target = clamps && refitted.task === "regression" ? withRanges(refitted, training) : refitted;
  const { encoder, warnings } = fitEncoder(training, {
    ...encoding,
    exclude: [...targetNames(found), ...notInputs({ weights, group, features })],
    roles: types,
    features,
    leaveOut,
    varies,
  });
  return { encoder, target, warnings };
}

/** A part's rows, and what counts of them. */
export type PartRows = Pick<FoldPart, "table" | "groups"> & { readonly patterns: Pick<Patterns, "sampleWeights"> };

/** The parts of a fold as a network takes them. @param parts also those of another fold, which are encoded anew */
export function encodedFold(
  { encoder, target }: Fitted,
  {
    training,
    validation,
    test,
  }: Readonly<Record<"training", PartRows>> & Partial<Record<"validation" | "test", PartRows | undefined>>,
  warnings: readonly Warning[],
): Fold {
  const encoded = ({ table, patterns: { sampleWeights }, groups }: PartRows): FoldPart => {
    const patterns = { inputs: encodeTable(encoder, table), desired: encodeTarget(target, table) };
    return { table, patterns: { ...patterns, ...(sampleWeights && { sampleWeights }) }, ...(groups && { groups }) };
  };
  return {
    encoder,
    target,
    training: encoded(training),
    validation: validation && encoded(validation),
    test: test && encoded(test),
    inputs: encodedWidth(encoder),
    outputs: outputNames(target).length,
    warnings,
  };
}
