/** Exported modules at work: what one of a model exports, and the code of some parts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Model } from "../src/models/model.ts";
import { exportModule } from "../src/models/module/exportModule.ts";
import { partsFor } from "../src/models/module/parts.ts";

/** What a module exports; `intervals` and `quantiles` where the model has them. */
export interface ModuleExports {
  predict(rows: unknown): unknown;
  quantiles(rows: unknown): unknown;
  intervals(rows: unknown, coverage?: number): unknown;
  readonly DataError: new (message: string) => Error & { readonly columns: readonly string[]; readonly row?: number };
}

/** Imports a module from its text, by a file, whose name is short in messages. */
export async function imported<Exports>(code: string): Promise<Exports> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-module-"));
  try {
    const file = join(folder, "module.mjs");
    writeFileSync(file, code);
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param exported makes the module */
export async function moduleOf(model: Model, exported = exportModule): Promise<ModuleExports> {
  return await imported(exported(model).code);
}

/** Some names of the parts, with what they need. */
export async function partsNamed<Exports>(...names: readonly string[]): Promise<Exports> {
  return await imported([...partsFor(names.join(" ")), `export { ${names.join(", ")} };`].join("\n"));
}
