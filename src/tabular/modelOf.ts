/**
 * The type of the model that `train` returns, from the types of its options.
 *
 * A task that is named decides, or quantiles, which only numbers have; else the targets' types in typed rows do: text and truth values make a classifier, or of several
 * targets one of several labels. Where none of it is known (a number may be a class, or a label), the model is one of some, and
 * `model.task` is the kind.
 */
import type { Label, Task } from "../data/encoding.ts";
import type { Cell } from "../data/table.ts";
import type { Classifier, Model, Regressor, Targets } from "../models/model.ts";
import type { MultilabelClassifier } from "../models/multilabelClassifier.ts";

/** The options that decide. */
export interface DecidingOptions {
  readonly table: unknown;
  readonly target: string | readonly string[];
  readonly task?: Task | undefined;
  readonly quantiles?: readonly number[] | undefined;
}

/** The type of the model that a training goes on from is that of its result. */
export type ModelOf<Options extends { readonly table: unknown }> = Options extends {
  readonly from: infer M extends Model;
}
  ? M
  : Options extends DecidingOptions
    ? Options extends { readonly task: "classification" }
      ? Classifier<LabelOf<Options>, GivenOf<Options>>
      : Options extends { readonly task: "multilabel" }
        ? MultilabelClassifier<NameOf<Options["target"]>, GivenOf<Options>>
        : Options extends { readonly task: "regression" } | { readonly quantiles: readonly number[] }
          ? Regressor<Options["target"], GivenOf<Options>>
          : Options["target"] extends readonly [string, string, ...string[]]
            ? SeveralOf<Options>
            : [LabelOf<Options>] extends [string | boolean]
              ? Classifier<LabelOf<Options>, GivenOf<Options>>
              : Classifier<Label, GivenOf<Options>> | Regressor<Targets, GivenOf<Options>> | ListedOf<Options>
    : never;

/** Several targets: labels where they are no numbers; numbers may be labels of 0 and 1. */
type SeveralOf<Options extends DecidingOptions> = [LabelOf<Options>] extends [string | boolean]
  ? MultilabelClassifier<NameOf<Options["target"]>, GivenOf<Options>>
  : MultilabelClassifier<NameOf<Options["target"]>, GivenOf<Options>> | Regressor<Options["target"], GivenOf<Options>>;

/** A list whose length the types don't tell may name several targets. */
type ListedOf<Options extends DecidingOptions> = Options["target"] extends string
  ? never
  : MultilabelClassifier<string, GivenOf<Options>>;

type NameOf<Target extends string | readonly string[]> = Target extends readonly string[] ? Target[number] : Target;

/**
 * What is known of the rows to predict: the columns that typed rows or columns have, whose numbers and dates may also come as
 * text and whose values may be missing. Which of them the model needs is only known when it is trained, so none is required
 * here; a name that no column has, or a value of another type, does not compile.
 */
export type GivenOf<Options extends DecidingOptions> = Options["table"] extends readonly (infer Row)[]
  ? GivenRow<Row>
  : Options["table"] extends { readonly sql: string }
    ? object
    : Options["table"] extends Readonly<Record<string, ArrayLike<unknown>>>
      ? GivenRow<{ readonly [Name in keyof Options["table"]]: Options["table"][Name][number] }>
      : object;

type GivenRow<Row> = string extends keyof Row
  ? object
  : { readonly [Name in keyof Row]?: GivenCell<Exclude<Row[Name], null | undefined>> | null | undefined };

type GivenCell<Value> = [Value] extends [never]
  ? Cell
  : Value extends string
    ? string
    : Value extends number | bigint
      ? number | bigint | string
      : Value extends boolean
        ? boolean | string
        : Value extends Date
          ? Date | string | number
          : Cell;

/** Nothing to object to, or the targets that typed rows do have: a misspelt target does not compile. */
export type KnownTarget<Options extends { readonly table: unknown; readonly target?: unknown }> = Options extends {
  readonly from: Model;
}
  ? unknown
  : Options["table"] extends readonly (infer Row)[]
    ? string extends keyof Row
      ? unknown
      : Options["target"] extends keyof Row | readonly (keyof Row)[]
        ? unknown
        : { readonly target: NoColumn<Options["target"], keyof Row> }
    : unknown;

/** @typeParam Columns those that the rows have, which the compiler prints too */
type NoColumn<Target, Columns> = Refused<`The rows have no column ${UnknownOf<Target, Columns>}, but these:`, Columns>;
type UnknownOf<Target, Columns> = Exclude<Target extends readonly unknown[] ? Target[number] : Target, Columns> &
  string;

/** Nothing to object to, or a sentence for each option that `Known` doesn't have: its type is inferred, so a slip would compile. */
export type KnownOptions<Options, Known> = {
  readonly [Name in Exclude<keyof Options, KeyOf<Known>>]: Refused<`There is no option ${Name & string}.`>;
};

/** Of any of several kinds of options. */
type KeyOf<Known> = Known extends unknown ? keyof Known : never;

/**
 * What no value is, with a sentence for the compiler to print. An object: a string and a literal value have nothing in common, and
 * TypeScript makes `never` of all options then, so that each of them is an error.
 */
interface Refused<Sentence extends string, Known = never> {
  readonly [refused]: readonly [Sentence, Known];
}
declare const refused: unique symbol;

/** The values of the target columns, where the rows' or columns' types tell them. */
type LabelOf<Options extends DecidingOptions> = Options["table"] extends readonly (infer Row)[]
  ? LabelValue<ValueOf<Row, NameOf<Options["target"]>>>
  : ValueOf<Options["table"], NameOf<Options["target"]>> extends ArrayLike<infer Value>
    ? LabelValue<Value>
    : Label;

type ValueOf<Holder, Name> = Name extends keyof Holder ? Holder[Name] : never;
type LabelValue<Value> = [Exclude<Value, null | undefined>] extends [never]
  ? Label
  : Exclude<Value, null | undefined> extends Label
    ? Exclude<Value, null | undefined>
    : Label;
