/**
 * Killed at any moment of a save, a process leaves the old file or the new one: tried many times.
 *
 * A child saves two models over each other without end; SIGKILL, which no process can catch, ends it at a random
 * moment. A second child that writes in place shows that this trial would see a torn file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { regressorDocument } from "../../../test/exampleModels.ts";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { type Random, random } from "../../random.ts";
import { readModelFile, writeModelFile } from "../modelFile.ts";
import { writeAtomically } from "./atomicWrite.ts";

const KILLS = 20;
const source = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
let target: string;
/** Milliseconds that a save takes here; moments are drawn from the first four of the child's saves. */
let saveTime: number;

/** Two models of different lengths, so that remains of the longer one would show. */
const models = [100_000, 60_000].map((units, seed) => {
  const described = network({ inputs: 1, layers: [dense(units, { activation: "relu" }), dense(2)] });
  const document = { ...regressorDocument, network: described };
  return writeModelFile(document, Float32Array.from(initialParameters(described, seed)));
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradus-kill-"));
  target = join(folder, "out", "model.gradus");
  await mkdir(dirname(target));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  for (const [i, bytes] of models.entries()) await writeFile(join(folder, `${i}`), bytes);
  const start = performance.now();
  for (const bytes of models) await writeAtomically(target, bytes);
  saveTime = (performance.now() - start) / models.length;
  // Node 20 runs no TypeScript, and the test must need no build.
  await transpile(join(source, "models/files/atomicWrite.ts"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a module and all that it imports, as JavaScript. */
async function transpile(path: string): Promise<void> {
  const made = join(folder, relative(source, path).replace(/\.ts$/, ".js"));
  if (existsSync(made)) return;
  const { outputText } = ts.transpileModule(await readFile(path, "utf8"), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
    },
  });
  await mkdir(dirname(made), { recursive: true });
  await writeFile(made, outputText);
  for (const [, imported] of outputText.matchAll(/from "(\.[^"]+)\.js"/g)) {
    await transpile(join(dirname(path), `${imported}.ts`));
  }
}

/** Starts a child that saves the models in turn with `save(path, bytes)`, and kills it at a random moment. */
async function saveAndKill(importSave: string, moments: Random): Promise<void> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `${importSave}
      import { readFileSync } from "node:fs";
      const models = [0, 1].map((i) => readFileSync(\`${folder}/\${i}\`));
      await save("${target}", models[0]);
      console.log("saving");
      for (let i = 1; ; i++) await save("${target}", models[i % 2]);`,
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  if (child.stdout) await Promise.race([once(child.stdout, "data"), exited]);
  await setTimeout(4 * saveTime * moments.uniform());
  child.kill("SIGKILL");
  expect(await exited).toEqual([null, "SIGKILL"]);
}

/** Which of the models the file holds, whole; −1 for neither. */
const found = async (): Promise<number> => {
  const bytes = await readFile(target);
  return models.findIndex((model) => bytes.equals(model));
};

test("a process killed while it saves leaves the one model or the other, whole", async () => {
  const moments = random(1, "kill");
  const counts = [0, 0];
  let leftovers = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await saveAndKill('import { writeAtomically as save } from "./models/files/atomicWrite.js";', moments);
    const which = await found();
    expect(which).toBeGreaterThanOrEqual(0);
    counts[which]++;
    const beside = await readdir(dirname(target));
    leftovers = Math.max(leftovers, beside.length - 1);
    // What one killed save leaves, the next clears away: they never add up.
    expect(beside.length).toBeLessThanOrEqual(2);
  }
  expect(readModelFile(await readFile(target)).document).toBeDefined();
  expect(counts.every((count) => count > 0)).toBe(true); // the kills fell between different saves
  expect(leftovers).toBe(1); // and some within one

  await writeAtomically(target, models[0]);
  expect(await readdir(dirname(target))).toEqual(["model.gradus"]);
});

test("writing in place, in contrast, is caught leaving a torn file", async () => {
  const moments = random(2, "kill");
  let torn = false;
  for (let kill = 0; kill < KILLS && !torn; kill++) {
    await saveAndKill('import { writeFile as save } from "node:fs/promises";', moments);
    torn = (await found()) < 0;
  }
  expect(torn).toBe(true);
});
