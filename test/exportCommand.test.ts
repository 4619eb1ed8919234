/** `gradus export`: files written, what is printed of them, and what is refused. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { modelFromBytes } from "../src/models/onnx/protobuf/bytes.ts";
import { loadModel } from "../src/node.ts";
import { gradus, sharedFolder, smallTable } from "./commandLine.ts";

const folder = await sharedFolder({ "table.csv": smallTable() });
const model = folder.file("model.gradus");

beforeAll(async () => {
  const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4"];
  await gradus("train", folder.file("table.csv"), "--target", "class", "--out", model, ...quick);
});

test("--to module writes a module beside the model that predicts as it does, and its types", async () => {
  const { code, out } = await gradus("export", model, "--to", "module");
  expect(code).toBe(0);
  const [main, types] = [folder.file("model.mjs"), folder.file("model.d.mts")];
  expect(out[0]).toMatch(/^Wrote .*model\.mjs: [\d.]+ kB, [\d.]+ times its [\d.]+ kB of weights\.$/);
  expect(out[1]).toBe(`Wrote ${types}: its types.`);
  expect(readFileSync(types, "utf8")).toContain('export type Class = "high" | "low";');
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(main).href);
  using loaded = await loadModel(model);
  const row = { x: 3, y: "4.5" };
  expect(predict(row)).toEqual(loaded.predict(row));
});

test("--to wasm-module writes a module that predicts as the model does, and takes what --to module takes", async () => {
  const out = folder.file("fast.mjs");
  const options = ["--weights", "float16", "--data", folder.file("table.csv")];
  const { code, out: lines } = await gradus("export", model, "--to", "wasm-module", "--out", out);
  expect([code, lines[0]]).toEqual([0, expect.stringMatching(/^Wrote .*fast\.mjs: [\d.]+ kB, [\d.]+ times its /)]);
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(out).href);
  using loaded = await loadModel(model);
  const row = { x: 3, y: "4.5" };
  expect(predict([row])).toEqual([loaded.predict(row)]);
  expect((await gradus("export", model, "--to", "wasm-module", "--out", out, ...options)).code).toBe(0);
  expect(readFileSync(out, "utf8")).toContain("halvesIn");
});

test("a module may end in .js, and its types then in .d.ts; no other ending is taken", async () => {
  const main = folder.file("other.js");
  expect((await gradus("export", model, "--to", "module", "--out", main)).code).toBe(0);
  expect(readFileSync(main, "utf8").split("\n")[0]).toBe('// @ts-self-types="./other.d.ts"');
  expect(existsSync(folder.file("other.d.ts"))).toBe(true);
  const { code, notes } = await gradus("export", model, "--to", "module", "--out", folder.file("other.ts"));
  expect([code, notes.join("\n")]).toEqual([
    2,
    `gradus: --out: expected a name that ends in .mjs or .js, as --to module writes, found ${JSON.stringify(folder.file("other.ts"))}.`,
  ]);
});

test("--to onnx writes an ONNX file, of columns or of the encoded matrix", async () => {
  const { code, out } = await gradus("export", model, "--to", "onnx");
  expect([code, out]).toEqual([
    0,
    [expect.stringMatching(/^Wrote .*model\.onnx: [\d.]+ kB, an input for each column\.$/)],
  ]);
  const { graph } = modelFromBytes(readFileSync(folder.file("model.onnx")));
  expect(graph.inputs.map(({ name }) => name)).toEqual(["x", "y"]);
  const numeric = await gradus("export", model, "--to", "onnx", "--numeric");
  expect(numeric.out[0]).toMatch(/from the encoded matrix\.$/);
});

test("--to onnx says which outputs have other names, because columns have theirs", async () => {
  const table = folder.file("labels.csv");
  writeFileSync(table, smallTable().replace("x,", "label,"));
  const named = folder.file("labels.gradus");
  await gradus("train", table, "--target", "class", "--out", named, "--folds", "1", "--epochs", "1", "--hidden", "2");
  const { out } = await gradus("export", named, "--to", "onnx");
  expect(out[0]).toMatch(/an input for each column; the output is label_, as a column is named label\.$/);
});

test("an option of another form, and intervals of a model that has none, are refused", async () => {
  const other = await gradus("export", model, "--to", "module", "--numeric");
  expect(other.notes).toEqual(["gradus: --numeric is for --to onnx, not for --to module. Leave it out."]);
  const interval = await gradus("export", model, "--to", "module", "--interval", "0.9");
  expect(interval.notes.join()).toMatch(
    /not for --to module\. Leave it out: what a module has takes it: intervals\(rows, 0\.9\)\.$/,
  );
  const without = await gradus("export", model, "--to", "onnx", "--interval", "0.9");
  expect([without.code, without.notes.join()]).toEqual([
    2,
    expect.stringContaining("no residuals of calibration rows"),
  ]);
});

test("--weights float16 halves the weights, and states the metrics of both on the rows of --data", async () => {
  const out = folder.file("half.mjs");
  const options = ["--weights", "float16", "--data", folder.file("table.csv")];
  const half = await gradus("export", model, "--to", "module", "--out", out, ...options);
  expect(half.code).toBe(0);
  expect(half.notes.join("\n")).not.toMatch(/rows that the model was trained on/);
  expect(half.out[0]).toBe("On 8 rows that the model did not learn from:");
  expect(half.out.join("\n")).toMatch(/float16 +float32\n.*accuracy +[\d.]+ +[\d.]+\n/);
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(out).href);
  using loaded = await loadModel(model, { task: "classification" });
  expect(predict({ x: 3, y: 4 }).probability).toBeCloseTo(loaded.predict({ x: 3, y: 4 }).probability, 2);
});

test("other rows of --data all count, read as the options of reading say", async () => {
  const other = folder.file("other.csv");
  writeFileSync(other, "# a survey\nx;y;class\n1;2;high\n3;4;low\n");
  const options = ["--weights", "float16", "--data", other, "--skip", "1"];
  const { code, out } = await gradus("export", model, "--to", "module", "--out", folder.file("half.mjs"), ...options);
  expect([code, out[0]]).toEqual([0, "On 2 rows:"]);
  const { notes } = await gradus("export", model, "--to", "module", "--skip", "1");
  expect(notes).toEqual(["gradus: --skip is for tables, but with no --data no table is read. Leave it out."]);
});

test("--weights float16 without rows to measure it on, rows without it, and another format are refused", async () => {
  const refused = async (...args: readonly string[]) =>
    (await gradus("export", model, "--to", ...args)).notes.join("\n");
  const table = folder.file("table.csv");
  expect(await refused("module", "--weights", "float16")).toMatch(/give --data TABLE/);
  expect(await refused("module", "--data", table)).toMatch(/--data is for --distil and --weights float16/);
  expect(await refused("module", "--weights", "float8")).toMatch(/Unknown value of --weights "float8"/);
  expect(await refused("onnx", "--weights", "float16", "--data", table)).toMatch(/--weights is for --to module/);
  expect(await refused("module", "--weights", "float16", "--data", folder.file("none.csv"))).toMatch(/none\.csv/);
  expect(await refused("module", "--weights", "float16", "--data", table, "--out", table)).toMatch(/--out/);
});

test("--to pytorch writes the weights, and a program whose name Python can import", async () => {
  const named = folder.file("2 models.gradus");
  copyFileSync(model, named);
  const { code, out } = await gradus("export", named, "--to", "pytorch");
  expect([code, out]).toEqual([
    0,
    [
      expect.stringMatching(/^Wrote .*2 models\.safetensors: [\d.]+ kB of weights\.$/),
      `Wrote ${folder.file("_2_models_model.py")}: the networks and the encoder, which reads no texts.`,
    ],
  ]);
  expect(readFileSync(folder.file("_2_models_model.py"), "utf8")).toContain('with_name("2 models.safetensors")');
  const { notes } = await gradus("export", model, "--to", "pytorch", "--numeric");
  expect(notes).toEqual(["gradus: --numeric is for --to onnx, not for --to pytorch. Leave it out."]);
});

test("a file that no export wrote is replaced only where --out names it, and a program of other weights not at all", async () => {
  const refused = async (path: string, ...args: readonly string[]) => {
    const before = readFileSync(path);
    const { code, notes } = await gradus("export", ...args);
    expect([code, notes]).toEqual([
      2,
      [
        `gradus: ${path} would be replaced, and this export did not write it before. Give another file with --out, or remove this one.`,
      ],
    ]);
    expect(readFileSync(path)).toEqual(before);
  };
  const mine = folder.file("mine.gradus");
  copyFileSync(model, mine);
  for (const [to, name] of [
    ["module", "mine.mjs"],
    ["wasm-module", "mine.d.mts"],
    ["onnx", "mine.onnx"],
    ["pytorch", "mine.safetensors"],
    ["pytorch", "mine_model.py"],
  ]) {
    const path = folder.file(name);
    writeFileSync(path, "my own work, with gradus");
    await refused(path, mine, "--to", to);
    writeFileSync(path, "");
    for (const _time of ["first", "again"]) expect((await gradus("export", mine, "--to", to)).code).toBe(0);
  }
  writeFileSync(folder.file("mine.mjs"), "mine");
  expect((await gradus("export", model, "--to", "module", "--out", folder.file("mine.mjs"))).code).toBe(0);
  writeFileSync(folder.file("mine.d.mts"), "mine");
  await refused(folder.file("mine.d.mts"), model, "--to", "module", "--out", folder.file("mine.mjs"));
  const program = folder.file("a_b_model.py");
  expect((await gradus("export", model, "--to", "pytorch", "--out", folder.file("a b.safetensors"))).code).toBe(0);
  await refused(program, model, "--to", "pytorch", "--out", folder.file("a-b.safetensors"));
});

test("a program has the name of its weights in any script, as Python normalizes it", async () => {
  for (const [name, program] of [
    ["größe", "größe_model.py"],
    ["u\u0308nï", "ünï_model.py"],
    ["模型", "模型_model.py"],
    ["²天", "_2天_model.py"],
    ["🐧", "__model.py"],
  ]) {
    const { out } = await gradus("export", model, "--to", "pytorch", "--out", folder.file(`${name}.safetensors`));
    expect(out[1]).toMatch(`Wrote ${folder.file(program)}: `);
  }
});

test("--distil writes one network, learned from the model, with the metrics of both on rows that it did not learn from", async () => {
  const out = folder.file("distilled.mjs");
  const table = folder.file("table.csv");
  const options = ["--distil", "--weights", "float16", "--data", table];
  const {
    code,
    out: lines,
    notes: printed,
  } = await gradus("export", model, "--to", "module", "--out", out, ...options);
  expect(code).toBe(0);
  expect(printed.join("\n")).toMatch(
    /note: The distilled network has \d+ parameters, no fewer than the \d+ of the model/,
  );
  expect(lines[0]).toMatch(/^Distilled 1 network of \d+ parameters in all into one of \d+\.$/);
  expect(lines[1]).toBe("On 8 rows that it did not learn from:");
  expect(lines.join("\n")).toMatch(/distilled, float16 +the model\n/);
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(out).href);
  expect(["high", "low"]).toContain(predict({ x: 3, y: 4 }).label);
  const { notes } = await gradus("export", model, "--to", "onnx", "--distil");
  expect(notes.join("\n")).toMatch(/--distil trains a network .*give --data TABLE/);
});

test("a form that there isn't, no form, no name and a file that would be lost are refused", async () => {
  const refused = async (...args: readonly string[]) => {
    const { code, notes } = await gradus("export", ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await refused(model, "--to", "modul")).toMatch(/Unknown value of --to "modul"\. Did you mean "module"\?/);
  expect(await refused(model)).toMatch(/--to <form> is not given/);
  expect(await refused("-", "--to", "module")).toMatch(/give --out/);
  expect(await refused("-", "--to", "module", "--out", "-")).toMatch(/ends in \.mjs or \.js, .* found "-"\.$/);
  expect(await refused(folder.file("table.csv"), "--to", "module")).toMatch(/not a gradus model/);
});
