/**
 * What PyTorch predicted with exported models, and after it learned on: the programs are those that it ran, and gradus predicts the same,
 * also with the weights that came back. `npm run test:pytorch -- --fixtures` made the fixtures; without it, that command tries 26 models.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Row } from "../../src/data/table.ts";
import { loadModel } from "../../src/index.ts";
import { withPyTorchWeights } from "../../src/tabular/withPyTorchWeights.ts";
import { answersOf, boundsDifference, CLOSE, differenceOf } from "../pytorch/answers.ts";
import { exportedCase } from "../pytorch/judged.ts";

interface Fixture {
  readonly name: string;
  readonly program: string;
  readonly interval?: number;
  readonly model: string;
  readonly rows: readonly Row[];
  readonly predicted: readonly number[];
  readonly bounds: readonly (readonly number[])[];
  readonly learnedFile: string;
  readonly learned: readonly number[];
}

const folder = join(import.meta.dirname, "pytorch");
const { fixtures } = JSON.parse(readFileSync(join(folder, "fixtures.json"), "utf8")) as { fixtures: Fixture[] };

test.each(fixtures)("$name: the program, its predictions, and weights that learned on", async (fixture) => {
  const { program, interval, rows, predicted, bounds, learnedFile, learned } = fixture;
  using model = await loadModel(Buffer.from(fixture.model, "base64"));
  const exported = exportedCase({ model, ...(interval !== undefined && { interval }) }, "model.safetensors");
  expect(exported.program).toBe(readFileSync(join(folder, program), "utf8"));
  expect(differenceOf(predicted, answersOf({ model, rows }))).toBeLessThan(CLOSE);
  if (interval !== undefined) {
    expect(boundsDifference(bounds, { model, rows, interval })).toBeLessThan(CLOSE);
  }
  using same = await withPyTorchWeights(model, exported.weights);
  expect(Buffer.from(same.toBytes()).equals(model.toBytes())).toBe(true);
  using changed = await withPyTorchWeights(model, Buffer.from(learnedFile, "base64"));
  expect(differenceOf(learned, answersOf({ model: changed, rows }))).toBeLessThan(CLOSE);
});
