/** `gradus check` from a trained file: its report, its exit codes and what it refuses. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { activations } from "../src/network/activations.ts";
import { letter, power, sum } from "../src/network/expression/expression.ts";
import { type Folder, folderOf, gradus, smallTable } from "./commandLine.ts";

/** A folder with a table and a model that learned it for a moment. */
async function trained(...flags: string[]): Promise<{ folder: Folder; model: string; table: string }> {
  const folder = await folderOf({ "table.csv": smallTable() });
  const [model, table] = [folder.file("model.gradus"), folder.file("table.csv")];
  const plain = ["--recipe", "plain", "--epochs", "3", "--hidden", "6"];
  const args = ["--target", "class", "--out", model, ...plain, ...flags];
  expect(await gradus("train", table, ...args)).toMatchObject({ code: 0 });
  return { folder, model, table };
}

test("a trained model's gradients are right, on rows of its table and without one", async () => {
  const { model, table } = await trained("--dropout", "0.2", "--clip-norm", "0.5", "--l2", "0.01");
  const drawn = await gradus("check", model);
  expect(drawn).toMatchObject({ code: 0, notes: [] });
  expect(drawn.out[0]).toBe("Gradient check on 32 random rows, seed 0");
  expect(drawn.out.at(-1)).toBe("All gradients and steps are correct.");
  const given = await gradus("check", model, table, "--rows", "10");
  expect(given.code).toBe(0);
  expect(given.out[0]).toBe(`Gradient check on 10 of the 40 rows of ${table}`);
  const text = given.out.join("\n");
  expect(text).toMatch(/^reference, float64: its gradient compared with finite differences of the loss$/m);
  expect(text).toMatch(/^ +0 +weights +12 +[\d.e-]+ +1\.0e-6 +0\.\d\.\d .* passed$/m);
  expect(text).toMatch(/^wasm, float32: /m);
  expect(text).toMatch(/^ {2}a step by adamW: 32 parameters are where the update rule puts them: passed$/m);
});

test("--json prints the report; --engine, --most, --rows and --seed choose what is checked", async () => {
  const { model } = await trained();
  const report = async (...flags: string[]) => {
    const { code, out } = await gradus("check", model, "--json", "--most", "3", ...flags);
    expect(code).toBe(0);
    return JSON.parse(out[0]);
  };
  const first = await report("--rows", "5", "--engine", "reference");
  expect(first).toMatchObject({ source: "5 random rows, seed 0", rows: 5, passed: true });
  expect(first.subjects.map(({ name }: { name: string }) => name)).toEqual(["reference"]);
  expect(first.subjects[0].gradients[0]).toMatchObject({ name: "layers.0.weights", checked: 3, verdict: "passed" });
  expect(await report("--rows", "5", "--engine", "reference")).toEqual(first);
  expect(await report("--rows", "5", "--engine", "reference", "--seed", "1")).not.toEqual(first);
  const both = await report("--engine", "wasm");
  expect(both.subjects.map(({ name }: { name: string }) => name)).toEqual(["reference", "wasm"]);
});

describe("a gradient that is wrong", () => {
  afterEach(() => void vi.restoreAllMocks());

  test("exits with 1 and names the engine, the layer and the weight", async () => {
    const { model } = await trained("--activation", "tanh");
    const wrong = sum([1, power(letter("y"), 2)]);
    vi.spyOn(activations.tanh, "derivativeExpression", "get").mockReturnValue(wrong);
    const { code, out, notes } = await gradus("check", model, "--engine", "reference");
    expect(code).toBe(1);
    expect(out.join("\n")).toMatch(/^ +0 +weights +12 .* 0\.\d\.\d .* failed$/m);
    expect(out.join("\n")).toMatch(/^ +1 +weights +12 .* 1\.\d\.\d .* passed$/m);
    const message = "The gradient check failed: reference (layers.0.weights, layers.0.bias).";
    expect(out.at(-1)).toBe(message);
    expect(notes).toEqual([`gradus: ${message}`]);
  });
});

describe("called wrongly, it exits with 2:", () => {
  test("an unknown engine", async () => {
    const { model } = await trained();
    const { code, notes } = await gradus("check", model, "--engine", "cuda");
    expect(code).toBe(2);
    expect(notes.join("\n")).toContain("Allowed choices are native, wasm, blas, reference");
  });

  test("a table without the target, no rows, a model that is none", async () => {
    const { model, table, folder } = await trained();
    const bare = await folderOf({ "bare.csv": "x,y\n1,2\n3,4\n" });
    for (const [args, message] of [
      [[model, bare.file("bare.csv")], "class"],
      [[model, "--rows", "0"], "--rows: expected a whole number of at least 1"],
      [[table], "table.csv"],
      [[folder.file("none.gradus")], "none.gradus"],
    ] as const) {
      const { code, notes } = await gradus("check", ...args);
      expect(code).toBe(2);
      expect(notes.join("\n")).toContain(message);
    }
  });
});

test("--example checks a small network on its own rows, and takes no model, table or reading beside it", async () => {
  const { code, out } = await gradus("check", "--example", "xor");
  expect(code).toBe(0);
  expect(out[0]).toBe("Gradient check on 4 of the 4 rows of example xor");
  expect(out.at(-1)).toBe("All gradients and steps are correct.");
  const fewer = await gradus("check", "--example", "xor", "--rows", "2");
  expect(fewer.out[0]).toBe("Gradient check on 2 of the 4 rows of example xor");
  for (const others of [["a.gradus"], ["--sql", "SELECT 1"], ["--missing", "x"]]) {
    expect(await gradus("check", "--example", "xor", ...others)).toMatchObject({ code: 2, out: [] });
  }
  const neither = await gradus("check");
  expect(neither.code).toBe(2);
  expect(neither.notes.join("\n")).toContain("Give a model file, or --example xor.");
});

test("a step that skips parameters has their number and the reason next to those that were checked", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("wide.gradus");
  const wide = ["--recipe", "plain", "--epochs", "3", "--hidden", "64,64", "--out", model];
  expect(await gradus("train", folder.file("table.csv"), "--target", "class", ...wide)).toMatchObject({ code: 0 });
  const { code, out } = await gradus("check", model, "--rows", "1");
  expect(code).toBe(0);
  const partly = out.flatMap(
    (line) => /^ {2}a step by adamW: (\d+) of (\d+) .*; (\d+) skipped, whose.*passed$/.exec(line) ?? [],
  );
  expect(partly.length).toBeGreaterThan(0);
  const [, checked, all, skipped] = partly.map(Number);
  expect(checked + skipped).toBe(all);
});
