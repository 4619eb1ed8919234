import { expect, test } from "vitest";
import { short, type Terminal, terminalOn, visible } from "./terminal.ts";

test("characters that control a terminal or turn the direction of reading are shown as escapes", () => {
  expect(visible("\u001b[31mred\r\u0007 \u009b2J \u202eevil\u007f")).toBe(
    "\\u001b[31mred\\u000d\\u0007 \\u009b2J \\u202eevil\\u007f",
  );
  expect(visible("Île, 日本, 🙂\tand\na line")).toBe("Île, 日本, 🙂\tand\na line");
});

test("JSON means the same after its escapes", () => {
  const value = { "a\u009b": "\u001b\u2028\u0007" };
  expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(value);
});

/** What a terminal writes, and where. */
function recorded(columns?: number): { terminal: Terminal; lines: string[] } {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const width = { out: () => columns, note: () => columns };
  return { terminal: terminalOn({ out: add, note: add, screen: undefined, columns: width }), lines };
}

test("results and notes are shown with escapes, data as it is", () => {
  const { terminal, lines } = recorded();
  terminal.out("\u001b");
  terminal.note("\u001b");
  terminal.block("\u001b");
  terminal.json("\u001b");
  terminal.data("\u001b");
  expect(lines).toEqual(["\\u001b", "\\u001b", "\\u001b", '"\\u001b"', "\u001b"]);
});

test("long results and notes are broken to fit a terminal, and stay on one line elsewhere", () => {
  const long = "Better than always predicting the mean: \u001b[1mR²\u001b[0m 0.9 vs. 0.4";
  const narrow = recorded(40);
  narrow.terminal.out(long);
  narrow.terminal.note(long);
  const broken = ["Better than always predicting the mean:", "  \\u001b[1mR²\\u001b[0m 0.9 vs. 0.4"].join("\n");
  expect(narrow.lines).toEqual([broken, broken]);
  const piped = recorded();
  piped.terminal.out(long);
  expect(piped.lines).toEqual([visible(long)]);
});

test("a table is fitted into the terminal, with escapes for what would control it", () => {
  const { terminal, lines } = recorded(20);
  const rows = [
    ["name", "n"],
    ["a\u001bb and c", "1"],
    ["a long name", "2"],
  ];
  terminal.out({ rows, numeric: [1] });
  expect(lines[0].split("\n")).toEqual(["  name            n", "  a\\u001bb and c  1", "  a long name     2"]);
});

test("JSON, data and text with a layout of its own are never broken", () => {
  const { terminal, lines } = recorded(20);
  const long = "one two three four five six seven eight";
  terminal.json({ long });
  terminal.data(long);
  terminal.block(long);
  expect(lines).toEqual([JSON.stringify({ long }), long, long]);
});

test("remedies in JSON name the command line's options; values that look like one stay as they are", () => {
  const { terminal, lines } = recorded();
  terminal.json({ message: 'Use types: { "zip": "number" }.', label: "folds: 5" });
  terminal.block('{"cell":"folds: 5"}');
  expect(lines).toEqual(['{"message":"Use --type zip=number.","label":"folds: 5"}', '{"cell":"folds: 5"}']);
});

test("a negative number has a minus sign, in its exponent too, as texts beside it have", () => {
  expect([short(-0.02546), short(-0.00001234), short(12.3456)]).toEqual(["−0.02546", "−1.234e−5", "12.35"]);
});

test("the largest numbers are shown as they are, not as Infinity", () => {
  expect(short(Number.MAX_VALUE)).toBe("1.798e+308");
  expect(short(-Number.MAX_VALUE)).toBe("−1.798e+308");
});
