import { expect, test } from "vitest";
import { alignColumns, terminalOn, visible } from "./terminal.ts";

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

test("results and notes are shown with escapes, data as it is", () => {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const terminal = terminalOn({ out: add, note: add, screen: undefined });
  terminal.out("\u001b");
  terminal.note("\u001b");
  terminal.data("\u001b");
  expect(lines).toEqual(["\\u001b", "\\u001b", "\u001b"]);
});

test("a line end in a name neither breaks a table's line nor its alignment", () => {
  expect(
    alignColumns(
      [
        ["name", "n"],
        ["a\nb", "1"],
      ],
      { numeric: [1] },
    ),
  ).toEqual(["  name  n", "  a\\nb  1"]);
});
