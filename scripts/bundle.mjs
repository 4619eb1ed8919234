/**
 * What a bundler makes of a program that imports gradus from dist/: its code, minified, and which modules are in it. And of a
 * module of the sources, which Node 20 can't run as it is.
 *
 * Rolldown, with which Vite bundles, because vitest brings it: esbuild's bundles have the same size within 2 %.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./project.mjs";

const ENTRY = "\0entry";

const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * The file in dist/ of an entry of the package; undefined for anything else that is imported.
 *
 * @param {string} id for example "gradus/explain"
 */
function entryFile(id) {
  const entry = entries[id.replace(/^gradus/, ".")];
  return id.startsWith("gradus") && entry !== undefined ? join(root, String(entry.default)) : undefined;
}

/** The constant with which kernels are files and not in the bundle: docs/in-an-app.md. */
export const kernelsByFile = { GRADUS_EMBEDDED_KERNELS: "false" };

/** What is loaded when it is first asked for, files of their own in what a bundler makes: machine code, in Node, and local steps of ranks. */
const LOADED_WHEN_ASKED = ["native/nativeDevices.js", "engines/localSteps.js"];

/**
 * Bundles a program as far as it is loaded at first; dist/ must have been built.
 *
 * @param {string} program what it says, for example `export { loadModel } from "gradus";`
 * @param {{ define?: Readonly<Record<string, string>> }} [options] `define`: constants, by name the expression that each is
 * @returns {Promise<{ code: string, modules: readonly string[] }>} the modules that left code in it, as paths from dist/
 */
export async function bundle(program, { define = {} } = {}) {
  const source = {
    name: "the program",
    resolveId: (/** @type {string} */ id) => (id === ENTRY ? id : entryFile(id)),
    load: (/** @type {string} */ id) => (id === ENTRY ? program : undefined),
  };
  const whenAsked = (/** @type {string} */ id) => LOADED_WHEN_ASKED.some((path) => id.endsWith(path));
  const options = { input: ENTRY, plugins: [source], transform: { define }, external: whenAsked };
  const { code, modules } = await oneFile(options, true);
  const dist = join(root, "dist").replaceAll("\\", "/");
  const used = Object.entries(modules).flatMap(([path, { renderedLength }]) =>
    renderedLength === 0 || path === ENTRY ? [] : [path.replaceAll("\\", "/").replace(`${dist}/`, "")],
  );
  return { code, modules: used };
}

/**
 * Bundles a module of the sources with all that it imports, as JavaScript that runs by itself: for what isn't in dist/.
 *
 * @param {string} path from the project's root, for example "test/conformance/suite.ts"
 * @param {import("rolldown").Plugin[]} [plugins] what changes its sources
 */
export async function bundleSource(path, plugins = []) {
  return (await oneFile({ input: join(root, path), plugins, transform: { target: "es2022" } }, false)).code;
}

/**
 * @param {import("rolldown").InputOptions} options
 * @param {boolean} minify
 */
async function oneFile(options, minify) {
  const build = await rolldown({ platform: "neutral", checks: { bundlerTimings: false }, ...options });
  try {
    const { output } = await build.generate({ format: "esm", minify });
    if (output.length > 1) throw new Error(`Expected one file, found ${output.length}.`);
    return output[0];
  } finally {
    await build.close();
  }
}
