/**
 * How the lab is built: lab/ to dist/lab, from the public entries of gradus as their sources stand. The kernels are files:
 * worker/kernels.ts loads them, and what makes sessions or models has to be in that worker.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: [
      { find: /^gradus\/kernels\//, replacement: at("../src/engines/wasm/generated/files/") },
      { find: /^gradus$/, replacement: at("../src/index.ts") },
      { find: /^gradus\/(network|explain|tune|report)$/, replacement: at("../src/entries/$1.ts") },
    ],
  },
  define: { GRADUS_EMBEDDED_KERNELS: "false" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    outDir: at("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
  },
});
