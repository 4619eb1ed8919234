/**
 * The type of the model that `train` returns, from the types of its options.
 *
 * A task that is named decides; several targets are numbers; else the target's type in typed rows decides: text and truth
 * values make a classifier. Where none of it is known (a number may be a class), the model is one of the two, and
 * `model.task` tells which.
 */
import type { Label, Task } from "../data/encoding.ts";
import type { Classifier, Model, Regressor } from "../models/model.ts";

/** The options that decide. */
export interface DecidingOptions {
  readonly table: unknown;
  readonly target: string | readonly string[];
  readonly task?: Task | undefined;
}

export type ModelOf<Options extends DecidingOptions> = Options extends { readonly task: "classification" }
  ? Classifier<LabelOf<Options>>
  : Options extends { readonly task: "regression" }
    ? Regressor<Options["target"]>
    : Options["target"] extends readonly [string, string, ...string[]]
      ? Regressor<Options["target"]>
      : [LabelOf<Options>] extends [string | boolean]
        ? Classifier<LabelOf<Options>>
        : Model;

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
  ? Known<ValueOf<Row, Options["target"]>>
  : ValueOf<Options["table"], Options["target"]> extends ArrayLike<infer Value>
    ? Known<Value>
    : Label;

type ValueOf<Holder, Name> = Name extends keyof Holder ? Holder[Name] : never;
type Known<Value> = [Exclude<Value, null | undefined>] extends [never]
  ? Label
  : Exclude<Value, null | undefined> extends Label
    ? Exclude<Value, null | undefined>
    : Label;
