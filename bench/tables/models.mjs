/**
 * The models that stand beside each other, and how the process of each is started.
 *
 * A process reads one job, a line of JSON, and answers with one: what it predicts for the test rows, the seconds that
 * learning took (without starting, importing and reading), and its versions; or why it can't. What a model is and how
 * its data is prepared stands in gradus.mjs and python.py.
 */
import { PeerProcess } from "../peerProcess.mjs";
import { commandOf } from "../peers.mjs";

/**
 * @typedef {object} Model
 * @property {string} name as `--models` and the tables have it
 * @property {"JavaScript" | "Python"} language
 * @property {boolean} standard whether it takes part where `--models` is absent
 * @property {Readonly<Record<string, unknown>>} [settings] of gradus's `train`
 *
 * @typedef {import("./scores.mjs").Answer & { seconds: number, versions: Record<string, string>, skip?: string }} Outcome
 *
 * @typedef {object} Job
 * @property {string} model
 * @property {string} training a CSV file
 * @property {string} test
 * @property {import("./tables.mjs").Description} description
 * @property {number} seed
 * @property {number} threads
 */

/** @type {readonly Model[]} */
export const models = [
  { name: "gradus", language: "JavaScript", standard: true },
  { name: "gradus-s", language: "JavaScript", standard: false, settings: { recipe: "realmlp-s" } },
  { name: "gradus-small", language: "JavaScript", standard: false, settings: { recipe: "small" } },
  { name: "gradus-plain", language: "JavaScript", standard: false, settings: { recipe: "plain" } },
  { name: "gradus-wasm", language: "JavaScript", standard: false, settings: { engine: "wasm" } },
  { name: "gradus-native", language: "JavaScript", standard: false, settings: { engine: "native" } },
  { name: "mlp", language: "Python", standard: true },
  { name: "hgb", language: "Python", standard: true },
  { name: "catboost", language: "Python", standard: true },
  { name: "lightgbm", language: "Python", standard: true },
  { name: "realmlp", language: "Python", standard: true },
];

/** The switches of the numeric libraries for their number of threads. */
const THREAD_VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"];

/**
 * Trains and asks one model, in a process of its own.
 *
 * @param {Model} model
 * @param {Job} job
 * @param {number} limit seconds that it may take
 * @returns {Promise<Outcome | { skip: string }>}
 * @throws {Error} what went wrong in the process
 */
export async function askModel({ language, settings }, job, limit) {
  const program = language === "JavaScript" ? ["../tables/gradus.mjs"] : ["../tables/python.py"];
  const how = commandOf({ name: job.model, language, program, threads: job.threads });
  if ("skip" in how) return how;
  const threads = Object.fromEntries(THREAD_VARIABLES.map((name) => [name, String(job.threads)]));
  const process = new PeerProcess({ ...how, env: { ...how.env, ...threads } });
  try {
    return await process.request({ ...job, settings }, limit);
  } finally {
    await process.stop();
  }
}
