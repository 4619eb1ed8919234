/**
 * gradus, as a contestant: the built package through its public API, as the library's own training loop uses it. The
 * package is this checkout's, or that of the checkout whose folder is the argument.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { networkOf } from "../workloads.mjs";
import { rowsOf, Skip, serve } from "./serve.mjs";

const [, , checkout] = process.argv;
const built =
  checkout === undefined
    ? new URL("../../dist/node.js", import.meta.url).href
    : pathToFileURL(join(checkout, "dist", "node.js")).href;

await serve(async () => {
  const gradus = /** @type {typeof import("../../src/node.ts")} */ (await import(built));
  return {
    versions: { gradus: gradus.version },
    prepare: (workload, data, options) =>
      workload.task === "predict"
        ? predicting(gradus, workload, data, options)
        : learning(gradus, workload, data, options),
  };
});

/**
 * @typedef {typeof import("../../src/node.ts")} Gradus
 * @typedef {import("./serve.mjs").Workload} Workload
 * @typedef {import("./serve.mjs").Data} Data
 * @typedef {{ threads: number, networks?: number, engine?: string, precision?: "high" | "fast" }} Options
 */

/**
 * @param {Gradus} gradus
 * @param {Workload} workload
 * @param {Data} data
 * @param {Options} options
 * @returns {Promise<import("./serve.mjs").Subject>}
 */
async function learning(gradus, workload, data, options) {
  const { loss, optimizer, batchSize } = workload;
  const { networks = 1, precision } = options;
  const problem = gradus.completeProblem({ network: networkOf(gradus, workload), loss, optimizer, batchSize });
  const { engine, threads } = await engineOptions(gradus, options);
  const create = () =>
    gradus.engineOf(engine).create(problem, { threads, apart: networks > 1, ...(precision && { precision }) });
  const sessions = await Promise.all(Array.from({ length: networks }, create));
  const learners = sessions.map((session) => ({
    session,
    patterns: session.load({ inputs: data.inputs, desired: data.desired }),
  }));
  const order = cyclicOrder(workload.rows);
  let row = 0;
  return {
    kind: "outputs",
    networks,
    settings: `engine ${engine}`,
    reset: () => {
      for (const session of sessions) {
        session.parameters.set(data.parameters);
        for (const slot of Object.values(session.slots)) slot.fill(0);
        session.step = 0;
      }
      row = 0;
    },
    work: async (steps) => {
      const rows = order(row, steps * batchSize);
      await Promise.all(learners.map(({ session, patterns }) => session.run(patterns, rows)));
      row = (row + steps * batchSize) % workload.rows;
    },
    outputs: (rows) => sessions[0].predict(data.inputs.subarray(0, rows * workload.widths[0])),
  };
}

/**
 * Row numbers 0 … rows − 1 over and over, without making a new array for every call.
 *
 * @param {number} rows
 */
function cyclicOrder(rows) {
  let repeated = new Uint32Array(0);
  return (/** @type {number} */ start, /** @type {number} */ count) => {
    if (repeated.length < rows + count) repeated = Uint32Array.from({ length: rows + count }, (_, n) => n % rows);
    return repeated.subarray(start, start + count);
  };
}

/**
 * @param {Gradus} gradus
 * @param {Workload} workload
 * @param {Data} data
 * @param {Options} options
 * @returns {Promise<import("./serve.mjs").Subject>}
 */
async function predicting(gradus, workload, data, options) {
  const engine = gradus.engineOf((await engineOptions(gradus, options)).engine);
  const predictor = await engine.predictor(networkOf(gradus, workload), data.parameters);
  const rows = rowsOf(data.inputs, workload.widths[0]);
  const output = new Float32Array(workload.widths[workload.widths.length - 1]);
  let row = 0;
  return {
    kind: "outputs",
    reset: () => {
      row = 0;
    },
    work: (calls) => {
      for (let call = 0; call < calls; call++) {
        predictor.predictRow(rows[row], output);
        row = row + 1 === rows.length ? 0 : row + 1;
      }
    },
    outputs: (count) => Float64Array.from(rows.slice(0, count).flatMap((x) => [...predictor.predict(x)])),
  };
}

/**
 * The engine that is asked for, or the best one that runs here; names are best first.
 *
 * @param {Gradus} gradus
 * @param {Options} options
 * @returns {Promise<{ engine: import("../../src/node.ts").EngineName, threads: number }>}
 */
async function engineOptions({ engineNames, engineReports }, { engine, threads }) {
  engine ??= (await engineReports()).find(({ available }) => available)?.name;
  const known = engineNames.find((name) => name === engine);
  if (known === undefined) throw new Skip(`this gradus has no engine ${engine}; it has: ${engineNames.join(", ")}`);
  if (known === "reference" && threads > 1) throw new Skip("the engine reference computes on one thread");
  return { engine: known, threads };
}
