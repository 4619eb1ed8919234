/** What an app carries that loads a model: a bundle without training, which predicts as the library does. */
import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { bundle } from "../scripts/bundle.mjs";
import { ensureBuilt } from "../scripts/project.mjs";
import { loadModel, train } from "../src/index.ts";
import { folderOf } from "./folder.ts";

const LOAD = 'export { loadModel } from "gradus";';

/** Modules that only training needs, or that loading a model has no use for. */
const training =
  /^(training|optimizers|tune|report|explain|cli)\/|^tabular\/(?!loadModel\.js$)|^plan\/(?!forwardPlan\.js$)|engines\/factory\.js$|\/(session|trainingKernels|program|update|backpropagation)\.js$/;

let bytes = new Uint8Array();
const rows = Array.from({ length: 90 }, (_, i) => ({
  size: (i * 7) % 90,
  kind: "abc"[i % 3],
  y: i % 2 ? "odd" : "even",
}));

beforeAll(async () => {
  await ensureBuilt();
  const { model } = await train({ table: rows, target: "y", epochs: 2, folds: 2, hidden: [8] });
  bytes = Uint8Array.from(model.toBytes());
});

test("a bundle with loadModel alone holds nothing of training, and one with train does", async () => {
  const { modules } = await bundle(LOAD);
  expect(modules).toContain("engines/wasm/generated/predictionKernels.js");
  expect(modules.filter((module) => training.test(module))).toEqual([]);
  const trains = await bundle('export { train } from "gradus";');
  expect(trains.modules.filter((module) => training.test(module)).length).toBeGreaterThan(20);
  expect(trains.modules).not.toContain("engines/wasm/generated/predictionKernels.js");
});

test("a bundled loadModel predicts in a folder of its own as the library does, with WebAssembly and without", async () => {
  const folder = await folderOf({
    "load.mjs": (await bundle(LOAD)).code,
    "model.gradus": bytes,
    "predict.mjs": `import { readFileSync } from "node:fs";
      if (process.argv[2] === "without") delete globalThis.WebAssembly;
      const { loadModel } = await import("./load.mjs");
      const model = await loadModel(new Uint8Array(readFileSync("model.gradus")));
      const rows = ${JSON.stringify(rows)};
      console.log(JSON.stringify(rows.map((row) => model.predict(row))));`,
  });
  for (const engine of ["wasm", "reference"] as const) {
    const args = ["predict.mjs", engine === "wasm" ? "with" : "without"];
    const printed = execFileSync(process.execPath, args, { cwd: folder.path, encoding: "utf8" });
    using loaded = await loadModel(bytes, { engine });
    expect(JSON.parse(printed), engine).toEqual(JSON.parse(JSON.stringify(loaded.predict(rows))));
  }
});
