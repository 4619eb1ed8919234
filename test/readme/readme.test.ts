/**
 * Every command and program of README.md runs as written, in order: it begins in an empty folder, with GRADUS set to the
 * address of a repository that holds this working tree. What its programs' types are is seen to in types.test.ts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";
import { root } from "../../scripts/project.mjs";
import { readme, testBlocks } from "./documents.ts";
import { npmSettings } from "./npm.ts";
import { Scene } from "./scene.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus readme "));
const repository = join(folder, "repository");

beforeAll(() => {
  mkdirSync(repository);
  git("init", "--quiet");
  git("add", "--all");
  // The kernels as they are compiled already: to compile them again takes a minute in each clone, and CI does it in its own.
  git("add", "--force", "src/engines/wasm/generated");
  git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "working tree");
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** In a repository beside, over this working tree. */
function git(...args: readonly string[]): void {
  const env = { ...process.env, GIT_DIR: join(repository, ".git"), GIT_WORK_TREE: root };
  const { status, stderr } = spawnSync("git", args, { cwd: root, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

testBlocks(readme, () => {
  const path = join(folder, "empty");
  mkdirSync(path);
  return new Scene(path, { ...npmSettings, GRADUS: pathToFileURL(repository).href });
});
