/** `gradus import`: weights that come back from PyTorch, where the model is written, and what is refused. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, tensorOf } from "../src/models/safetensors.ts";
import { loadModel } from "../src/node.ts";
import { gradus, sharedFolder, smallTable } from "./commandLine.ts";

const folder = await sharedFolder({ "table.csv": smallTable() });
const model = folder.file("model.gradus");
const weights = folder.file("model.safetensors");
/** With other biases of the first layer. */
const learned = folder.file("learned.safetensors");

beforeAll(async () => {
  const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4", "--recipe", "plain"];
  await gradus("train", folder.file("table.csv"), "--target", "class", "--out", model, ...quick);
  await gradus("export", model, "--to", "pytorch");
  const { metadata, tensors } = decodeSafetensors(readFileSync(weights));
  const changed = new Map(tensors).set("0.bias", tensorOf([4], Float32Array.of(1, 2, 3, 4)));
  writeFileSync(learned, encodeSafetensors({ metadata, tensors: changed }));
});

test("weights as they were leave the model's file as it is, byte for byte", async () => {
  const before = readFileSync(model);
  const { code, out, notes } = await gradus("import", weights, "--into", model);
  expect([code, out, notes]).toEqual([0, [`Wrote ${model}: the weights are those that the model had.`], []]);
  expect(readFileSync(model).equals(before)).toBe(true);
});

test("other weights go into another file with --out, without the metrics; show says so", async () => {
  const before = readFileSync(model);
  const out = folder.file("other.gradus");
  const imported = await gradus("import", learned, "--into", model, "--out", out);
  expect([imported.code, imported.out]).toEqual([0, [`Wrote ${out}: the weights of ${learned}.`]]);
  expect(imported.notes.join(" ")).toMatch(/warning: The weights are those of .* does not hold for them/);
  expect(readFileSync(model).equals(before)).toBe(true);
  expect((await loadModel(model)).document.warnings?.map(({ code }) => code)).toContain("no-better-than-baseline");
  expect((await loadModel(out)).document.warnings?.map(({ code }) => code)).toEqual(["weights-replaced"]);
  const shown = (await gradus("show", out)).out;
  expect(shown[1]).toBe("Quality unknown: its weights are not those of the training.");
  expect((await gradus("evaluate", out, folder.file("table.csv"))).code).toBe(0);
});

test("without --out they go into the model's own file", async () => {
  const own = folder.file("own.gradus");
  copyFileSync(model, own);
  expect((await gradus("import", learned, "--into", own)).out).toEqual([`Wrote ${own}: the weights of ${learned}.`]);
  expect(readFileSync(own).equals(readFileSync(model))).toBe(false);
});

test("another kind of file, no model, an output that is an input, and weights of another model are refused", async () => {
  const refused = async (...args: readonly string[]) => {
    const { code, notes } = await gradus("import", ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await refused("net.onnx", "--into", model)).toMatch(
    /--into is for weights, a \.safetensors file, found "net\.onnx"\. Leave it out/,
  );
  expect(await refused(weights, "--into", model, "--target", "y")).toMatch(
    /--target is for an ONNX file, found ".*\.safetensors"/,
  );
  expect(await refused(weights)).toMatch(/--into is not given.* export the network to ONNX/);
  expect(await refused(weights, "--into", model, "--force")).toMatch(/--force is for --out/);
  expect(await refused(weights, "--into", "-")).toMatch(/give --out/);
  expect(await refused(weights, "--into", model, "--out", weights)).toMatch(/would overwrite the weights/);
  expect(await refused(weights, "--into", model, "--out", folder.file("table.csv"))).toMatch(/is not a model/);
  expect(await refused(folder.file("none.safetensors"), "--into", model)).toMatch(/there is no such file/);
  const other = folder.file("wide.gradus");
  const quick = ["--folds", "1", "--epochs", "1", "--hidden", "5", "--recipe", "plain"];
  await gradus("train", folder.file("table.csv"), "--target", "class", "--out", other, ...quick);
  expect(await refused(weights, "--into", other)).toMatch(/"0\.weight" is \[4,2\] instead of \[5,2\]/);
});
