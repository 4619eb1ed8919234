/** How the lab is built: lab/ to dist/lab, from the public entries of gradus as their sources stand. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: at("../src/index.ts") },
      { find: /^gradus\/(network|explain|tune|report)$/, replacement: at("../src/entries/$1.ts") },
    ],
  },
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
