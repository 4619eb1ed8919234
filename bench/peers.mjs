/**
 * The contestants: gradus and the peers it stands beside, each a program of its own that answers the line protocol.
 *
 * Knows how each is started, on how many threads; what each does stands in `peers/`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this benchmark. */
export const benchFolder = fileURLToPath(new URL(".", import.meta.url));

/**
 * @typedef {object} Peer
 * @property {string} name as `--peers` and the tables have it
 * @property {"JavaScript" | "Python" | "C" | "Rust"} language of the library
 * @property {readonly string[]} program the file in `peers/`, and its arguments
 * @property {number} threads
 * @property {number} [networks] how many learn side by side, each with all the steps; 1 when absent
 * @property {"high" | "fast"} [precision] what its products are computed with where it isn't float32: it takes part where that is asked for
 * @property {boolean} [isThreaded] whether it takes part with as many threads as gradus has, too
 */

/** The contestants other than gradus. @type {readonly Peer[]} */
const others = [
  { name: "brain.js", language: "JavaScript", program: ["brain.mjs"], threads: 1 },
  { name: "synaptic", language: "JavaScript", program: ["synaptic.mjs"], threads: 1 },
  { name: "tfjs-cpu", language: "JavaScript", program: ["tfjs.mjs", "cpu"], threads: 1 },
  { name: "tfjs-wasm", language: "JavaScript", program: ["tfjs.mjs", "wasm"], threads: 1 },
  { name: "jax-js", language: "JavaScript", program: ["jax.mjs"], threads: 1 },
  { name: "torch", language: "Python", program: ["torch_peer.py"], threads: 1, isThreaded: true },
  { name: "torch-compile", language: "Python", program: ["torch_peer.py", "compile"], threads: 1, isThreaded: true },
  {
    name: "torch-bfloat16",
    language: "Python",
    program: ["torch_peer.py", "bfloat16"],
    threads: 1,
    precision: "fast",
    isThreaded: true,
  },
  { name: "scikit-learn", language: "Python", program: ["sklearn_peer.py"], threads: 1 },
  { name: "numpy", language: "Python", program: ["numpy_peer.py"], threads: 1, isThreaded: true },
  { name: "FANN", language: "C", program: ["fann_peer.py"], threads: 1 },
  { name: "candle", language: "Rust", program: ["candle"], threads: 1 },
];

/** Networks large enough that more threads are asked to help. */
const THREADED_WORKLOADS = ["W4", "W5"];

/** All names, gradus first. */
export const peerNames = ["gradus", ...others.map(({ name }) => name)];

/** Whether a name is meant: by itself, or by what stands before its hyphen or dot, as `tfjs` means both of its backends. */
export function isMeant(/** @type {string} */ name, /** @type {readonly string[]} */ wanted) {
  return wanted.includes(name) || wanted.includes(name.replace(/[-.].*/, ""));
}

/**
 * The contestants of a workload, gradus first, once for each number of threads. Beside several threads that share a network
 * stand as many networks that share nothing: what the machine's cores give at most.
 *
 * @param {string} workload
 * @param {readonly string[]} wanted names that `isMeant` understands
 * @param {readonly number[]} threads for gradus, and for those that have threads too
 * @param {{ against?: string, precisions?: readonly ("high" | "fast")[] }} [besides] the folder of another checkout, whose gradus is a
 *   contestant too; precisions in which gradus and others learn besides float32
 * @returns {readonly Peer[]}
 */
export function contestantsOf(workload, wanted, threads, { against, precisions = [] } = {}) {
  const counts = threads.filter((count) => count === 1 || THREADED_WORKLOADS.includes(workload));
  const own = { language: /** @type {const} */ ("JavaScript"), program: ["gradus.mjs"] };
  const gradus = counts.flatMap((count) =>
    count === 1
      ? [{ name: "gradus", ...own, threads: 1 }]
      : [
          { name: `gradus, ${count} threads`, ...own, threads: count },
          { name: `gradus, ${count} networks`, ...own, threads: 1, networks: count },
        ],
  );
  const precise = precisions.flatMap((precision) =>
    counts.map((count) => ({ ...own, name: named(`gradus, ${precision}`, count), threads: count, precision })),
  );
  const other = (against === undefined ? [] : counts).map((count) => ({
    ...own,
    name: count === 1 ? "other gradus" : `other gradus, ${count} threads`,
    program: [...own.program, /** @type {string} */ (against)],
    threads: count,
  }));
  const chosen = others
    .filter(
      ({ name, precision }) => isMeant(name, wanted) && (precision === undefined || precisions.includes(precision)),
    )
    .flatMap((peer) => (peer.isThreaded ? counts : [1]).map((count) => withThreads(peer, count)));
  return [...(isMeant("gradus", wanted) ? [...gradus, ...precise] : []), ...other, ...chosen];
}

/** @param {Peer} peer @param {number} threads @returns {Peer} */
const withThreads = (peer, threads) =>
  threads === peer.threads ? peer : { ...peer, name: named(peer.name, threads), threads };

/** A contestant's name with so many threads. @param {string} name @param {number} threads */
export const named = (name, threads) => (threads === 1 ? name : `${name}, ${threads} threads`);

/** Whether a contestant is this checkout's gradus, with any threads and precision. @param {string} name */
export const isOwn = (name) => name.startsWith("gradus");

/** Keeps a contestant's libraries to so many threads. gradus, whose number is an option, has none of these libraries but a BLAS. */
const threadsOf = (/** @type {number} */ count) => ({
  OMP_NUM_THREADS: `${count}`,
  OPENBLAS_NUM_THREADS: `${count}`,
  MKL_NUM_THREADS: `${count}`,
  NUMEXPR_NUM_THREADS: `${count}`,
  RAYON_NUM_THREADS: `${count}`,
});

/**
 * The command that starts a contestant.
 *
 * @param {Peer} peer
 * @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv } | { skip: string }}
 */
export function commandOf({ program, threads }) {
  const [file, ...args] = program;
  const script = [join(benchFolder, "peers", file), ...args];
  if (file.endsWith(".mjs"))
    return { command: process.execPath, args: script, env: { ...process.env, ...threadsOf(1) } };
  if (!file.endsWith(".py")) {
    const command = join(benchFolder, ".peers", "rust", "release", `${file}-peer`);
    if (!existsSync(command))
      return { skip: `${file} is not built: run node bench/install-peers.mjs, which needs cargo` };
    return { command, args, env: { ...process.env, ...threadsOf(threads) } };
  }
  const python = pythonPath();
  if (python === undefined) {
    return { skip: "no Python: run node bench/install-peers.mjs, or set GRADUS_BENCH_PYTHON to a Python that has it" };
  }
  return {
    command: python,
    args: script,
    env: { ...process.env, ...threadsOf(threads), PYTHONDONTWRITEBYTECODE: "1" },
  };
}

/** $GRADUS_BENCH_PYTHON, else the environment that install-peers.mjs made, else undefined. */
export function pythonPath() {
  const given = process.env.GRADUS_BENCH_PYTHON;
  if (given !== undefined && given !== "") return given;
  const own = pythonIn(join(benchFolder, ".peers", "venv"));
  return existsSync(own) ? own : undefined;
}

/** The interpreter of a virtual environment, on this system. @param {string} venv */
export function pythonIn(venv) {
  return process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");
}
