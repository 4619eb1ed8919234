/**
 * Which columns a network can learn nothing from, or can only memorise the rows by: they are left out, with a warning.
 *
 * The rules look at one column at a time. What a user chose, by a role or as a feature, is only left out where there is
 * nothing in it to learn from.
 */
import { typeOption } from "./remedies.ts";
import type { Statistics } from "./statistics.ts";
import type { Column, ColumnType, NumberColumn, TextColumn, Warning } from "./table.ts";

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
export function reasonOfNothing(column: Column, statistics: Statistics): Reason | undefined {
  const { present, different } = statistics.variety(column.values);
  if (present === 0) return "missing";
  // One value and missing ones do tell rows apart.
  return !different && present === statistics.rows ? "constant" : undefined;
}

/** Why a column that nobody chose had better be left out. @returns undefined for a column to keep */
export function reasonOfKind(column: Column, statistics: Statistics): Reason | undefined {
  if (column.type === "number") return isIdentifierNumber(column, statistics) ? "identifier" : undefined;
  return column.type === "text" ? reasonOfText(column, statistics) : undefined;
}

/** The columns that had better be left out, by their values in all rows of a table: so that all folds leave out the same. */
export function kindsToLeaveOut(columns: readonly Column[], statistics: Statistics): Map<string, Reason> {
  const found = columns.map((column) => [column.name, reasonOfKind(column, statistics)] as const);
  return new Map(found.filter((entry): entry is [string, Reason] => entry[1] !== undefined));
}

/**
 * Whether both the name and the values are those of an identifier: all different whole numbers, which leave few gaps where
 * the name is that of a counter. Numbers under any other name are a feature: years, or x = 1, 2, 3, …
 */
function isIdentifierNumber({ name, values }: NumberColumn, statistics: Statistics): boolean {
  const counter = COUNTER_NAME.test(name.trim());
  if (!counter && !hasIdentifierName(name)) return false;
  const [others] = statistics.sums([values.filter((value) => !Number.isNaN(value) && !Number.isInteger(value)).length]);
  if (others > 0 || !statistics.allDifferent(values)) return false;
  const sorted = statistics.ascending(values);
  // The training rows are a part of those that were counted, but more than a third.
  return !counter || sorted[sorted.length - 1] - sorted[0] < 3 * sorted.length;
}

function reasonOfText({ name, values }: TextColumn, statistics: Statistics): Reason | undefined {
  const { different, words, missing } = statistics.texts(values);
  const present = statistics.rows - missing;
  if (words / different >= 4 && different > 20 && different > present / 10) return "free-text";
  if (hasIdentifierName(name) && different === present) return "identifier";
  return present >= FEWEST_ROWS && different > present / 2 ? "identifier" : undefined;
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
