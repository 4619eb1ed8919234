/**
 * Whether a table to judge a model by has the rows that the model learned from: its figures then tell what the network
 * remembers, not what it can do.
 *
 * A model keeps short hashes of some training rows, as its first network sees them, so that they are found in any order,
 * from any source, and beside other rows. Knows no metrics.
 */

import { counted } from "../../counted.ts";
import { countsOf } from "../../data/differentValues.ts";
import { encodeTable } from "../../data/encoder.ts";
import type { Encoder } from "../../data/encoding.ts";
import { fingerprint } from "../../data/fingerprint.ts";
import { selectRows } from "../../data/rows.ts";
import { statisticsOf } from "../../data/statistics/statisticsOf.ts";
import type { Table, Warning } from "../../data/table.ts";
import type { Numbers } from "../../engines/engine.ts";
import { hasImportedScales, importedBy, learnedOnline, type ModelDocument } from "../../models/document.ts";
import { rowHashes } from "./rowHashes.ts";

/** Rows that a model keeps the hashes of. */
const KEPT = 64;
/** Fewer may be equal by chance. */
const FEWEST = 3;
/** Of the kept rows, to be found in a table; new rows of columns with few values meet some of them. */
const SHARE = 0.9;
/** The most training rows to choose among. */
const MOST_LOOKED_AT = 20_000;
const CHUNK = 4096;

/** Which of all rows a table has, where ranks share them. */
export interface SharedPlace {
  /** How many rows all ranks have, and those before this one. */
  readonly all: number;
  readonly before: number;
  /** Numbers of this rank behind those of the ranks before, and followed by those of the others. */
  joined(own: readonly number[]): readonly number[];
}

/**
 * The hashes to keep, of rows that come only once.
 *
 * @param table the training rows of the first network
 * @param desired what is true, [N] or [N, D], as `Predictions` has it
 * @param place where ranks share the rows
 */
export function learnedHashes(
  encoder: Encoder,
  table: Table,
  desired: Numbers,
  { all, before, joined }: SharedPlace = { all: table.rows, before: 0, joined: (own) => own },
): string[] {
  const step = Math.max(1, Math.ceil(all / MOST_LOOKED_AT));
  const first = (step - (before % step)) % step;
  const length = Math.max(0, Math.ceil((table.rows - first) / step));
  const rows = Uint32Array.from({ length }, (_, at) => first + at * step);
  const hashes = joined(hashesOf(encoder, table, desired, rows));
  const counts = countsOf(hashes);
  const once = hashes.filter((hash) => counts.get(hash) === 1);
  const stride = Math.max(1, once.length / KEPT);
  return Array.from({ length: Math.min(KEPT, once.length) }, (_, at) => textOf(once[Math.floor(at * stride)]));
}

/** Warning: `evaluated-on-training-rows`. @param desired as of `learnedHashes` */
export function learnedRowsWarnings(document: ModelDocument, table: Table, desired: Numbers): Warning[] {
  const share = learnedShare(document, table, desired);
  const found = share === undefined ? fingerprint(table) === document.provenance.fingerprint : share >= SHARE;
  if (!found) return [];
  const message =
    `${table.source} has rows that the model was trained on, so these metrics are too optimistic for new rows. ` +
    "Evaluate on rows that were not in training; the model's own metrics are those on the rows that training held out.";
  return [{ code: "evaluated-on-training-rows", columns: [], message }];
}

/**
 * Warnings: `learned-online`: of rows that were learned one by one no hashes are kept; `learned-elsewhere`: of those of another program nothing is known.
 *
 * @param document of the model, or of the one that a training goes on from
 */
export function unknownRowsWarnings(document: ModelDocument, { source }: Pick<Table, "source">): Warning[] {
  const rows = learnedOnline(document);
  const optimistic = `if ${source} has some of them, metrics on these are too optimistic for new rows.`;
  const scores =
    document.learning === undefined
      ? ""
      : " The scores of the learning are of predictions made before each row was learned.";
  const online = `The model has learned ${counted(rows, "row")} online, and which they were is not kept: ${optimistic}${scores}`;
  const imported =
    importedBy(document) === undefined ? "The model goes on from one that was imported" : "The model was imported";
  const elsewhere = `${imported}, and which rows it learned from is not known: ${optimistic}`;
  return [
    ...(rows === 0 ? [] : [{ code: "learned-online", columns: [], message: online }]),
    ...(hasImportedScales(document) ? [{ code: "learned-elsewhere", columns: [], message: elsewhere }] : []),
  ];
}

/** The same in a verdict's sentence. @param document as of `unknownRowsWarnings` */
export function qualifiedByUnknownRows<V extends { readonly sentence: string }>(
  verdict: V,
  document: ModelDocument,
): V {
  const learned = [
    ...(learnedOnline(document) === 0 ? [] : ["online"]),
    ...(hasImportedScales(document) ? ["by another program"] : []),
  ];
  if (learned.length === 0) return verdict;
  return {
    ...verdict,
    sentence: `${verdict.sentence} Some of these rows may have been learned ${learned.join(" or ")} before.`,
  };
}

/**
 * The share of a model's training rows that a table has, by the rows whose hashes it keeps; the greatest of its training and those before
 * it. Undefined where it keeps too few. @param desired as of `learnedHashes`
 */
export function learnedShare(
  { encoder, provenance: { learned = [], earlier = [] } }: ModelDocument,
  table: Table,
  desired: Numbers,
): number | undefined {
  const kept = [learned, ...earlier.map((training) => training.learned ?? [])].filter(({ length }) => length >= FEWEST);
  if (kept.length === 0) return undefined;
  const found = new Set(statisticsOf(table).lists([...foundIn(encoder, table, desired, new Set(kept.flat()))]));
  return Math.max(...kept.map((hashes) => hashes.filter((hash) => found.has(hash)).length / hashes.length));
}

/**
 * A verdict whose sentence says that the rows are of the training, so that it is never read without that.
 *
 * @param own whether the model was trained on some of the rows @param other whether the model that it is compared with was
 */
export function qualified<V extends { readonly sentence: string }>(verdict: V, own: boolean, other = false): V {
  if (!own && !other) return verdict;
  const which = own && other ? "Both models were" : own ? "The model was" : "The other model was";
  const sentence = `${verdict.sentence} ${which} trained on some of these rows, so this shows little about new rows.`;
  return { ...verdict, sentence };
}

/** Which of the hashes are among those of a table's rows. */
function foundIn(encoder: Encoder, table: Table, desired: Numbers, learned: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (let from = 0; from < table.rows; from += CHUNK) {
    const rows = Uint32Array.from({ length: Math.min(CHUNK, table.rows - from) }, (_, at) => from + at);
    for (const hash of hashesOf(encoder, table, desired, rows)) {
      const text = textOf(hash);
      if (learned.has(text)) found.add(text);
    }
  }
  return found;
}

/** Of inputs and what is true together. */
function hashesOf(encoder: Encoder, table: Table, desired: Numbers, rows: Uint32Array): number[] {
  if (rows.length === 0) return [];
  const width = desired.length / table.rows;
  const own = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) own.set(desired.subarray(row * width, (row + 1) * width), at * width);
  const inputs = encodeTable(encoder, selectRows(table, rows));
  return [...rowHashes(own, width, rowHashes(inputs, inputs.length / rows.length))];
}

const textOf = (hash: number): string => (hash >>> 0).toString(16).padStart(8, "0");
