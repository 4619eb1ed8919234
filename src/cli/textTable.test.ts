import fc from "fast-check";
import { expect, test } from "vitest";
import { type TextTable, tableLines } from "./textTable.ts";
import { displayWidth } from "./textWidth.ts";

test("a line end in a name neither breaks a table's line nor its alignment", () => {
  const rows = [
    ["name", "n"],
    ["a\nb", "1"],
  ];
  expect(tableLines({ rows, numeric: [1] })).toEqual(["  name  n", "  a\\nb  1"]);
});

test("columns stand under each other where a name has wide characters", () => {
  const rows = [
    ["name", "n"],
    ["日本", "1"],
    ["e\u0301t", "22"],
  ];
  expect(tableLines({ rows, numeric: [1] })).toEqual(["  name   n", "  日本   1", "  e\u0301t    22"]);
});

const layers: TextTable = {
  rows: [
    ["layer", "kind", "what it does"],
    ["0", "scale", "multiplies every input by a factor of its own"],
    ["10", "dense", "a short one"],
  ],
  numeric: [0],
};

test("a long text goes on within its own column", () => {
  expect(tableLines(layers, 40)).toEqual([
    "  layer  kind   what it does",
    "      0  scale  multiplies every input",
    "                by a factor of its own",
    "     10  dense  a short one",
  ]);
});

test("a long name is broken behind a sign, and goes on indented", () => {
  const rows = [
    ["column", "mean"],
    ["bill_length_in_millimetres", "1.5"],
    ["sex", "2"],
  ];
  expect(tableLines({ rows, numeric: [1] }, 28)).toEqual([
    "  column                mean",
    "  bill_length_in_        1.5",
    "    millimetres",
    "  sex                      2",
  ]);
});

test("columns that do not fit are set under the others, each part with the first column", () => {
  const rows = [
    ["trial", "accuracy", "learningRate", "dropout"],
    ["0", "0.98", "0.0131", "0.1"],
    ["1", "0.97", "0.2", "–"],
  ];
  expect(tableLines({ rows, numeric: [0, 1, 2, 3] }, 32)).toEqual([
    "  trial  accuracy  learningRate",
    "      0      0.98        0.0131",
    "      1      0.97           0.2",
    "",
    "  trial  dropout",
    "      0      0.1",
    "      1        –",
  ]);
});

test("a form for narrow terminals is used where the wide one does not fit, off a terminal from 81 columns on", () => {
  const narrow = { rows: [["", "1"]], numeric: [1] };
  const wide = (length: number): TextTable => ({ rows: [["", "n".repeat(length)]], numeric: [1], narrow });
  expect(tableLines(wide(10), 20)).toEqual([`    ${"n".repeat(10)}`]);
  expect(tableLines(wide(20), 20)).toEqual(["    1"]);
  expect(tableLines(wide(76))).toEqual([`    ${"n".repeat(76)}`]);
  expect(tableLines(wide(77))).toEqual(["    1"]);
});

test("whatever the texts, no line is too long where numbers leave room, and nothing is lost", () => {
  const text = fc.oneof(fc.constantFrom("日本語の長い名前", "a_b-c", "", "👩‍🚀 and 🙂", "x".repeat(90)), fc.lorem());
  const number = fc.integer().map(String);
  const row = fc.tuple(text, number, text, number, number, text);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.integer({ min: 30, max: 120 }), (body, columns) => {
      const rows = [["name", "n", "what it is", "m", "k", ""], ...body];
      const lines = tableLines({ rows, numeric: [1, 3, 4] }, columns);
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
      const kept = new Set(lines.join(""));
      expect([...rows.flat().join("").replaceAll(" ", "")].filter((sign) => !kept.has(sign))).toEqual([]);
    }),
    { numRuns: 30, seed: 1 },
  );
});
