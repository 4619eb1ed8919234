/** Makes the fixtures of test/parity/pytorch.test.ts again: `npm run test:pytorch -- --fixtures`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memberEncoders } from "../../src/models/document.ts";
import { layerCases, tableCases } from "../onnx/cases.ts";
import { exportedCase, judgedByPyTorch } from "./judged.ts";

const NAMES = ["embedding, periodic", "normalisations", "classes of folds", "several labels", "quantiles"];
const folder = join(import.meta.dirname, "..", "parity", "pytorch");
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

test("the fixtures are made", async () => {
  const all = [...(await layerCases()), ...(await tableCases())];
  const cases = NAMES.flatMap((name) => all.filter((each) => each.name === name)).map((each) => {
    const names = memberEncoders(each.model.document).flatMap(({ columns }) => columns.map(({ name }) => name));
    const rows = each.rows.slice(0, 8).map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
    return { ...each, rows };
  });
  expect(cases.map(({ name }) => name)).toEqual(NAMES);
  const { torch, judged } = judgedByPyTorch(process.env.GRADUS_PYTORCH || "python3", cases);
  mkdirSync(folder, { recursive: true });
  const fixtures = cases.map(({ name, model, rows, interval }, at) => {
    const file = `${name.replace(/\W+/g, "_")}.py`;
    writeFileSync(
      join(folder, file),
      exportedCase({ model, ...(interval && { interval }) }, "model.safetensors").program,
    );
    const { predicted, bounds, learned, learnedFile } = judged[at];
    return {
      ...{ name, program: file, ...(interval && { interval }), model: base64(model.toBytes()), rows },
      ...{ predicted, bounds, learnedFile: base64(learnedFile), learned },
    };
  });
  writeFileSync(join(folder, "fixtures.json"), `${JSON.stringify({ madeWith: { torch }, fixtures }, null, 1)}\n`);
});
