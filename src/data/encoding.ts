/**
 * The encoder's and the target's descriptions: plain data that goes into the model file.
 *
 * `encoder.ts` and `target.ts` fit and apply them; this file only defines them, and knows no table.
 */
import { either, list, listOf, numbers, oneOf, text, withFields } from "../kinds.ts";
import type { RobustScale } from "./scaling.ts";
import type { Reading } from "./table.ts";

/** How a column's flags, its inputs that are 0, +1 or −1, are scaled, in their order; raw where there is no such list. */
export type FlagScales = readonly RobustScale[];

/** A number: (x − median) · scale, then smoothly clipped unless `clip` is false; a missing one becomes the median. */
export interface NumberEncoding {
  readonly kind: "number";
  readonly name: string;
  /** How the column is read, where that is not the usual way. */
  readonly reading?: Reading;
  /** Of the training rows. */
  readonly median: number;
  /** 1/(q75 − q25) of the training rows, or 1/(½ (max − min)) where the quartiles coincide. */
  readonly scale: number;
  /** False where the scaled number is not clipped, as in a network of one's own; clipped when absent. */
  readonly clip?: false;
  /** The minimum and maximum of the training rows; absent from models of earlier versions. */
  readonly range?: readonly [least: number, greatest: number];
  /** Whether a second column is 1 where the value was missing: only when training rows had missing values. */
  readonly missingIndicator: boolean;
  /** Of the second column, where it is scaled. */
  readonly flagScales?: FlagScales;
}

/** true is +1, false −1, missing 0. */
export interface BooleanEncoding {
  readonly kind: "boolean";
  readonly name: string;
  readonly reading?: Reading;
  readonly flagScales?: FlagScales;
}

/**
 * One column for each category, 1 where it is the row's; an unseen category is 0 in all. Or, by its form, a single
 * column: "signed" is +1 for the first category, −1 for the second and 0 for any other value; "code" is 1 for the first,
 * 2 for the second and so on, and 0 for a value that is missing or unknown, for a network that embeds codes.
 */
export interface CategoryEncoding {
  readonly kind: "category";
  readonly name: string;
  /** How the column is read before its values become text: 1.50 and 1.5 are one number. Absent from older files. */
  readonly reading?: Reading;
  /** As text, most frequent first in ties by code-unit order. */
  readonly categories: readonly string[];
  /** Whether a last column is 1 where the value was missing: only when training rows had missing values. */
  readonly missingIndicator: boolean;
  /** One column for each category when absent. */
  readonly form?: "signed" | "code";
  readonly flagScales?: FlagScales;
}

/** The numeric parts of a date or time that varied in the training rows; angles come as sine and cosine. */
export type DatePart = "time" | "month" | "dayOfMonth" | "dayOfWeek" | "hour";

export interface DateEncoding {
  readonly kind: "date";
  readonly name: string;
  readonly reading?: Reading;
  readonly parts: readonly DatePart[];
  /** Median, scale and range of the instant in milliseconds, as for a number. */
  readonly median: number;
  readonly scale: number;
  readonly range?: readonly [least: number, greatest: number];
  readonly missingIndicator: boolean;
  /** Of the last column, where it indicates a missing value and is scaled. */
  readonly flagScales?: FlagScales;
}

export type ColumnEncoding = NumberEncoding | BooleanEncoding | CategoryEncoding | DateEncoding;

/** How the column of an encoding is read. */
export function readingOf(encoding: ColumnEncoding): Reading {
  return encoding.reading ?? { type: encoding.kind === "category" ? "text" : encoding.kind };
}

/** How a row of a table becomes the inputs of a network; fitted on training rows only. */
export interface Encoder {
  readonly columns: readonly ColumnEncoding[];
}

/**
 * What an input is: a "number" or an instant, scaled and clipped; the "cycle" of a date, sine or cosine; a "flag" that
 * distinguishes two values, or present from missing; the "code" of a category.
 */
export type InputKind = "number" | "cycle" | "flag" | "code";

/** One input of a network. */
export interface EncodedInput {
  /** "island = Biscoe", "year", "year is missing". */
  readonly name: string;
  readonly kind: InputKind;
  /** How many codes there are, from 0 on; of codes alone. */
  readonly cardinality?: number;
}

/** A class's name in the type it has in the table. */
export type Label = string | number | boolean;

export interface ClassificationTarget<L extends Label = Label> {
  readonly task: "classification";
  readonly column: string;
  /** How the column is read before its values become labels, where that is not the usual way for the labels' type. */
  readonly reading?: Reading;
  /** In ascending order; the index is the class index. */
  readonly classes: readonly L[];
  /** The classes as the training table writes them, in their order; absent where all are written as they are. */
  readonly written?: readonly string[];
  /** The classes' shares of the training rows, summing to 1: the trivial baseline's prediction. */
  readonly shares: readonly number[];
  /** Labels of rare classes that count as the class "other", as text; absent where none were joined. */
  readonly joined?: readonly string[];
}

/** Several columns of two values, each learned as a label (multilabel classification). */
export interface MultilabelTarget {
  readonly task: "multilabel";
  /** One a column, in the order in which they were asked for. Its classes, texts and shares are those of no and then of yes. */
  readonly labels: readonly ClassificationTarget[];
}

/** The quantiles that a network predicts of one number, each with an output of its own. */
export interface TargetQuantiles {
  /** In ascending order; the median, 0.5, is among them. */
  readonly levels: readonly number[];
  /** Those of the training rows, in the target's unit: the trivial baseline's prediction. */
  readonly values: readonly number[];
}

export interface RegressionTarget<Name extends string = string> {
  readonly task: "regression";
  readonly columns: readonly Name[];
  /** How the columns are read, in their order, where that is not the usual way. */
  readonly readings?: readonly Reading[];
  /** Of the training rows, one a column; the network learns (d − mean)/deviation. */
  readonly means: readonly number[];
  /** Population standard deviations, above 0. */
  readonly deviations: readonly number[];
  /** The minimum and maximum of the training rows, to which predictions are limited; absent where they are not. */
  readonly ranges?: readonly (readonly [number, number])[];
  /** Of a target of one column whose quantiles are predicted; absent where a mean or another single number is. */
  readonly quantiles?: TargetQuantiles;
}

/** How the columns of a target are read, by their names. */
export function targetReadings(target: Target): Map<string, Reading> {
  if (target.task === "regression") {
    return new Map(target.columns.map((name, at) => [name, target.readings?.[at] ?? { type: "number" }]));
  }
  return new Map(classTargets(target).map((one) => [one.column, classReading(one)]));
}

/** The columns of classes that a target is made of: one, one a label, or none of numbers. */
export function classTargets(target: Target): readonly ClassificationTarget[] {
  if (target.task === "regression") return [];
  return target.task === "multilabel" ? target.labels : [target];
}

/** How the column of classes is read. */
export function classReading({ reading, classes: [first] }: ClassificationTarget): Reading {
  return reading ?? { type: typeof first === "string" ? "text" : (typeof first as "number" | "boolean") };
}

export type Target = ClassificationTarget | MultilabelTarget | RegressionTarget;
export type Task = Target["task"];

/** What can be learned. */
export const tasks = ["classification", "multilabel", "regression"] as const satisfies readonly Task[];
export const taskKind = oneOf(...tasks);

/** What a caller may give for an encoder or a target, checked where a function takes it. */
export const encoderKind = withFields("an encoder", {
  columns: listOf(withFields("a column's encoding", { kind: text, name: text }), "encodings"),
});
export const numberTargetKind = withFields("a target of numbers", {
  task: oneOf("regression"),
  columns: list,
  means: numbers,
  deviations: numbers,
});
export const targetKind = either(
  withFields("a target of classes", { task: oneOf("classification"), column: text, classes: list, shares: numbers }),
  withFields("a target of labels", { task: oneOf("multilabel"), labels: list }),
  numberTargetKind,
);

/** Where one column's inputs go: a block of neighbouring columns in a matrix that other columns share. */
export interface InputBlock {
  /** [N, width], row-major, all 0 before anything is written. */
  readonly inputs: Float32Array;
  readonly width: number;
  /** The block's first column. */
  readonly first: number;
}
