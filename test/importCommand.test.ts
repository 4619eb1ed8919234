/** `gradus import`: the model that it writes works with the other commands, and what is refused. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../scripts/project.mjs";
import { loadModel } from "../src/node.ts";
import { gradus, sharedFolder } from "./commandLine.ts";

const rows = Array.from({ length: 60 }, (_, i) => {
  const values = [5.8 + Math.sin(i), 3 + Math.cos(3 * i) / 2, 3.7 + 2 * Math.sin(5 * i), 1.2 + Math.cos(i)];
  return [...values.map((value) => value.toFixed(2)), ["setosa", "versicolor", "virginica"][i % 3]];
});
const folder = await sharedFolder({
  "table.csv": [["a", "b", "c", "d", "kind"], ...rows].map((row) => row.join(",")).join("\n"),
});

/** A network of the fixtures as a file. @returns its path */
function fixture(maker: string, name: string, as: string): string {
  const { cases } = JSON.parse(readFileSync(join(root, `test/parity/onnx/${maker}.json`), "utf8"));
  const found = cases.find((each: { readonly name: string }) => each.name === name);
  writeFileSync(folder.file(as), Buffer.from(found.onnx, "base64"));
  return folder.file(as);
}

const table = folder.file("table.csv");

test("a network of scikit-learn predicts, is shown, traced, checked, evaluated and explained", async () => {
  const file = fixture("sklearn", "texts", "texts.onnx");
  const { code, out } = await gradus("import", file, "--columns", "a,b,c,d", "--target", "kind");
  const model = folder.file("texts.gradus");
  expect([code, out[0]]).toEqual([0, `Wrote ${model}: classification, 4 columns, 3 layers, 3 outputs.`]);
  const commands = [
    ["predict", model, table],
    ["show", model],
    ["trace", model, table],
    ["check", model, "--most", "5", "--engine", "wasm"],
    ["check", model, table, "--most", "5", "--engine", "wasm"],
    ["derive", model],
    ["evaluate", model, table],
    ["explain", model, table, "--rows", "2", "--background", table],
  ];
  for (const command of commands) {
    const found = await gradus(...command);
    expect([command[0], found.code, found.code === 0 ? "" : found.notes.join("\n")]).toEqual([command[0], 0, ""]);
  }
  const evaluated = await gradus("evaluate", model, table);
  expect(evaluated.notes.join()).toContain("The model was imported");
  expect(evaluated.out.join("\n")).toMatch(
    /than always predicting the same class: [\s\S]*gives every row equal probabilities/,
  );
  const shown = (await gradus("show", model)).out.join("\n");
  expect(shown).toContain("Quality unknown: it was trained elsewhere; gradus evaluate measures it.");
  expect(shown).toContain("Target: kind, 3 classes: setosa, versicolor, virginica");
  expect(shown).toMatch(/ {2}file {6}texts\.onnx, made by .*, imported by gradus/);
  expect(evaluated.out.join() + shown).not.toMatch(/training|epoch/);
  using loaded = await loadModel(model, { task: "classification" });
  expect(loaded.classes).toEqual(["setosa", "versicolor", "virginica"]);
});

test("logits are classes where the task says so, with the names that are given", async () => {
  const file = fixture("keras", "logits", "logits.onnx");
  const numbers = await gradus("import", file, "--out", folder.file("numbers.gradus"));
  expect(numbers.notes.join()).toContain("give --task classification");
  const named = await gradus("import", file, "--task", "classification", "--classes", "a,b,c");
  expect([named.code, named.notes]).toEqual([
    0,
    [
      "  note: the file has no names: the columns are x1, x2, x3, … (--columns), the target is y (--target). A table for the model needs the same.",
    ],
  ]);
  const all = ["--classes", "a,b,c", "--columns", "a,b,c,d", "--target", "kind", "--out", folder.file("all.gradus")];
  expect((await gradus("import", file, ...all)).notes).toEqual([]);
  const other = folder.file("logits.gradus");
  const lacking = await gradus("train", table, "--from", other, "--out", folder.file("on.gradus"), "--epochs", "1");
  expect(lacking.notes.at(-1)).toMatch(/no columns "x1", "x2", "x3", "x4" and "y"\. Its columns: a, b, c, d, kind\./);
  using loaded = await loadModel(folder.file("logits.gradus"), { task: "classification" });
  expect(loaded.classes).toEqual(["a", "b", "c"]);
  const few = await gradus("import", file, "--task", "classification", "--classes", "a,b");
  expect([few.code, few.notes.join()]).toEqual([
    2,
    "gradus: Expected the names of 3 classes in --classes, one for each output, found 2.",
  ]);
  const implied = await gradus("import", file, "--classes", "a,b,c");
  expect([implied.code, implied.out[0]]).toEqual([0, expect.stringContaining(": classification, 4 columns")]);
  const contrary = await gradus("import", file, "--task", "regression", "--classes", "a,b,c");
  expect([contrary.code, contrary.notes.join()]).toEqual([
    2,
    "gradus: --classes is for the task classification, found regression. Leave one of the two out.",
  ]);
  const columns = await gradus("import", file, "--columns", "a,b");
  expect(columns.notes.join()).toBe("gradus: Expected the names of 4 columns in --columns, found 2.");
});

test("a model that predicts something else, and a file that is no model, are replaced with --force alone", async () => {
  const file = fixture("keras", "logits", "other.onnx");
  const model = folder.file("other.gradus");
  const read = async (...args: readonly string[]) => await gradus("import", file, "--classes", "a,b,c", ...args);
  expect((await read("--target", "kind")).code).toBe(0);
  const before = readFileSync(model);
  const refused = await read("--target", "sort");
  expect([refused.code, refused.notes.join()]).toEqual([
    2,
    expect.stringContaining('is a model that predicts "kind", and the new one predicts "sort". Give another file'),
  ]);
  expect(readFileSync(model)).toEqual(before);
  const other = await read("--out", table);
  expect([other.code, other.notes.join()]).toEqual([2, expect.stringContaining("exists and is not a model.")]);
  expect((await read("--target", "sort", "--force")).code).toBe(0);
});

test("a folder is refused, that of Keras with the command that makes an ONNX file of it", async () => {
  const saved = folder.file("a network");
  mkdirSync(saved);
  const other = await gradus("import", saved);
  expect([other.code, other.notes]).toEqual([2, [`gradus: Cannot read ${saved}: it is a folder. Give an ONNX file.`]]);
  writeFileSync(join(saved, "saved_model.pb"), "");
  const { code, notes } = await gradus("import", `${saved}/`);
  expect([code, notes]).toEqual([
    2,
    [
      `gradus: ${saved}/ is a SavedModel of Keras or TensorFlow, expected an ONNX file. Make one of it: python -m tf2onnx.convert --saved-model '${saved}/' --output '${saved}.onnx'`,
    ],
  ]);
});

test("a file that is no ONNX model is refused with what it is, and one that isn't there by its name", async () => {
  const none = await gradus("import", table, "--out", folder.file("none.gradus"));
  expect([none.code, none.notes.join()]).toEqual([
    2,
    'gradus: table.csv: Expected an ONNX model, found text that begins "a,b,c,d,kind". PyTorch makes one by torch.onnx.export, Keras by network.export("folder") and tf2onnx, scikit-learn by skl2onnx.',
  ]);
  const model = await gradus("import", folder.file("texts.gradus"));
  expect(model.notes.join()).toMatch(/texts\.gradus is a gradus model, which needs no import/);
  const missing = await gradus("import", folder.file("missing.onnx"));
  expect([missing.code, missing.notes.join()]).toEqual([2, expect.stringContaining("there is no such file")]);
});
