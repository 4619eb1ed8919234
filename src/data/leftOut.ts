/**
 * Which columns a network can learn nothing from, or can only memorise the rows by: they are left out, with a warning.
 *
 * The rules look at one column at a time. What a user chose, by a role or as a feature, is only left out where there is
 * nothing in it to learn from.
 */
import { countsOf } from "./differentValues.ts";
import { typeOption } from "./remedies.ts";
import { sortedPresent } from "./scaling.ts";
import { type Column, type ColumnType, isMissing, type NumberColumn, type TextColumn, type Warning } from "./table.ts";

/** Why a column is left out, with its words in the warning. */
export const reasons = {
  missing: { because: "every value is missing", remedy: "" },
  constant: { because: "all values are the same", remedy: "" },
  identifier: {
    because: "almost every row has a different value, like an identifier",
    remedy: "To use such a column anyway:",
  },
  "free-text": {
    because: "the values are free text",
    remedy: "To use its values as categories anyway:",
  },
} as const;

export type Reason = keyof typeof reasons;

/** With fewer rows, texts that are all different say little. */
const FEWEST_ROWS = 20;
/** Names that only identifiers have: id, user_id, userId, index, … */
const IDENTIFIER_NAME = /^(?:id|uuid|guid|index|key|row_?id)$|[_ .-](?:id|uuid|guid)$/i;
const IDENTIFIER_CAMEL_NAME = /[a-z]I[dD]$/;
/**
 * Names of columns that count the rows, if their values do. A column without a name, as pandas and R write it first, is
 * column1 when it comes from a file.
 */
const COUNTER_NAME = /^(?:rows?|row_?(?:names?|num(?:ber)?)|unnamed: 0|column1|nr|no|obs|record|case|)$/i;

/** Why nothing can be learned from a column of the training rows, whatever it is. @returns undefined for one that varies */
export function reasonOfNothing(column: Column): Reason | undefined {
  const { present, different } = variety(column);
  if (present === 0) return "missing";
  // One value and missing ones do tell rows apart.
  return !different && present === column.values.length ? "constant" : undefined;
}

/** Why a column that nobody chose had better be left out. @returns undefined for a column to keep */
export function reasonOfKind(column: Column): Reason | undefined {
  if (column.type === "number") return isIdentifierNumber(column) ? "identifier" : undefined;
  return column.type === "text" ? reasonOfText(column) : undefined;
}

/** The columns that had better be left out, by their values in all rows of a table: so that all folds leave out the same. */
export function kindsToLeaveOut(columns: readonly Column[]): Map<string, Reason> {
  const found = columns.map((column) => [column.name, reasonOfKind(column)] as const);
  return new Map(found.filter((entry): entry is [string, Reason] => entry[1] !== undefined));
}

/** How many values are there, and whether two of them differ. */
export function variety({ values }: Column): { present: number; different: boolean } {
  let present = 0;
  let different = false;
  let first: number | string | boolean | null = null;
  for (let row = 0; row < values.length; row++) {
    if (isMissing(values[row])) continue;
    if (present++ === 0) first = values[row];
    else different ||= values[row] !== first;
  }
  return { present, different };
}

/**
 * Whether both the name and the values are those of an identifier: all different whole numbers, which leave few gaps where
 * the name is that of a counter. Numbers under any other name are a feature: years, or x = 1, 2, 3, …
 */
function isIdentifierNumber({ name, values }: NumberColumn): boolean {
  const counter = COUNTER_NAME.test(name.trim());
  if (!counter && !hasIdentifierName(name)) return false;
  if (!values.every((value) => Number.isNaN(value) || Number.isInteger(value))) return false;
  const sorted = sortedPresent(values);
  if (sorted.some((value, at) => at > 0 && value === sorted[at - 1])) return false;
  // The training rows are a part of those that were counted, but more than a third.
  return !counter || sorted[sorted.length - 1] - sorted[0] < 3 * sorted.length;
}

function reasonOfText(column: TextColumn): Reason | undefined {
  const { name, values } = column;
  const { present } = variety(column);
  const distinct = countsOf(values);
  const words = [...distinct.keys()].reduce((sum, text) => sum + text.trim().split(/\s+/).length, 0) / distinct.size;
  if (words >= 4 && distinct.size > 20 && distinct.size > present / 10) return "free-text";
  if (hasIdentifierName(name) && distinct.size === present) return "identifier";
  return present >= FEWEST_ROWS && distinct.size > present / 2 ? "identifier" : undefined;
}

function hasIdentifierName(name: string): boolean {
  return IDENTIFIER_NAME.test(name) || IDENTIFIER_CAMEL_NAME.test(name);
}

/** One warning a reason, with all its columns; in the order of the table of reasons. */
export function leftOutWarnings(
  leftOut: ReadonlyMap<string, Reason>,
  types: ReadonlyMap<string, ColumnType>,
): Warning[] {
  return (Object.keys(reasons) as Reason[]).flatMap((reason) => {
    const columns = [...leftOut].filter(([, why]) => why === reason).map(([name]) => name);
    if (columns.length === 0) return [];
    const { because, remedy } = reasons[reason];
    const [first] = columns;
    const kept = typeOption(first, types.get(first) === "number" ? "number" : "category");
    const noun = columns.length === 1 ? "column" : "columns";
    return [
      {
        code: `left-out-${reason}`,
        columns,
        message: `Left out the ${noun} ${columns.join(", ")}: ${because}.${remedy === "" ? "" : ` ${remedy} ${kept}.`}`,
      },
    ];
  });
}
