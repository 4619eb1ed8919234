/**
 * The WebAssembly kernels: src/engines/wasm/kernels/*.ts, AssemblyScript, compiled into modules of base64 texts, so that the
 * engine loads the same way in every runtime, without a file or a request.
 *
 * All of them, and those for prediction alone, which an app needs that loads a model. Each in four variants: relaxed ones
 * use the fused multiply-add, which not every runtime has; shared ones work on memory that threads share. One variant is
 * whole, the others are differences (difference.mjs): the code is nearly the same, and apps pay for every byte.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { difference } from "./difference.mjs";
import { compiledKernels, kernelsHash, root } from "./project.mjs";

const kernels = join(root, "src", "engines", "wasm", "kernels");

/** 4 GiB in pages of 64 KiB: what a shared memory may grow to. */
const MOST_PAGES = 65536;

/** @type {Uint8Array} */
let output = new Uint8Array();

mkdirSync(dirname(compiledKernels.training), { recursive: true });
// Those of training last: their first line says that all is there.
await write("predictionKernels", compiledKernels.prediction, { entry: "predict.ts", training: false });
await write("trainingKernels", compiledKernels.training, { entry: "index.ts", training: true });

/**
 * @param {string} name
 * @param {string} path
 * @param {{ entry: string, training: boolean }} source
 */
async function write(name, path, source) {
  const plain = await compile({ ...source, relaxed: false, shared: false });
  const relaxed = await compile({ ...source, relaxed: true, shared: false });
  const texts = {
    plain,
    plainShared: difference(plain, await compile({ ...source, relaxed: false, shared: true })),
    relaxed: difference(plain, relaxed),
    relaxedShared: difference(relaxed, await compile({ ...source, relaxed: true, shared: true })),
  };
  const lines = Object.entries(texts).map(([key, bytes]) => `  ${key}: "${Buffer.from(bytes).toString("base64")}",`);
  writeFileSync(
    path,
    `// ${kernelsHash()}
/** Made by scripts/kernels.mjs from ../kernels; not to be edited. */
export const ${name} = {
${lines.join("\n")}
} as const;
`,
  );
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
