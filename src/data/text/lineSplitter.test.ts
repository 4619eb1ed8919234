import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { type Line, LineSplitter } from "./lineSplitter.ts";

const text = (line: Line): string => ("text" in line ? line.text : `(${line.fault})`);

/** The lines of bytes that come in pieces of some sizes. */
function linesOf(bytes: Uint8Array, size: () => number): Line[] {
  const splitter = new LineSplitter();
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + size();
    const piece = bytes.slice(at, end);
    at = end;
    lines.push(...splitter.add(piece));
    piece.fill(0); // whoever gave it uses its memory again
  }
  return [...lines, ...splitter.finish()];
}

test("lines are those of the whole text, wherever the pieces end", () => {
  const draws = random(3, "pieces");
  for (const [given, expected] of [
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["\n\na\r\n\nб😀\n", ["", "", "a\r", "", "б😀"]],
    ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
  ] as const) {
    const bytes = new TextEncoder().encode(given);
    for (let trial = 0; trial < 20; trial++) {
      const lines = linesOf(bytes, () => 1 + Math.floor(4 * draws.uniform()));
      expect(lines.map(text)).toEqual(expected);
      expect(lines.map(({ number }) => number)).toEqual(expected.map((_, at) => at + 1));
    }
  }
});

test("a line that is not UTF-8 is told apart from its neighbours", () => {
  const bytes = Uint8Array.of(0x61, 10, 0xff, 10, 0x62, 10, 0xc3);
  for (const size of [1, 3, 100]) {
    expect(linesOf(bytes, () => size).map(text)).toEqual([
      "a",
      "(it is not UTF-8 text)",
      "b",
      "(it is not UTF-8 text)",
    ]);
  }
});

test("a line without an end is not held, and the next one is a line again", () => {
  const splitter = new LineSplitter();
  const piece = new Uint8Array(2 ** 20).fill(0x61);
  for (let count = 0; count < 20; count++) expect(splitter.add(piece)).toEqual([]);
  expect(splitter.add(Uint8Array.of(10, 0x62, 10)).map(text)).toEqual([
    "(it is 20971520 bytes long, more than 16 MiB)",
    "b",
  ]);
});
