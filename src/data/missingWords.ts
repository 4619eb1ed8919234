/**
 * Texts that mean a missing value: the usual ones, and what a user says of them. The one list, for every source.
 *
 * Works on trimmed text; an empty one is always missing.
 */
import { DescriptionError, shown } from "../errors.ts";
import { kind, listOf, requireKind, text } from "../kinds.ts";
import type { ColumnType, Reading } from "./table.ts";

/** Words that mean a missing value: besides the usual ones, or only these. "-999" means the number too. */
export type Missing = readonly string[] | { readonly only: readonly string[] };

/** Missing in every column. */
export const USUAL_WORDS: readonly string[] = ["NA", "N/A", "NaN", "nan", "null", "NULL", "?"];
/** Missing, in any case, among numbers, truth values and dates, where they can mean nothing else. */
export const AMONG_VALUES: readonly string[] = ["na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "?"];

/** What a reading records of the words that a user gave. */
export function recordedMissing(missing: Missing | undefined): Pick<Reading, "missing" | "missingOnly"> {
  if (missing === undefined) return {};
  if ("only" in missing) return { missing: missing.only.map((word) => word.trim()), missingOnly: true };
  return missing.length === 0 ? {} : { missing: missing.map((word) => word.trim()) };
}

/** Whether a trimmed text means a missing value in a column of a type. */
export function missingTest(
  { missing, missingOnly }: Pick<Reading, "missing" | "missingOnly">,
  type: ColumnType,
): (text: string) => boolean {
  const exact = new Set(missingTexts({ missing, missingOnly }));
  if (missingOnly || type === "text") return (text) => exact.has(text);
  const anyCase = new Set(AMONG_VALUES);
  return (text) => exact.has(text) || (text.length <= 4 && anyCase.has(text.toLowerCase()));
}

/** The trimmed texts that mean a missing value in every column of a reading. */
export function missingTexts({ missing = [], missingOnly }: Pick<Reading, "missing" | "missingOnly">): string[] {
  return ["", ...missing, ...(missingOnly ? [] : USUAL_WORDS)];
}

/** The numbers among the words. */
export function missingNumbers({ missing = [] }: Pick<Reading, "missing">): number[] {
  return missing.map((word) => Number(word || "NaN")).filter(Number.isFinite);
}

/** What an option for such words may be. */
export const missingKind = kind("a list of words, or { only: a list of words }", (missing) => {
  const words = typeof missing === "object" && missing !== null && "only" in missing ? missing.only : missing;
  return listOf(text, "words").fault(words) === undefined;
});

/** @throws {DescriptionError} words or a decimal sign that are none */
export function requireMissing(missing: unknown, decimal: unknown): void {
  if (missing !== undefined) requireKind("missing", missing, missingKind);
  if (decimal !== undefined && decimal !== "." && decimal !== ",") {
    throw new DescriptionError(`Expected decimal to be "." or ",", found ${shown(decimal)}.`);
  }
}
