/**
 * `prepare`, which npm runs where the package is installed from a git URL, before it is packed, and after a plain
 * `npm install` in a clone: builds dist/ where it isn't built from these very sources, and prints nothing where it is.
 *
 * The other scripts install with --ignore-scripts and build for themselves. Without the development packages there is
 * nothing to build with (`npm ci --omit=dev`): the installation goes on, and a line says what is missing.
 */
import "./requireNode.mjs";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compiler, ensureBuilt, root, runScript, tool } from "./project.mjs";

await runScript(async () => {
  if (existsSync(compiler) && existsSync(tool("assemblyscript", "package.json"))) {
    await ensureBuilt();
  } else if (!existsSync(join(root, "dist", "index.js"))) {
    console.error("gradus: dist/ isn't built, because the development packages are not installed. Run: npm run build");
  }
  return 0;
});
