/**
 * What the words for missing values and the decimal comma make of a column that a reader of text gives.
 */
import { readNumber } from "../reading.ts";
import type { Column, ColumnRole } from "../table.ts";
import { MISSING_TOKENS } from "./columnPlan.ts";

export interface TextOptions {
  /** Further texts, and numbers, that mean a missing value. */
  readonly missing: readonly string[];
  /** Whether its numbers may be written with a comma. */
  readonly decimalComma: boolean;
  readonly role: ColumnRole | undefined;
}

/** The column with null or NaN where its text or number means that there is no value. */
export function textValues(column: Column, { missing, decimalComma, role }: TextOptions): Column {
  const { name } = column;
  if (column.type === "number") {
    const codes = new Set(missing.map((token) => Number(token.trim() || "NaN")).filter(Number.isFinite));
    if (codes.size === 0) return column;
    return { name, type: "number", values: column.values.map((value) => (codes.has(value) ? Number.NaN : value)) };
  }
  if (column.type !== "text") return column;
  const words = new Set([...MISSING_TOKENS, ...missing.map((token) => token.trim())]);
  const values = column.values.map((value) => (value === null || words.has(value) ? null : value));
  const mayBeNumbers = role === undefined || role === "number";
  const isComma =
    decimalComma && mayBeNumbers && values.every((value) => value === null || !Number.isNaN(commaNumber(value)));
  if (!isComma || values.every((value) => value === null)) return { name, type: "text", values };
  return {
    name,
    type: "number",
    values: Float64Array.from(values, (value) => (value === null ? Number.NaN : commaNumber(value))),
  };
}

function commaNumber(text: string): number {
  return text.includes(".") ? Number.NaN : readNumber(text.replace(",", "."));
}
