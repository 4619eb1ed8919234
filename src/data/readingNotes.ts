/** What a user should know of how columns were read: the notes of a table, one for all columns of the same kind. */
import { counted } from "../counted.ts";
import { FEW, type OddValues } from "./oddValues.ts";
import { missingOption, NO_MISSING_WORDS, typeOption } from "./remedies.ts";
import { type Reading, shown, type Warning } from "./table.ts";

/** What was noticed of one column. */
export interface ColumnNote {
  readonly kind:
    | "form"
    | "leading-zeros"
    | "large-integers"
    | "rounded-integers"
    | "day-or-month"
    | "mixed-decimals"
    | "mixed-zones"
    | "odd-values"
    | "missing-word";
  readonly column: string;
  /** A value of the column, as it is written. */
  readonly example: string;
  /** Of a form: how it was read, and the example's value. Of a date that can be read twice: the two forms. */
  readonly forms?: readonly string[];
  readonly count?: number;
  /** Of odd values: what they are among. */
  readonly odd?: OddValues & { readonly row: number; readonly reading: Reading };
}

const SIGNS = { ",": "a comma", ".": "a point", " ": "a space", "'": "an apostrophe" } as const;

/** How the values of a column are written, in words; undefined where it is the usual way. */
export function formOf({ decimal, thousands, unit, form }: Reading): string | undefined {
  if (form !== undefined) return `as ${form}`;
  const parts = [
    ...(unit === "%" ? ["a per cent sign"] : unit === undefined ? [] : [`the sign ${unit}`]),
    ...(thousands === undefined ? [] : [`${SIGNS[thousands]} between thousands`]),
    ...(decimal === undefined ? [] : ["a decimal comma"]),
  ];
  return parts.length === 0 ? undefined : `with ${parts.join(" and ")}`;
}

/** One warning for all notes of a kind with the same text. */
export function readingWarnings(notes: readonly ColumnNote[]): Warning[] {
  const groups = new Map<string, ColumnNote[]>();
  for (const note of notes) {
    const key = JSON.stringify([
      note.kind,
      note.odd && note.column,
      note.kind === "form" || note.kind === "day-or-month" ? note.forms?.[0] : (note.forms?.length ?? ""),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), note]);
  }
  return [...groups.values()].map((group) => {
    const columns = group.map(({ column }) => column);
    return { code: CODES[group[0].kind], columns, message: messageOf(group[0], listed(columns)) };
  });
}

const CODES = {
  form: "read-form",
  "leading-zeros": "kept-leading-zeros",
  "large-integers": "kept-large-integers",
  "rounded-integers": "rounded-integers",
  "day-or-month": "day-or-month",
  "mixed-decimals": "mixed-decimals",
  "mixed-zones": "mixed-zones",
  "odd-values": "odd-values",
  "missing-word": "missing-word",
} as const satisfies Record<ColumnNote["kind"], string>;

function messageOf({ kind, column, example, forms = [], count = 0, odd }: ColumnNote, columns: string): string {
  const value = JSON.stringify(example);
  switch (kind) {
    case "form":
      return `Read ${columns} ${forms[0]}: ${value} is ${forms[1]}. If that is wrong: ${typeOption(column, "category")}.`;
    case "leading-zeros":
      return `Read the whole numbers of ${columns} as text, because some begin with 0 like codes: ${value}. For numbers: ${typeOption(column, "number")}.`;
    case "large-integers":
      return `Read the whole numbers of ${columns} as text, because those beyond 2^53 would be rounded: ${value}. For rounded numbers: ${typeOption(column, "number")}.`;
    case "rounded-integers":
      return `${columns} holds whole numbers beyond 2^53, which are rounded: ${value}. To keep them distinct, give them as text.`;
    case "day-or-month":
      return `Read the dates of ${columns} as text, because ${value} can be ${forms.join(" or ")}. Give the format: ${typeOption(column, `date:${forms[0]}`)}.`;
    case "mixed-decimals":
      return forms.length > 1
        ? `Read the numbers of ${columns} as text, because some have a decimal point and some a decimal comma: ${forms.map((text) => JSON.stringify(text)).join(" and ")}. Use one decimal sign.`
        : `Read the numbers of ${columns} as text, because ${value} does not use the decimal sign that was given. Leave that option out, or correct the numbers.`;
    case "mixed-zones":
      return `Some times of ${columns} have a time zone${forms.length > 0 ? `, such as ${JSON.stringify(forms[0])},` : ""} and some do not: ${value} is read as UTC. Add the time zone to each.`;
    case "odd-values":
      return odd === undefined ? "" : oddMessage(column, odd);
    case "missing-word":
      return `Read ${value} in ${column} as a missing value, in ${counted(count, "row")}. If it is a category: ${NO_MISSING_WORDS}.`;
    default:
      return kind satisfies never;
  }
}

function listed(columns: readonly string[]): string {
  const first = columns.slice(0, 10).join(", ");
  return columns.length > 10 ? `${first} and ${columns.length - 10} more columns` : first;
}

function oddMessage(column: string, odd: NonNullable<ColumnNote["odd"]>): string {
  const { type, like, texts, count, present, row, reading } = odd;
  const one = count === 1;
  const are = one ? `is not a ${type} like` : `are not ${type}s like`;
  const isFew = texts.length <= FEW && texts.every((text) => !text.includes(","));
  const words = missingOption([...(reading.missing ?? []), ...texts], reading.missingOnly === true);
  const missing = isFew ? `, or, if ${one ? "it means" : "they mean"} a missing value: ${words}` : "";
  return (
    `Read ${column} as text, because ${count} of ${present} values ${are} ${shown(like)}: ${shown(texts[0])} in row ${row}. ` +
    `Correct ${one ? "it" : "them"}${missing}. To use all values as categories: ${typeOption(column, "category")}.`
  );
}
