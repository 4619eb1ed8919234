/**
 * Fitting the encoder: from the training rows to plain data that says how any row becomes a network's inputs.
 *
 * Sees nothing but the rows it is given, so that what it learns cannot leak from rows kept for testing. How each kind
 * of column is fitted stands beside how it is written (`encodings/`).
 */

import { DataError } from "../errors.ts";
import {
  func,
  type Kinds,
  kind,
  listOf,
  needed,
  number,
  object,
  oneOf,
  requireKind,
  requireOptions,
  text,
} from "../kinds.ts";
import { encodeColumn, inputsOf } from "./encoder.ts";
import type { ColumnEncoding, Encoder } from "./encoding.ts";
import { fitBoolean } from "./encodings/boolean.ts";
import { type CategoryChoices, fitCategory, MOST_CATEGORIES, MOST_CODES } from "./encodings/category.ts";
import { fitDate } from "./encodings/date.ts";
import { fitFlagScales } from "./encodings/flags.ts";
import { fitNumber } from "./encodings/number.ts";
import { refineColumn } from "./inference.ts";
import { leftOutWarnings, type Reason, reasonOfKind, reasonOfNothing, reasons } from "./leftOut.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Statistics } from "./statistics.ts";
import {
  type Column,
  type ColumnRole,
  type ColumnRoles,
  namesOf,
  notesOf,
  requireRoles,
  type Table,
  tableKind,
  unknownColumn,
  type Warning,
} from "./table.ts";

/** How columns become inputs, where there is a choice. */
export interface EncodingChoices extends CategoryChoices {
  /** Whether inputs that are 0, +1 or −1 stay so, or are scaled and clipped as numbers are; "raw" when absent. */
  readonly flags?: "raw" | "scaled";
}

export interface FitEncoderOptions extends EncodingChoices {
  /** The targets: never inputs. */
  readonly exclude: readonly string[];
  /** How to take columns, where their type should not decide. */
  readonly roles?: ColumnRoles;
  /** The feature columns; all but the targets when absent. */
  readonly features?: readonly string[];
  /** Columns that are left out automatically, where more rows than these decide it; these when absent. */
  readonly leaveOut?: ReadonlyMap<string, Reason>;
  /** Whether a column varies in more rows than these: where no column varies in these, such a one is still an input. */
  readonly varies?: (name: string) => boolean;
}

const reasonFor = (
  column: Column,
  decided: FitEncoderOptions["leaveOut"],
  statistics: Statistics,
): Reason | undefined => (decided === undefined ? reasonOfKind(column, statistics) : decided.get(column.name));

const fitEncoderKinds = {
  exclude: needed(listOf(text, "column names")),
  roles: object,
  features: listOf(text, "column names"),
  oneHotUpTo: number,
  binary: oneOf("oneHot", "signed"),
  missing: oneOf("indicator", "zero"),
  flags: oneOf("raw", "scaled"),
  leaveOut: kind("a Map", (value) => value instanceof Map),
  varies: func,
} as const satisfies Kinds<FitEncoderOptions>;

/**
 * An encoder fitted on a table of training rows, and its warnings.
 *
 * Warnings: `left-out-missing`, `left-out-constant`, `left-out-identifier`, `left-out-free-text`, `many-categories`.
 *
 * @throws {DataError} an unknown column, a feature that is a target, a value against its column's role, no column to
 * learn from
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { encodedNames, fitEncoder } from "gradus/network";
 *
 * const table = tableFromColumns({ size: [50, 60, 70], town: ["Bonn", "Köln", "Bonn"], price: [1, 2, 3] });
 * const { encoder } = fitEncoder(table, { exclude: ["price"] });
 * encodedNames(encoder).map(({ name }) => name); // ["size", "town = Bonn", "town = Köln"]
 */
export function fitEncoder(table: Table, options: FitEncoderOptions): { encoder: Encoder; warnings: Warning[] } {
  requireKind("fitEncoder's table", table, tableKind);
  requireOptions(options, fitEncoderKinds, "fitEncoder");
  const { source } = table;
  const roleOf = new Map(Object.entries(options.roles ?? {}));
  const encodings: ColumnEncoding[] = [];
  const leftOut = new Map<string, Reason>();
  const constant: Column[] = [];
  const crowded: ColumnEncoding[] = [];
  const features = featuresOf(table, options).flatMap((column) => refined(table, column, roleOf.get(column.name)));
  const statistics = statisticsOf(table, features);
  for (const column of features) {
    const role = roleOf.get(column.name);
    const chosen = role !== undefined || options.features !== undefined;
    const reason =
      reasonOfNothing(column, statistics) ?? (chosen ? undefined : reasonFor(column, options.leaveOut, statistics));
    if (reason !== undefined) {
      leftOut.set(column.name, reason);
      if (reason === "constant") constant.push(column);
      continue;
    }
    const fitted = withReading(column, fitColumn(source, column, { role, choices: options, statistics }));
    const { encoding } = fitted;
    encodings.push(options.flags === "scaled" ? withFlagScales(table, encoding, { column, statistics }) : encoding);
    if (fitted.leftOut > 0) crowded.push(fitted.encoding);
  }
  if (encodings.length === 0) {
    // A fold of few rows may lack all variety: its network learns the target's mean or shares, and the others more.
    for (const column of constant.filter(({ name }) => options.varies?.(name))) {
      encodings.push(fitCategory(source, column, options, statistics).encoding);
      leftOut.delete(column.name);
    }
  }
  if (encodings.length === 0) throw nothingToLearnFrom(table, leftOut, statistics.rows);
  return {
    encoder: { columns: encodings },
    warnings: [
      ...leftOutWarnings(leftOut, new Map(table.columns.map(({ name, type }) => [name, type]))),
      ...crowdedWarnings(crowded),
    ],
  };
}

function featuresOf(table: Table, { exclude, roles = {}, features }: FitEncoderOptions): readonly Column[] {
  const names = namesOf(table.columns);
  const known = new Set(names);
  // A reader has left out what should be skipped.
  const applicable = Object.entries(roles).filter(([name, role]) => role !== "skip" || known.has(name));
  requireRoles(table.source, names, Object.fromEntries(applicable));
  for (const name of [...exclude, ...(features ?? [])]) {
    if (!known.has(name)) throw unknownColumn(table.source, name, names);
  }
  const target = features?.find((name) => exclude.includes(name));
  if (target !== undefined) {
    throw new DataError(`Column ${JSON.stringify(target)} is a target. Features must be other columns.`);
  }
  const twice = features?.find((name, at) => features.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new DataError(`Expected different features, found ${JSON.stringify(twice)} twice. Leave one out.`);
  }
  const chosen = features && new Set(features);
  return table.columns.filter(({ name }) => !exclude.includes(name) && (chosen?.has(name) ?? true));
}

/** The column as its role takes it; none where it is skipped. */
function refined(table: Table, column: Column, role: ColumnRole | undefined): Column[] {
  if (role === "skip") return [];
  // What text without a role is, these rows may not decide: they are a part of a table. A share's columns have their roles' types.
  return [role === undefined || table.ranks !== undefined ? column : refineColumn(table, column, role)];
}

interface ColumnFitting {
  readonly role: ColumnRole | undefined;
  readonly choices: CategoryChoices;
  readonly statistics: Statistics;
}

function fitColumn(
  source: string,
  column: Column,
  { role, choices, statistics }: ColumnFitting,
): { encoding: ColumnEncoding; leftOut: number } {
  const asCategory = (): ReturnType<typeof fitCategory> => fitCategory(source, column, choices, statistics);
  // A single value beside missing ones: whether it is there is all there is to know.
  if (role === "category" || !statistics.variety(column.values).different) return asCategory();
  switch (column.type) {
    case "number":
      return { encoding: fitNumber(column, statistics), leftOut: 0 };
    case "boolean":
      return { encoding: fitBoolean(column), leftOut: 0 };
    case "date":
      return { encoding: fitDate(column, statistics), leftOut: 0 };
    case "text":
      return asCategory();
    default:
      return column satisfies never;
  }
}

/** The fitted column with how it was read, where that was not the usual way. */
function withReading<Fitted extends { encoding: ColumnEncoding }>({ reading }: Column, fitted: Fitted): Fitted {
  return reading === undefined ? fitted : { ...fitted, encoding: { ...fitted.encoding, reading } };
}

/** The encoding with the scales of its flags, where it has some: those of the training rows. */
function withFlagScales(
  table: Table,
  encoding: ColumnEncoding,
  { column, statistics }: { readonly column: Column; readonly statistics: Statistics },
): ColumnEncoding {
  const inputs = inputsOf(encoding);
  if (!inputs.some(({ kind }) => kind === "flag")) return encoding;
  const block = { inputs: new Float32Array(table.rows * inputs.length), width: inputs.length, first: 0 };
  encodeColumn(table, encoding, column, block);
  return { ...encoding, flagScales: fitFlagScales(inputs, block, statistics) };
}

/** One warning for columns that become inputs of their own, one for those that become codes. */
function crowdedWarnings(crowded: readonly ColumnEncoding[]): Warning[] {
  const isCode = (encoding: ColumnEncoding): boolean => encoding.kind === "category" && encoding.form === "code";
  return [MOST_CATEGORIES, MOST_CODES].flatMap((most) => {
    const columns = crowded.filter((encoding) => isCode(encoding) === (most === MOST_CODES)).map(({ name }) => name);
    if (columns.length === 0) return [];
    const message =
      `Took the ${most} most frequent categories of ${columns.join(", ")}; the others are treated as unknown. ` +
      "If rare categories matter, group them into fewer ones.";
    return [{ code: "many-categories", columns, message }];
  });
}

function nothingToLearnFrom(table: Table, leftOut: ReadonlyMap<string, Reason>, rows: number): DataError {
  const { source } = table;
  if (leftOut.size === 0) {
    return new DataError(
      `In ${source}: no feature columns. Expected at least one column besides the target that is not skipped.`,
    );
  }
  const causes = [...leftOut].slice(0, 10).map(([name, reason]) => `${name} (${reasons[reason].because})`);
  const more = leftOut.size > causes.length ? ` and ${leftOut.size - causes.length} more` : "";
  const keepable = [...leftOut].find(([, reason]) => reasons[reason].remedy !== "");
  const keeping = keepable ? `, or give the features to use anyway, such as ${keepable[0]}` : "";
  const asRead = notesOf([table], [...leftOut.keys()]).map(({ message }) => message);
  return new DataError(
    `In ${source}: no usable feature in the ${rows} training rows, so there is nothing to train on. Left out: ${causes.join("; ")}${more}. ` +
      [`Add columns that are related to the target${keeping}.`, ...asRead].join(" "),
  );
}
