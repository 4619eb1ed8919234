/**
 * How the lab is built: lab/ to dist/lab, from the public entries of gradus as their sources stand. The kernels are files:
 * worker/kernels.ts loads them, and what makes sessions or models has to be in that worker.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { libraryNames } from "./build/libraryNames.ts";
import { offline } from "./build/offline.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Of KaTeX's fonts those that its formulas here use, in the one format that all browsers read. */
const usedFonts = /KaTeX_(Main-(Regular|Bold)|Math-Italic|Size\d-Regular|AMS-Regular|SansSerif-Regular)\.woff2/;
const fewFonts = {
  name: "few-fonts",
  enforce: "pre" as const,
  transform(css: string, file: string) {
    if (!/katex(\.min)?\.css/.test(file)) return undefined;
    return css
      .replace(/@font-face\{[^}]*\}/g, (face) => (usedFonts.test(face) ? face : ""))
      .replace(/,url\([^)]*\.(woff|ttf)\) format\("(woff|truetype)"\)/g, "");
  },
};

/**
 * The page's policy refuses style attributes. KaTeX sets one on the middle of a tall brace, as of three cases: the width that the
 * span around it has too.
 */
const noStyleAttributes = {
  name: "no-style-attributes",
  transform(code: string, file: string) {
    if (!/katex\.mjs$/.test(file)) return undefined;
    return { code: code.replaceAll('"style": "width:" + makeEm(width),', ""), map: null };
  },
};

export default defineConfig({
  root: at("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: [
      { find: /^.*\/fieldNames\.ts$/, replacement: at("build/ownNames.ts") },
      { find: /^\.\/native\/(native|conditions|bf16Least|blas\/blas)\.ts$/, replacement: at("build/nodeEngines.ts") },
      { find: /^\.\/(memory\/)?(joinRanks|reducedWork)\.ts$/, replacement: at("build/oneProcess.ts") },
      { find: /^\.\.\/reference\/reference\.ts$/, replacement: at("build/lateReference.ts") },
      { find: /^gradus\/kernels\//, replacement: at("../src/engines/wasm/generated/files/") },
      { find: /^gradus$/, replacement: at("../src/index.ts") },
      { find: /^gradus\/(network|explain|tune|report)$/, replacement: at("../src/entries/$1.ts") },
    ],
  },
  define: { GRADUS_EMBEDDED_KERNELS: "false", ...libraryNames },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [fewFonts, noStyleAttributes, offline()],
  worker: { format: "es" },
  build: {
    outDir: at("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    // The policy takes fonts as files alone.
    assetsInlineLimit: (file) => (file.endsWith(".woff2") ? false : undefined),
  },
});
