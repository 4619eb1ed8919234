import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { classifierDocument, drawnParameters } from "../../../test/exampleModels.ts";
import { GradusError, ModelFileError } from "../../errors.ts";
import { reference } from "../../reference/reference.ts";
import { createModel, modelFromBytes } from "../model.ts";
import { readModelBytes, saveModel } from "./savedModel.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradus-model-"));
});
afterEach(() => rm(folder, { recursive: true }));

const made = createModel(classifierDocument, drawnParameters(classifierDocument), reference);

test("a model is saved and read, and predicts the same", async () => {
  const model = await made;
  const path = join(folder, "birds.gradus");
  await saveModel(path, model);
  const bytes = await readModelBytes(path);
  expect(new Uint8Array(bytes)).toEqual(model.toBytes());
  const row = { weight: 5.5, island: "Île", ringed: true, seen: null };
  expect((await modelFromBytes(bytes, reference)).predict(row)).toStrictEqual(model.predict(row));
});

test("a model file that is not there is refused with the nearest name", async () => {
  await writeFile(join(folder, "birds.gradus"), "");
  const path = join(folder, "brids.gradus");
  await expect(readModelBytes(path)).rejects.toThrow(
    new ModelFileError(`Cannot read ${path}: there is no such file. Did you mean "birds.gradus"?`),
  );
  const nowhere = join(folder, "none", "birds.gradus");
  await expect(readModelBytes(nowhere)).rejects.toThrow(
    new ModelFileError(`Cannot read ${nowhere}: there is no such file.`),
  );
});

test("a folder is refused", async () => {
  await expect(readModelBytes(folder)).rejects.toThrow(
    new ModelFileError(`Cannot read ${folder}: it is a folder. Give the path of a file.`),
  );
});

test("a path that can't be written is refused, and nothing is left behind", async () => {
  await expect(saveModel(folder, await made)).rejects.toThrow(GradusError);
  expect(await readdir(folder)).toEqual([]);
});
