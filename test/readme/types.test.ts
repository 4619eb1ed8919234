/** The programs of all documents have the right types. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { compiler, root, runNode } from "../../scripts/project.mjs";
import { pages, readme } from "./documents.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus types "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plain JavaScript is checked too, as a TypeScript program: it has all the types that inference gives it. */
test("the programs of all documents have the right types in a strict project", async () => {
  const programs = [readme, ...pages]
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === "js" || language === "ts"))
    .map(({ title, text }) => ({ file: `${title.replaceAll(/\W+/g, "-")}.ts`, text }));
  expect(programs.length).toBeGreaterThan(20);
  const project = join(folder, "project");
  mkdirSync(project);
  for (const name of ["package.json", "node_modules"])
    symlinkSync(join(inject("installed"), name), join(project, name));
  for (const { file, text } of programs) writeFileSync(join(project, file), text);
  const compilerOptions = {
    ...{ noEmit: true, strict: true, target: "es2022", module: "nodenext", types: ["node"] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = programs.map(({ file }) => file);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const { output } = await runNode([compiler, "-p", project], { show: false });
  expect(output).toBe("");
});
