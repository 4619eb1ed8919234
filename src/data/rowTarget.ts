/**
 * What is true of one row at a time, as `trueValues` makes it of a table, in a fraction of the time.
 *
 * Labels and numbers that are what the target's column holds are taken as they are; any other cell is read as a table's. Knows no
 * network.
 */
import { DataError } from "../errors.ts";
import { classTargets, type Target, targetReadings } from "./encoding.ts";
import { missingNumbers } from "./missingWords.ts";
import { tableFromRows } from "./rows.ts";
import { type Cell, isMissing, nearNames, quotedNames, type Row } from "./table.ts";
import { trueValues } from "./target.ts";
import { targetNames } from "./targetNames.ts";

/**
 * Class index [1], labels as 1 and 0 [L], or numbers in their own unit [D].
 *
 * @throws {DataError} a target that is missing or of another type, a label that does not occur in the training rows
 */
export type RowTruth = (row: Row) => Float64Array;

const SOURCE = "the given rows";

export function rowTruth(target: Target): RowTruth {
  const names = targetNames(target);
  const quick = quickReaders(target);
  return (row) => {
    const absent = names.filter((name) => !Object.hasOwn(row, name));
    if (absent.length > 0) {
      throw new DataError(
        `In ${SOURCE}: expected the target ${quotedNames(absent)} in the row, found ${Object.keys(row).length === 0 ? "no columns" : quotedNames(Object.keys(row))}.${nearNames(absent, Object.keys(row), names)}`,
        { columns: absent, row: 1 },
      );
    }
    const truth = new Float64Array(names.length);
    for (let at = 0; at < names.length; at++) {
      const value = quick[at](row[names[at]]);
      if (value === undefined) return slow(target, row);
      truth[at] = value;
    }
    return truth;
  };
}

/**
 * Whether a row has any of its targets: a cell that doesn't mean a missing value, as the model reads the column.
 *
 * @throws {DataError} a target that can't be read, which is no missing one
 */
export function targetPresence(target: Target): (row: Row) => boolean {
  const names = targetNames(target);
  const readings = targetReadings(target);
  const quick = quickReaders(target);
  const isPresent = (name: string, at: number, cell: Cell): boolean => {
    if (cell === null || cell === undefined) return false;
    if (quick[at](cell) !== undefined) return true;
    const { columns } = tableFromRows([{ [name]: cell }], { source: SOURCE, readings });
    return !isMissing(columns[0].values[0]);
  };
  return (row) => names.some((name, at) => Object.hasOwn(row, name) && isPresent(name, at, row[name]));
}

/** The value of a cell; undefined where the cell is not what the column holds. */
type Quick = (cell: Cell) => number | undefined;

function quickReaders(target: Target): Quick[] {
  return target.task === "regression" ? quickNumbers(target) : quickLabels(target);
}

function quickNumbers(target: Extract<Target, { task: "regression" }>): Quick[] {
  const readings = targetReadings(target);
  return target.columns.map((name) => {
    const { unit, missing } = readings.get(name) ?? {};
    const isPlain = unit !== "%" && missingNumbers({ missing: missing ?? [] }).length === 0;
    return (cell) => (isPlain && typeof cell === "number" && Number.isFinite(cell) ? cell : undefined);
  });
}

function quickLabels(target: Exclude<Target, { task: "regression" }>): Quick[] {
  return classTargets(target).map(({ classes, reading, joined }) => {
    if (reading !== undefined || joined !== undefined) return () => undefined;
    const places = new Map<Cell, number>(classes.map((label, at) => [label, at]));
    return (cell) => places.get(cell);
  });
}

function slow(target: Target, row: Row): Float64Array {
  const table = tableFromRows([row], { source: SOURCE, readings: targetReadings(target) });
  return Float64Array.from(trueValues(target, table));
}
