import { expect, test } from "vitest";
import type { ColumnEncoding } from "../data/encoding.ts";
import { ModelFileError } from "../errors.ts";
import { columnCheck } from "./columnCheck.ts";

const city = { kind: "category", name: "city", categories: ["Oslo", "Rome"], missingIndicator: false } as const;
const scale = { median: 0, scale: 2 };

test("columns with forms and scales are accepted as they are", () => {
  const columns: ColumnEncoding[] = [
    city,
    { ...city, form: "code" },
    { ...city, form: "signed", flagScales: [scale] },
    { ...city, flagScales: [scale, scale] },
    { ...city, missingIndicator: true, flagScales: [scale, scale, scale] },
    { kind: "boolean", name: "b", flagScales: [scale] },
    { kind: "number", name: "n", ...scale, missingIndicator: true, flagScales: [scale] },
    { kind: "date", name: "d", parts: ["time"], ...scale, missingIndicator: true, flagScales: [scale] },
  ];
  for (const column of columns) expect(columnCheck(column, "c")).toEqual(column);
});

test.each<[object, string]>([
  [{ form: "oneHot" }, 'c.form: expected "signed" or "code", found "oneHot".'],
  [{ form: "signed", categories: ["a"] }, 'c.categories: expected 2, as the form is "signed", found 1.'],
  [{ form: "code", missingIndicator: true }, 'c.missingIndicator: expected false, as the form is "code", found true.'],
  [{ flagScales: [scale] }, "c.flagScales: expected 2, one for each flag of the column, found 1."],
  [{ form: "code", flagScales: [scale] }, "c.flagScales: expected 0, one for each flag of the column, found 1."],
  [
    { flagScales: [scale, { median: 0, scale: 0 }] },
    "c.flagScales[1].scale: expected a finite number above 0, found 0.",
  ],
])("a column whose form or scales do not fit is refused (%#)", (part, message) => {
  expect(() => columnCheck({ ...city, ...part }, "c")).toThrow(new ModelFileError(message));
});
