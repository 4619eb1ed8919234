/**
 * `npm run bench:serve`: the server of predictions under the load of wrk. `npm run bench:serve -- --help` lists the options; bench/README.md
 * says what is measured.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { clientLoad } from "./serveClient.mjs";

/**
 * @typedef {import("../src/node.ts").Model} Model
 * @typedef {{ file: string, model: Model }} Saved
 * @typedef {{ rate: number, p50: string, p99: string, failed: number }} Load
 * @typedef {import("./serveClient.mjs").ClientLoad} ClientLoad
 */

const help = `Measures gradus serve under the load of wrk, beside a loop of bare predictions.

  --seconds 5          how long each load lasts; 5 when absent
  --connections 1,64   how many connections send requests at a time; 1,64 when absent
  --help               this text
`;

const table = join(root, "examples", "data", "penguins.csv");
const row = {
  island: "Biscoe",
  bill_length_mm: 50,
  bill_depth_mm: 15.2,
  flipper_length_mm: 221,
  body_mass_g: 5500,
  sex: null,
  year: 2008,
};
/** Seconds of a load before each that is measured, in which V8 compiles what the server runs. */
const WARMING = 2;
/** Rows of the requests of many. */
const LIST = 100;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "1,64" },
      help: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  const connections = values.connections.split(",").map(Number);
  if (values.help || !(seconds >= 1) || !connections.every((count) => count >= 1)) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  if (spawnSync("wrk", ["--version"]).error !== undefined) {
    console.log("wrk is not installed. Install it (Debian: apt-get install wrk).");
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  const gradus = await import(pathToFileURL(join(root, "dist", "node.js")).href);
  const folder = mkdtempSync(join(tmpdir(), "gradus-serve-"));
  try {
    const small = { table, target: "species", recipe: "small", epochs: 20 };
    const saved = async (/** @type {string} */ name, /** @type {object} */ options) => {
      const file = join(folder, `${name}.gradus`);
      await gradus.saveModel(file, (await gradus.train(options)).model);
      return { file, model: await gradus.loadModel(file) };
    };
    const models = {
      small: await saved("small", small),
      default: await saved("default", { table, target: "species", epochs: 20 }),
    };
    console.log(`${cpus()[0].model}, Node ${process.version}; medians and 99th percentiles of a request\n`);
    console.log("| | | wrk | | | | client | | |\n|---|---|---:|---:|---:|---:|---:|---:|---:|");
    console.log(
      "| model | predictions | rows a second | median | 99% | failed | median | 99% | longest first response |",
    );
    for (const [name, each] of Object.entries(models)) await measure(name, each, { seconds, connections, folder });
    const isRight = await swap(models.small, await saved("other", { ...small, seed: 1 }), {
      seconds: 3 * seconds,
      folder,
    });
    return isRight ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * The rows of the table for one model.
 *
 * @param {string} name
 * @param {Saved} saved
 * @param {{ seconds: number, connections: readonly number[], folder: string }} options
 */
async function measure(name, { file, model }, { seconds, connections, folder }) {
  const line = (/** @type {string} */ what, /** @type {number} */ rate, /** @type {readonly unknown[]} */ ...times) =>
    console.log(`| ${[name, what, Math.round(rate), ...times, ...Array(6 - times.length).fill("")].join(" | ")} |`);
  line("a loop, row by row", bareRate(model, 1, seconds));
  line(`a loop, lists of ${LIST} rows`, bareRate(model, LIST, seconds));
  const server = await startServer(file);
  const load = async (/** @type {string} */ what, /** @type {unknown} */ body, /** @type {number} */ count) => {
    const { url } = server;
    await clientLoad({ url, body, count, seconds: WARMING });
    const { rate, p50, p99, failed } = await loadBy({ server, body, count, seconds, folder });
    const { first, later, failed: alsoFailed } = await clientLoad({ url, body, count, seconds });
    const times = [later.p50, later.p99, first.most].map((time) => `${time.toFixed(2)}ms`);
    line(what, rate * (Array.isArray(body) ? body.length : 1), p50, p99, failed + alsoFailed, ...times);
  };
  try {
    for (const count of connections)
      await load(`server, 1 row a request, ${count} connection${count === 1 ? "" : "s"}`, row, count);
    await load(`server, ${LIST} rows a request, 4 connections`, Array(LIST).fill(row), 4);
  } finally {
    await server.stop();
  }
}

/**
 * Rows a second of bare predictions.
 *
 * @param {Model} model
 * @param {number} count rows of a call
 * @param {number} seconds
 */
function bareRate(model, count, seconds) {
  const given = count === 1 ? row : Array(count).fill(row);
  const predict = () => model.predict(/** @type {any} */ (given));
  for (let i = 0; i < 200; i++) predict();
  const begun = performance.now();
  let rows = 0;
  while (performance.now() - begun < 1000 * seconds) {
    predict();
    rows += count;
  }
  return (1000 * rows) / (performance.now() - begun);
}

/**
 * The server in a process of its own.
 *
 * @param {string} file
 * @returns {Promise<{ url: string, stop(): Promise<void>, notes: string[] }>}
 */
async function startServer(file) {
  const child = spawn(process.execPath, [
    join(root, "dist", "cli", "main.js"),
    "serve",
    `model=${file}`,
    "--port",
    "0",
  ]);
  /** @type {string[]} */
  const notes = [];
  createInterface(child.stderr).on("line", (line) => notes.push(line));
  const [text] = await once(createInterface(child.stdout), "line");
  const address = /^Serving at (\S+)$/.exec(text)?.[1];
  if (address === undefined) throw new Error(`Expected the server's address, found ${JSON.stringify(text)}.`);
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { url: `${address}models/model/predict`, stop, notes };
}

/**
 * What wrk measures of requests with one body.
 *
 * @param {{ server: { url: string }, body: unknown, count: number, seconds: number, folder: string }} options
 * @returns {Promise<Load>}
 */
async function loadBy({ server, body, count, seconds, folder }) {
  const script = join(folder, "request.lua");
  const [method, type] = ['wrk.method = "POST"', 'wrk.headers["content-type"] = "application/json"'];
  writeFileSync(script, `${method}\n${type}\nwrk.body = [==[${JSON.stringify(body)}]==]\n`);
  const args = ["-t1", `-c${count}`, `-d${seconds}s`, "--latency", "-s", script, server.url];
  const child = spawn("wrk", args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  const found = (/** @type {RegExp} */ pattern) => pattern.exec(output)?.[1] ?? "";
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? [];
  const failed = [found(/Non-2xx or 3xx responses: (\d+)/), ...errors].reduce((sum, text) => sum + Number(text), 0);
  return {
    rate: Number(found(/Requests\/sec:\s+(\S+)/)),
    p50: found(/50%\s+(\S+)/),
    p99: found(/99%\s+(\S+)/),
    failed,
  };
}

/**
 * Replaces the file of a served model by another, by a broken one and back again, under load, and compares every response with the
 * prediction of the version that it names.
 *
 * @param {Saved} first
 * @param {Saved} second
 * @param {{ seconds: number, folder: string }} options
 */
async function swap(first, second, { seconds, folder }) {
  const file = join(folder, "served.gradus");
  const put = (/** @type {string} */ from) => {
    copyFileSync(from, `${file}.next`);
    renameSync(`${file}.next`, file);
  };
  const broken = join(folder, "broken");
  writeFileSync(broken, "no model");
  put(first.file);
  const server = await startServer(file);
  const ending = new AbortController();
  const load = loadBy({ server, body: row, count: 16, seconds, folder }).finally(() => ending.abort());
  const clients = Array.from({ length: 4 }, (_, client) =>
    compareAll(server.url, [first.model, second.model], client, ending.signal),
  );
  let swaps = 0;
  for (const sources = [second.file, broken, first.file, broken]; !ending.signal.aborted; swaps++) {
    await wait(1200, undefined, { signal: ending.signal }).catch(() => undefined);
    put(sources[swaps % sources.length]);
  }
  const counts = await Promise.all(clients);
  const { rate, p99, failed } = await load;
  await server.stop();
  const total = (/** @type {"right" | "wrong" | "lost"} */ name) => counts.reduce((sum, count) => sum + count[name], 0);
  const [replaced, refused] = [/is served instead of/, /was replaced, but/].map(
    (text) => server.notes.filter((note) => text.test(note)).length,
  );
  const versions = new Set(counts.flatMap((count) => [...count.versions]));
  console.log(
    `\nModel files replaced under load: ${replaced} served, ${refused} broken ones refused, ${versions.size} versions. Of ${total("right") + total("wrong") + total("lost")} responses ` +
      `that were compared, ${total("wrong")} wrong, ${total("lost")} lost. wrk at the same time: ${Math.round(rate)} requests a second, 99% within ${p99}, ${failed} failed.`,
  );
  return total("wrong") + total("lost") + failed === 0 && total("right") > 0;
}

/**
 * One client that compares responses until it is stopped.
 *
 * @param {string} url
 * @param {readonly Model[]} models
 * @param {number} client its number
 * @param {AbortSignal} signal
 */
async function compareAll(url, models, client, signal) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts = { right: 0, wrong: 0, lost: 0, versions: new Set() };
  const rows = Array.from({ length: 50 }, (_, i) => ({ ...row, bill_length_mm: 30 + i + client / 10 }));
  const expected = models.map((model) => rows.map((each) => JSON.stringify(model.predict(each))));
  /** @type {Map<string, readonly string[]>} the predictions of each version that was seen */
  const known = new Map();
  for (let i = 0; !signal.aborted; i = (i + 1) % rows.length) {
    try {
      const { version, prediction } = await post(url, rows[i], agent);
      const text = JSON.stringify(prediction);
      counts.versions.add(version);
      const own =
        known.get(version) ?? expected.find((each) => each[i] === text && ![...known.values()].includes(each));
      if (own !== undefined) known.set(version, own);
      counts[own?.[i] === text ? "right" : "wrong"]++;
    } catch {
      counts.lost++;
    }
  }
  agent.destroy();
  return counts;
}

/**
 * @param {string} url
 * @param {unknown} body
 * @param {Agent} agent
 * @returns {Promise<{ version: string, prediction: unknown }>}
 */
function post(url, body, agent) {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("error", reject);
        response.on("end", () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
