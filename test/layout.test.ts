/**
 * Who may import whom: the table of the layout, and the proof that lint enforces it (scripts/lint/layout.json).
 *
 * Each test plants files in a copy of the layout, every one importing what the test wants to know about, and runs
 * Biome over them with the project's own configuration.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const leaves = ["errors.ts", "kinds.ts", "random.ts"];
const network = ["network/network.ts", "network/layers/dense.ts"];
const description = [...network, "optimizers/optimizers.ts"];
const contract = "engines/engine.ts";
const metrics = ["metrics/accuracy.ts", "metrics/calibration/temperature.ts"];
const training = ["training/fit.ts", "training/health/health.ts"];
const reference = "reference/reference.ts";
const plan = "plan/plan.ts";
const memory = "engines/memory/session.ts";
const wasm = "engines/wasm/wasm.ts";
const native = "engines/native/native.ts";
const factory = "engines/factory.ts";
const foreign = ["engines/native/foreign.ts", "engines/memory/nodeModule.ts"];
const collective = "distributed/collective.ts";
const mpi = "distributed/mpi/joinMpi.ts";
const data = "data/table.ts";
const duckdb = "data/duckdb/read.ts";
const models = "models/model.ts";
const modelFiles = "models/files/save.ts";
const exposition = "explain/exposition/exposition.ts";
const explain = [exposition, "explain/layers/scale.ts", "explain/trace/trace.ts"];
const explainFiles = "explain/files/page.ts";
const tabular = "tabular/train.ts";
const tabularFiles = "tabular/files/train.ts";
const report = "report/content.ts";
const reportFiles = "report/files/page.ts";
const tune = "tune/tune.ts";
const tuneFiles = "tune/files/journal.ts";
const files = [duckdb, modelFiles, "node:fs"];
const cli = ["cli/main.ts", "cli/commands/train.ts"];
const core = [
  ...leaves,
  ...description,
  reference,
  plan,
  contract,
  factory,
  memory,
  wasm,
  collective,
  ...metrics,
  ...training,
  data,
  models,
  ...explain,
  tabular,
  report,
  tune,
];
const serveFile = "serve/httpApp.ts";
const node = [native, mpi, duckdb, modelFiles, explainFiles, tabularFiles, reportFiles, tuneFiles, serveFile];

/** What a file (left) may import (right), besides the files beside it. Everything else must be refused. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  "kinds.ts": ["errors.ts"],
  "network/layers.ts": [...leaves, "network/layers/dense.ts"],
  "network/layers/dropout.ts": [...leaves, "network/network.ts"],
  "optimizers/adam.ts": [...leaves, ...network],
  "reference/dense.ts": [...leaves, ...description, contract],
  "plan/dense.ts": [...leaves, ...description],
  "plan/lower/dense.ts": [...leaves, ...description, plan, "plan/ops/entry.ts"],
  "engines/engine.ts": [...leaves, collective, ...description],
  "engines/memory/device.ts": [...leaves, collective, ...description, plan, contract],
  "engines/wasm/device.ts": [...leaves, collective, ...description, plan, contract, memory],
  "engines/factory.ts": [...leaves, collective, ...description, reference, plan, memory, wasm, native, contract],
  "distributed/oneProcess.ts": [...leaves, collective],
  "distributed/mpi/waiting.ts": [...leaves, collective, ...foreign, "node:fs"],
  "metrics/auc.ts": [...leaves, ...network, contract, ...metrics],
  "metrics/calibration/bins.ts": [...leaves, ...network, contract, ...metrics],
  "training/schedules.ts": [...leaves, ...description, contract, collective, ...metrics, ...training],
  "training/health/flat.ts": [...leaves, ...description, contract, collective, ...metrics, ...training],
  "data/encoder.ts": [...leaves, collective],
  "data/duckdb/connection.ts": [...leaves, data, "data/text/csv.ts", "node:fs", "@duckdb/node-api"],
  "models/safetensors.ts": [...leaves, ...network, contract, data, ...metrics],
  "models/module/code.ts": [...leaves, ...network, data, models],
  "models/module/wasm/code.ts": [...leaves, ...network, plan, memory, models],
  "models/pytorch/names.ts": [...leaves, ...network, data, models],
  "models/onnx/graph.ts": [...leaves, ...network, data, models, "@bufbuild/protobuf"],
  "models/files/write.ts": [...leaves, ...network, contract, data, ...metrics, models, "node:fs"],
  "explain/check/check.ts": [
    ...leaves,
    ...description,
    reference,
    plan,
    contract,
    ...metrics,
    ...training,
    data,
    models,
    ...explain,
  ],
  "explain/files/fonts.ts": [...leaves, ...network, exposition, "node:fs", "katex"],
  "tabular/recipe.ts": [
    ...leaves,
    collective,
    ...description,
    contract,
    factory,
    ...metrics,
    ...training,
    data,
    models,
  ],
  "tabular/files/read.ts": [
    ...leaves,
    collective,
    ...description,
    contract,
    factory,
    ...metrics,
    collective,
    ...training,
    data,
    models,
    tabular,
    ...files,
  ],
  "tabular/checkpoints/files/write.ts": [...leaves, data, models, modelFiles, "node:fs"],
  "report/curves.ts": [...leaves, ...network, ...metrics, ...training, data, models, tabular],
  "report/files/plots.ts": [
    ...leaves,
    ...network,
    ...metrics,
    ...training,
    data,
    models,
    modelFiles,
    tabular,
    report,
    "node:fs",
    "@observablehq/plot",
    "linkedom",
  ],
  "tune/search.ts": [...leaves, collective, ...description, factory, ...metrics, ...training, data, models, tabular],
  "tune/files/page.ts": [
    ...leaves,
    collective,
    ...description,
    factory,
    ...metrics,
    ...training,
    data,
    models,
    tabular,
    tabularFiles,
    report,
    reportFiles,
    tune,
    ...files,
  ],
  "serve/serve.ts": [
    ...leaves,
    data,
    "data/text/jsonSize.ts",
    "data/text/repeatedName.ts",
    models,
    modelFiles,
    "tabular/loadModel.ts",
    "tabular/warnings/predictionWarnings.ts",
    "node:fs",
    "hono",
  ],
  "index.ts": core.filter((path) => path !== memory && path !== wasm),
  "node.ts": [...core, ...node, "index.ts", "entries/network.ts"],
  "entries/tune.ts": core.filter((path) => path !== memory && path !== wasm),
  "entries/serve.ts": [serveFile],
  "entries/distributed.ts": [collective, mpi],
  "entries/internal.ts": [...core, ...node],
  "cli/show.ts": ["index.ts", "node.ts", "entries/internal.ts", "node:fs", "commander", "cli-progress", ...cli],
  "cli/commands/show.ts": [
    "index.ts",
    "node.ts",
    "entries/internal.ts",
    "node:fs",
    "commander",
    "cli-progress",
    ...cli,
  ],
  "rumours/gossip.ts": [],
};
const packages = [
  "node:fs",
  "commander",
  "cli-progress",
  "@duckdb/node-api",
  "katex",
  "@observablehq/plot",
  "linkedom",
  "hono",
  "vitest",
];
const targets = [
  ...core,
  ...node,
  ...cli,
  "index.ts",
  "node.ts",
  "entries/network.ts",
  "entries/internal.ts",
  ...packages,
];

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-layout-"));
  for (const name of ["package.json", "tsconfig.json", ".gitignore", "scripts/lint"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const configuration = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What Biome says of these files, alone in src/.
 *
 * @param files path below src/ → content
 * @returns one entry a finding, `path:line rule`, sorted; rules by their short names
 */
function lint(files: Readonly<Record<string, string>>): string[] {
  rmSync(join(folder, "src"), { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "src", path)), { recursive: true });
    writeFileSync(join(folder, "src", path), content);
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=github", "--max-diagnostics=none", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  const findings = stdout.matchAll(/^::\w+ title=(?:lint\/\w+\/)?(\w+),file=.*?src\/(.*?),line=(\d+),/gm);
  return Array.from(findings, ([, rule, path, line]) => `${path}:${line} ${rule}`).sort();
}

/** The import path from one file of src/ to another, or to a package. */
function specifier(from: string, to: string): string {
  if (packages.includes(to)) return to;
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

test("each folder may import what the layout says, and nothing else", () => {
  const files = Object.keys(mayImport).map((from) => {
    const lines = targets.map((to) => `import ${JSON.stringify(specifier(from, to))};`);
    return [from, lines.join("\n")] as const;
  });
  const refused = new Set(lint(Object.fromEntries(files)).filter((finding) => finding.endsWith("noRestrictedImports")));

  for (const [from, allowed] of Object.entries(mayImport)) {
    const others = targets.filter((to) => to !== from && (dirname(to) !== dirname(from) || dirname(to) === "."));
    const accepted = others.filter((to) => !refused.has(`${from}:${targets.indexOf(to) + 1} noRestrictedImports`));
    expect([from, ...accepted.sort()]).toEqual([from, ...others.filter((to) => allowed.includes(to)).sort()]);
  }
});

test("every folder of src/ is in this table", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const known = new Set(Object.keys(mayImport).map((path) => path.split("/")[0]));
  expect(folders.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});

test("a forbidden import is refused however it is written", () => {
  const ways = [
    'import { a } from "../training/fit.ts";',
    'import type { a } from "../training/fit.ts";',
    'import * as a from "../training/fit.ts";',
    'import "../training/fit.ts";',
    'export { a } from "../training/fit.ts";',
    'export type { a } from "../training/fit.ts";',
    'export * from "../training/fit.ts";',
    'await import("../training/fit.ts");',
    'let a: import("../training/fit.ts").a;',
    'import "./../training/fit.ts";',
    'import "../network/../training/fit.ts";',
    'export * from "./layers/../../training/fit.ts";',
    'import "gradus";',
  ];
  const files = Object.fromEntries(ways.map((way, i) => [`network/way${String(i).padStart(2, "0")}.ts`, way]));
  const findings = lint(files).filter((finding) => / (noRestrictedImports|plugin)$/.test(finding));
  expect(new Set(findings.map((finding) => finding.split(":")[0]))).toEqual(new Set(Object.keys(files)));
});

test("tests may import anything", () => {
  const imports = targets.map((to) => `import ${JSON.stringify(specifier("network/layers.test.ts", to))};`);
  expect(lint({ "network/layers.test.ts": imports.join("\n") })).toEqual([]);
});

test("a cycle of imports is found, also one of types alone", () => {
  const findings = lint({
    "data/a.ts": 'import { b } from "./b.ts";\nexport const a = (): number => b();\n',
    "data/b.ts": 'import { a } from "./a.ts";\nexport const b = (): number => a();\n',
    "data/c.ts": 'import type { D } from "./d.ts";\nexport type C = readonly D[];\n',
    "data/d.ts": 'import type { C } from "./c.ts";\nexport type D = C | number;\n',
  });
  expect(findings).toEqual(["a", "b", "c", "d"].map((name) => `data/${name}.ts:1 noImportCycles`));
});

test("the core names no global of Node and prints nothing", () => {
  const code = 'console.log(process.argv, Buffer.from("x"));\n';
  expect(lint({ "training/fit.ts": code, "models/files/save.ts": code, "cli/main.ts": code })).toEqual([
    "models/files/save.ts:1 noConsole",
    "training/fit.ts:1 noConsole",
    "training/fit.ts:1 noRestrictedGlobals",
    "training/fit.ts:1 noRestrictedGlobals",
  ]);
});

test("a promise nobody waits for, an any and a changed parameter are refused", () => {
  const findings = lint({
    "training/fit.ts": [
      "export async function work(): Promise<number> {",
      "  return 1;",
      "}",
      "export function floats(): void {",
      "  work();",
      "}",
      "export function double(x: any): number {",
      "  x *= 2;",
      "  return Number(x);",
      "}",
    ].join("\n"),
  });
  expect(findings).toEqual([
    "training/fit.ts:5 noFloatingPromises",
    "training/fit.ts:7 noExplicitAny",
    "training/fit.ts:8 noParameterAssign",
  ]);
});
