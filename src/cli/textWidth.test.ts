import { expect, test } from "vitest";
import { displayWidth, padEnd, padStart, wrapped } from "./textWidth.ts";

test("a line's width is the columns that a terminal draws it in", () => {
  expect(displayWidth("plain")).toBe(5);
  expect(displayWidth("Île – ∂ℓ/∂W⁽²⁾ ≤ …")).toBe(18);
  expect(displayWidth("日本")).toBe(4);
  expect(displayWidth("한글 かな")).toBe(9);
  expect(displayWidth("e\u0301\u200b")).toBe(1); // one letter with a combining accent, and a space of no width
  expect(displayWidth("🙂👩‍🚀❤️")).toBe(6);
  expect(padStart("日本", 6) + padEnd("é", 3)).toBe("  日本é  ");
});

test("a long line goes on under its text, behind the label", () => {
  expect(wrapped("  note      year has one value for each row and is left out", 40)).toBe(
    ["  note      year has one value for each", "            row and is left out"].join("\n"),
  );
});

test("a long sentence goes on indented, lines that fit stay as they are", () => {
  expect(wrapped("Better than the mean.\n\nBetter than always predicting the mean: R² 0.9", 24)).toBe(
    ["Better than the mean.", "", "Better than always", "  predicting the mean:", "  R² 0.9"].join("\n"),
  );
});

test("no line is longer than the columns unless one word is", () => {
  const long = `gradus: Cannot read /${"a".repeat(60)}.csv, 日本語の列 and ${"word ".repeat(40)}`;
  const lines = wrapped(long, 50).split("\n");
  expect(lines[0]).toBe(`gradus: Cannot read /${"a".repeat(60)}.csv,`);
  expect(lines.slice(1).filter((line) => displayWidth(line) > 50)).toEqual([]);
  expect(lines.join(" ").replaceAll(/ +/g, " ")).toBe(long.trimEnd());
});

test("a text that begins far to the right goes on at the left", () => {
  const line = `${"label ".repeat(6)}  a text that is too long`;
  expect(wrapped(line, 45)).toBe(["label label label label label label   a text", "  that is too long"].join("\n"));
});

test("a number keeps its percent sign", () => {
  expect(wrapped("a share of the rows between 10 % and 95 %, that is", 30)).toBe(
    ["a share of the rows between", "  10 % and 95 %, that is"].join("\n"),
  );
});
