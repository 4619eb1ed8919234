/**
 * Rows divided by groups: which groups learn, which validate and which test, as many as suit their number.
 *
 * Knows the rows' groups and classes. How groups are placed is `data/groupSplit.ts`'s business.
 */
import { counted } from "../counted.ts";
import { foldGroups, type GroupedRows, groupCount, takeGroups } from "../data/groupSplit.ts";
import { optionName, valuedOption } from "../data/remedies.ts";
import { requireFractions } from "../data/split.ts";
import { DataError } from "../errors.ts";
import { type DivideOptions, type Division, withoutHeld } from "./division.ts";

export interface ByGroup extends GroupedRows {
  /** For messages. */
  readonly source: string;
  readonly column: string;
}

type Parts = Pick<Division, "test" | "folds">;

/**
 * Shares and folds that nobody asked for are those that there are groups for.
 *
 * @param usual the share of a part where nothing else is asked for
 * @throws {DataError} too few groups for what was asked for, or no group that could be left out of the training
 * @throws {DescriptionError} a fraction out of range
 */
export function divideByGroup(byGroup: ByGroup, options: DivideOptions, usual: number): Parts {
  const { testFraction = usual, validationFraction = usual, folds: chosen, usualFolds = () => 1 } = options;
  requireFractions(testFraction, validationFraction * (1 - testFraction));
  const rows = Uint32Array.from({ length: byGroup.groups.length }, (_, row) => row);
  const { kept: left, taken: test } = takenFrom(rows, testFraction, byGroup);
  if (testFraction > 0 && test.length === 0) throw noneToSpare(byGroup, rows, "test");
  const found = groupCount(left, byGroup.groups);
  const folds = chosen ?? Math.min(usual === 0 ? 1 : usualFolds(rows.length), found);
  if (folds > 1) {
    const divided = foldGroups(left, folds, byGroup);
    if (divided.length === folds) return { test, folds: divided.map((validation) => withoutHeld(left, validation)) };
    if (chosen !== undefined)
      throw tooFewForFolds(byGroup, { folds, found, most: divided.length, tests: test.length > 0 });
    if (divided.length > 1) return { test, folds: divided.map((validation) => withoutHeld(left, validation)) };
  }
  const { taken: validation } = takenFrom(left, validationFraction, byGroup);
  if (options.validationFraction && validation.length === 0) throw noneToSpare(byGroup, left, "validation");
  return { test, folds: [withoutHeld(left, validation)] };
}

function takenFrom(rows: Uint32Array, share: number, byGroup: ByGroup): ReturnType<typeof takeGroups> {
  return share === 0 ? { kept: rows, taken: new Uint32Array(0) } : takeGroups(rows, share, byGroup);
}

function noneToSpare({ source, column, groups }: ByGroup, rows: Uint32Array, part: "test" | "validation"): DataError {
  const found = groupCount(rows, groups);
  const why =
    found === 1
      ? `all ${part === "test" ? "" : "other "}rows are of one group`
      : `each of ${counted(found, "group")} has a class that no other has`;
  return new DataError(
    `In ${source}: no group of ${JSON.stringify(column)} is left for the ${part} rows: ${why}. Use another column for ${optionName("group")}, or no ${part} rows: ${valuedOption(`${part}Fraction`, 0)}.`,
  );
}

function tooFewForFolds(
  { source, column }: ByGroup,
  { folds, found, most, tests }: { folds: number; found: number; most: number; tests: boolean },
): DataError {
  const besides = tests ? " besides those of the test" : "";
  const why =
    found < folds
      ? `found ${counted(found, "group")}${besides}, expected at least ${folds}`
      : `of ${counted(found, "group")}${besides} too many have a class that no other has`;
  const fewer = most > 1 ? `fewer folds, ${valuedOption("folds", most)}` : `one network, ${valuedOption("folds", 1)}`;
  return new DataError(
    `In ${source}: too few groups of ${JSON.stringify(column)} for ${folds} folds: ${why}. Use ${fewer}, or another column for ${optionName("group")}.`,
  );
}
