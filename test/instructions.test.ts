/**
 * The instructions of CONTRIBUTING.md: what it names exists, and an activation added by its example, to a copy of the sources,
 * trains, is traced and is checked; its kernel gives the table's numbers.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAGE_BYTES } from "../src/engines/memory/device.ts";
import { createMemory, instantiate } from "../src/engines/wasm/kernelModule.ts";
import { webAssembly } from "../src/engines/wasm/webAssembly.ts";
import { activations, type ElementwiseActivation } from "../src/network/activations.ts";
import { layerKinds } from "../src/network/layers.ts";
import { losses } from "../src/network/losses.ts";
import { optimizers } from "../src/optimizers/optimizers.ts";
import { COMMANDS } from "./commandLine.ts";

const root = join(import.meta.dirname, "..");
const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

/** What is new has no file yet. */
const isPlaceholder = (path: string): boolean => /\b(KIND|NAME|NNNN)\b/.test(path);

test("each file and folder that CONTRIBUTING.md names exists, and for a new file its folder", () => {
  const named = [...text.matchAll(/`((?:src|test|lab|scripts|docs)\/[^`\s]*)`/g)].map(([, path]) => path);
  expect(named.length).toBeGreaterThan(40);
  const needed = named.map((path) => (isPlaceholder(path) ? dirname(path.replace(/\/$/, "")) : path));
  expect(needed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** The paths that a row of the table names. */
function pathsOf(what: string): string[] {
  const row = text.split("\n").find((line) => line.startsWith(`| ${what} |`)) ?? "";
  return [...row.matchAll(/`([^`\s]*\/[^`\s]*)`/g)].map(([, path]) => path);
}

test.each([
  ["a kind of layer", "KIND", Object.keys(layerKinds)],
  ["a command", "NAME", COMMANDS],
  ["an engine on a memory of its own", "NAME", ["wasm"]],
] as const)(
  "%s that there is already has the files that CONTRIBUTING.md names for a new one",
  (what, placeholder, names) => {
    const paths = pathsOf(what);
    expect(paths.some(isPlaceholder)).toBe(true);
    const all = names.flatMap((name) => paths.map((path) => path.replace(placeholder, name)));
    expect(all.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);

/** Generated, and what other libraries call things. */
const NO_LISTS = ["src/engines/wasm/kernels/constants.ts", "src/fieldNames.ts"];

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((path) => `src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !NO_LISTS.includes(path))
  .map((path) => ({ path, words: readFileSync(join(root, path), "utf8") }));

test.each([
  ["an activation", Object.keys(activations)],
  ["a loss", Object.keys(losses)],
  ["an optimizer", Object.keys(optimizers)],
  ["a kind of layer", Object.keys(layerKinds)],
])("no file lists all there is beside %s's table but those that CONTRIBUTING.md names", (what, names) => {
  /** As a word or the start of one: lion, LionOptions, LION. */
  const patterns = names.map((name) => {
    const constant = name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
    return new RegExp(`(?<![a-z])(${name}|${constant})`, "i");
  });
  const lists = sources.filter(({ words }) => patterns.every((pattern) => pattern.test(words)));
  expect(lists.length).toBeGreaterThan(0);
  expect(pathsOf(what)).toEqual(expect.arrayContaining(lists.map(({ path }) => path)));
});

/** A part of a file as it is, and as it is to be. */
interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The differences that a section shows. */
function changesIn(section: string): Change[] {
  return [...section.matchAll(/^```diff\n--- (\S+)\n(.*?)^```/gms)].flatMap(([, path, body]) =>
    body.split(/^@@\n/m).map((part) => {
      const lines = part.split("\n").slice(0, -1);
      const without = (sign: string): string =>
        lines.flatMap((line) => (line.startsWith(sign) ? [] : [`${line.slice(1)}\n`])).join("");
      return { path, before: without("+"), after: without("-") };
    }),
  );
}

const heading = "### An example: the activation hardTanh\n";
const section = text.slice(text.indexOf(heading) + heading.length).split(/^##/m)[0];
const changes = changesIn(section);

test.each(changes)("$path has the lines that the example stands beside, once", ({ path, before }) => {
  expect(readFileSync(join(root, path), "utf8").split(before).length - 1).toBe(1);
});

/** Modules of the copy have the types of the sources. */
interface Copy {
  activations: typeof import("../src/network/activations.ts");
  conformance: typeof import("./conformance/suite.ts");
  reference: typeof import("../src/reference/reference.ts");
  toy: typeof import("./toyDevice/device.ts");
  network: typeof import("../src/entries/network.ts");
  explain: typeof import("../src/entries/explain.ts");
  kernels: typeof import("../src/engines/wasm/kernelConstants.ts");
}

describe("an activation that is added to a copy of the sources as the example says", () => {
  let folder: string;
  let copy: Copy;

  beforeAll(async () => {
    mkdirSync(join(root, ".build"), { recursive: true });
    folder = mkdtempSync(join(root, ".build", "instructions-"));
    for (const part of ["src", "test/conformance", "test/toyDevice"])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    for (const { path, before, after } of changes) {
      const file = join(folder, path);
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(before, () => after),
      );
    }
    const load = (path: string): Promise<unknown> => import(/* @vite-ignore */ join(folder, path));
    copy = {
      activations: await load("src/network/activations.ts"),
      conformance: await load("test/conformance/suite.ts"),
      reference: await load("src/reference/reference.ts"),
      toy: await load("test/toyDevice/device.ts"),
      network: await load("src/entries/network.ts"),
      explain: await load("src/entries/explain.ts"),
      kernels: await load("src/engines/wasm/kernelConstants.ts"),
    } as Copy;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The entry that was added. */
  function hardTanh(): ElementwiseActivation {
    return (copy.activations.activations as Readonly<Record<string, unknown>>).hardTanh as ElementwiseActivation;
  }

  /** Two inputs, hidden units with the activation, and one output: the sum, where it lies between −1 and 1. */
  function problemOf() {
    const { completeProblem, dense, network } = copy.network;
    const hidden = dense(6, { activation: "hardTanh" as "tanh" });
    return completeProblem({
      network: network({ inputs: 2, layers: [hidden, dense(1)] }),
      loss: "meanSquaredError",
      optimizer: { name: "adam", learningRate: 0.02 },
      batchSize: 16,
      seed: 1,
    });
  }

  function patterns() {
    const draws = copy.network.random(1, "instructions");
    const inputs = Float32Array.from({ length: 64 }, () => draws.normal());
    const desired = Float32Array.from({ length: 32 }, (_, row) =>
      Math.max(-1, Math.min(1, inputs[2 * row] + inputs[2 * row + 1])),
    );
    return { inputs, desired };
  }

  test("has its formulas", () => {
    const { value, formula, derivativeFormula } = hardTanh();
    expect([-3, -1, 0.25, 1, 3].map(value)).toEqual([-1, -1, 0.25, 1, 1]);
    expect(formula.text).toBe("φ(v) = 1 if v > 1, else v if v > −1, else −1");
    expect(derivativeFormula.text).toBe("φ'(v) = 0 if v > 1, else 1 if v > −1, else 0");
  });

  test.each(["reference", "toy"] as const)("trains on the engine %s", async (name) => {
    const engine = name === "toy" ? copy.toy.toyEngine : copy.reference.reference;
    using session = await engine.create(problemOf());
    using loaded = session.load(patterns());
    const before = await session.evaluate(loaded);
    for (let epoch = 0; epoch < 100; epoch++)
      await session.run(
        loaded,
        Uint32Array.from({ length: 32 }, (_, row) => row),
      );
    expect(await session.evaluate(loaded)).toBeLessThan(before / 10);
  });

  test("has its cases in the conformance suite, which a device passes", async () => {
    const { conform, conformanceCases, deviationText, tolerances } = copy.conformance;
    const own = conformanceCases.filter(({ name }) => name.startsWith("activation hardTanh"));
    expect(own.length).toBeGreaterThan(0);
    for (const each of own) {
      const deviation = await conform(copy.toy.toyEngine, copy.reference.reference, each);
      expect(deviation.error, `${each.name}: ${deviationText(deviation)}`).toBeLessThan(tolerances.float32);
    }
  });

  test("is traced with its numbers, derived, and checked by differences on both engines", async () => {
    const { checkGradients, derivationOf, expositionText, traceExposition, traceStep } = copy.explain;
    const problem = problemOf();
    const parameters = copy.network.initialParameters(problem.network, 1);
    const trace = traceStep({
      problem,
      parameters,
      patterns: { inputs: Float32Array.of(0.5, 0.25), desired: Float32Array.of(1) },
    });
    expect(expositionText(traceExposition(trace))).toContain("Layer 0: 6 hardTanh neurons.");
    const derivation = expositionText(derivationOf({ network: problem.network, loss: problem.loss }));
    expect(derivation).toContain("0 if v > 1, else 1 if v > −1, else 0");
    const engines = [copy.reference.reference, copy.toy.toyEngine];
    const check = await checkGradients({ problem, parameters, patterns: patterns(), engines });
    expect(check.passed).toBe(true);
  });

  test("has a kernel that gives the table's values and slopes", async () => {
    const kernels = join(folder, "src/engines/wasm/kernels");
    writeFileSync(join(kernels, "constants.ts"), copy.kernels.kernelConstants());
    writeFileSync(join(kernels, "alone.ts"), 'export { activate, derive } from "./activations";\n');
    const { activate, derive, memory } = await compiled(kernels, "alone.ts");
    const kind = Object.keys(copy.activations.activations).indexOf("hardTanh");
    const { value, derivative } = hardTanh();
    const given = [-3, -1.5, -1, -0.5, 0, 0.25, 1, 1.25, 7];
    const [fields, outputs, slopes] = [0, 1, 2].map(
      (at) => new Float32Array(memory.buffer, START + 64 * at, given.length),
    );
    fields.set(given);
    slopes.fill(1);
    activate(kind, fields.byteOffset, outputs.byteOffset, given.length);
    derive(kind, slopes.byteOffset, fields.byteOffset, outputs.byteOffset, slopes.byteOffset, given.length);
    expect([...outputs]).toEqual(given.map(value));
    expect([...slopes]).toEqual(given.map((v) => derivative(v, value(v))));
  });
});

/** Behind what the kernels may keep for themselves. */
const START = PAGE_BYTES;

/** Kernels of one file by themselves, hardly optimised: that is quicker than all of them as the build makes them. */
async function compiled(kernels: string, entry: string) {
  let code = new Uint8Array();
  const flags = ["--runtime", "stub", "--noAssert", "-O0", "--importMemory", "--enable", "simd"];
  const { error, stderr } = await asc.main(
    [
      entry,
      "--outFile",
      "alone.wasm",
      ...flags,
      ...["RELAXED=0", "SHARED=0", "TRAINING=1"].flatMap((constant) => ["--use", constant]),
    ],
    {
      readFile: (name, base) => {
        const path = join(base ?? "", name);
        const full = existsSync(join(kernels, path)) ? join(kernels, path) : path;
        return existsSync(full) ? readFileSync(full, "utf8") : null;
      },
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") code = Uint8Array.from(contents);
      },
      listFiles: () => [],
    },
  );
  expect(error, stderr.toString()).toBeNull();
  if (webAssembly === undefined) throw new Error("Node has WebAssembly.");
  const memory = createMemory(2 * PAGE_BYTES, { shared: false });
  const exports = instantiate(new webAssembly.Module(code), memory) as unknown as {
    activate(kind: number, fields: number, outputs: number, count: number): void;
    derive(kind: number, gradient: number, fields: number, outputs: number, to: number, count: number): void;
  };
  return { ...exports, memory };
}
