/**
 * The WebAssembly kernels: src/engines/wasm/kernels/*.ts, AssemblyScript, compiled in four variants into one module of
 * base64 texts, so that the engine loads the same way in every runtime, without a file or a request.
 *
 * Relaxed variants use the fused multiply-add, which not every runtime has; shared ones work on memory that threads share.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { compiledKernels, kernelsHash, root } from "./project.mjs";

const kernels = join(root, "src", "engines", "wasm", "kernels");

/** 4 GiB in pages of 64 KiB: what a shared memory may grow to. */
const MOST_PAGES = 65536;

/** @type {Uint8Array} */
let output = new Uint8Array();

const variants = {
  plain: await compile({ relaxed: false, shared: false }),
  plainShared: await compile({ relaxed: false, shared: true }),
  relaxed: await compile({ relaxed: true, shared: false }),
  relaxedShared: await compile({ relaxed: true, shared: true }),
};
const lines = Object.entries(variants).map(([name, bytes]) => `  ${name}: "${Buffer.from(bytes).toString("base64")}",`);
mkdirSync(dirname(compiledKernels), { recursive: true });
writeFileSync(
  compiledKernels,
  `// ${kernelsHash()}
/** Made by scripts/kernels.mjs from ../kernels; not to be edited. */
export const kernels = {
${lines.join("\n")}
} as const;
`,
);

/** @param {{ relaxed: boolean, shared: boolean }} variant */
async function compile({ relaxed, shared }) {
  const flags = ["--runtime", "stub", "--noAssert", "-O3", "--importMemory", "--use", `RELAXED=${relaxed ? 1 : 0}`];
  flags.push("--enable", "simd", ...(relaxed ? ["--enable", "relaxed-simd"] : []));
  flags.push("--use", `SHARED=${shared ? 1 : 0}`);
  if (shared)
    flags.push("--enable", "threads", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", String(MOST_PAGES));
  const { error, stderr, stdout } = await asc.main(["index.ts", "--outFile", "out.wasm", ...flags], {
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
