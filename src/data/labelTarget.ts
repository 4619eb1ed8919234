/**
 * A target of labels: several columns of two values, yes and no, which a row may have in any combination.
 *
 * Each label is a target of two classes, no and yes, in a column of its own; the network learns a 1 for yes. Knows nothing of
 * how a task is chosen for a single column.
 */
import { DataError } from "../errors.ts";
import { encodeClasses, fitClasses, refitClasses } from "./classTarget.ts";
import { countsOf, numbered } from "./differentValues.ts";
import type { ClassificationTarget, MultilabelTarget } from "./encoding.ts";
import { shownLabel } from "./labels.ts";
import { valuedOption } from "./remedies.ts";
import type { Statistics, Value } from "./statistics.ts";
import { type Column, shown, type Table, type Warning } from "./table.ts";

/** Texts that mean no and yes, in lower case; of other texts the second in code-unit order is taken for yes. */
const WORDS: readonly (readonly [no: string, yes: string])[] = [
  ["no", "yes"],
  ["n", "y"],
  ["false", "true"],
  ["f", "t"],
  ["0", "1"],
  ["off", "on"],
  ["absent", "present"],
  ["negative", "positive"],
  ["nein", "ja"],
  ["non", "oui"],
  ["no", "si"],
  ["no", "sí"],
];

/**
 * The labels of some columns.
 *
 * Warnings: those of classes, and `yes-guessed` where the values don't show which of them is yes.
 *
 * @param columns with a value in every row
 * @throws {DataError} a column that has not exactly two values
 */
export function fitLabels(
  table: Table,
  columns: readonly Column[],
  statistics: Statistics,
): { target: MultilabelTarget; warnings: Warning[] } {
  const fitted = columns.map((column) => {
    const values = statistics.firstDifferent(column.values, LISTED);
    if (values.length > 2) throw notTwo(table.source, column, values);
    const { target, warnings } = fitClasses(table, [column], statistics);
    const { label, warning } = noThenYes(table.source, target);
    return { label, warnings: warning === undefined ? warnings : [...warnings, warning] };
  });
  return {
    target: { task: "multilabel", labels: fitted.map(({ label }) => label) },
    warnings: fitted.flatMap(({ warnings }) => warnings),
  };
}

/** The same labels with the shares of the training rows, by their weights [N]. @throws {DataError} as `encodeLabels` does */
export function refitLabels(
  { task, labels }: MultilabelTarget,
  training: Table,
  weights?: ArrayLike<number>,
): MultilabelTarget {
  return { task, labels: labels.map((label) => refitClasses(label, training, weights)) };
}

/** 1 where a row has a label and 0 where it has not, [N, L]. @throws {DataError} as `encodeClasses` does */
export function encodeLabels({ labels }: MultilabelTarget, table: Table): Float32Array {
  const flags = new Float32Array(table.rows * labels.length);
  for (const [at, label] of labels.entries()) {
    for (const [row, index] of encodeClasses(label, table).entries()) flags[row * labels.length + at] = index;
  }
  return flags;
}

/** A combination of labels that fewer rows have is shared out with others. */
const FEWEST_ROWS = 5;

/**
 * Each row's class for parts that keep the shares of labels: its combination of labels where several rows have it; of rarer
 * combinations, the rarest value among the row's labels.
 *
 * @param flags [N, labels]
 * @returns [N]
 */
export function labelStrata(flags: ArrayLike<number>, labels: number): Float32Array {
  const rows = flags.length / labels;
  const yes = new Float64Array(labels);
  for (let i = 0; i < flags.length; i++) yes[i % labels] += flags[i];
  const of = (row: number, at: number): number => flags[row * labels + at];
  const rowsAlike = (row: number, at: number): number => (of(row, at) === 1 ? yes[at] : rows - yes[at]);
  const combination = (row: number): string => Array.from({ length: labels }, (_, at) => of(row, at)).join("");
  const rarest = (row: number): string => {
    let least = 0;
    for (let at = 1; at < labels; at++) if (rowsAlike(row, at) < rowsAlike(row, least)) least = at;
    return `rarest ${least} ${of(row, least)}`;
  };
  const combinations = Array.from({ length: rows }, (_, row) => combination(row));
  const counts = countsOf(combinations);
  const isRare = (combination: string): boolean => (counts.get(combination) ?? 0) < FEWEST_ROWS;
  return Float32Array.from(numbered(combinations.map((own, row) => (isRare(own) ? rarest(row) : own))));
}

/** Pairs of numbers that say no and yes. */
const NO_AND_YES: readonly (readonly [number, number])[] = [
  [0, 1],
  [-1, 1],
];

/** Whether numbers hold nothing but 0 and 1, or −1 and 1. */
export function saysYesOrNo(numbers: Iterable<number>): boolean {
  const values = new Set<number>();
  for (const value of numbers) if (values.add(value).size > 2) return false;
  return NO_AND_YES.some((pair) => [...values].every((value) => pair.includes(value)));
}

/**
 * What several target columns are: numbers, or labels where each has two values. Numbers that are all 0 or 1 may be both.
 *
 * Warning: `task-guessed` where numbers of 0 and 1 are taken as labels, or as numbers together with others.
 *
 * @throws {DataError} numbers beside columns of labels, a text of more than two values
 */
export function taskOfSeveral(
  source: string,
  columns: readonly Column[],
  statistics: Statistics,
): { task: "multilabel" | "regression"; warnings: Warning[] } {
  const valuesOf = new Map(columns.map((column) => [column, statistics.firstDifferent(column.values, LISTED)]));
  const distinct = (column: Column): Value[] => valuesOf.get(column) ?? [];
  const hasTwoValues = (column: Column): boolean => column.type !== "date" && distinct(column).length <= 2;
  const numbers = columns.filter(({ type }) => type === "number");
  const flags = numbers.filter((column) => saysYesOrNo(distinct(column) as number[]));
  const others = columns.filter((column) => column.type !== "number" && !hasTwoValues(column));
  const names = (some: readonly Column[]): string => some.map(({ name }) => JSON.stringify(name)).join(", ");
  if (numbers.length === columns.length) {
    if (flags.length === 0) return { task: "regression", warnings: [] };
    const all = flags.length === columns.length;
    const taken = all ? "labels that a row has or has not" : "numbers, as the other targets are";
    const remedy = all ? valuedOption("task", "regression") : "train a model for each target";
    const message = `In ${source}: ${names(flags)} ${flags.length === 1 ? "has" : "have"} only the numbers 0 and 1, or −1 and 1, and ${flags.length === 1 ? "is" : "are"} treated as ${taken}. If that is wrong: ${remedy}.`;
    return { task: all ? "multilabel" : "regression", warnings: [guessed(flags, message)] };
  }
  if (others.length === 0 && flags.length === numbers.length) return { task: "multilabel", warnings: [] };
  const [odd] = [...others, ...numbers.filter((column) => !flags.includes(column))];
  const whatItIs = (column: Column): string => contentOf(column, distinct(column));
  throw new DataError(
    `In ${source}: several targets must be all numbers, or all labels of two values such as yes and no; ${JSON.stringify(odd.name)} ${whatItIs(odd)}, ` +
      `and ${names(columns.filter((column) => column !== odd).slice(0, 3))} ${whatItIs(columns.find((column) => column !== odd) as Column)}. Train a model for each target, or choose targets of one kind.`,
  );
}

function guessed(columns: readonly Column[], message: string): Warning {
  return { code: "task-guessed", columns: columns.map(({ name }) => name), message };
}

/** @param values its first different ones */
function contentOf(column: Column, values: readonly Value[]): string {
  if (column.type === "date") return "holds dates";
  if (column.type === "number" && !saysYesOrNo(values as number[])) return "holds numbers";
  return values.length > 2 ? `has more than two values (${listed(values)})` : `has the values ${listed(values)}`;
}

/** So many values are named where there are too many. */
const LISTED = 4;

function listed(values: readonly (string | number | boolean)[]): string {
  return values.slice(0, LISTED).map(shown).join(", ") + (values.length > LISTED ? ", …" : "");
}

function notTwo(source: string, { name, type }: Column, values: readonly (string | number | boolean)[]): DataError {
  const several = values.some((value) => typeof value === "string" && /[;,|[\]]/.test(value));
  const remedy = several
    ? "If a cell lists several labels, make a column of true and false for each label and give these columns as the targets."
    : `Choose columns of two values, or train on this one alone: ${valuedOption("task", type === "number" ? "regression" : "classification")}.`;
  return new DataError(
    `In ${source}: the target ${JSON.stringify(name)} must be a label with two values, but has more: ${listed(values)}. ${remedy}`,
  );
}

/** The classes as no and then yes. @param found in ascending order */
function noThenYes(
  source: string,
  found: ClassificationTarget,
): { label: ClassificationTarget; warning?: Warning | undefined } {
  const words = found.classes.map((value) => String(value).trim().toLowerCase());
  const [first, second] = words;
  // Numbers and truth values are in ascending order already.
  if (typeof found.classes[0] !== "string" || WORDS.some(([no, yes]) => no === first && yes === second))
    return { label: found };
  if (WORDS.some(([no, yes]) => no === second && yes === first)) return { label: reversed(found) };
  const message =
    `In ${source}: of the target ${JSON.stringify(found.column)}, ${shownLabel(found, 1)} is read as yes and ${shownLabel(found, 0)} as no. ` +
    "If that is wrong, write them as yes and no.";
  return { label: found, warning: { code: "yes-guessed", columns: [found.column], message } };
}

function reversed(target: ClassificationTarget): ClassificationTarget {
  const { classes, written, shares } = target;
  return {
    ...target,
    classes: classes.toReversed(),
    ...(written && { written: written.toReversed() }),
    shares: shares.toReversed(),
  };
}
