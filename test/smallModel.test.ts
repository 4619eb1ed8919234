/** `--small` and `recipe: "small"`: a model file for a page. */
import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { loadModel } from "../src/node.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

test("--small trains one network with hidden layers of 64, whose file is small", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const out = folder.file("small.gradus");
  const { code } = await gradus(
    "train",
    folder.file("table.csv"),
    "--target",
    "class",
    "--small",
    "--epochs",
    "2",
    "--out",
    out,
  );
  expect(code).toBe(0);
  expect(statSync(out).size).toBeLessThan(60_000);
  using model = await loadModel(out);
  const { layers } = model.document.network;
  expect(layers.flatMap((layer) => (layer.kind === "dense" ? [layer.units] : []))).toEqual([64, 64, 64, 2]);
  expect(model.document.further ?? []).toEqual([]);
});

test("--small beside --recipe is refused, naming both", async () => {
  const { code, notes } = await gradus("train", "table.csv", "--target", "class", "--small", "--recipe", "plain");
  expect(code).toBe(2);
  expect(notes.join("\n")).toMatch(/--small.*--recipe/);
});
