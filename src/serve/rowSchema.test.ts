/** What rows the server takes: the schema and the check agree with each other and with the library. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dateReader, knownForms } from "../data/dateForms.ts";
import type { ColumnEncoding } from "../data/encoding.ts";
import { numberReader } from "../data/numberForms.ts";
import { datePattern } from "./datePattern.ts";
import { rowSchemaOf } from "./rowSchema.ts";

const forms = [undefined, ...knownForms.flat(), "YYYY/M/D", "MMM YYYY DD"];

test.each(forms)("each day that the pattern of %s takes is a day that the reader takes", (form) => {
  const pattern = new RegExp(datePattern(form), "u");
  const read = dateReader(form);
  fc.assert(
    fc.property(fc.stringMatching(pattern), (text) => {
      expect(read(text), text).not.toBeNaN();
    }),
    { numRuns: 300, seed: 1 },
  );
});

test.each([
  [undefined, ["2026-06-29", "2026-06", "2024-02-29", "2000-02-29", "06:30", "2026-06-29T06:30:00.5+02:00"]],
  ["DD/MM/YYYY", ["29/06/2026", "1/2/2003 6:30 pm", "31/12/1999 23:59:59Z"]],
  ["MMM DD YY", ["Sept 3rd, 99", "february 29 04"]],
])("the pattern of %s takes what people write", (form, texts) => {
  const pattern = new RegExp(datePattern(form), "u");
  expect(texts.filter((text) => !pattern.test(text))).toEqual([]);
  for (const wrong of ["", "2026-13-01", "2023-02-29", "1900-02-29", "31/04/2020", "24:00", "x", "Feb 30 20"]) {
    expect(pattern.test(wrong), wrong).toBe(false);
  }
});

const columns: readonly ColumnEncoding[] = [
  { kind: "number", name: "a", median: 0, scale: 1, range: [0, 2], missingIndicator: false },
  {
    kind: "number",
    name: "%",
    reading: { type: "number", unit: "%", decimal: "," },
    median: 0,
    scale: 1,
    missingIndicator: true,
  },
  { kind: "boolean", name: "__proto__" },
  { kind: "category", name: "c", reading: { type: "text" }, categories: ["x", "y"], missingIndicator: false },
  { kind: "category", name: "n", reading: { type: "number" }, categories: ["1", "2.5"], missingIndicator: false },
];
const rows = rowSchemaOf({ encoder: { columns } });
const row = JSON.parse('{"a": 1, "%": "12,5%", "__proto__": true, "c": "x", "n": 3}');

test("the schema names columns, types and known categories; the check asks the same", () => {
  expect(rows.columns).toEqual(["a", "%", "__proto__", "c", "n"]);
  expect(Object.keys(rows.schema.properties as object)).toEqual(rows.columns);
  expect((rows.schema.properties as Record<string, unknown>).c).toMatchObject({
    anyOf: [{ enum: ["x", "y", null] }, { type: "string" }],
  });
  expect(rows.require(row)).toBe(row);
  expect(rows.require({ ...row, c: "unseen", n: null, more: {} })).toBeDefined();
  const wrong = { a: ["1", Number.POSITIVE_INFINITY, true, {}], "%": [12.5, "12.5%", "12,5"], c: [1, []], n: ["1"] };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      expect(() => rows.require({ ...row, [name]: value }, 7)).toThrow(
        `Row 7, column ${JSON.stringify(name)}: expected`,
      );
    }
  }
  expect(() => rows.require({ ...row })).not.toThrow();
  expect(() => rows.require({ a: 1, "%": "1%", c: "x", n: 1 })).toThrow('The row has no "__proto__"');
  expect(() => rows.require({ row })).toThrow('Send what "row" holds, without the object around it.');
});

test("texts with a per cent sign that are taken are numbers to the model", () => {
  const read = numberReader({ unit: "%", decimal: "," });
  fc.assert(fc.property(fc.stringMatching(/^-?[0-9]{1,15}(?:,[0-9]{1,15})?%$/), (text) => Number.isFinite(read(text))));
});
