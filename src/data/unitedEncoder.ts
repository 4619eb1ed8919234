/** What several encoders of the same table's columns know together: those of a model whose networks learned from other rows. */
import { isRanged } from "./encodedValues.ts";
import type { ColumnEncoding, Encoder } from "./encoding.ts";

/**
 * An encoder for looking at tables, not for encoding them: each column once, as the first encoder that has it takes it, with
 * the categories, the range and the missing values that any of them learned.
 */
export function unitedEncoder(encoders: readonly Encoder[]): Encoder {
  const columns = new Map<string, ColumnEncoding>();
  for (const encoding of encoders.flatMap((encoder) => encoder.columns)) {
    const before = columns.get(encoding.name);
    columns.set(encoding.name, before === undefined ? encoding : united(before, encoding));
  }
  return { columns: [...columns.values()] };
}

function united(first: ColumnEncoding, other: ColumnEncoding): ColumnEncoding {
  if (first.kind === "category" && other.kind === "category") {
    return { ...first, categories: [...new Set([...first.categories, ...other.categories])] };
  }
  if (!isRanged(first) || !isRanged(other)) return first;
  const missingIndicator = first.missingIndicator || other.missingIndicator;
  if (first.range === undefined || other.range === undefined) return { ...first, missingIndicator };
  const range = [Math.min(first.range[0], other.range[0]), Math.max(first.range[1], other.range[1])] as const;
  return { ...first, missingIndicator, range };
}
