/**
 * Columns that say what the target is: its copy, a code for it, or what is only known afterwards.
 *
 * Each column of the training rows predicts the target alone (`soleColumn.ts`), each half of the rows for the other.
 * Honest columns may be strong, so the bar is high: it asks for hardly an error beside those of always naming the most
 * frequent class, and for enough rows to tell that from luck; in small tables, for a column that is the target spelt
 * otherwise. Numbers are compared by their ranks, so that a change of unit or a logarithm hides nothing.
 */

import { inputsOf } from "../../data/encoder.ts";
import { classTargets, type EncodedInput, type RegressionTarget, type Target } from "../../data/encoding.ts";
import { typeOption } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import { targetNames } from "../../data/targetNames.ts";
import { random } from "../../random.ts";
import { classCounts } from "../classWeights.ts";
import type { FoldParts } from "../fold.ts";
import { type Grouping, groupRows } from "./grouping.ts";
import { ranksOf } from "./ranks.ts";
import { rowHashes } from "./rowHashes.ts";
import { openVariance, wrongRows } from "./soleColumn.ts";

/** More rows tell no more, and take longer. */
const MOST_ROWS = 20_000;
/** A leak leaves at most this share of the errors that the most frequent class makes… */
const ERRORS_LEFT = 0.01;
/** …and so few that a column which honestly leaves this share would have as few in one of twenty tables at most. */
const HONEST_ERRORS = 0.03;
const CHANCE = 0.05;
/** Of how many rows outside the most frequent class a column must be right to be the target spelt otherwise. */
const FEWEST_RIGHT = 10;
/** Which share of a number's variance lies within the classes, at most, where it is a code for them. */
const WITHIN_CLASSES = 0.001;
/** Fewer rows than this share have a value that others have, or one on a line: the column says little of new rows. */
const LEAST_COMPARED = 0.8;
/** What a leak leaves open of the ranks' variance, at most; beyond its ends a copy is wrong by a rank or two. */
const openRanks = (rows: number): number => 0.002 + 200 / rows ** 3;
const FEWEST_NUMBERS = 20;

/** The rows that are examined. */
interface Sample {
  readonly rows: number;
  /** [rows], 0 or 1. Rows that are alike are in the same half, so that a copied row does not predict itself. */
  readonly half: Uint8Array;
  /** [rows, D] */
  readonly desired: Float64Array;
}

interface FeatureColumn {
  readonly name: string;
  readonly inputs: readonly EncodedInput[];
  /** [rows, inputs] */
  readonly block: Float32Array;
}

/** Warning: `leaks-target`, with all such columns. A table's only column is never one: it was chosen. */
export function leakWarnings({ encoder, target, training }: FoldParts): Warning[] {
  if (encoder.columns.length < 2) return [];
  const { sample, columns } = sampleOf(encoder, training);
  const leaks =
    target.task === "regression"
      ? numberLeaks(sample, columns, target.columns)
      : classLeaks(sample, columns, questionsOf(target, sample.desired));
  if (leaks.size === 0) return [];
  const one = leaks.size === 1;
  const names = targetNames(target).join(", ");
  const found = [...leaks].map(([name, how]) => `${name} (${how})`).join(", ");
  const message =
    `${one ? "The column" : "Each of the columns"} ${found} alone predicts ${names} almost perfectly: ${one ? "it" : "they"} may be the target under another name, ` +
    `or known only after it (target leakage). If so, leave ${one ? "it" : "them"} out (${typeOption([...leaks.keys()][0], "skip")}${one ? "" : " and so on"}), or the metrics mean nothing; otherwise ignore this warning.`;
  return [{ code: "leaks-target", columns: [...leaks.keys()], message }];
}

/** The rows examined, and the columns one after the other: all their blocks would be the table once more. */
function sampleOf(
  encoder: FoldParts["encoder"],
  { patterns, table }: FoldParts["training"],
): { sample: Sample; columns: Iterable<FeatureColumn> } {
  const width = patterns.inputs.length / table.rows;
  const outputs = patterns.desired.length / table.rows;
  const chosen = random(0, "leaks").permutation(table.rows).subarray(0, MOST_ROWS);
  const hashes = rowHashes(patterns.inputs, width);
  const half = Uint8Array.from(chosen, (row) => hashes[row] & 1);
  const desired = new Float64Array(chosen.length * outputs);
  take(desired, patterns.desired, { rows: chosen, width: outputs, first: 0 });
  const columns = columnBlocks(encoder, patterns.inputs, { rows: chosen, width });
  return { sample: { rows: chosen.length, half, desired }, columns };
}

function* columnBlocks(
  encoder: FoldParts["encoder"],
  from: ArrayLike<number>,
  { rows, width }: { readonly rows: Uint32Array; readonly width: number },
): Generator<FeatureColumn> {
  let first = 0;
  for (const encoding of encoder.columns) {
    const inputs = inputsOf(encoding);
    const block = new Float32Array(rows.length * inputs.length);
    take(block, from, { rows, width, first });
    yield { name: encoding.name, inputs, block };
    first += inputs.length;
  }
}

/** Copies the numbers of some rows, from the first one of each. @param block [rows, count] @param from [N, width] */
function take(
  block: Float32Array | Float64Array,
  from: ArrayLike<number>,
  { rows, width, first }: { readonly rows: Uint32Array; readonly width: number; readonly first: number },
): void {
  const count = block.length / rows.length;
  for (let row = 0; row < rows.length; row++) {
    const start = rows[row] * width + first;
    for (let i = 0; i < count; i++) block[row * count + i] = from[start + i];
  }
}

/** By the name of the column, how well it predicts. */
type Leaks = Map<string, string>;

/** A column of classes that another one may give away. */
interface Question {
  /** Of a label, " of spam"; "" where there is but one question. */
  readonly of: string;
  /** [rows], class indices. */
  readonly desired: Float64Array;
  readonly classes: number;
}

/** @param desired [rows, labels], or [rows] of a single column of classes */
function questionsOf(target: Exclude<Target, RegressionTarget>, desired: Float64Array): Question[] {
  const targets = classTargets(target);
  return targets.map(({ column, classes }, at) => ({
    of: targets.length === 1 ? "" : ` of ${column}`,
    desired: desired.filter((_, index) => index % targets.length === at),
    classes: classes.length,
  }));
}

function classLeaks({ rows, half }: Sample, columns: Iterable<FeatureColumn>, questions: readonly Question[]): Leaks {
  const leaks: Leaks = new Map();
  for (const { name, inputs, block } of columns) {
    const grouping = groupRows(block, inputs);
    for (const { of, desired, classes } of questions) {
      const trivial = rows - Math.max(...classCounts(desired, classes));
      const { compared, wrong } = wrongRows(grouping, half, desired, { classes, most: ERRORS_LEFT * trivial });
      if (compared < LEAST_COMPARED * rows) continue;
      const hardlyWrong = wrong <= ERRORS_LEFT * trivial && atMost(wrong, HONEST_ERRORS * trivial) <= CHANCE;
      const spelt = wrong === 0 && trivial >= FEWEST_RIGHT && isCode(grouping, desired, classes);
      if (!hardlyWrong && !spelt) continue;
      leaks.set(name, `wrong in ${wrong} of ${compared} rows${of}`);
      break;
    }
  }
  return leaks;
}

/** Whether each class has one value of its own, or values that lie close together beside those of other classes. */
function isCode(grouping: Grouping, classOf: Float64Array, classes: number): boolean {
  const { groupOf, groups, places } = grouping;
  const used = new Set(groupOf).size;
  if (used === new Set(classOf).size) return true;
  if (places.length === 0 || used > places.length || used < groups - 1) return false;
  const values = Float64Array.from(groupOf, (group) => places[group]);
  const counts = classCounts(classOf, classes);
  const means = new Float64Array(classes);
  for (const [row, value] of values.entries()) means[classOf[row]] += value / counts[classOf[row]];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const within = values.reduce((sum, value, row) => sum + (value - means[classOf[row]]) ** 2, 0);
  return within <= WITHIN_CLASSES * values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function numberLeaks(
  { rows, half, desired }: Sample,
  columns: Iterable<FeatureColumn>,
  targets: readonly string[],
): Leaks {
  const leaks: Leaks = new Map();
  if (rows < FEWEST_NUMBERS) return leaks;
  const ranks = targets.map((_, at) => ranksOf(desired.filter((_, index) => index % targets.length === at)));
  for (const { name, inputs, block } of columns) {
    const grouping = groupRows(block, inputs);
    const open = ranks.map((rank) => openVariance(grouping, half, rank, openRanks(rows)));
    const least = Math.min(...open);
    if (least > openRanks(rows)) continue;
    const order = targets.length > 1 ? `the order of ${targets[open.indexOf(least)]}` : "its order";
    leaks.set(name, `explains ${Math.floor(1e4 * (1 - least)) / 100} % of ${order}`);
  }
  return leaks;
}

/** P(X ≤ count) of a Poisson variable of this mean. */
function atMost(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return sum;
}
