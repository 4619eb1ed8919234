/**
 * Every command and program of README.md and docs/ runs as written, in order.
 *
 * README.md begins in an empty folder, with GRADUS set to the address of a repository that holds this working tree. Each
 * page of docs/ begins in a project of its own, where the packed package is installed as README.md says. A fenced block
 * that isn't to be run has another language than these, such as `text`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { root, runNode, runNpm, tool } from "../../scripts/project.mjs";
import { type Block, blocksOf } from "./blocks.ts";
import { tableOfPage, textOfPage } from "./page.ts";
import { Scene } from "./scene.ts";

const run: readonly string[] = ["sh", "js", "ts", "html", "json", "csv"];
/** `text output`: lines that the blocks before it print; "…" stands for what is left out. */
const isRun = ({ language, title }: Block) => run.includes(language) || title.endsWith("text output");
const pages = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const documents = ["README.md", ...pages]
  .map((name) => ({ name, blocks: blocksOf(name, readFileSync(join(root, name), "utf8")).filter(isRun) }))
  .filter(({ blocks }) => blocks.length > 0);

const folder = mkdtempSync(join(tmpdir(), "gradus readme "));
const repository = join(folder, "repository");
const project = join(folder, "project");
/** Quick and quiet: what npm has fetched once it takes from its cache. */
const npmSettings = {
  npm_config_prefer_offline: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

beforeAll(async () => {
  Object.assign(process.env, npmSettings);
  mkdirSync(repository);
  git("init", "--quiet");
  git("add", "--all");
  git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "working tree");

  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  await npm(root, "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  await npm(project, "install", join(folder, tarball));
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** In a repository beside, over this working tree. */
function git(...args: readonly string[]): void {
  const env = { ...process.env, GIT_DIR: join(repository, ".git"), GIT_WORK_TREE: root };
  const { status, stderr } = spawnSync("git", args, { cwd: root, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await runNpm(args, { cwd });
  expect(code, output).toBe(0);
}

/** Without what may differ from machine to machine: numbers are "0", and blanks are one. */
function plain(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?(e[-−]?\d+)?/g, "0").replaceAll(/\s+/g, " ");
}

/** A folder for a document: README.md begins with nothing, pages in a project. */
function sceneOf(name: string): Scene {
  const path = join(folder, name.replaceAll("/", "-"));
  if (name === "README.md") mkdirSync(path);
  else cpSync(project, path, { recursive: true, verbatimSymlinks: true });
  return new Scene(path, { GRADUS: pathToFileURL(repository).href });
}

describe.each(documents)("$name", ({ name, blocks }) => {
  let scene: Scene;
  let isBroken = false;
  let printed = "";

  beforeAll(() => {
    scene = sceneOf(name);
  });

  test.each(blocks)("$title runs as written", async (block) => {
    expect(isBroken, "a block before this one failed").toBe(false);
    if (block.language === "text") {
      for (const line of block.text.split("\n")) if (!line.includes("…")) expect(printed).toContain(plain(line));
      return;
    }
    isBroken = true;
    const { code, output } = await scene.run(block);
    printed += plain(output);
    expect(code, `${block.text}\n${output}`).toBe(0);
    isBroken = false;
  });

  const chromium = findChromium();
  const hasPage = blocks.some(({ file }) => file === "index.html");
  if (hasPage) {
    test.runIf(chromium !== undefined)("its page answers in Chromium", async () => {
      expect(isBroken, "a block failed").toBe(false);
      expect(await textOfPage(scene.cwd, chromium ?? "")).toMatch(/^Gentoo, with probability 0\.9/);
    });
  }

  if (blocks.some(({ file }) => file === "table.html")) {
    test.runIf(chromium !== undefined)("its page shows the rows and predictions of a chosen file", async () => {
      expect(isBroken, "a block failed").toBe(false);
      const [header, ...penguins] = readFileSync(join(root, "examples/data/penguins.csv"), "utf8").trim().split("\n");
      const text = [`${header},seen`, ...penguins.map((line, row) => `${line},2024-01-${10 + (row % 20)}`)].join("\n");
      const chosen = { name: "table.html", file: { name: "seen.csv", text } };
      const { notes, rows } = await tableOfPage(scene.cwd, chromium ?? "", chosen);
      expect(notes).toMatch(/^344 rows\./);
      expect(rows).toHaveLength(6);
      expect(rows[0].slice(-2)).toEqual(["seen", "prediction"]);
      expect(rows[1].at(-2)).toBe("2024-01-10");
      expect(rows[1].at(-1)).toMatch(/^Adelie, (0\.9\d|1\.00)$/);
    });
  }

  const hasPrograms = blocks.some(({ language }) => language === "js" || language === "ts");
  if (!hasPrograms) return;
  test("its programs have the right types in a strict project", async () => {
    const compilerOptions = {
      ...{ noEmit: true, strict: true, target: "es2022", module: "nodenext", types: ["node"] },
      typeRoots: [join(root, "node_modules/@types")],
    };
    const configuration = join(scene.cwd, "tsconfig.scene.json");
    writeFileSync(configuration, JSON.stringify({ compilerOptions, files: scene.programs }));
    const { output } = await runNode([tool("typescript", "bin/tsc"), "-p", configuration], { show: false });
    expect(output).toBe("");
  });
});
