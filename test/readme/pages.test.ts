/**
 * Every command and program of docs/ runs as written, in order: each page begins in a project of its own, where the packed
 * package is installed as README.md says. And the programs of all documents have the right types.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { root, runNode, tool } from "../../scripts/project.mjs";
import { pages, readme, testBlocks } from "./documents.ts";
import { npm, npmSettings } from "./npm.ts";
import { tableOfPage, textOfPage } from "./page.ts";
import { Scene } from "./scene.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus pages "));
const project = join(folder, "project");

beforeAll(async () => {
  Object.assign(process.env, npmSettings);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  await npm(root, "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  await npm(project, "install", join(folder, tarball));
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.each(pages)("$name", (page) => {
  const scene = testBlocks(page, () => {
    const path = join(folder, page.name.replaceAll("/", "-"));
    cpSync(project, path, { recursive: true, verbatimSymlinks: true });
    return new Scene(path, npmSettings);
  });

  const chromium = findChromium();
  const has = (name: string): boolean => page.blocks.some(({ file }) => file === name);
  if (has("index.html")) {
    test.runIf(chromium !== undefined)("its page answers in Chromium", async () => {
      expect(await textOfPage(scene().cwd, chromium ?? "")).toMatch(/^Gentoo, with probability 0\.9/);
    });
  }

  if (has("table.html")) {
    test.runIf(chromium !== undefined)("its page shows the rows and predictions of a chosen file", async () => {
      const [header, ...penguins] = readFileSync(join(root, "examples/data/penguins.csv"), "utf8").trim().split("\n");
      const text = [`${header},seen`, ...penguins.map((line, row) => `${line},2024-01-${10 + (row % 20)}`)].join("\n");
      const chosen = { name: "table.html", file: { name: "seen.csv", text } };
      const { notes, rows } = await tableOfPage(scene().cwd, chromium ?? "", chosen);
      expect(notes).toMatch(/^344 rows\./);
      expect(rows).toHaveLength(6);
      expect(rows[0].slice(-2)).toEqual(["seen", "prediction"]);
      expect(rows[1].at(-2)).toBe("2024-01-10");
      expect(rows[1].at(-1)).toMatch(/^Adelie, (0\.9\d|1\.00)$/);
    });
  }
});

/** Plain JavaScript is checked too, as a TypeScript program: it has all the types that inference gives it. */
test("the programs of all documents have the right types in a strict project", async () => {
  const programs = [readme, ...pages]
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === "js" || language === "ts"))
    .map(({ title, text }) => ({ file: `${title.replaceAll(/\W+/g, "-")}.ts`, text }));
  expect(programs.length).toBeGreaterThan(20);
  for (const { file, text } of programs) writeFileSync(join(project, file), text);
  const compilerOptions = {
    ...{ noEmit: true, strict: true, target: "es2022", module: "nodenext", types: ["node"] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = programs.map(({ file }) => file);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const { output } = await runNode([tool("typescript", "bin/tsc"), "-p", project], { show: false });
  expect(output).toBe("");
});
