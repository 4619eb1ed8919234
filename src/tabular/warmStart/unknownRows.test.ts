/** Going on from a model whose rows are not known: of another program, or learned online. Nothing is compared with them, and they are told of. */
import { beforeAll, expect, test } from "vitest";
import type { ClassificationTarget } from "../../data/encoding.ts";
import { learnedOnline } from "../../models/document.ts";
import type { Model } from "../../models/model.ts";
import { exportOnnx } from "../../models/onnx/exportOnnx.ts";
import { random } from "../../random.ts";
import { continueTraining } from "../continueTraining.ts";
import { distil } from "../distil.ts";
import { evaluate } from "../evaluate.ts";
import { importOnnx } from "../importOnnx.ts";
import { loadModel } from "../loadModel.ts";
import { createLearner } from "../online/createLearner.ts";
import { train } from "../train.ts";
import { withFloat16Weights } from "../withFloat16Weights.ts";

const rows = (count: number, seed: number) => {
  const { uniform } = random(seed, "unknown rows");
  return Array.from({ length: count }, (_, i) => {
    const x = 100 + 10 * uniform();
    return { x, z: uniform(), y: 500 + x, kind: i % 10 === 0 ? "rare" : "usual" };
  });
};
const table = rows(60, 1);
const quick = { recipe: "plain", hidden: [4], epochs: 1, folds: 1, engine: "wasm" } as const;
const further = { epochs: 1, engine: "wasm" } as const;

const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);
const UNKNOWN = ["baseline-unknown", "learned-elsewhere", "learned-online", "scale-drift", "target-drift"];
const unknown = (warnings: readonly { readonly code: string }[]) =>
  codes(warnings)
    .filter((code) => UNKNOWN.includes(code))
    .sort();

/** A network of the same columns as a file of another program has it: of the encoded matrix. */
async function imported(target: "y" | "kind"): Promise<Model> {
  const features = ["x", "z"];
  const { model } = await train({ ...quick, table, target, features });
  return await importOnnx(await exportOnnx(model, { numeric: true }), { columns: features, target });
}

test("an imported classifier gets the class shares of the rows that it goes on with", async () => {
  const from = await imported("kind");
  const { model, report } = await train({ ...further, from, table });
  expect(unknown(report.warnings)).toEqual(["learned-elsewhere"]);
  expect(report.verdict?.sentence).toMatch(
    /than always predicting the most frequent class: .* Some of these rows may have been learned by another program before\.$/,
  );
  const { shares } = model.document.target as ClassificationTarget;
  expect(shares[0]).toBeCloseTo(0.1, 1);
  expect(model.document.provenance.earlier).toMatchObject([{ imported: expect.stringMatching(/^gradus /) }]);
  // The next training compares classes with these; its columns' scales are still those of the file.
  const others = rows(60, 2).map((row, i) => ({ ...row, kind: i % 2 ? "rare" : "usual" }));
  const next = await train({ ...further, from: await loadModel(model.toBytes()), table: others });
  expect(unknown(next.report.warnings)).toEqual(["learned-elsewhere", "target-drift"]);
});

test("an imported regressor keeps the scale of its file, and so does the baseline that it is compared with", async () => {
  const from = await imported("y");
  const { model, report } = await train({ ...further, from, table });
  expect(unknown(report.warnings)).toEqual(["baseline-unknown", "learned-elsewhere"]);
  expect(report.verdict?.sentence).toContain("than always predicting the same number: ");
  const next = await train({ ...further, from: model, table: rows(60, 2) });
  expect(unknown(next.report.warnings)).toEqual(["baseline-unknown", "learned-elsewhere"]);
  expect(unknown(evaluate(next.model, rows(20, 3)).warnings)).toEqual(["baseline-unknown", "learned-elsewhere"]);
});

test("of an imported model that is distilled or trained on, no division of its training is told of", async () => {
  const model = await imported("y");
  const distilled = await distil({ model, table, hidden: [3], epochs: 1, engine: "wasm" });
  using continued = await continueTraining({ model, table });
  for (const warnings of [distilled.evaluation.warnings, continued.data.warnings]) {
    expect(codes(warnings)).toContain("learned-elsewhere");
    expect(codes(warnings)).not.toContain("divided-anew");
  }
});

let learned: Model;
beforeAll(async () => {
  const { model } = await train({ ...quick, table, target: "y", features: ["x", "z"] });
  using learner = await createLearner({ model });
  for (const row of table.slice(0, 7)) learner.learn(row);
  learned = await learner.toModel();
});

test("rows that were learned online may be test rows now, which is told and passed on", async () => {
  const { model, report } = await train({ ...further, from: learned, table });
  expect(report.from?.division).toBe("training");
  expect(report.forgetting?.of).toBe("test");
  const warnings = report.warnings.filter(({ code }) => code === "learned-online");
  expect(warnings.map(({ message }) => message)).toEqual([
    "The model has learned 7 rows online, and which they were is not kept: if the given rows has some of them, metrics on these are too optimistic for new rows.",
  ]);
  expect(report.verdict?.sentence).toMatch(/ Some of these rows may have been learned online before\.$/);
  const again = await loadModel(model.toBytes());
  expect(learnedOnline(again.document)).toBe(7);
  expect(codes(evaluate(again, rows(20, 3)).warnings)).toContain("learned-online");
  // Of the same model, rows to measure forgetting on may have been learned.
  const other = await train({ ...further, from: learned, table: rows(60, 2), oldTest: rows(30, 4) });
  expect(codes(other.report.warnings)).toContain("learned-online");
});

test("every model that comes of one that learned online counts the rows", async () => {
  using continued = await continueTraining({ model: learned, table, engine: "wasm" });
  const { model: small } = await distil({ model: learned, table, hidden: [2], epochs: 1, engine: "wasm" });
  const models = [await continued.toModel(), await withFloat16Weights(learned), small];
  for (const model of models) expect(learnedOnline(model.document)).toBe(7);
  using learner = await createLearner({ model: models[1] });
  learner.learn(table[0]);
  expect(learnedOnline((await learner.toModel()).document)).toBe(8);
});
