/**
 * One workload's contest: all contestants prepared, their learning judged, then measured in turn, round after round.
 *
 * One process works at a time and the others wait, so that they share nothing but the machine's mood, and interleaving
 * spreads that evenly. Knows nothing of tables or files.
 */
import { commonLevel, fault, judge, median } from "./judge.mjs";
import { PeerProcess } from "./peerProcess.mjs";

/**
 * @typedef {import("./peers.mjs").Peer} Peer
 * @typedef {import("./workloads.mjs").Workload} Workload
 *
 * @typedef {object} Standing what a contestant came to
 * @property {Peer} peer
 * @property {Record<string, string>} versions
 * @property {string} [skipped] why it stayed out, or how it failed
 * @property {import("./judge.mjs").Judgement} [judgement] after `checkSteps` steps
 * @property {string} [ownRule] how it learns otherwise than the workload says
 * @property {string} [fault] what is wrong with its learning
 * @property {number[]} rates samples a second, of each window
 *
 * @typedef {object} Terms
 * @property {number} seconds of a window
 * @property {number} windows
 * @property {string} [engine] of gradus
 * @property {(line: string) => void} tell progress, for people
 */

/** A contestant that needs longer to prepare (start, import, compile) is out. */
const PREPARE_SECONDS = 120;
/** The steps that its learning is judged by may take this long; slower ones are measured but not judged. */
const CHECK_SECONDS = 30;
/** One step, or the last call of a window, may last this much longer than it should. */
const PATIENCE_SECONDS = 60;

/**
 * @param {Workload} workload
 * @param {readonly Peer[]} peers
 * @param {{ files: import("./workloads.mjs").DataFiles, desired: Float32Array, expected: ArrayLike<number> }} data
 *   `expected`: for predictions the right outputs, else empty
 * @param {Terms} terms
 * @returns {Promise<Standing[]>}
 */
export async function contest(workload, peers, { files, desired, expected }, terms) {
  const entrants = peers.map((peer) => ({
    process: PeerProcess.start(peer),
    kind: /** @type {import("./judge.mjs").OutputKind} */ ("outputs"),
    standing: /** @type {Standing} */ ({ peer, versions: {}, rates: [] }),
  }));

  /**
   * Does something with each contestant that is still in, one after the other.
   *
   * @param {(process: PeerProcess, entrant: (typeof entrants)[number]) => Promise<void>} act
   */
  const inTurn = async (act) => {
    for (const entrant of entrants) {
      const { process, standing } = entrant;
      if (standing.skipped !== undefined) continue;
      if (!(process instanceof PeerProcess)) {
        standing.skipped = process.skip;
        continue;
      }
      try {
        await act(process, entrant);
      } catch (error) {
        standing.skipped = `failed: ${/** @type {Error} */ (error).message}`;
      }
      if (standing.skipped !== undefined) terms.tell(`${standing.peer.name}: ${standing.skipped}`);
    }
  };

  try {
    await inTurn(async (process, entrant) => {
      const { threads, networks } = entrant.standing.peer;
      const options = { threads, networks, engine: terms.engine };
      const answer = await process.request({ cmd: "prepare", workload, files, options }, PREPARE_SECONDS);
      entrant.standing.skipped = answer.skip;
      entrant.standing.versions = answer.versions ?? {};
      entrant.standing.ownRule = answer.ownRule;
      entrant.kind = answer.kind;
    });
    await inTurn(async (process, { standing, kind }) => {
      const request = { cmd: "learn", steps: workload.checkSteps, limit: CHECK_SECONDS };
      const answer = await process.request(request, CHECK_SECONDS + PATIENCE_SECONDS);
      if (answer.steps === workload.checkSteps) {
        standing.judgement = judge(workload, desired, expected, numbersOf(answer.outputs), kind);
      }
    });
    for (let round = 0; round < terms.windows; round++) {
      await inTurn(async (process, { standing }) => {
        const answer = await process.request(
          { cmd: "window", seconds: terms.seconds },
          terms.seconds + PATIENCE_SECONDS,
        );
        if (!numbersOf(answer.outputs).every(Number.isFinite)) {
          standing.fault = `Expected finite outputs after window ${round + 1}, found ${numbersOf(answer.outputs).find((y) => !Number.isFinite(y))}.`;
        }
        standing.rates.push(answer.samples / answer.seconds);
      });
    }
  } finally {
    await Promise.all(entrants.map(({ process }) => (process instanceof PeerProcess ? process.stop() : undefined)));
  }
  return judged(entrants.map(({ standing }) => standing));
}

/** JSON has no NaN: null stands for it. @param {readonly (number | null)[]} outputs @returns {number[]} */
function numbersOf(outputs) {
  return outputs.map((output) => output ?? Number.NaN);
}

/** Finds what is wrong with each contestant's learning, now that all are known. @param {Standing[]} standings */
function judged(standings) {
  const level = commonLevel(standings.flatMap(({ judgement, ownRule }) => (ownRule === undefined && judgement) || []));
  for (const standing of standings) {
    const { judgement, ownRule } = standing;
    if (judgement !== undefined) standing.fault ??= fault(judgement, ownRule === undefined ? level : undefined);
  }
  return standings;
}

/** Samples a second: the median over the windows; NaN without any. @param {Standing} standing */
export function rateOf({ rates }) {
  return median(rates);
}
