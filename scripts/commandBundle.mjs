/**
 * The command line in a few files: Node takes some three times as long to load its several hundred modules as the same code in one file,
 * and every command would wait for that.
 *
 * What a command loads later (`import()` of the sources) stays a file of its own; packages stay packages.
 */
import { renameSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** @param {string} outDir a dist/ whose code is complete: its cli/ is replaced */
export async function bundleCommand(outDir) {
  const { rolldown } = await import("rolldown");
  const [modules, bundled] = [join(outDir, "cli"), join(outDir, ".cli")];
  const isPackage = (/** @type {string} */ id) => !id.startsWith(".") && !isAbsolute(id);
  const bundle = await rolldown({ input: join(modules, "main.js"), platform: "node", external: isPackage });
  await bundle.write({ dir: bundled, format: "esm" });
  await bundle.close();
  rmSync(modules, { recursive: true });
  renameSync(bundled, modules);
}
