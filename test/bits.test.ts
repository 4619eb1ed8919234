/** `npm run bits`: what it calls a difference, and what its set covers. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cases, hashes } from "../scripts/bits/cases.mjs";
import { differences } from "../scripts/bits/differences.mjs";
import * as network from "../src/entries/network.ts";
import * as gradus from "../src/index.ts";
import * as suite from "./conformance/suite.ts";

const library = { ...network, ...gradus };
const all = cases(library, suite);

test("a case whose numbers differ is named with the part that does, and what is new here is no failure", () => {
  const here = { a: { losses: "1", slots: "2" }, b: { losses: "3" }, c: { losses: "4" } };
  const there = { a: { losses: "1", slots: "5" }, b: { losses: "3" }, c: "DescriptionError: no such layer" };
  expect(differences(here, there)).toEqual({
    lines: ["DIFFERS  a: slots", "new      c: not in the other checkout (DescriptionError: no such layer)"],
    failed: true,
  });
  expect(differences({ b: here.b, c: here.c }, there).failed).toBe(false);
  expect(differences({ c: "Error: broken" }, there)).toEqual({ lines: ["FAILED   c: Error: broken"], failed: true });
  expect(differences(here, { a: here.a, b: here.b }).lines).toEqual([expect.stringMatching(/^new {6}c: .*missing/)]);
});

test("the last bit of one parameter is a difference", async () => {
  const { numbers } = all.find(({ name }) => name.startsWith("wasm, threads 1: optimizer adamW")) ?? all[0];
  const [once, again] = [await numbers(), await numbers()];
  expect(hashes(again)).toEqual(hashes(once));
  const parameters = once.parameters as Float32Array;
  new Uint32Array(parameters.buffer)[3] ^= 1;
  expect(differences({ adamW: hashes(once) }, { adamW: hashes(again) }).lines).toEqual(["DIFFERS  adamW: parameters"]);
});

test("the set has every recipe, every entry of the tables, and sessions on one, two and three threads", () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const recipe of Object.keys(library.recipes)) {
    for (const task of ["classes", "numbers", "several numbers", "labels"]) {
      expect(names).toContainEqual(expect.stringContaining(`table of ${task}: recipe ${recipe},`));
    }
  }
  const { activations, losses, optimizers } = library;
  for (const entry of [activations, losses, optimizers].flatMap((table) => Object.keys(table))) {
    expect(names).toContainEqual(expect.stringMatching(`^wasm, threads 1: .*${entry}`));
  }
  for (const engine of ["reference", "wasm, threads 1", "wasm, threads 2", "wasm, threads 3"]) {
    expect(names).toContainEqual(expect.stringContaining(`${engine}: shared steps: all kinds in order`));
  }
});

test("a build is measured in Node with the suite bundled: the same bits as here", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const chosen = all.filter(({ name }) => name.includes("optimizer adamW, l1"));
  expect(chosen.length).toBeGreaterThan(1);
  mkdirSync(`${root}/.build`, { recursive: true });
  const results = `${root}/.build/bits-test.json`;
  execFileSync(process.execPath, [`${root}/scripts/bits/measure.mjs`, root, results, "optimizer adamW, l1"]);
  const expected = await Promise.all(chosen.map(async ({ name, numbers }) => [name, hashes(await numbers())]));
  expect(JSON.parse(readFileSync(results, "utf8"))).toEqual(Object.fromEntries(expected));
});
