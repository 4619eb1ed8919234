/**
 * The WebAssembly kernels: src/engines/wasm/kernels/*.ts, AssemblyScript, compiled into modules of base64 texts, so that the
 * engine loads the same way in every runtime, without a file or a request; and into files of the same bytes, for apps that
 * fetch the one variant they run.
 *
 * All of them, and those for prediction alone, which an app needs that loads a model. Each in four variants: relaxed ones
 * use the fused multiply-add, which not every runtime has; shared ones work on memory that threads share. One variant is
 * whole, the others are differences (difference.mjs): the code is nearly the same, and apps pay for every byte.
 */

import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import asc from "assemblyscript/asc";
import { difference } from "./difference.mjs";
import { compiledKernels, kernelFiles, kernelsHash, root } from "./project.mjs";

const kernels = join(root, "src", "engines", "wasm", "kernels");

/** 4 GiB in pages of 64 KiB: what a shared memory may grow to. */
const MOST_PAGES = 65536;

/** @type {Uint8Array} */
let output = new Uint8Array();

const hash = kernelsHash();
/** What all files of these kernels have in common, and those of other sources have not. */
const stamp = hash.slice(0, 16);

/** @typedef {"prediction" | "training"} Purpose */
/** @typedef {Record<string, Uint8Array>} Files modules by the names of their variants */

const entries = { prediction: "predict.ts", training: "index.ts" };

if (isMainThread) {
  mkdirSync(dirname(compiledKernels.training), { recursive: true });
  // Each half by a thread of its own: the compiler takes a core for half a minute.
  const halves = await Promise.all([false, true].map(compiledApart));
  writeCode(compiledKernels.stamp, `export const kernelStamp = "${stamp}";`);
  // Those of training last: their first line says that all is there.
  for (const purpose of /** @type {const} */ (["prediction", "training"])) {
    write(purpose, { ...halves[0][purpose], ...halves[1][purpose] });
  }
} else parentPort?.postMessage(await compiled(workerData));

/**
 * @param {boolean} relaxed
 * @returns {Promise<Record<Purpose, Files>>}
 */
async function compiledApart(relaxed) {
  const [half] = await once(new Worker(new URL(import.meta.url), { workerData: relaxed }), "message");
  return half;
}

/**
 * The variants of both purposes that have relaxed instructions, or those that have not.
 *
 * @param {boolean} relaxed
 * @returns {Promise<Record<Purpose, Files>>}
 */
async function compiled(relaxed) {
  const name = relaxed ? "relaxed" : "plain";
  const made = async (/** @type {Purpose} */ purpose, /** @type {boolean} */ shared) => {
    const module = await compile({ entry: entries[purpose], training: purpose === "training", relaxed, shared });
    return stamped(module, `${purpose} ${name}${shared ? "Shared" : ""} ${stamp}`);
  };
  const both = async (/** @type {Purpose} */ purpose) => ({
    [name]: await made(purpose, false),
    [`${name}Shared`]: await made(purpose, true),
  });
  return { prediction: await both("prediction"), training: await both("training") };
}

/** @param {Purpose} purpose @param {Files} files of all variants */
function write(purpose, files) {
  const folder = join(kernelFiles, purpose);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, `${name}.wasm`), bytes);
  const texts = {
    plain: files.plain,
    plainShared: difference(files.plain, files.plainShared),
    relaxed: difference(files.plain, files.relaxed),
    relaxedShared: difference(files.relaxed, files.relaxedShared),
  };
  const lines = Object.entries(texts).map(([key, bytes]) => `  ${key}: "${Buffer.from(bytes).toString("base64")}",`);
  const fields = [`  purpose: "${purpose}",`, ...lines].join("\n");
  writeCode(compiledKernels[purpose], `export const ${purpose}Kernels = {\n${fields}\n} as const;`);
}

/** @param {string} path @param {string} code */
function writeCode(path, code) {
  writeFileSync(path, `// ${hash}\n/** Made by scripts/kernels.mjs from ../kernels; not to be edited. */\n${code}\n`);
}

/**
 * A module with a custom section "gradus" at its end that says what it is: src/engines/wasm/kernelFiles.ts reads it.
 *
 * @param {Uint8Array} module
 * @param {string} text of fewer than 120 characters, so that each length takes one byte
 */
function stamped(module, text) {
  const name = Buffer.from("gradus");
  const content = Buffer.concat([Uint8Array.of(name.length), name, Buffer.from(text)]);
  return Buffer.concat([module, Uint8Array.of(0, content.length), content]);
}

/** @param {{ entry: string, training: boolean, relaxed: boolean, shared: boolean }} variant */
async function compile({ entry, training, relaxed, shared }) {
  const flags = ["--runtime", "stub", "--noAssert", "-O3", "--importMemory", "--use", `RELAXED=${relaxed ? 1 : 0}`];
  flags.push("--enable", "simd", ...(relaxed ? ["--enable", "relaxed-simd"] : []));
  flags.push("--use", `SHARED=${shared ? 1 : 0}`, "--use", `TRAINING=${training ? 1 : 0}`);
  if (shared)
    flags.push("--enable", "threads", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", String(MOST_PAGES));
  const { error, stderr, stdout } = await asc.main([entry, "--outFile", "out.wasm", ...flags], {
    readFile: (name, base) => {
      const path = join(base ?? "", name);
      const full = existsSync(join(kernels, path)) ? join(kernels, path) : path;
      return existsSync(full) ? readFileSync(full, "utf8") : null;
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") output = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr.toString()}${stdout.toString()}`);
  return output;
}
