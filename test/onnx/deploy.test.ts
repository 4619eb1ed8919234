/** The programs of docs/deploy.md for onnxruntime: Python's prints what the model predicts. That of Node runs with the document's other blocks. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportOnnx } from "../../src/models/onnx/exportOnnx.ts";
import { type Model, readTable, train } from "../../src/node.ts";
import { python } from "./runtimes.ts";

const hasRuntime = python !== undefined && spawnSync(python, ["-c", "import onnxruntime, pandas"]).status === 0;

test.skipIf(!hasRuntime)("the Python of docs/deploy.md prints what the model predicts", async () => {
  const blocks = readFileSync("docs/deploy.md", "utf8").matchAll(/^```python\n(.*?)^```/gms);
  const programs = [...blocks].map(([, text]) => text).filter((text) => text.includes("import onnxruntime"));
  expect(programs).toHaveLength(1);
  const folder = mkdtempSync(join(tmpdir(), "gradus-onnx-"));
  try {
    copyFileSync("examples/data/penguins.csv", join(folder, "penguins.csv"));
    const table = await readTable(join(folder, "penguins.csv"));
    const options = { target: "species", task: "classification", hidden: [16], folds: 1, epochs: 5 } as const;
    using model = (await train({ table, ...options })).model;
    writeFileSync(join(folder, "penguins.onnx"), await exportOnnx(model as Model));
    const all = "print(json.dumps([label.tolist(), probabilities.tolist()]))";
    const printed = execFileSync(python ?? "", ["-c", `${programs[0]}\n${all}`], { cwd: folder, encoding: "utf8" });
    const [first, rest] = printed.trim().split("\n");
    const [labels, probabilities] = JSON.parse(rest) as [string[], number[][]];
    const expected = model.predictTable(table);
    expect(first).toMatch(new RegExp(`^${expected[0].label} \\{'Adelie': `));
    expect(labels).toEqual(expected.map(({ label }) => label));
    for (const [row, { probabilities: ours }] of expected.entries()) {
      for (const [at, value] of Object.values(ours).entries()) {
        expect(Math.abs(probabilities[row][at] - value)).toBeLessThan(1e-5);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
