/**
 * `npm run test:typescript`: the types of every entry in a strict project of its own, and the programs of README and docs in
 * another, with the least TypeScript that gradus supports and the newest.
 *
 * The project has `lib: ["ES2022"]`, no DOM, no types of Node, and checks the declarations themselves. The compilers come
 * from npm, into a folder that is removed again; where they can't be installed the check is skipped, with the reason, unless
 * `--required` is given (CI).
 */
import "./requireNode.mjs";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { step } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, root, runNode, runNpm, runScript } from "./project.mjs";

/** The least is what docs/in-an-app.md states. */
const versions = { least: "5.7", newest: "latest" };

/** What a user writes; the last line must not compile. */
const PROGRAM = `
import { createSession, dense, network, train } from "gradus";
const { model } = await train({ table: [{ x: 1, y: "a" }, { x: 2, y: "b" }], target: "y" });
const label: "a" | "b" = model.predict({ x: 1 }).label;
const session = await createSession({ network: network({ inputs: 2, layers: [dense(1)] }), loss: "mse" });
using patterns = session.load({ inputs: [0, 1], desired: [1] });
const losses: Float64Array = await session.run(patterns, [0]);
export default [label, losses];
// @ts-expect-error three numbers for two inputs
await session.learn([0, 1, 1], [1]);
`;

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-typescript-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const packages = Object.entries(versions).map(([name, version]) => `typescript-${name}@npm:typescript@${version}`);
    const { code, output } = await runNpm(["install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
    if (code !== 0) {
      const required = process.argv.includes("--required");
      const line =
        output
          .trim()
          .split("\n")
          .find((text) => text.includes("npm error")) ?? "npm install failed";
      console.log(`Types with other compilers ${required ? "failed" : "skipped"}: they can't be installed. ${line}`);
      console.log(required ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
      return required ? 1 : 0;
    }
    writeProject(folder);
    writeDocuments(join(folder, "documents"));
    const found = [];
    for (const name of Object.keys(versions)) {
      const compiler = join(folder, "node_modules", `typescript-${name}`);
      const { version } = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8"));
      const compile = (/** @type {string} */ project) => checked([join(compiler, "bin", "tsc"), "-p", project]);
      found.push(await step(`TypeScript ${version}`, `the ${name}`, () => compile(folder)));
      const documents = join(folder, "documents");
      found.push(await step(`TypeScript ${version}`, "programs of README and docs", () => compile(documents)));
    }
    const failed = found.filter(({ code }) => code !== 0).length;
    console.log(`\n${found.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param {readonly string[]} args */
async function checked(args) {
  const { code, output } = await runNode(args, { show: false });
  if (code !== 0) console.log(output.trim());
  return { code };
}

/** @param {string} folder */
function writeProject(folder) {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((entry) => !/\.json$|\*$/.test(entry));
  const imports = entries.map((entry, i) => `export * as entry${i} from "${entry.replace(".", "gradus")}";`);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules", "gradus"), "junction");
  writeFileSync(join(folder, "every.ts"), imports.join("\n"));
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  const compilerOptions = {
    ...{ target: "es2022", lib: ["es2022"], types: [], module: "nodenext", noEmit: true },
    ...{ strict: true, skipLibCheck: false, preserveSymlinks: true },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["every.ts", "program.ts"] }));
}

/**
 * Each program of README.md and docs/*.md, JavaScript too, as a file that is named by its page and line.
 *
 * @param {string} folder
 */
function writeDocuments(folder) {
  mkdirSync(folder);
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const files = ["README.md", ...pages.map((name) => `docs/${name}`)].flatMap((page) => {
    const markdown = readFileSync(join(root, page), "utf8");
    return Array.from(markdown.matchAll(/^```(?:js|ts)(?: [^\n]*)?\n(.*?)^```$/gms), ({ 1: program, index }) => {
      const line = markdown.slice(0, index).split("\n").length;
      const file = `${page.replace("/", "-")}-line-${line}.ts`;
      writeFileSync(join(folder, file), program);
      return file;
    });
  });
  if (files.length === 0) throw new Error("README.md and docs/ have no programs: are their blocks marked js or ts?");
  const compilerOptions = {
    ...{ target: "es2022", types: ["node"], typeRoots: [join(root, "node_modules/@types")], module: "nodenext" },
    ...{ noEmit: true, strict: true, skipLibCheck: true, preserveSymlinks: true, moduleDetection: "force" },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
}
