/**
 * Rows kept for judging that the network has learned from: the metrics then tell what it remembers, not what it can do.
 *
 * Rows are compared as the network sees them, by their inputs. Where all columns have few values equal rows come by
 * themselves, and the warning says so.
 */
import { counted } from "../../counted.ts";
import type { Column, Warning } from "../../data/table.ts";
import type { Numbers } from "../../engines/engine.ts";
import type { FoldPart, FoldParts } from "../fold.ts";
import { rowHashes } from "./rowHashes.ts";

/** Fewer than this share of a part's rows change its metrics less than another split would. */
const FEWEST_SHARE = 0.01;

/** With more different values, equal numbers in two rows are hardly chance. */
const FEW_VALUES = 20;

/** Warning: `duplicate-rows`. */
export function duplicateWarnings({ encoder, training, validation, test }: FoldParts): Warning[] {
  const known = indexed(training);
  const found = Object.entries({ validation, test }).flatMap(([name, part]) =>
    part === undefined ? [] : [{ name, rows: part.table.rows, ...duplicatesOf(known, part) }],
  );
  const notable = found.filter(({ duplicates, rows }) => duplicates > 0 && duplicates >= FEWEST_SHARE * rows);
  if (notable.length === 0) return [];
  const counts = notable
    .map(({ name, rows, duplicates }) => `${duplicates} of ${counted(rows, `${name} row`)}`)
    .join(" and ");
  const contradictory = notable.reduce((sum, part) => sum + part.contradictory, 0);
  const contradiction =
    contradictory === 0
      ? ""
      : ` ${contradictory} of them have a different target there, which no model can distinguish.`;
  const used = new Set(encoder.columns.map(({ name }) => name));
  const natural = !training.table.columns.some((column) => used.has(column.name) && hasManyValues(column));
  const remedy = natural
    ? "All columns have few values, so equal rows are expected, but the metrics are less informative about new rows."
    : "Copied rows make the metrics too good: remove the copies before training.";
  const message = `${counts} have the same features as a training row.${contradiction} ${remedy}`;
  return [{ code: "duplicate-rows", columns: [], message }];
}

function hasManyValues(column: Column): boolean {
  const values = new Set<number | string | boolean | null>();
  for (const value of column.values) if (values.add(value).size > FEW_VALUES) return true;
  return false;
}

/** A part's rows, found by their hashes. */
interface IndexedRows {
  readonly inputs: Numbers;
  readonly width: number;
  /** By the hash of the inputs the first row that has it. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** The hashes of inputs and target together. */
  readonly withTarget: ReadonlySet<number>;
}

function indexed({ patterns, table }: FoldPart): IndexedRows {
  const width = patterns.inputs.length / table.rows;
  const hashes = rowHashes(patterns.inputs, width);
  const rowOf = new Map<number, number>();
  for (const [row, hash] of hashes.entries()) if (!rowOf.has(hash)) rowOf.set(hash, row);
  const withTarget = new Set(rowHashes(patterns.desired, patterns.desired.length / table.rows, hashes));
  return { inputs: patterns.inputs, width, rowOf, withTarget };
}

/** How many rows of a part are rows of the training part, and how many of these always had another target there. */
function duplicatesOf(
  known: IndexedRows,
  { patterns, table }: FoldPart,
): { duplicates: number; contradictory: number } {
  const hashes = rowHashes(patterns.inputs, known.width);
  const withTarget = rowHashes(patterns.desired, patterns.desired.length / table.rows, hashes);
  let duplicates = 0;
  let contradictory = 0;
  for (const [row, hash] of hashes.entries()) {
    const other = known.rowOf.get(hash);
    if (other === undefined || !equalRows(known, other, patterns.inputs, row)) continue;
    duplicates++;
    if (!known.withTarget.has(withTarget[row])) contradictory++;
  }
  return { duplicates, contradictory };
}

/** Two rows may share a hash by chance. */
function equalRows({ inputs, width }: IndexedRows, known: number, others: Numbers, row: number): boolean {
  for (let i = 0; i < width; i++) if (inputs[known * width + i] !== others[row * width + i]) return false;
  return true;
}
