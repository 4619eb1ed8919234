/**
 * Writes src/engines/wasm/kernels/constants.ts: what src/engines/wasm/kernelConstants.ts makes from the tables of operations,
 * activations, losses and optimizers.
 *
 * It comes before all else that is built, so the few modules that it needs are compiled here, without their types.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { buildFolder, kernelConstants, root } from "./project.mjs";

const outDir = join(buildFolder(), `constants-${process.pid}`);
const program = ts.createProgram([join(root, "src", "engines", "wasm", "kernelConstants.ts")], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  noCheck: true,
  noLib: true,
  types: [],
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  rootDir: join(root, "src"),
  outDir,
});
try {
  program.emit();
  const made = await import(pathToFileURL(join(outDir, "engines", "wasm", "kernelConstants.js")).href);
  writeFileSync(kernelConstants, made.kernelConstants());
} finally {
  rmSync(outDir, { recursive: true, force: true });
}
