/**
 * The part `local` of `npm run bench:cluster`: exchanges that are waited for, exchanges that overlap with computing, and local steps, on
 * hosts with limited bandwidth: what they learn from as many rows, what they send, and how long a step takes.
 */
import { makeHosts } from "../../scripts/cluster/hosts.mjs";
import { output } from "./launch.mjs";

/** @typedef {import("./localStepsRank.mjs").Mode} Mode */
/** @typedef {import("./localStepsRank.mjs").Measured} Measured */

const HOSTS = 3;
const TASKS = [
  { id: "W5", title: "W5, 768 rows a step", seeds: 1, steps: 100, timed: 10, rounds: 3 },
  { id: "digits", title: "digits by 64-256-256-10, 96 rows a step", seeds: 3, steps: 300, timed: 50, rounds: 5 },
];

/** The outer optimizer of the DiLoCo paper; the mean where none is given. */
const PAPER = { learningRate: 0.7, momentum: 0.9 };

/** @type {readonly Mode[]} */
const MODES = [
  {
    name: "exchanging, then waiting",
    exchanges: "each step",
    waits: true,
    as: "exchanging while computing",
    isTimed: true,
  },
  { name: "exchanging while computing", exchanges: "each step", isTimed: true },
  { name: "the mean every 10 steps", syncEvery: { steps: 10 }, isTimed: true },
  { name: "the mean every 50 steps", syncEvery: { steps: 50 }, isTimed: true },
  { name: "DiLoCo's outer step every 10", syncEvery: { steps: 10, ...PAPER } },
  { name: "DiLoCo's outer step every 50", syncEvery: { steps: 50, ...PAPER } },
  { name: "no exchange, a third of the rows", exchanges: "never", isTimed: true },
];

/** @param {readonly number[]} bandwidths megabits a second */
export async function localSteps(bandwidths) {
  for (const task of TASKS) {
    /** @type {Measured[]} */
    const found = [];
    for (const megabits of bandwidths) {
      const hosts = makeHosts({ count: HOSTS, megabits });
      try {
        // What is learned, and the bytes, are the same at every bandwidth.
        const asked = { ...task, modes: MODES, steps: found.length === 0 ? task.steps : 0 };
        found.push(JSON.parse(await output(hosts.launcher, HOSTS, "localStepsRank.mjs", [JSON.stringify(asked)])));
      } finally {
        hosts.remove();
      }
    }
    for (const cells of tableOf(task, bandwidths, found)) console.log(`| ${cells.join(" | ")} |`);
    console.log();
  }
}

/**
 * @param {(typeof TASKS)[number]} task
 * @param {readonly number[]} bandwidths
 * @param {readonly Measured[]} found at each
 */
function tableOf({ title, seeds, steps }, bandwidths, found) {
  const [{ learned, synchronous }] = found;
  const rows = MODES.map(({ name, as = name, syncEvery }) => {
    const { losses, bytes } = learned[as];
    const withSameBytes = syncEvery === undefined ? "" : lossText(synchronous[syncEvery.steps]);
    const times = found.map(({ seconds }) => (seconds[name] === undefined ? "" : millisecondsText(seconds[name])));
    return [name, lossText(losses), (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0), withSameBytes, ...times];
  });
  const heads = [
    title,
    `validation loss after ${steps} steps${seeds > 1 ? `, ${seeds} seeds` : ""}`,
    "MB sent by each host",
    "exchanging each step, as many MB",
    ...bandwidths.map((megabits) => `a step, ${megabits} Mbit/s`),
  ];
  return [heads, heads.map(() => "---"), ...rows];
}

/** The mean, and the range where there are several. @param {readonly number[]} losses */
function lossText(losses) {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const range = losses.length === 1 ? "" : ` (${Math.min(...losses).toFixed(3)} to ${Math.max(...losses).toFixed(3)})`;
  return `${mean.toFixed(3)}${range}`;
}

/** @param {number} seconds */
function millisecondsText(seconds) {
  return `${(1000 * seconds).toPrecision(3)} ms`;
}
