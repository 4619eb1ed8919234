/** What several encoders of the same table's columns know together: those of a model whose networks learned from other rows. */
import type { ColumnEncoding, Encoder } from "./encoding.ts";

/**
 * An encoder for looking at tables, not for encoding them: each column once, as the first encoder that has it takes it, with
 * the categories and the range that any of them learned.
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
  if (first.kind === other.kind && "range" in first && "range" in other && first.range && other.range) {
    return { ...first, range: [Math.min(first.range[0], other.range[0]), Math.max(first.range[1], other.range[1])] };
  }
  return first;
}
