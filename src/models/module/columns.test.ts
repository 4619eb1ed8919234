/** Columns as emitted code: the inputs and the errors of the encoder, for every encoding and reading and any cell. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { imported } from "../../../test/exportedModule.ts";
import { encodeTable, tableForEncoder } from "../../data/encoder.ts";
import type { ColumnEncoding } from "../../data/encoding.ts";
import type { Cell, Reading } from "../../data/table.ts";
import { columnCode } from "./columnCode.ts";
import { partsFor } from "./parts.ts";

const scaling = { median: 2.5, scale: 0.3 };
const number = (name: string, reading?: Reading, own: object = {}): ColumnEncoding => ({
  kind: "number",
  name,
  ...scaling,
  missingIndicator: true,
  ...(reading && { reading }),
  ...own,
});
const category = (name: string, reading: Reading, categories: readonly string[], own: object = {}): ColumnEncoding => ({
  kind: "category",
  name,
  reading,
  categories,
  missingIndicator: false,
  ...own,
});
const date = (name: string, form?: string): ColumnEncoding => ({
  kind: "date",
  name,
  parts: ["time", "month", "dayOfMonth", "dayOfWeek", "hour"],
  median: 1.6e12,
  scale: 1e-11,
  missingIndicator: true,
  reading: { type: "date", ...(form && { form }) },
});

const columns: readonly ColumnEncoding[] = [
  number("plain"),
  number("unclipped", undefined, { clip: false, missingIndicator: false }),
  number("comma", { type: "number", decimal: ",", thousands: "." }),
  number("spaces", { type: "number", thousands: " " }),
  number("apostrophe", { type: "number", thousands: "'", unit: "€" }),
  number("dollars", { type: "number", thousands: ",", unit: "$" }),
  number("per cent", { type: "number", unit: "%" }),
  number("codes", { type: "number", missing: ["-999", "none at all"] }),
  number("only", { type: "number", missing: ["-"], missingOnly: true }),
  number("flagged", undefined, { flagScales: [{ median: 0, scale: 2 }] }),
  { kind: "boolean", name: "truth" },
  {
    kind: "boolean",
    name: "scaled truth",
    flagScales: [{ median: 1, scale: 0.5 }],
    reading: { type: "boolean", missing: ["perhaps"] },
  },
  category("words", { type: "text" }, ["red", 'a"b', "</script>"], { missingIndicator: true }),
  category("numbers as text", { type: "text" }, ["1", "x", "2.5"], { form: "code" }),
  category("truth as text", { type: "text", missing: ["red"] }, ["true", "1"], { form: "signed" }),
  category("dates as text", { type: "text" }, ["2020-01-02T00:00:00.000Z", "y"]),
  category("numbers", { type: "number", decimal: "," }, ["1", "1.5", "-3"]),
  category("truths", { type: "boolean" }, ["true"], { flagScales: [{ median: 0, scale: 1 }] }),
  category("dates", { type: "date" }, ["2020-01-02T00:00:00.000Z"]),
  category("__proto__", { type: "text" }, ["__proto__", "constructor"]),
  date("iso"),
  date("German", "DD.MM.YYYY"),
  date("American", "MM/DD/YY"),
  date("named", "DD MMM YYYY"),
];

const texts = [
  "1",
  "-1",
  "1.5",
  "1,5",
  "1.234,5",
  "1 234",
  "1\u00a0234",
  "1'234 €",
  "€ 5",
  "$1,234.5",
  "-$3",
  "−4",
  "5 %",
  "5%",
  "1e3",
  "inf",
  "-Infinity",
  "1e999",
  "-999",
  "none at all",
  "NA",
  "n/a",
  "None",
  "-",
  "?",
  "",
  "  ",
  " red ",
  "red",
  'a"b',
  "</script>",
  "true",
  "FALSE",
  "x",
  "perhaps",
  "2020-01-02",
  "2020-01-02T03:04:05.678+01:30",
  "2020-01-02 25:00",
  "31.12.2021",
  "30.02.2021",
  "12/31/69",
  "12/31/70 11:59 p.m.",
  "3 Mar 2020",
  "12:30",
  "__proto__",
  "constructor",
  "toString",
  "ROW",
  "x".repeat(50),
  "\u2028",
  "١",
];
const cells = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    1,
    -0,
    2,
    2.5,
    -3,
    -999,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    10n ** 20n,
    5n,
    new Date("2020-01-02"),
    new Date("2024-02-29T23:59:59.999Z"),
    new Date(Number.NaN),
    [],
    {},
    () => 1,
    Symbol.iterator,
  ),
  fc.double(),
  fc.date({ noInvalidDate: true }),
  fc.string(),
);

const { encode } = await imported<{ encode(column: number, rows: readonly object[]): Float32Array[] }>(
  [
    ...partsFor(`encoded ${columns.map(columnCode)}`),
    `const columns = [${columns.map(columnCode)}];`,
    "export const encode = (column, rows) => encoded([columns[column]], rows);",
  ].join("\n"),
);

/** What one of the two makes of the rows: inputs, or the error's message with its place. */
function outcome(make: () => Iterable<number>): unknown {
  try {
    return [...make()];
  } catch (error) {
    const { name, message, columns: names, row } = error as Error & { columns?: unknown; row?: unknown };
    return { name, message, names, row };
  }
}

const rowsOf = (name: string, values: readonly unknown[]): object[] =>
  values.map((value) => Object.fromEntries([[name, value]]));

test.each(columns.map((column, at) => [column.name, column, at] as const))(
  "%s: cells become the encoder's inputs, or its error",
  (name, column, at) => {
    const compare = (values: readonly unknown[]): void => {
      const rows = rowsOf(name, values);
      const encoder = { columns: [column] };
      const expected = outcome(() => encodeTable(encoder, tableForEncoder(encoder, rows as Record<string, Cell>[])));
      expect(outcome(() => encode(at, rows).flatMap((inputs) => [...inputs]))).toEqual(expected);
    };
    for (const text of texts) compare([text]);
    fc.assert(fc.property(fc.array(cells, { maxLength: 3 }), compare), { seed: at, numRuns: 300 });
  },
);

test("what is no row, and rows that lack columns, are the encoder's errors", () => {
  const encoder = { columns: [columns[0]] };
  for (const row of [
    null,
    undefined,
    5,
    "text",
    [],
    new Map(),
    new Set(),
    {},
    { Plain: 1 },
    Object.create({ plain: 1 }),
  ]) {
    const expected = outcome(() =>
      encodeTable(encoder, tableForEncoder(encoder, [{ plain: 1 }, row as Record<string, Cell>])),
    ) as { message: string };
    const without = { ...expected, message: expected.message.replace(/ Did you mean [^?]*\?/, "") };
    expect(outcome(() => encode(0, [{ plain: 1 }, row as object]).flatMap((inputs) => [...inputs]))).toEqual(without);
  }
});
