/** Reading the table that a model is to answer for: the columns it needs, as the types it learned them in; Node only. */
import { type ReadOptions, readTable, type TableSource } from "../../data/duckdb/readTable.ts";
import { encodedTypes } from "../../data/encoder.ts";
import { type Target, targetReading } from "../../data/encoding.ts";
import type { ColumnRoles, Table } from "../../data/table.ts";
import type { Model } from "../../models/model.ts";
import { targetNames } from "../evaluate.ts";

export interface ReadForOptions extends Omit<ReadOptions, "types" | "columns"> {
  /** Whether to read the target too, to judge the model by; false when absent. */
  readonly withTarget?: boolean;
}

/**
 * A table whose types are the model's and not a guess: the code "007" stays text where the model learned text.
 *
 * @throws {DataError} a source that cannot be read, lacks a column of the model, or holds another type in one
 */
export function readTableFor(model: Model, source: TableSource, options: ReadForOptions = {}): Promise<Table> {
  const { withTarget = false, ...read } = options;
  const { target, further = [] } = model.document;
  // A column that says nothing in one fold may say something in another; where two folds took it differently, both convert.
  const encoders = [model.document, ...further].map(({ encoder }) => encoder).reverse();
  const roles = [...encoders.map(encodedTypes), withTarget ? targetTypes(target) : {}];
  // Not Object.assign: to it, a column "__proto__" is no key but the object's prototype.
  const types: ColumnRoles = Object.fromEntries(roles.flatMap((own) => Object.entries(own)));
  return readTable(source, { ...read, types, columns: Object.keys(types) });
}

function targetTypes(target: Target): ColumnRoles {
  const { type } = targetReading(target);
  return Object.fromEntries(targetNames(target).map((name) => [name, type === "text" ? "category" : type]));
}
