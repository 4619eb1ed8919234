/**
 * The type of the model that `train` returns, from the types of its options.
 *
 * A task that is named decides; several targets are numbers; else the target's type in typed rows decides: text and truth
 * values make a classifier. Where none of it is known (a number may be a class), the model is one of the two, and
 * `model.task` tells which.
 */
import type { Label, Task } from "../data/encoding.ts";
import type { Cell } from "../data/table.ts";
import type { Classifier, Regressor, Targets } from "../models/model.ts";

/** The options that decide. */
export interface DecidingOptions {
  readonly table: unknown;
  readonly target: string | readonly string[];
  readonly task?: Task | undefined;
}

export type ModelOf<Options extends DecidingOptions> = Options extends { readonly task: "classification" }
  ? Classifier<LabelOf<Options>, GivenOf<Options>>
  : Options extends { readonly task: "regression" }
    ? Regressor<Options["target"], GivenOf<Options>>
    : Options["target"] extends readonly [string, string, ...string[]]
      ? Regressor<Options["target"], GivenOf<Options>>
      : [LabelOf<Options>] extends [string | boolean]
        ? Classifier<LabelOf<Options>, GivenOf<Options>>
        : Classifier<Label, GivenOf<Options>> | Regressor<Targets, GivenOf<Options>>;

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
export type KnownTarget<Options extends DecidingOptions> = Options["table"] extends readonly (infer Row)[]
  ? string extends keyof Row
    ? unknown
    : Options["target"] extends keyof Row | readonly (keyof Row)[]
      ? unknown
      : { readonly target: keyof Row | readonly (keyof Row)[] }
  : unknown;

/** The values of the target column, where the rows' or columns' types tell them. */
type LabelOf<Options extends DecidingOptions> = Options["table"] extends readonly (infer Row)[]
  ? LabelValue<ValueOf<Row, Options["target"]>>
  : ValueOf<Options["table"], Options["target"]> extends ArrayLike<infer Value>
    ? LabelValue<Value>
    : Label;

type ValueOf<Holder, Name> = Name extends keyof Holder ? Holder[Name] : never;
type LabelValue<Value> = [Exclude<Value, null | undefined>] extends [never]
  ? Label
  : Exclude<Value, null | undefined> extends Label
    ? Exclude<Value, null | undefined>
    : Label;
