/** Exported models in PyTorch: the model's predictions, the same weights back, and what was learned there. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { exportPyTorch } from "../../src/models/pytorch/exportPyTorch.ts";
import { type Model, readTable, train } from "../../src/node.ts";
import { withPyTorchWeights } from "../../src/tabular/withPyTorchWeights.ts";
import { type Case, layerCases, tableCases } from "../onnx/cases.ts";
import { answersOf, boundsDifference, CLOSE, differenceOf } from "./answers.ts";
import { type Judged, judgedByPyTorch } from "./judged.ts";

const python = process.env.GRADUS_PYTORCH || "python3";
const hasSafetensors = spawnSync(python, ["-c", "from safetensors import safe_open"]).status === 0;
let cases: (Case & Judged)[];

beforeAll(async () => {
  const made = [...(await layerCases()), ...(await tableCases())];
  const { torch, judged } = judgedByPyTorch(python, made);
  cases = made.map((each, at) => ({ ...each, ...judged[at] }));
  console.log(`PyTorch ${torch}`);
});

test("predictions are the model's", () => {
  const differences = cases.map((each) => [each.name, differenceOf(each.predicted, answersOf(each))] as const);
  for (const [name, difference] of differences) console.log(`${difference.toExponential(1)} ${name}`);
  for (const [name, difference] of differences) expect(difference, name).toBeLessThan(CLOSE);
});

test("intervals are the model's", () => {
  const asked = cases.flatMap(({ interval, ...each }) => (interval === undefined ? [] : [{ ...each, interval }]));
  expect(asked.length).toBe(3);
  for (const each of asked) expect(boundsDifference(each.bounds, each), each.name).toBeLessThan(CLOSE);
});

test("weights that PyTorch saved as they were give the same model, byte for byte", async () => {
  for (const { name, model, savedFile } of cases) {
    using same = await withPyTorchWeights(model, savedFile);
    expect(Buffer.from(same.toBytes()).equals(model.toBytes()), name).toBe(true);
  }
});

test("weights that learned on in PyTorch predict here what they predict there", async () => {
  for (const { name, model, rows, learnedFile, learned } of cases) {
    using changed = await withPyTorchWeights(model, learnedFile);
    expect(changed.parameters, name).not.toEqual(model.parameters);
    expect(differenceOf(learned, answersOf({ model: changed, rows })), name).toBeLessThan(CLOSE);
  }
});

test("the Python of docs/deploy.md runs, and its weights come back", async () => {
  const blocks = readFileSync("docs/deploy.md", "utf8").matchAll(/^```python\n(.*?)^```/gms);
  const programs = [...blocks].map(([, text]) => text).filter((text) => text.includes("penguins_model"));
  expect(programs).toHaveLength(2);
  const program = [...programs, "with torch.no_grad(): print(model(inputs).tolist())"].join("\n");
  const folder = mkdtempSync(join(tmpdir(), "gradus-pytorch-"));
  try {
    copyFileSync("examples/data/penguins.csv", join(folder, "penguins.csv"));
    const table = await readTable(join(folder, "penguins.csv"));
    const { model } = await train({
      table,
      target: "species",
      task: "classification",
      hidden: [16],
      folds: 1,
      epochs: 2,
    });
    const { weights, program: module } = exportPyTorch(model as Model, { weightsFile: "penguins.safetensors" });
    writeFileSync(join(folder, "penguins.safetensors"), weights);
    writeFileSync(join(folder, "penguins_model.py"), module);
    const printed = execFileSync(python, ["-c", program], { cwd: folder, encoding: "utf8" });
    const [labels, learned] = printed.trim().split("\n");
    expect(JSON.parse(labels.replaceAll("'", '"'))).toEqual(model.predictTable(table).map(({ label }) => label));
    using same = await withPyTorchWeights(model as Model, readFileSync(join(folder, "learned.safetensors")));
    const probabilities = (same as typeof model).predictTable(table).map((row) => Object.values(row.probabilities));
    for (const [row, expected] of (JSON.parse(learned) as number[][]).entries()) {
      for (const [at, value] of expected.entries()) expect(Math.abs(probabilities[row][at] - value)).toBeLessThan(1e-6);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.skipIf(!hasSafetensors)("the stand-in for safetensors reads and writes the files of the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-pytorch-"));
  const file = (name: string): string => JSON.stringify(`${folder}/${name}`);
  const program = `
import runpy
import torch
from safetensors.torch import load_file

stand_in = runpy.run_path("test/pytorch/standIn/safetensors/torch.py")
for at in range(${cases.length}):
    expected = load_file(${file("")} + f"{at}.safetensors")
    found = stand_in["load_file"](${file("")} + f"{at}.safetensors")
    stand_in["save_file"](found, ${file("saved")})
    for tensors in [found, load_file(${file("saved")})]:
        assert tensors.keys() == expected.keys(), at
        for name, tensor in expected.items():
            assert tensors[name].dtype == tensor.dtype and torch.equal(tensors[name], tensor), (at, name)
`;
  try {
    for (const [at, { learnedFile }] of cases.entries()) {
      writeFileSync(join(folder, `${at}.safetensors`), learnedFile);
    }
    execFileSync(python, ["-c", program]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
