/**
 * A contestant's side of the line protocol: one JSON request a line on stdin, one JSON answer a line on stdout.
 *
 *   {"cmd":"prepare","workload":…,"files":…,"options":…} → {"versions":…,"kind":…,"ownRule":…,"settings":…} or {"skip":"reason"}
 *   {"cmd":"learn","steps":n,"limit":seconds}            → {"steps":…,"seconds":…,"outputs":[…]}
 *   {"cmd":"window","seconds":s}                         → {"samples":…,"seconds":…,"outputs":[…]}
 *
 * Every `learn` and every `window` starts from the starting weights, outside the measured time, so that a fast
 * contestant and a slow one do the same work. `protocol.py` is the same for Python. Knows no library.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { EVALUATION_ROWS } from "../workloads.mjs";

/**
 * @typedef {import("../workloads.mjs").Workload} Workload
 * @typedef {import("../workloads.mjs").Data} Data
 *
 * @typedef {object} Subject one network that a contestant prepared
 * @property {import("../evaluate.mjs").OutputKind} kind what `outputs` gives
 * @property {string} [ownRule] how it learns otherwise than the workload says; its loss must fall, but not to the others'
 * @property {string} [settings] what was chosen of the library's settings, for people
 * @property {number} [networks] how many do each step; 1 when absent
 * @property {() => void | Promise<void>} reset back to the starting weights, with an optimizer that remembers nothing
 * @property {(count: number) => void | Promise<void>} work does `count` steps, or predictions, going on through the
 *   rows in order and from the start again; all is computed when it returns
 * @property {(rows: number) => ArrayLike<number> | Promise<ArrayLike<number>>} outputs of the first rows, [rows, M]
 *
 * @typedef {object} Contestant
 * @property {Record<string, string>} versions
 * @property {(workload: Workload, data: Data, options: { threads: number, networks?: number, engine?: string, precision?: "high" | "fast" }) => Subject | Promise<Subject>} prepare
 *   throws a `Skip` for what the library cannot do
 */

/** Why a contestant stays out of a workload. */
export class Skip extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = "Skip";
  }
}

/** One call lasts about this long, so that reading the clock costs nothing and windows end in time. */
const CALL_SECONDS = 0.02;

/**
 * Answers requests until stdin ends.
 *
 * @param {() => Contestant | Promise<Contestant>} load
 */
export async function serve(load) {
  /** @type {Subject | undefined} */
  let subject;
  let batchSize = 1;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.cmd === "prepare") {
      try {
        const contestant = await load();
        batchSize = request.workload.batchSize;
        subject = await contestant.prepare(request.workload, readData(request.files), request.options);
        const { kind, ownRule, settings } = subject;
        answer({ versions: contestant.versions, kind, ownRule, settings });
      } catch (error) {
        if (!(error instanceof Skip)) throw error;
        answer({ skip: error.message });
      }
      continue;
    }
    if (subject === undefined) throw new Error(`Expected "prepare" before "${request.cmd}".`);
    const { steps = Number.POSITIVE_INFINITY, limit = request.seconds } = request;
    await subject.reset();
    const done = await workFor(subject, steps, limit);
    const outputs = Array.from(await subject.outputs(EVALUATION_ROWS));
    answer({ ...done, samples: done.steps * batchSize * (subject.networks ?? 1), outputs });
  }
}

/** How many steps the next call does; kept from window to window. */
let callSteps = 1;

/**
 * Works until the steps are done or the time is over.
 *
 * @param {Subject} subject
 * @param {number} steps
 * @param {number} limit seconds
 */
async function workFor(subject, steps, limit) {
  const begun = performance.now();
  let done = 0;
  let elapsed = 0;
  while (done < steps && elapsed < limit) {
    const count = Math.min(callSteps, steps - done);
    await subject.work(count);
    done += count;
    const now = (performance.now() - begun) / 1000;
    if (now - elapsed < CALL_SECONDS / 2 && count === callSteps) callSteps *= 2;
    elapsed = now;
  }
  return { steps: done, seconds: elapsed };
}

/** NaN becomes null in JSON, and the runner reads it as NaN again. @param {unknown} message */
function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** @param {import("../workloads.mjs").DataFiles} files @returns {Data} */
function readData(files) {
  const read = (/** @type {string} */ path) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
  return { inputs: read(files.inputs), desired: read(files.desired), parameters: read(files.parameters) };
}

const require = createRequire(new URL("../.peers/package.json", import.meta.url));

/**
 * The path of a package that install-peers.mjs installed.
 *
 * @param {string} name
 */
export function resolvePeer(name) {
  try {
    return require.resolve(name);
  } catch {
    throw new Skip(`${name} is not installed; run: node bench/install-peers.mjs`);
  }
}

/** A CommonJS package that install-peers.mjs installed, untyped. @param {string} name */
export function requirePeer(name) {
  return require(resolvePeer(name));
}

/** The version of a package that install-peers.mjs installed. @param {string} name */
export function peerVersion(name) {
  const path = new URL(`../.peers/node_modules/${name}/package.json`, import.meta.url);
  return /** @type {string} */ (JSON.parse(readFileSync(path, "utf8")).version);
}

/**
 * The starting weights of each layer, as views.
 *
 * @param {Workload} workload
 * @param {Float32Array} parameters
 * @returns {{ weights: Float32Array, bias: Float32Array, inputs: number, units: number }[]} weights [units, inputs]
 */
export function layersOf({ widths }, parameters) {
  let offset = 0;
  const take = (/** @type {number} */ length) => {
    offset += length;
    return parameters.subarray(offset - length, offset);
  };
  return widths.slice(1).map((units, layer) => {
    const inputs = widths[layer];
    return { inputs, units, weights: take(units * inputs), bias: take(units) };
  });
}

/** The rows of a row-major matrix, as views. @param {Float32Array} matrix @param {number} width */
export function rowsOf(matrix, width) {
  return Array.from({ length: matrix.length / width }, (_, n) => matrix.subarray(n * width, (n + 1) * width));
}

/**
 * The desired responses as one row of outputs each: the value, or a 1 at the class.
 *
 * @param {Workload} workload
 * @param {Float32Array} desired
 * @returns {Float32Array} [N, M]
 */
export function targetsOf({ loss, widths }, desired) {
  if (loss === "halfSquaredError") return desired;
  const classes = widths[widths.length - 1];
  const targets = new Float32Array(desired.length * classes);
  for (let n = 0; n < desired.length; n++) targets[n * classes + desired[n]] = 1;
  return targets;
}
