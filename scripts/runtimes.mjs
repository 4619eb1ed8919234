/**
 * `npm run test:runtimes`: the engines in Deno, with and without permission to call functions outside JavaScript, and in Bun: which run,
 * why the others don't, that training goes on without them, that machine code has the bits of WebAssembly, and that exported modules predict
 * the bits of their models. And in the servers for edge workers, workerd (Cloudflare's), Deno and Bun, the worker of docs/deploy.md, and
 * that a module with WebAssembly says why it can't run in workerd.
 *
 * The runtimes come from npm, into a folder that is removed again; where they can't be installed the check is skipped, with the reason.
 */
import "./requireNode.mjs";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exportedModels } from "./exportedModels.mjs";
import { ensureBuilt, ensureInstalled, root, runNpm, runScript } from "./project.mjs";

/** Where each server listens, one after the other. */
const PORT = 48_127;

/**
 * What `program` compares, models as files and rows to predict, and their modules; and a worker of the first.
 *
 * @param {string} folder
 * @param {Awaited<ReturnType<typeof exportedModels>>} exported
 */
function writeModules(folder, { rows, models }) {
  for (const [at, { code, wasmCode }] of models.entries()) {
    writeFileSync(join(folder, `module${at}.mjs`), code);
    writeFileSync(join(folder, `wasm${at}.mjs`), wasmCode);
  }
  writeFileSync(join(folder, "models.json"), JSON.stringify({ files: models.map(({ file }) => file), rows }));
  const page = readFileSync(join(root, "docs", "deploy.md"), "utf8");
  const [, worker] = /^```mjs worker\.mjs\n(.*?)^```$/ms.exec(page) ?? [];
  if (worker === undefined) throw new Error("docs/deploy.md shows no worker.mjs.");
  writeFileSync(join(folder, "worker.mjs"), worker.replace("penguins.mjs", "module0.mjs"));
  writeFileSync(join(folder, "workerd.capnp"), workerd("worker.mjs", "module0.mjs"));
  writeFileSync(join(folder, "refusing.mjs"), refusing);
  writeFileSync(join(folder, "refusing.capnp"), workerd("refusing.mjs", "wasm0.mjs"));
}

/** Responds with why the module with WebAssembly can't be imported. */
const refusing = `export default {
  fetch: () => import("./wasm0.mjs").then(() => new Response("imported"), ({ message }) => new Response(message)),
};
`;

/** A server of one worker. @param {string} worker @param {string} imported the file that it imports */
const workerd = (worker, imported) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${PORT}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "${worker}", esModule = embed "${worker}"),
    (name = "${imported}", esModule = embed "${imported}"),
  ],
  compatibilityDate = "2025-01-01",
);
`;

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
  const model = await gradus.loadModel(Uint8Array.from(atob(file), (character) => character.charCodeAt(0)));
  const expected = JSON.stringify(model.predict(rows));
  for (const name of ["module", "wasm"]) {
    const { predict } = await import("./" + name + at + ".mjs");
    if (JSON.stringify(predict(rows)) !== expected) differing.push(name + at);
  }
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

/** @type {readonly { title: string, command: string, args: readonly string[], check: Check }[]} */
const servers = [
  {
    title: "An edge worker in workerd",
    command: "workerd",
    args: ["serve", "workerd.capnp"],
    check: wrongOfWorker,
  },
  {
    title: "An edge worker in Deno",
    command: "deno",
    args: ["serve", "--host", "127.0.0.1", "--port", `${PORT}`, "worker.mjs"],
    check: wrongOfWorker,
  },
  { title: "An edge worker in Bun", command: "bun", args: ["worker.mjs"], check: wrongOfWorker },
  {
    title: "A module with WebAssembly in workerd",
    command: "workerd",
    args: ["serve", "refusing.capnp"],
    check: wrongOfRefusal,
  },
];

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-runtimes-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(join(folder, "program.mjs"), program);
    const exported = await exportedModels();
    writeModules(folder, exported);
    const packages = ["deno", "bun", "workerd"];
    const { code, output } = await runNpm(["install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
    if (code !== 0) {
      console.log(`Other runtimes skipped: they can't be installed. ${output.trim().split("\n")[0]}`);
      console.log("0 passed, 0 failed, 1 skipped");
      return 0;
    }
    const results = runs.map((run) => ({ title: run.title, wrong: wrongOf(folder, run) }));
    for (const server of servers)
      results.push({ title: server.title, wrong: await wrongOfServer(folder, server, exported) });
    for (const { title, wrong } of results) console.log(`${title}: ${wrong ?? "as expected"}`);
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
  /** @type {{ native: { available: boolean, reason: string }, trained: string, warnings: string[], refused?: string, same: boolean, differing: string[] }} */
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

/**
 * Asks a server a JSON value; what is wrong with its responses, nothing where they are right.
 *
 * @typedef {(ask: (body: unknown) => Promise<Response | undefined>, exported: Awaited<ReturnType<typeof exportedModels>>) => Promise<string | undefined>} Check
 */

/**
 * The worker predicts the rows as the library does here, nearly: runtimes differ in fused multiply-add and in the last bits of `Math.exp`. A wrong row gets 400 and the reason.
 *
 * @type {Check}
 */
async function wrongOfWorker(ask, { rows, models }) {
  const good = await ask(rows);
  if (good?.status !== 200) return `it gave ${good?.status}: ${await good?.text()}`;
  if (!areNear(await good.json(), models[0].predictions)) return "it predicts something else";
  const bad = await ask({ size: 5 });
  return bad?.status === 400 && /no "town"/.test(await bad.text()) ? undefined : "it takes a row without its columns";
}

/** A runtime that compiles nothing from bytes: the import fails with the remedy. @type {Check} */
async function wrongOfRefusal(ask) {
  const found = await (await ask({}))?.text();
  return /found that this one can't: .* \(exportModule\)/.test(found ?? "") ? undefined : `it responds with ${found}`;
}

/**
 * @param {string} folder
 * @param {typeof servers[number]} server
 * @param {Awaited<ReturnType<typeof exportedModels>>} exported
 * @returns {Promise<string | undefined>} what is wrong
 */
async function wrongOfServer(folder, { command, args, check }, exported) {
  const env = { ...process.env, PORT: `${PORT}` };
  const server = spawn(join(folder, "node_modules", ".bin", command), args, { cwd: folder, env });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (printed += text));
  const ended = new Promise((resolve) => server.on("close", resolve));
  try {
    const wrong = await check((body) => asked(body, ended), exported);
    return wrong && `${wrong}${printed}`;
  } finally {
    server.kill();
    await ended;
  }
}

/** Asks the server until it listens, for 20 s at most. @param {unknown} body @param {Promise<unknown>} ended */
async function asked(body, ended) {
  let isOver = false;
  ended.then(() => (isOver = true));
  for (let tries = 0; tries < 200 && !isOver; tries++) {
    try {
      return await fetch(`http://127.0.0.1:${PORT}/`, { method: "POST", body: JSON.stringify(body) });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return undefined;
}

/**
 * @param {unknown} predictions
 * @param {readonly any[]} expected
 */
function areNear(predictions, expected) {
  if (!Array.isArray(predictions)) return false;
  return expected.every(({ label, probability }, row) => {
    return predictions[row]?.label === label && Math.abs(predictions[row].probability - probability) < 1e-5;
  });
}
