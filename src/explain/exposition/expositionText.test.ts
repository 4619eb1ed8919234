import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block, Exposition } from "./exposition.ts";
import { expositionText } from "./expositionText.ts";

const formula = (text: string) => ({ text, latex: text });
const of = (...blocks: Block[]): Exposition => ({ title: "A title", blocks });
/** The lines below the title. */
const linesOf = (width: number, ...blocks: Block[]) =>
  expositionText(of(...blocks), { width })
    .split("\n")
    .slice(3);

test("headings are underlined to their length", () => {
  const text = expositionText(of({ kind: "heading", level: 1, content: ["Field ", formula("v⁽¹⁾")] }));
  expect(text.split("\n")).toEqual(["A title", "=======", "", "Field v⁽¹⁾", "----------"]);
});

test("paragraphs fill lines, and a short formula stays on one", () => {
  const block: Block = { kind: "paragraph", content: ["the sum is", " ", formula("v = 1 + 2"), " here"] };
  expect(linesOf(16, block)).toEqual(["the sum is", "v = 1 + 2 here"]);
});

test("a long formula among words breaks outside its brackets alone", () => {
  const shapes = formula(Array.from({ length: 12 }, () => "[16 × 16]").join(" · "));
  const lines = linesOf(30, { kind: "paragraph", content: ["shapes ", shapes] });
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line).toMatch(/^(shapes )?(· )?\[16 × 16\]( · \[16 × 16\])*$/);
});

test("equations stand at their signs, each right side below the other", () => {
  const lines = linesOf(40, {
    kind: "equations",
    equations: [
      { left: formula("v"), right: [formula("0.5 · 2 + 1"), formula("2")] },
      { left: formula("∂ε/∂v"), right: [formula("−0.25")] },
    ],
  });
  expect(lines).toEqual(["      v = 0.5 · 2 + 1", "        = 2", "  ∂ε/∂v = −0.25"]);
});

test("a formula by itself is aligned at its own sign", () => {
  const lines = linesOf(40, {
    kind: "equations",
    equations: [
      { left: formula("φ(v) = v"), right: [] },
      { left: formula("φ'(v) = 1"), right: [] },
    ],
  });
  expect(lines).toEqual(["   φ(v) = v", "  φ'(v) = 1"]);
});

test("a long right side continues with a hanging indent, broken before an operator and not in brackets", () => {
  const right = [formula("(1 + 2) · 3 + (4 + 5) · 6")];
  expect(linesOf(22, { kind: "equations", equations: [{ left: formula("y"), right }] })).toEqual([
    "  y = (1 + 2) · 3",
    "        + (4 + 5) · 6",
  ]);
});

test("a matrix stands as a block with the sign at its middle", () => {
  const matrix = formula("[ 1  2 ]\n[ 3  4 ]\n[ 5  6 ]");
  expect(linesOf(40, { kind: "equations", equations: [{ left: formula("W"), right: [matrix] }] })).toEqual([
    "      [ 1  2 ]",
    "  W = [ 3  4 ]",
    "      [ 5  6 ]",
  ]);
});

test("a matrix that is too wide beside its left side moves to the left, or under it", () => {
  const left = [formula("W"), formula("sixteen letters.")];
  const block = (width: number, text: string) =>
    linesOf(width, {
      kind: "equations",
      equations: [
        { left: left[0], right: [formula(text)] },
        { left: left[1], right: [formula("1")] },
      ],
    }).slice(0, -1);
  const matrix = "[ 1  2 ]\n[ 3  4 ]\n[ 5  6 ]";
  expect(block(20, matrix)).toEqual(["            [ 1  2 ]", "        W = [ 3  4 ]", "            [ 5  6 ]"]);
  expect(block(13, matrix)).toEqual(["                 W =", "    [ 1  2 ]", "    [ 3  4 ]", "    [ 5  6 ]"]);
});

test("matrices side by side that are too wide continue below, parted before the dot", () => {
  const rows = ["[ 7  8 ] · [ 1  2 ] · [ 5 ]", "           [ 3  4 ]   [ 6 ]"];
  expect(
    linesOf(26, { kind: "equations", equations: [{ left: formula("p"), right: [formula(rows.join("\n"))] }] }),
  ).toEqual(["  p = [ 7  8 ] · [ 1  2 ]", "                 [ 3  4 ]", "        · [ 5 ]", "          [ 6 ]"]);
});

test("characters that are two columns wide keep a table's columns straight", () => {
  const rows = [
    ["企鵝", "1"],
    ["tern", "2"],
  ];
  expect(linesOf(60, { kind: "table", head: ["name", "n"], rows, numeric: [1] }).slice(2)).toEqual([
    "  企鵝  1",
    "  tern  2",
  ]);
});

test("lists are numbered where their order matters, and hang", () => {
  const items = [["one two three"], ["four"]];
  expect(linesOf(10, { kind: "list", ordered: true, items })).toEqual(["1. one two", "   three", "2. four"]);
  expect(linesOf(20, { kind: "list", ordered: false, items })).toEqual(["• one two three", "• four"]);
});

test("tables keep their columns, numbers to the right, and wrap words where the width is too small", () => {
  const table: Block = {
    kind: "table",
    head: ["n", "meaning of it"],
    rows: [
      ["7", "a word and another word"],
      ["12.5", formula("φ(v)")],
    ],
    numeric: [0],
  };
  expect(linesOf(60, table)).toEqual([
    "     n  meaning of it",
    "  ────  ───────────────────────",
    "     7  a word and another word",
    "  12.5  φ(v)",
  ]);
  expect(linesOf(24, table).slice(2, 4)).toEqual(["     7  a word and", "        another word"]);
});

test("no width ever parts a number or loses a character", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => String(value).replace("-", "−"));
  const cases = fc.tuple(fc.array(number, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 120 }));
  fc.assert(
    fc.property(cases, ([numbers, width]) => {
      const sum = numbers.join(" + ");
      const product = formula(`(${numbers.join(" · ")})`);
      const lines = linesOf(
        width,
        { kind: "paragraph", content: [sum] },
        {
          kind: "equations",
          equations: [{ left: formula("v"), right: [formula(sum), product, formula(numbers.join(", "))] }],
        },
        { kind: "table", head: ["x"], rows: [[sum]], numeric: [] },
      );
      const words = lines.join(" ").split(/[\s(),]+/);
      for (const value of numbers) expect(words.filter((word) => word === value).length).toBeGreaterThanOrEqual(5);
    }),
    { seed: 11, numRuns: 100 },
  );
});
