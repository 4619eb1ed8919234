/** A request's warnings are those of `predictionWarnings`, whatever kinds of values its rows have. */
import { expect, test } from "vitest";
import type { ColumnEncoding, Encoder } from "../data/encoding.ts";
import type { Row } from "../data/table.ts";
import type { Model } from "../models/model.ts";
import { predictionWarnings } from "../tabular/warnings/predictionWarnings.ts";
import { warningsFor } from "./rowWarnings.ts";

const day = (text: string): number => Date.parse(text);
const date = { kind: "date", median: day("2005-01-01"), scale: 1e9, parts: [], missingIndicator: false } as const;
const range = [day("2001-01-01"), day("2009-01-01")] as const;
const columns: readonly ColumnEncoding[] = [
  { kind: "number", name: "a", median: 0, scale: 1, range: [0, 2], missingIndicator: false },
  {
    kind: "number",
    name: "b",
    reading: { type: "number", missing: ["-1"] },
    median: 0,
    scale: 1,
    missingIndicator: false,
  },
  { ...date, name: "day", range, reading: { type: "date", form: "DD/MM/YYYY" } },
  { ...date, name: "zoned", range, reading: { type: "date", zones: "all" }, missingIndicator: true },
  { ...date, name: "local", range, reading: { type: "date", zones: "none" } },
  { kind: "boolean", name: "c" },
  { kind: "category", name: "d", reading: { type: "number" }, categories: ["1", "2"], missingIndicator: false },
];
const values: Readonly<Record<string, readonly Row[string][]>> = {
  a: [1, 2.9, 3.1, -1.1, null],
  b: [1e9, -1, null],
  day: ["1/2/2003", "1/1/2014", "1/1/1990", "01/02/2003 10:00Z", null],
  zoned: ["2003-01-01T10:00Z", "2003-01-01T10:00", "2003-01-01", "2003-01-01T10:00+02:00", null],
  local: ["2003-01-01T10:00", "2003-01-01T10:00Z", "2003-01-01", null],
  c: [true, null],
  d: [1, 3, null],
  e: [0],
};

test("the warnings of rows are those of predictionWarnings, value by value", () => {
  const encoder: Encoder = { columns };
  const known = columns.map(({ name }) => name);
  const document = {
    task: "classification",
    encoder,
    target: { task: "classification", column: "y", classes: ["p", "q"], shares: [0.5, 0.5] },
    network: {},
    loss: {},
    provenance: { columns: known },
  };
  const model = { document } as unknown as Model;
  const warnings = warningsFor(model);
  const usual: Row = Object.fromEntries(known.map((name) => [name, values[name][0]]));
  const rows = Object.entries(values).flatMap(([name, each]) =>
    each.map((value): Row => ({ ...usual, [name]: value })),
  );
  const found = rows.map((row) => warnings([row], []).map(({ code }) => code));
  expect(found).toEqual(rows.map((row) => predictionWarnings(model, [row]).map(({ code }) => code)));
  expect(found[0]).toEqual([]);
  expect(new Set(found.flat())).toEqual(
    new Set(["far-numbers", "newly-missing", "other-zones", "unseen-categories", "new-columns"]),
  );
});
