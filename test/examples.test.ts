/**
 * Every numbered example compiles against the package's own entries, runs to its end and prints something.
 *
 * Only that: what an example shows is tested where it is implemented.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiler, ensureBuilt, root, runNode } from "../scripts/project.mjs";

const examples = readdirSync(join(root, "examples")).filter((name) => /^\d+-.*\.ts$/.test(name));
let folder = "";

beforeAll(async () => {
  await ensureBuilt();
  const { code, output } = await runNode([compiler, "-p", "tsconfig.examples.json"], {
    show: false,
  });
  expect(code, output).toBe(0);
  // They name their tables from the project's root, and may write beside them: they get a root of their own.
  folder = mkdtempSync(join(tmpdir(), "gradus-examples-"));
  cpSync(join(root, "examples", "data"), join(folder, "examples", "data"), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(examples)("examples/%s runs to its end", (name) => {
  const script = join(root, ".build", "examples", name.replace(/ts$/, "js"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout.trim()).not.toBe("");
});

test("npm run example -- 5 serves the page and what it imports", async () => {
  const server = spawn(process.execPath, [join(root, "scripts", "example.mjs"), "5"]);
  try {
    const [line] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
    const address = /Open (\S+)/.exec(line)?.[1] ?? line;
    expect(await (await fetch(address)).text()).toContain("A table, learned in this page");
    expect((await fetch(new URL("../../dist/index.js", address))).status).toBe(200);
    expect((await fetch(new URL("../../package.json", address))).status).toBe(404);
  } finally {
    server.kill();
    await once(server, "close");
  }
});
