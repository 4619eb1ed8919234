/**
 * One workload's contest: all contestants prepared, their learning evaluated, then measured in turn, round after round.
 *
 * One process works at a time and the others wait, so that they share nothing but the machine's mood, and interleaving
 * spreads that evenly. Knows nothing of tables or files.
 */
import { commonLevel, evaluate, fault, median } from "./evaluate.mjs";
import { PeerProcess } from "./peerProcess.mjs";

/**
 * @typedef {import("./peers.mjs").Peer} Peer
 * @typedef {import("./workloads.mjs").Workload} Workload
 *
 * @typedef {object} PeerResult what a contestant came to
 * @property {Peer} peer
 * @property {Record<string, string>} versions
 * @property {string} [skipped] why it stayed out, or how it failed
 * @property {import("./evaluate.mjs").Evaluation} [evaluation] after `checkSteps` steps
 * @property {string} [ownRule] how it learns otherwise than the workload says
 * @property {string} [fault] what is wrong with its learning
 * @property {string} [settings] what was chosen of the library's settings, for people
 * @property {number[]} rates samples a second, of each window; the n-th is of the n-th round
 *
 * @typedef {object} Terms
 * @property {number} seconds of a window
 * @property {number} windows
 * @property {string} [engine] of gradus
 * @property {() => number} peak GFLOP/s of one core at the moment
 * @property {(line: string) => void} tell progress, for people
 */

/** A contestant that needs longer to prepare (start, import, compile; PyTorch's compiler takes a minute) is out. */
const PREPARE_SECONDS = 300;
/** The steps that its learning is evaluated by may take this long; slower ones are measured but not evaluated. */
const CHECK_SECONDS = 30;
/** One step, or the last call of a window, may last this much longer than it should. */
const PATIENCE_SECONDS = 60;

/**
 * @param {Workload} workload
 * @param {readonly Peer[]} peers
 * @param {{ files: import("./workloads.mjs").DataFiles, desired: Float32Array, expected: ArrayLike<number> }} data
 *   `expected`: for predictions the right outputs, else empty
 * @param {Terms} terms
 * @returns {Promise<{ peerResults: PeerResult[], peaks: number[] }>} `peaks`: GFLOP/s of one core at the beginning of each round
 */
export async function contest(workload, peers, { files, desired, expected }, terms) {
  const entrants = peers.map((peer) => ({
    process: PeerProcess.start(peer),
    kind: /** @type {import("./evaluate.mjs").OutputKind} */ ("outputs"),
    peerResult: /** @type {PeerResult} */ ({ peer, versions: {}, rates: [] }),
  }));

  /** @type {number[]} */
  const peaks = [];

  /**
   * Does something with each contestant that is still in, one after the other.
   *
   * @param {(process: PeerProcess, entrant: (typeof entrants)[number]) => Promise<void>} act
   */
  const inTurn = async (act) => {
    for (const entrant of entrants) {
      const { process, peerResult } = entrant;
      if (peerResult.skipped !== undefined) continue;
      if (!(process instanceof PeerProcess)) {
        peerResult.skipped = process.skip;
        continue;
      }
      try {
        await act(process, entrant);
      } catch (error) {
        peerResult.skipped = `failed: ${/** @type {Error} */ (error).message}`;
      }
      if (peerResult.skipped !== undefined) terms.tell(`${peerResult.peer.name}: ${peerResult.skipped}`);
    }
  };

  try {
    await inTurn(async (process, entrant) => {
      const { threads, networks, precision } = entrant.peerResult.peer;
      const options = { threads, networks, precision, engine: terms.engine };
      const answer = await process.request({ cmd: "prepare", workload, files, options }, PREPARE_SECONDS);
      entrant.peerResult.skipped = answer.skip;
      entrant.peerResult.versions = answer.versions ?? {};
      entrant.peerResult.ownRule = answer.ownRule;
      entrant.peerResult.settings = answer.settings;
      entrant.kind = answer.kind;
    });
    await inTurn(async (process, { peerResult, kind }) => {
      const request = { cmd: "learn", steps: workload.checkSteps, limit: CHECK_SECONDS };
      const answer = await process.request(request, CHECK_SECONDS + PATIENCE_SECONDS);
      if (answer.steps === workload.checkSteps) {
        peerResult.evaluation = evaluate(workload, desired, expected, numbersOf(answer.outputs), kind);
      }
    });
    for (let round = 0; round < terms.windows; round++) {
      peaks.push(terms.peak());
      await inTurn(async (process, { peerResult }) => {
        const answer = await process.request(
          { cmd: "window", seconds: terms.seconds },
          terms.seconds + PATIENCE_SECONDS,
        );
        if (!numbersOf(answer.outputs).every(Number.isFinite)) {
          peerResult.fault = `Expected finite outputs after window ${round + 1}, found ${numbersOf(answer.outputs).find((y) => !Number.isFinite(y))}.`;
        }
        peerResult.rates.push(answer.samples / answer.seconds);
      });
    }
  } finally {
    await Promise.all(entrants.map(({ process }) => (process instanceof PeerProcess ? process.stop() : undefined)));
  }
  return { peerResults: evaluated(entrants.map(({ peerResult }) => peerResult)), peaks };
}

/** JSON has no NaN: null stands for it. @param {readonly (number | null)[]} outputs @returns {number[]} */
function numbersOf(outputs) {
  return outputs.map((output) => output ?? Number.NaN);
}

/** Finds what is wrong with each contestant's learning, now that all are known. @param {PeerResult[]} peerResults */
function evaluated(peerResults) {
  const level = commonLevel(
    peerResults.flatMap(({ evaluation, ownRule }) => (ownRule === undefined && evaluation) || []),
  );
  for (const peerResult of peerResults) {
    const { evaluation, ownRule } = peerResult;
    if (evaluation !== undefined) peerResult.fault ??= fault(evaluation, ownRule === undefined ? level : undefined);
  }
  return peerResults;
}

/** Samples a second: the median over the windows; NaN without any. @param {PeerResult} peerResult */
export function rateOf({ rates }) {
  return median(rates);
}
