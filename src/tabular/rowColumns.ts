/**
 * Columns that say something of the rows and are no target: the time to divide by, the weight to count by, the group
 * to belong to.
 *
 * Which of them a training names, how they are read, and that none is used as something else too. Knows no values.
 */
import { NO_WEIGHTS, optionName } from "../data/remedies.ts";
import { column } from "../data/rows.ts";
import type { ColumnRoles, Table } from "../data/table.ts";
import { DataError, DescriptionError } from "../errors.ts";
import type { KeptColumn } from "../models/document.ts";
import type { SplitBy } from "./division.ts";

/** The columns by which rows count. */
export interface CountedBy {
  /** Of sample weights; all rows have equal weight when absent. */
  readonly weights?: string | undefined;
  /** Of groups: rows of one group may depend on each other. Each row is its own when absent. */
  readonly group?: string | undefined;
}

export interface RowColumns extends CountedBy {
  readonly split?: SplitBy | undefined;
}

/** Their names. */
export function rowColumnNames({ split, weights, group }: RowColumns): string[] {
  return [split?.time, weights, group].filter((name) => name !== undefined);
}

/** The roles to read a table with: these columns are read, though nothing may be learned from them. */
export function rolesToRead(roles: ColumnRoles | undefined, columns: RowColumns): ColumnRoles | undefined {
  const names = rowColumnNames(columns);
  if (roles === undefined || names.length === 0) return roles;
  return Object.fromEntries(Object.entries(roles).filter(([name, role]) => !names.includes(name) || role !== "skip"));
}

/** Those that are no inputs: weights never are, groups only where they are asked for. */
export function notInputs({
  weights,
  group,
  features = [],
}: RowColumns & { readonly features?: readonly string[] | undefined }): string[] {
  return [weights, group].filter((name) => name !== undefined && !features.includes(name)) as string[];
}

/** @throws {DescriptionError} a column of weights that is a target, a feature or a group too; one of groups that is a target */
export function requireRowColumns({
  weights,
  group,
  target,
  features = [],
}: RowColumns & {
  readonly target: string | readonly string[];
  readonly features?: readonly string[] | undefined;
}): void {
  const targets = typeof target === "string" ? [target] : target;
  if (group !== undefined && targets.includes(group)) {
    throw new DescriptionError(
      `${optionName("group", "Option")}: ${JSON.stringify(group)} is a target, so no part would have the targets of another. Choose another column.`,
    );
  }
  if (group !== undefined && group === weights) {
    throw new DescriptionError(
      `${optionName("group", "Option")} and ${optionName("weights")} name the same column, ${JSON.stringify(group)}. Leave one of them out.`,
    );
  }
  if (weights === undefined) return;
  const other = targets.includes(weights) ? "target" : features.includes(weights) ? "feature" : undefined;
  if (other === undefined) return;
  throw new DescriptionError(
    `${optionName("weights", "Option")}: ${JSON.stringify(weights)} is a ${other} too. Expected a column that is only a weight: remove it from one of the two.`,
  );
}

/**
 * The same for rows to evaluate a trained model on.
 *
 * @throws {DescriptionError} a column of weights or groups that is a target, or both at once
 * @throws {DataError} a column that is missing, or one of weights that holds no numbers
 */
export function requireCountingColumns(
  table: Table,
  { weights, group, targets }: CountedBy & { readonly targets: readonly string[] },
): void {
  const both = Object.entries({ weights, group }) as ["weights" | "group", string | undefined][];
  for (const [option, name] of both) {
    if (name === undefined || !targets.includes(name)) continue;
    throw new DescriptionError(
      `${optionName(option, "Option")}: ${JSON.stringify(name)} is a target of the model. Choose another column.`,
    );
  }
  if (weights === undefined) return;
  if (group === weights) {
    throw new DescriptionError(
      `${optionName("group", "Option")}: ${JSON.stringify(group)} is the weight column. Choose another column, or ${NO_WEIGHTS}.`,
    );
  }
  const { type } = column(table, weights);
  if (type === "number") return;
  throw new DataError(
    `In ${table.source}: the weight column ${JSON.stringify(weights)} is of type ${type}. Expected numbers: choose another column, or ${NO_WEIGHTS}.`,
  );
}

/** What a model keeps of such a column, so that it is read the same way again. */
export function keptColumn(table: Table, name: string): KeptColumn {
  const { type, reading } = column(table, name);
  return { column: name, reading: reading ?? { type } };
}
