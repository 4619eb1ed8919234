/** What an app carries that loads a model: a bundle without training, which predicts as the library does. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bundle, kernelsByFile } from "../scripts/bundle.mjs";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { loadModel, train } from "../src/index.ts";
import { folderOf } from "./folder.ts";

const LOAD = 'export { loadModel } from "gradus";';

/** Modules that only training needs, or that loading a model has no use for. */
const training =
  /^(training|optimizers|tune|report|explain|cli)\/|^metrics\/(?!calibration\/(conformal|conformityScores|tempered)\.js$)|^tabular\/(?!loadModel\.js$)|^plan\/(?!(forwardPlan|fuseForward|regions|words|touched|lower\/\w+|ops\/(argument|engine|entry|forward|lists|places|steps))\.js$)|engines\/factory\.js$|\/(session|trainingKernels|program|update|backpropagat(e|ion))\.js$/;

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

test.each(["loadModel", "createSession", "train"])(
  "a bundle with %s whose kernels are files holds none in base64, and is smaller by them",
  async (name) => {
    const base64 = /[A-Za-z0-9+/=]{1000}/;
    const program = `export { loadKernels, ${name} } from "gradus";`;
    const [usual, byFile] = [await bundle(program), await bundle(program, { define: kernelsByFile })];
    expect(usual.code).toMatch(base64);
    expect(byFile.code).not.toMatch(base64);
    expect(byFile.modules.filter((module) => /(training|prediction)Kernels/.test(module))).toEqual([]);
    expect(usual.code.length - byFile.code.length).toBeGreaterThan(50_000);
  },
);

test("such a bundle predicts with the kernels it loads as the library does; without them by the reference, with the reason", async () => {
  const files = Object.fromEntries(
    ["plain", "relaxed"].map((name) => [name, readFileSync(join(root, `dist/kernels/prediction/${name}.wasm`))]),
  );
  const program = 'export { engineReports, loadKernels, loadModel } from "gradus";';
  const folder = await folderOf({
    "load.mjs": (await bundle(program, { define: kernelsByFile })).code,
    "model.gradus": bytes,
    "plain.wasm": files.plain,
    "relaxed.wasm": files.relaxed,
    "predict.mjs": `import { readFileSync } from "node:fs";
      import { engineReports, loadKernels, loadModel } from "./load.mjs";
      const [plain, relaxed] = ["plain.wasm", "relaxed.wasm"].map((name) => readFileSync(name));
      if (process.argv[2] === "with") await loadKernels({ plain, relaxed });
      const model = await loadModel(new Uint8Array(readFileSync("model.gradus")));
      const { available, reason } = (await engineReports()).find(({ name }) => name === "wasm");
      console.log(JSON.stringify([model.predict(${JSON.stringify(rows)}), available, reason]));`,
  });
  const printed = (how: string) =>
    JSON.parse(execFileSync(process.execPath, ["predict.mjs", how], { cwd: folder.path, encoding: "utf8" }));
  const expected = async (engine: "wasm" | "reference") => {
    using loaded = await loadModel(bytes, { engine });
    return JSON.parse(JSON.stringify(loaded.predict(rows)));
  };
  const training = expect.stringMatching(/only predict; give loadKernels those of gradus\/kernels\/training/);
  expect(printed("with")).toEqual([await expected("wasm"), false, training]);
  expect(printed("without")).toEqual([
    await expected("reference"),
    false,
    expect.stringMatching(/call loadKernels first/),
  ]);
});
