/**
 * `npm run test:runtimes`: the engines in Deno, with and without permission to call functions outside JavaScript, and in Bun: which run,
 * why the others don't, that training goes on without them, that machine code has the bits of WebAssembly, and that exported modules predict
 * the bits of their models.
 *
 * The runtimes come from npm, into a folder that is removed again; where they can't be installed the check is skipped, with the reason.
 */
import "./requireNode.mjs";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exportedModels } from "./exportedModels.mjs";
import { ensureBuilt, ensureInstalled, root, runNpm, runScript } from "./project.mjs";

/** What `program` compares: models as files and rows to predict, and their modules. @param {string} folder */
async function writeModules(folder) {
  const { rows, models } = await exportedModels();
  for (const [at, { code }] of models.entries()) writeFileSync(join(folder, `module${at}.mjs`), code);
  writeFileSync(join(folder, "models.json"), JSON.stringify({ files: models.map(({ file }) => file), rows }));
}

/** Prints what runs, what a training and a session without a name use, and whether an engine that is named has the bits of wasm. */
const program = `
import * as gradus from ${JSON.stringify(pathToFileURL(join(root, "dist", "index.js")).href)};
const reports = await gradus.engineReports();
const native = reports.find(({ name }) => name === "native");
const table = Array.from({ length: 40 }, (_, i) => ({ x: i % 7, y: i % 2 ? "odd" : "even" }));
const { report } = await gradus.train({ table, target: "y", epochs: 2, hidden: [64], folds: 1 });
const network = gradus.network({ inputs: 40, layers: [gradus.dense(128, { activation: "relu" }), gradus.dense(3)] });
const bitsOf = async (engine) => {
  using session = await gradus.createSession({ network, loss: "meanSquaredError", engine, batchSize: 64, threads: 2 });
  const inputs = Float32Array.from({ length: 40 * 128 }, (_, i) => Math.sin(i));
  const loaded = session.load({ inputs, desired: new Float32Array(3 * 128) });
  await session.run(loaded, Array.from({ length: 6400 }, (_, i) => i % 128));
  return session.parameters.join();
};
const refused = await bitsOf("native").then(() => undefined, String);
const { default: { files, rows } } = await import("./models.json", { with: { type: "json" } });
const differing = [];
for (const [at, file] of files.entries()) {
  const { predict } = await import("./module" + at + ".mjs");
  const model = await gradus.loadModel(Uint8Array.from(atob(file), (character) => character.charCodeAt(0)));
  if (JSON.stringify(predict(rows)) !== JSON.stringify(model.predict(rows))) differing.push(at);
}
const same = refused === undefined && (await bitsOf("native")) === (await bitsOf("wasm")) && (await bitsOf()) === (await bitsOf("wasm"));
console.log(JSON.stringify({ native, trained: report.engine, warnings: report.warnings.map(({ code }) => code), refused, same, differing }));
`;

const withoutPermission = ["run", "--no-prompt", "--allow-read"];
const elsewhere = process.platform === "linux" && process.arch === "x64" ? undefined : /x64 under Linux/;

/** Why native doesn't run; nothing where it does. @type {readonly { title: string, command: string, args: readonly string[], why?: RegExp }[]} */
const runs = [
  { title: "Deno without permission", command: "deno", args: withoutPermission, why: elsewhere ?? /--allow-ffi/ },
  { title: "Deno with permission", command: "deno", args: ["run", "-A"], why: elsewhere },
  { title: "Bun", command: "bun", args: [], why: elsewhere ?? /no fused multiply-add/ },
];

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-runtimes-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(join(folder, "program.mjs"), program);
    await writeModules(folder);
    const { code, output } = await runNpm(["install", "--no-audit", "--no-fund", "deno", "bun"], { cwd: folder });
    if (code !== 0) {
      console.log(`Other runtimes skipped: they can't be installed. ${output.trim().split("\n")[0]}`);
      console.log("0 passed, 0 failed, 1 skipped");
      return 0;
    }
    const results = runs.map((run) => ({ run, wrong: wrongOf(folder, run) }));
    for (const { run, wrong } of results) console.log(`${run.title}: ${wrong ?? "as expected"}`);
    const failed = results.filter(({ wrong }) => wrong !== undefined).length;
    console.log(`\n${results.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * @param {string} folder
 * @param {typeof runs[number]} run
 * @returns {string | undefined} what is wrong
 */
function wrongOf(folder, { command, args, why }) {
  const runtime = join(folder, "node_modules", ".bin", command);
  const { stdout, stderr } = spawnSync(runtime, [...args, "program.mjs"], { cwd: folder, encoding: "utf8" });
  /** @type {{ native: { available: boolean, reason: string }, trained: string, warnings: string[], refused?: string, same: boolean, differing: number[] }} */
  let found;
  try {
    found = JSON.parse(stdout);
  } catch {
    return `it ended with ${stdout}${stderr}`;
  }
  const { native, trained, warnings, refused, same, differing } = found;
  if (differing.length > 0) return `its modules ${differing.join(", ")} differ from their models`;
  const isRight =
    why === undefined
      ? native.available && same
      : !native.available && trained === "wasm" && refused?.startsWith("GradusError: ") && why.test(refused);
  return isRight && warnings.every((code) => code !== "engine-fallback") ? undefined : `it printed ${stdout}`;
}
