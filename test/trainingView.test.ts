/** What training saw of its layers, from the library's loop to the command line. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { random } from "../src/random.ts";
import { folderOf, gradus } from "./commandLine.ts";

/** Rows of y = |a| + b with a little noise. */
function table(rows: number): string {
  const { uniform } = random(4, "table");
  const lines = Array.from({ length: rows }, () => {
    const [a, b] = [2 * uniform() - 1, 2 * uniform() - 1];
    return `${a},${b},${Math.abs(a) + b + 0.01 * uniform()}`;
  });
  return ["a,b,y", ...lines].join("\n");
}

/** Steps so long that ReLU units are thrown where they give 0 for every row, and never come back. */
const deadly = [
  "--recipe",
  "plain",
  "--hidden",
  "24,24",
  "--activation",
  "relu",
  "--learning-rate",
  "2",
  "--batch-size",
  "32",
];
const common = ["--target", "y", "--task", "regression", "--folds", "1", "--epochs", "24"];

test("train warns of dead units after the metrics, and tells programs in the event that ends it", async () => {
  const folder = await folderOf({ "table.csv": table(1500) });
  const args = ["train", folder.file("table.csv"), ...common, "--out", folder.file("dead.gradus"), ...deadly];
  const { code, out } = await gradus(...args);
  expect(code).toBe(0);
  const text = out.join("\n");
  const warning = /note {6}Layer \d: \d+ of 24 units are dead \(they output 0 for every row that was checked\)\. Lower/;
  expect(text).toMatch(warning);
  expect(text.search(warning)).toBeGreaterThan(text.indexOf("RMSE"));
  expect(text.search(warning)).toBeLessThan(text.indexOf("Saved"));

  const events = (await gradus(...args, "--jsonl")).out.map((line) => JSON.parse(line));
  expect(events.at(-1).warnings).toContainEqual(
    expect.objectContaining({ code: "dead-units", layer: expect.any(Number), columns: [] }),
  );
  const looked = events.filter(({ layers }) => layers !== undefined);
  expect(looked.length).toBeGreaterThan(1);
  expect(looked[0].layers).toHaveLength(3);
  expect(JSON.stringify(looked)).not.toContain("null");
});

test("a training that goes well has nothing to warn of, and its model is the same without looking", async () => {
  const folder = await folderOf({ "table.csv": table(600) });
  const args = ["train", folder.file("table.csv"), ...common, "--hidden", "32,32", "--jsonl", "--out"];
  const looked = await gradus(...args, folder.file("looked.gradus"));
  const blind = await gradus(...args, folder.file("blind.gradus"), "--no-health");
  expect(JSON.parse(looked.out.at(-1) ?? "")).toMatchObject({ event: "done", warnings: [] });
  expect(looked.out.some((line) => line.includes('"layers":[{"layer":'))).toBe(true);
  expect(blind.out.some((line) => line.includes('"layers":[{"layer":'))).toBe(false);
  const [a, b] = [await readFile(folder.file("looked.gradus")), await readFile(folder.file("blind.gradus"))];
  expect(a.equals(b)).toBe(true);
});
