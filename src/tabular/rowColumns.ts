/**
 * Columns that say something of the rows and are no target: the time to divide by, the weight to count by.
 *
 * Which of them a training names, how they are read, and that none is used as something else too. Knows no values.
 */
import { optionName } from "../data/remedies.ts";
import { column } from "../data/rows.ts";
import type { ColumnRoles, Table } from "../data/table.ts";
import { DescriptionError } from "../errors.ts";
import type { KeptColumn } from "../models/document.ts";
import type { SplitBy } from "./divide.ts";

export interface RowColumns {
  readonly split?: SplitBy | undefined;
  /** The column of sample weights. */
  readonly weights?: string | undefined;
}

/** Their names. */
export function rowColumnNames({ split, weights }: RowColumns): string[] {
  return [split?.time, weights].filter((name) => name !== undefined);
}

/** The roles to read a table with: these columns are read, though nothing may be learned from them. */
export function rolesToRead(roles: ColumnRoles | undefined, columns: RowColumns): ColumnRoles | undefined {
  const names = rowColumnNames(columns);
  if (roles === undefined || names.length === 0) return roles;
  return Object.fromEntries(Object.entries(roles).filter(([name, role]) => !names.includes(name) || role !== "skip"));
}

/** Those that are never inputs. */
export function notInputs({ weights }: RowColumns): string[] {
  return [weights].filter((name) => name !== undefined);
}

/** @throws {DescriptionError} a column of weights that is a target or a feature too */
export function requireRowColumns({
  weights,
  target,
  features = [],
}: RowColumns & {
  readonly target: string | readonly string[];
  readonly features?: readonly string[] | undefined;
}): void {
  if (weights === undefined) return;
  const targets = typeof target === "string" ? [target] : target;
  const other = targets.includes(weights) ? "target" : features.includes(weights) ? "feature" : undefined;
  if (other === undefined) return;
  throw new DescriptionError(
    `${optionName("weights", "Option")}: ${JSON.stringify(weights)} is a ${other} too. Expected a column that is nothing but a weight: take it out of one of the two.`,
  );
}

/** What a model keeps of such a column, so that it is read the same way again. */
export function keptColumn(table: Table, name: string): KeptColumn {
  const { type, reading } = column(table, name);
  return { column: name, reading: reading ?? { type } };
}
