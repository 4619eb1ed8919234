/** `gradus show --machine-code`: the listing as people and as programs read it. */
import { beforeAll, expect, test } from "vitest";
import { type Folder, gradus, lastingFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
let model: string;

beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable() });
  model = folder.file("model.gradus");
  const recipe = ["--recipe", "plain", "--hidden", "4", "--activation", "tanh", "--optimizer", "sgd", "--dropout", "0"];
  const quick = ["--folds", "1", "--epochs", "2", "--learning-rate", "0.01", "--engine", "reference"];
  const line = ["train", folder.file("table.csv"), "--target", "x", "--out", model, ...recipe, ...quick];
  expect(await gradus(...line)).toMatchObject({ code: 0 });
  return () => folder.remove();
});

test.each([
  ["avx2", "AVX2", /vfmadd231ps ymm\d+,ymm\d+,ymm\d+$/],
  ["avx512", "AVX-512", /vfmadd231ps zmm\d+,zmm\d+,zmm\d+$/],
])("--cpu %s: functions with their sizes, then offsets, bytes and instructions", async (cpu, title, multiplyAdd) => {
  const { code, out } = await gradus("show", model, "--machine-code", "--cpu", cpu);
  expect(code).toBe(0);
  expect(out[0]).toBe(`instructions  ${title}, as asked for`);
  const headings = out.filter((line) => /^\S/.test(line)).map((line) => line.replace(/: \d+ bytes$/, ""));
  expect(headings).toEqual(
    expect.arrayContaining(["For every network", "product", "turn", "For the activations, the loss and the optimizer"]),
  );
  expect(headings).toEqual(expect.arrayContaining(["update, sgd", "activate, tanh", "constants"]));
  expect(out).toContain("  ; parameters := parameters − rate · gradients");
  const instructions = out.filter((line) => /^ {4}/.test(line));
  for (const line of instructions) expect(line).toMatch(/^ {4}[\da-f]{6} {2}[\da-f]{2}( [\da-f]{2})* +\S/);
  expect(instructions.some((line) => multiplyAdd.test(line))).toBe(true);
  expect(out.some((line) => line.startsWith("For the whole step"))).toBe(false);
});

test("--batch-size 1 has the whole step of a small network, and --json the same lines", async () => {
  const args = ["show", model, "--machine-code", "--cpu", "avx2", "--batch-size", "1"];
  const { out } = await gradus(...args);
  expect(out.some((line) => line.startsWith("For the whole step of this network: "))).toBe(true);
  expect(out).toContain("  ; layer 0: v = b + W · x, y = tanh(v)");
  const json = await gradus(...args, "--json");
  const { instructions, pieces } = JSON.parse(json.out[0]);
  expect(instructions).toBe("avx2");
  const texts = pieces.flatMap(({ functions }: { functions: { lines: { text: string }[] }[] }) =>
    functions.flatMap(({ lines }) => lines.map(({ text }) => text)),
  );
  const printed = out.filter((line) => /^ {2}/.test(line)).map((line) => line.trim());
  expect(printed.length).toBe(texts.length);
  expect(printed.every((line, n) => line.endsWith(texts[n]))).toBe(true);
});
