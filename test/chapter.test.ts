/**
 * The chapter docs/what-is-learning.md says what its example prints, number for number.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";

const chapter = readFileSync(join(root, "docs/what-is-learning.md"), "utf8");
/** What the example printed: the name of a part and its lines. */
const parts = new Map<string, string>();

beforeAll(async () => {
  await ensureBuilt();
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  await import("../examples/06-what-is-learning.ts");
  log.mockRestore();
  for (const text of printed) {
    const [, name, lines] = /^\[([^\]]+)\]\n(.*)\n$/s.exec(text) ?? [];
    parts.set(name, lines);
  }
});

test("each part that the example prints stands in the chapter, and each block of the chapter is such a part", () => {
  const shown = new Map(
    Array.from(chapter.matchAll(/```text ([^\n]+)\n(.*?)\n```/gs), ([, name, lines]) => [name, lines]),
  );
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(parts));
  expect(parts.size).toBeGreaterThan(10);
});

test("every decimal number among the chapter's words is one that the example works with", () => {
  const words = chapter.replaceAll(/```.*?```/gs, "").replaceAll(/\]\([^)]*\)/g, "");
  const source = readFileSync(join(root, "examples/06-what-is-learning.ts"), "utf8");
  const known = new Set(
    [...source.matchAll(/\d+\.\d+/g), ...[...parts.values()].join("\n").matchAll(/\d+\.\d+/g)].map(String),
  );
  const used = Array.from(words.matchAll(/\d+\.\d+/g), String);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((number) => !known.has(number))).toEqual([]);
});
