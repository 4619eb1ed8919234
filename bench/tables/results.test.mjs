/** Results that survive being cut off: a file that is whole after every cell, and what counts as finished. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Results } from "./results.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-results-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @type {import("./results.mjs").Cell} */
const cell = { table: "t", model: "m", seed: 0, fingerprint: "abc", task: "regression" };

test("a cell that has a score is finished for the same table, model, seed and split, and for no other", () => {
  const path = join(folder, "new", "r.json");
  Results.read(path).put({ ...cell, score: 0.5 });
  expect(readdirSync(join(folder, "new"))).toEqual(["r.json"]);

  const read = Results.read(path);
  expect(read.finished(cell)?.score).toBe(0.5);
  expect(read.finished({ ...cell, seed: 1 })).toBeUndefined();
  expect(read.finished({ ...cell, fingerprint: "other" })).toBeUndefined();
  read.put({ ...cell, score: 0.4 });
  expect(Results.read(path).cells).toEqual([{ ...cell, score: 0.4 }]);
});

test("two runs on one file keep each other's cells", () => {
  const path = join(folder, "r.json");
  const [one, other] = [Results.read(path), Results.read(path)];
  one.put({ ...cell, score: 0.5 });
  other.put({ ...cell, model: "n", score: 0.4 });
  expect(Results.read(path).cells.map(({ model }) => model)).toEqual(["m", "n"]);
});

test("a failed or skipped cell is kept and tried again", () => {
  const path = join(folder, "r.json");
  Results.read(path).put({ ...cell, failure: "It ended with exit code 1." });
  expect(Results.read(path).cells).toHaveLength(1);
  expect(Results.read(path).finished(cell)).toBeUndefined();
});

test("a file that holds something else is refused and left as it is", () => {
  const path = join(folder, "r.json");
  for (const text of ["{", '{"cells":[]}']) {
    writeFileSync(path, text);
    expect(() => Results.read(path)).toThrow(/r\.json: expected results of this bench, version 1/);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});
