/** `gradus export`: files written, what is printed of them, and what is refused. */
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
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

test("a form that there isn't, no form, no name and a file that would be lost are refused", async () => {
  const refused = async (...args: readonly string[]) => {
    const { code, notes } = await gradus("export", ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await refused(model, "--to", "modul")).toMatch(/Unknown value of --to "modul"\. Did you mean "module"\?/);
  expect(await refused(model)).toMatch(/--to <form> is not given/);
  expect(await refused("-", "--to", "module")).toMatch(/give --out/);
  expect(await refused(folder.file("table.csv"), "--to", "module")).toMatch(/not a gradus model/);
});
