/**
 * What package.json promises, kept: the entries and their types, the executable, the files that are packed, and that the
 * packed package works in another project. All against dist/, which is built first where it is out of date.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiler, ensureBuilt, root, runNode, runNpm } from "../scripts/project.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const {
  "./package.json": _manifest,
  "./kernels/*": _kernels,
  ...entries
} = manifest.exports as Record<string, { types: string; default: string }>;
/** What runs in any JavaScript runtime. */
const anywhere = Object.keys(entries).filter((name) => !["./node", "./serve", "./distributed"].includes(name));

let folder = "";
let consumer = "";
let packed: readonly string[] = [];

/** The packed package, installed into a project that is not ours. */
beforeAll(async () => {
  await ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), "gradus package "));
  consumer = join(folder, "consumer");
  const report = await npm(["pack", "--json", "--pack-destination", folder], root);
  const [{ filename, files }] = JSON.parse(report.slice(report.indexOf("[")));
  packed = files.map((file: { path: string }) => file.path);

  mkdirSync(consumer);
  const dependencies = { ...productionPackages(), gradus: `file:../${filename}` };
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  await npm(["install", "--omit=optional", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], consumer);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await runNpm(args, { cwd });
  expect(code, output).toBe(0);
  return output;
}

/** The packages a user of gradus gets, as folders on this disk, so that installing needs no network. */
function productionPackages(): Record<string, string> {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const kept = Object.entries<{ dev?: boolean; optional?: boolean; devOptional?: boolean }>(lock.packages).filter(
    ([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional,
  );
  return Object.fromEntries(kept.map(([path]) => [path.replace("node_modules/", ""), `file:${join(root, path)}`]));
}

/** Runs a file of the consumer, or an executable of its node_modules, and gives what it printed. */
function runThere(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd: consumer, encoding: "utf8" }).trim();
}

test("the lock file names every platform's binaries, so that npm ci accepts it everywhere", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const wanted = Object.entries<{ optionalDependencies?: Record<string, string> }>(packages).flatMap(
    ([path, { optionalDependencies = {} }]) => (path === "" ? [] : Object.keys(optionalDependencies)),
  );
  expect(wanted.filter((name) => !(`node_modules/${name}` in packages))).toEqual([]); // npm run lock adds them
});

test("the entries are the core, its subjects and Node; what the command line uses for itself is none", () => {
  expect(Object.keys(entries)).toEqual([
    ".",
    "./network",
    "./explain",
    "./tune",
    "./report",
    "./export",
    "./import",
    "./serve",
    "./distributed",
    "./node",
  ]);
  for (const path of ["gradus/internal", "gradus/entries/internal", "gradus/dist/entries/internal.js"]) {
    writeFileSync(join(consumer, "reach.js"), `await import("${path}").catch(({ code }) => console.log(code));`);
    expect(runThere(process.execPath, "reach.js"), path).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
  }
});

test("every entry has its code and its types, types first", () => {
  for (const [name, targets] of Object.entries(entries)) {
    expect(Object.keys(targets), name).toEqual(["types", "default"]);
    for (const path of Object.values(targets)) expect(existsSync(join(root, path)), path).toBe(true);
  }
});

test("the executable exists, names its interpreter and may be executed", () => {
  const path = join(root, manifest.bin.gradus);
  expect(readFileSync(path, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  if (process.platform !== "win32") expect(statSync(path).mode & 0o111).toBe(0o111);
});

test("publint finds nothing to improve", async () => {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("the package holds code, types and what a user reads, and nothing else", () => {
  const expected =
    /^(package\.json|LICENSE|docs\/trace\.schema\.json|(docs\/(decisions\/)?|bench\/|examples\/data\/)?[\w-]+\.md|docs\/images\/[\w-]+\.(png|jpg)|examples\/(0[\w-]+\.ts|05-browser\/index\.html|data\/penguins\.csv)|dist\/.+\.(js|d\.ts)|dist\/kernels\/\w+\/\w+\.wasm|dist\/lab\/(index\.html|manifest\.json|_headers|assets\/[\w.-]+\.(js|css|woff2|wasm|csv|gz)))$/;
  expect(packed.filter((path) => !expected.test(path) || /test|fixture/.test(path))).toEqual([]);
  const read = ["README.md", "LICENSE", "CHANGELOG.md", "docs/what-is-learning.md", "docs/in-an-app.md"];
  const needed = [...read, "dist/index.js", "dist/node.d.ts", manifest.bin.gradus];
  for (const purpose of ["training", "prediction"]) {
    for (const variant of ["plain", "plainShared", "relaxed", "relaxedShared"])
      needed.push(`dist/kernels/${purpose}/${variant}.wasm`);
  }
  needed.push("dist/kernels/worker.js");
  expect(packed).toEqual(expect.arrayContaining(needed));
});

test("no relative link of a packed page is dead in the package", () => {
  const folders = new Set(packed.map((path) => dirname(path)));
  const dead = packed
    .filter((path) => path.endsWith(".md"))
    .flatMap((page) => {
      const words = readFileSync(join(root, page), "utf8").replace(/^(`{3,}).*?^\1$/gms, "");
      const links = [...words.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)].map(([, link]) => link);
      const missing = links.filter((link) => {
        const target = join(dirname(page), link).replace(/\/$/, "");
        return !packed.includes(target) && !folders.has(target);
      });
      return missing.map((link) => `${page}: ${link}`);
    });
  expect(dead).toEqual([]);
});

test("no packed file points to a source map", () => {
  const pointing = packed.filter((path) => readFileSync(join(root, path), "utf8").includes("sourceMappingURL="));
  expect(pointing).toEqual([]);
});

test.each(anywhere)("the entry %s imports our own files alone: no package, nothing of Node", (name) => {
  // An optional package, which a function loads when it is called.
  const allowed = ["./export", "./import"].includes(name) ? /^@bufbuild\/protobuf(\/codegenv2)?$/ : /^$/;
  const reached = new Set<string>();
  const foreign: string[] = [];
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, "utf8")).importedFiles) {
      if (fileName.startsWith(".")) visit(join(dirname(path), fileName));
      else if (!allowed.test(fileName)) foreign.push(`${relative(root, path)} imports ${fileName}`);
    }
  };
  visit(join(root, entries[name].default));
  expect(foreign).toEqual([]);
  expect(reached.size).toBeGreaterThan(10);
});

test("every entry imports, and the executable runs, in another project without the optional packages", () => {
  writeFileSync(
    join(consumer, "every.js"),
    `const names = async (entry) => Object.keys(await import(entry));
     const node = new Set(await names("gradus/node"));
     const entries = ${JSON.stringify(anywhere.map((name) => name.replace(".", "gradus")))};
     const found = await Promise.all(entries.map(async (entry) => [entry, await names(entry)]));
     console.log(JSON.stringify(found.map(([entry, names]) => [entry, names.length, names.filter((name) => !node.has(name))])));`,
  );
  for (const [entry, names, missing] of JSON.parse(runThere(process.execPath, "every.js"))) {
    expect(missing, entry).toEqual([]); // gradus/node is everything of the others, and more
    expect(names, entry).toBeGreaterThan(0);
  }
  expect(readdirSync(join(consumer, "node_modules"))).not.toContain("@duckdb");
  expect(runThere(process.execPath, "node_modules/gradus/dist/cli/main.js", "--version")).toBe(manifest.version);
  if (process.platform !== "win32") {
    expect(runThere(join(consumer, "node_modules", ".bin", "gradus"), "--version")).toBe(manifest.version);
  }
});

test("a command that needs an optional package says so before it does anything else", () => {
  const run = (command: string): string => {
    const args = ["node_modules/gradus/dist/cli/main.js", ...command.split(" ")];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: consumer, encoding: "utf8" });
    return `${status} ${stderr}`;
  };
  const table = "node_modules/gradus/examples/data/penguins.csv --target species";
  expect(run(`train ${table} --folds 1 --epochs 1 --hidden 2 --out m.gradus`)).toMatch(/^0 /);
  const none = "none.gradus";
  for (const [command, found] of [
    [`train ${table} --report r.html --out ${none}`, "npm install @observablehq/plot@0.6 linkedom@0.18"],
    [`tune ${table} --report r.html --out ${none}`, "npm install @observablehq/plot@0.6 linkedom@0.18"],
    ["derive m.gradus --html d.html", "npm install katex@0.17"],
    ["export m.gradus --to onnx --distil --data no.csv", "npm install @bufbuild/protobuf@2"],
    ["serve no.gradus", "npm install hono@4 @hono/node-server@2"],
  ]) {
    expect(run(command), command).toMatch(new RegExp(`^2 gradus: [^\\n]*${found}[^\\n]*\\n$`));
  }
  expect(existsSync(join(consumer, none))).toBe(false);
});

/** What the compiler says of a program in the other project that imports some entries. */
async function typeErrors(imported: readonly string[], given: Readonly<Record<string, unknown>>): Promise<string> {
  const bare = { lib: ["es2022"], types: [], skipDefaultLibCheck: true };
  const compilerOptions = { noEmit: true, strict: true, target: "es2022", ...bare, ...given };
  const program = imported.map((entry, at) => `export * as names${at} from "${entry}";\n`).join("");
  writeFileSync(join(consumer, "program.ts"), program);
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  return (await runNode([compiler, "-p", consumer], { show: false })).output;
}

test("the types resolve in another project, whose own checks are strict", async () => {
  // Neither the DOM nor types of Node, and no lib for Disposable, which is newer than ES2022: the types bring what they
  // need, and each entry does without another. The two ways of resolving are those that read `exports`.
  const names = Object.keys(entries).map((entry) => entry.replace(".", "gradus"));
  for (const name of names) expect(await typeErrors([name], { module: "nodenext" }), name).toBe("");
  expect(await typeErrors(names, { module: "preserve" })).toBe("");
  expect(await typeErrors(["gradus"], { module: "preserve", lib: ["es2022", "dom"] })).toBe("");
  expect(await typeErrors(["gradus/none"], { module: "preserve" })).toMatch(/gradus\/none/);
});

test("the API reference calls each module by the name that programs import", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const entries = Object.entries(exports as Record<string, { types: string }>).filter(([, { types }]) => types);
  expect(entries.length).toBeGreaterThan(5);
  for (const [name, { types }] of entries) {
    const source = new URL(`../${types.replace("./dist/", "src/").replace(".d.ts", ".ts")}`, import.meta.url);
    expect(readFileSync(source, "utf8")).toContain(`\n * @module gradus${name.slice(1)}\n */`);
  }
});
