import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../errors.ts";
import { encodedNames, encodedReadings, encodedWidth, encodeTable, inputColumns, tableForEncoder } from "./encoder.ts";
import type { Encoder } from "./encoding.ts";
import { type EncodingChoices, fitEncoder } from "./fitEncoder.ts";
import { selectRows, tableFromColumns, tableFromRows } from "./rows.ts";
import type { Cell, Row } from "./table.ts";

const penguins: Encoder = {
  columns: [
    { kind: "number", name: "mass", median: 4000, scale: 1 / 1000, missingIndicator: true },
    { kind: "category", name: "island", categories: ["Biscoe", "Dream"], missingIndicator: true },
    { kind: "boolean", name: "alive" },
    { kind: "date", name: "seen", parts: ["time", "month"], median: 0, scale: 1 / 86_400_000, missingIndicator: false },
  ],
};

const row = { mass: 5000, island: "Dream", alive: true, seen: new Date("1970-04-01") };

/** What the encoder makes of one row, rounded for reading. */
function encoded(encoder: Encoder, given: Row): number[] {
  return [...encodeTable(encoder, tableForEncoder(encoder, [given]))].map((value) => Math.round(value * 1e4) / 1e4);
}

test("each input has a name and the column it came from", () => {
  expect(encodedNames(penguins).map(({ name }) => name)).toEqual([
    "mass",
    "mass is missing",
    "island = Biscoe",
    "island = Dream",
    "island is missing",
    "alive",
    "seen",
    "seen: month, sine",
    "seen: month, cosine",
  ]);
  expect(new Set(encodedNames(penguins).map(({ column }) => column))).toEqual(
    new Set(["mass", "island", "alive", "seen"]),
  );
  expect(encodedWidth(penguins)).toBe(9);
  expect(Object.fromEntries(encodedReadings(penguins))).toEqual({
    mass: { type: "number" },
    island: { type: "text" },
    alive: { type: "boolean" },
    seen: { type: "date" },
  });
});

test("each input has a kind, and a code says how many codes there are", () => {
  expect(inputColumns(penguins).map(({ kind }) => kind)).toEqual([
    "number",
    "flag",
    "flag",
    "flag",
    "flag",
    "flag",
    "number",
    "cycle",
    "cycle",
  ]);
  const coded: Encoder = {
    columns: [
      { kind: "category", name: "city", categories: ["Oslo", "Rome"], missingIndicator: false, form: "code" },
      { kind: "category", name: "sex", categories: ["f", "m"], missingIndicator: false, form: "signed" },
    ],
  };
  expect(inputColumns(coded)).toEqual([
    { column: "city", name: "city", kind: "code", cardinality: 3 },
    { column: "sex", name: "sex: f +, m −", kind: "flag" },
  ]);
  expect(encoded(coded, { city: "Rome", sex: "m" })).toEqual([2, -1]);
  expect(encoded(coded, { city: "Bonn", sex: "x" })).toEqual([0, 0]);
  expect(encoded(coded, { city: null, sex: null })).toEqual([0, 0]);
});

test("a row is encoded as the arithmetic says", () => {
  // mass: z = (5000 − 4000)/1000 = 1; 1/√(1 + 1/9) = 0.9487
  // seen: 31 + 28 + 31 = 90 days, z = 90; 90/√(1 + 900) = 2.9983. April is 3/12 round the year: sine 1, cosine 0.
  expect(encoded(penguins, row)).toEqual([0.9487, 0, 0, 1, 0, 1, 2.9983, 1, 0]);
});

test("missing values are encoded as such, and an unseen category as none of the known", () => {
  const missing = { mass: null, island: undefined, alive: null, seen: "" };
  expect(encoded(penguins, missing)).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0]);
  expect(encoded(penguins, { ...row, island: "Torgersen" }).slice(2, 5)).toEqual([0, 0, 0]);
});

test("numbers, truth values and dates may come as text, and nothing else is needed of a row", () => {
  const texts = { seen: "1970-04-01", alive: "true", island: "Dream", mass: "5e3", other: [] as never };
  expect(encoded(penguins, texts)).toEqual(encoded(penguins, row));
  expect(encoded(penguins, { ...row, mass: 5000n, alive: 1 })).toEqual(encoded(penguins, row));
});

test("no rows make no inputs", () => {
  expect(encodeTable(penguins, tableForEncoder(penguins, []))).toHaveLength(0);
});

test("a row without a column is refused, with the nearest of its names", () => {
  const { mass: _, ...rest } = row;
  expect(() => tableForEncoder(penguins, [row, { ...rest, mas: 5000 }])).toThrow(
    new DataError(
      'In the given rows: row 2 has no "mass", a column that the model was trained with. Did you mean "mas"? ' +
        "Add the column; unknown values may be empty (null).",
      { columns: ["mass"], row: 2 },
    ),
  );
  expect(() => tableForEncoder(penguins, [rest], "new.csv")).toThrow(/In new.csv: row 1 has no "mass"/);
  expect(() => tableForEncoder(penguins, [null as never])).toThrow(/expected row 1 to be an object/);
});

test("a row with a value of another type is refused", () => {
  const refused =
    (changed: Row): (() => unknown) =>
    () =>
      encoded(penguins, { ...row, ...changed });
  expect(refused({ mass: "heavy" })).toThrow(
    new DataError(
      'In the given rows: column "mass" is a number column with the text "heavy" in row 1. ' +
        "Correct the value, or leave it empty: the model was trained with this type.",
      { columns: ["mass"], row: 1 },
    ),
  );
  expect(refused({ mass: "5.400,5" })).toThrow(
    /"5.400,5" in row 1. Expected a number such as 1234.5. Correct the value/,
  );
  expect(refused({ mass: new Date(0) })).toThrow(/number column with the date 1970-01-01T00:00:00.000Z in row 1/);
  expect(refused({ mass: Number.POSITIVE_INFINITY })).toThrow(/"mass" holds an infinite number, Infinity, in row 1/);
  expect(refused({ alive: "perhaps" })).toThrow(/boolean column with the text "perhaps"/);
  expect(refused({ seen: 2007 })).toThrow(/date column with the number 2007/);
  expect(refused({ seen: "29.06.2026" })).toThrow(
    /"29.06.2026" in row 1. Expected an ISO 8601 date such as 2026-06-29. /,
  );
  expect(refused({ island: 5 })).toThrow(/"island" holds the number 5 in row 1. Expected categories such as "Biscoe"/);
  expect(refused({ island: false })).toThrow(/"island" holds the boolean false in row 1/);
});

test("categories that are numbers take numbers, seen or not", () => {
  const encoder: Encoder = {
    columns: [{ kind: "category", name: "code", categories: ["7", "9"], missingIndicator: false }],
  };
  expect(encoded(encoder, { code: 9 })).toEqual([0, 1]);
  expect(encoded(encoder, { code: "9" })).toEqual([0, 1]);
  expect(encoded(encoder, { code: 8 })).toEqual([0, 0]);
});

test("a table is encoded whatever the order and number of its columns", () => {
  const table = tableFromRows([{ extra: 1, ...row }]);
  const turned = { ...table, columns: [...table.columns].reverse() };
  expect(encodeTable(penguins, turned)).toEqual(encodeTable(penguins, table));
});

test("a table that lacks a column or has another type in it is refused, with the row of the source", () => {
  const { mass: _, ...rest } = row;
  const lacking = tableFromRows([{ ...rest, mas: 1 }], { source: "new.csv" });
  expect(() => encodeTable(penguins, lacking)).toThrow(/In new.csv: the table has no "mass", .* Did you mean "mas"\?/);
  const words = tableFromRows(
    [row, { ...row, mass: "light" }, { ...row, mass: "heavy" }].map((r) => ({ ...r, mass: String(r.mass) })),
  );
  expect(() => encodeTable(penguins, words)).toThrow(/number column with the text "light" in row 2/);
  expect(() => encodeTable(penguins, selectRows(words, Uint32Array.of(0, 2)))).toThrow(/the text "heavy" in row 3/);
  const numbers = tableFromRows([{ ...row, island: 3 }]);
  expect(() => encodeTable(penguins, numbers)).toThrow(/"island" holds the number 3 in row 1/);
});

test("a column that is missing in every row, and so has no type, is encoded as missing", () => {
  const table = tableFromRows([{ ...row, mass: null, seen: null, alive: null, island: null }]);
  expect([...encodeTable(penguins, table)]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0]);
});

/** Tables with a column of each type, missing values anywhere, and one column that is fit to learn from. */
const tables = fc
  .integer({ min: 4, max: 30 })
  .chain((n) => {
    const cells = (value: fc.Arbitrary<Cell>): fc.Arbitrary<Cell[]> =>
      fc.array(fc.option(value, { freq: 5 }), { minLength: n, maxLength: n });
    return fc.record({
      number: cells(fc.double({ noNaN: true, noDefaultInfinity: true })),
      whole: cells(fc.integer({ min: -5, max: 5 })),
      text: cells(fc.constantFrom("a", "b", "c", "__proto__", "constructor")),
      boolean: cells(fc.boolean()),
      date: cells(fc.date({ noInvalidDate: true })),
      certain: fc.constant(Array.from({ length: n }, (_, at) => at % 3)),
    });
  })
  .map((columns) =>
    tableFromColumns(columns, { types: { number: "number", whole: "number", boolean: "boolean", date: "date" } }),
  );

const choices: fc.Arbitrary<EncodingChoices> = fc.record(
  {
    binary: fc.constant("signed"),
    missing: fc.constant("zero"),
    flags: fc.constant("scaled"),
  },
  { requiredKeys: [] },
);

test("any table encodes to finite numbers within ±3, in the width that the names say", () => {
  fc.assert(
    fc.property(tables, tables, choices, (training, other, chosen) => {
      const { encoder } = fitEncoder(training, { exclude: [], ...chosen });
      for (const table of [training, other]) {
        const inputs = encodeTable(encoder, table);
        expect(inputs).toHaveLength(table.rows * encodedWidth(encoder));
        expect(inputs.every((value) => Math.abs(value) <= 3)).toBe(true);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("no encoded column is the same in all training rows", () => {
  fc.assert(
    fc.property(tables, choices, (training, chosen) => {
      const { encoder } = fitEncoder(training, { exclude: [], ...chosen });
      const inputs = encodeTable(encoder, training);
      const width = encodedWidth(encoder);
      for (let at = 0; at < width; at++) {
        const values = Array.from({ length: training.rows }, (_, n) => inputs[n * width + at]);
        expect(new Set(values).size, encodedNames(encoder)[at].name).toBeGreaterThan(1);
      }
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("what training rows become does not depend on the rows kept for testing", () => {
  fc.assert(
    fc.property(tables, (whole) => {
      const rows = Uint32Array.from({ length: Math.ceil(whole.rows / 2) }, (_, at) => 2 * at);
      const training = selectRows(whole, rows);
      const { encoder } = fitEncoder(training, { exclude: [] });
      const all = encodeTable(encoder, whole);
      const alone = encodeTable(encoder, training);
      const width = encodedWidth(encoder);
      for (const [n, row] of rows.entries()) {
        expect(all.subarray(row * width, (row + 1) * width)).toEqual(alone.subarray(n * width, (n + 1) * width));
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});

test("rows one by one encode as they do in their table", () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { encoder } = fitEncoder(table, { exclude: [] });
      const together = encodeTable(encoder, table);
      const cells = (n: number): Row =>
        Object.fromEntries(
          table.columns.map(({ name, type, values }) => [
            name,
            type === "date" ? new Date(values[n] ?? Number.NaN) : values[n],
          ]),
        );
      const apart = Array.from({ length: table.rows }, (_, n) => [
        ...encodeTable(encoder, tableForEncoder(encoder, [cells(n)])),
      ]);
      expect(apart.flat()).toEqual([...together]);
    }),
    { seed: 4, numRuns: 50 },
  );
});

test("the only category of a column is known by its value in model files that do not name the column's type", () => {
  const only = (category: string): Encoder => ({
    columns: [{ kind: "category", name: "x", categories: [category], missingIndicator: false }],
  });
  for (const [category, spelling] of [
    ["1.5", "1.50"],
    ["1000", "1e3"],
    ["true", "TRUE"],
    ["2024-10-13T00:00:00.000Z", "2024-10-13"],
  ]) {
    expect(encoded(only(category), { x: spelling })).toEqual([1]);
    expect(encoded(only(category), { x: null })).toEqual([0]);
    expect(encoded(only(category), { x: "other" })).toEqual([0]);
  }
  expect(encoded(only("007"), { x: "7" })).toEqual([0]); // "007" is no number's own text
});

test("a category of a number is known by its number, and a text there is refused", () => {
  const table = tableFromColumns({ x: [1.5, null, 1.5, null] });
  const { encoder } = fitEncoder(table, { exclude: [] });
  expect(encoded(encoder, { x: "1.50" })).toEqual([1]);
  expect(encoded(encoder, { x: 2 })).toEqual([0]);
  expect(() => encoded(encoder, { x: "many" })).toThrow(/number column with the text "many" in row 1/);
});
