/** Before the documents' tests: a project where the packed package is installed, as README.md says, of which each page takes a copy. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../scripts/project.mjs";
import { npm, npmSettings } from "./npm.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of that project. */
    readonly installed: string;
  }
}

const folder = mkdtempSync(join(tmpdir(), "gradus pages "));

export async function setup(tests: TestProject): Promise<void> {
  Object.assign(process.env, npmSettings);
  const installed = join(folder, "project");
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  await npm(root, "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  await npm(installed, "install", join(folder, tarball));
  tests.provide("installed", installed);
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
