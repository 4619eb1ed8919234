/** `npm run bits`: what it calls a difference, and what its set covers. */
import { expect, test } from "vitest";
import { cases, hashes } from "../scripts/bits/cases.mjs";
import { differences } from "../scripts/bits/differences.mjs";
import * as conformance from "../src/engines/conformance.ts";
import * as conformanceCases from "../src/engines/conformanceCases.ts";
import * as network from "../src/entries/network.ts";
import * as gradus from "../src/index.ts";

const library = { ...network, ...gradus };
const suite = { ...conformance, ...conformanceCases };
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
