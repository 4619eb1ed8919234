/**
 * What a rank of `npm run bench:cluster` runs: steps of one workload by itself, with exchanges that it waits for, and with exchanges while it
 * computes, in turns; rank 0 prints the medians as JSON. All ranks of a round begin together, and its time is that of the slowest.
 */
import { drawData, networkOf, workloads } from "../workloads.mjs";
import { gradus, median, ranks, timed, waitingRanks } from "./ranks.mjs";

/** @type {{ id: string, rounds: number, modes: Mode[] }} */
const { id, rounds, modes } = JSON.parse(process.argv[2]);
/** Seconds of a round of each mode, about. */
const ROUND = 0.4;

/** @typedef {"alone" | "waiting" | "overlapping"} Mode */

const { rank, size } = ranks;
const found = workloads.find((workload) => workload.id === id);
if (found === undefined) throw new Error(`There is no workload ${id}.`);
const workload = { ...found, rows: 4 * found.batchSize };
const { batchSize } = workload;
const { inputs, desired, parameters } = drawData(gradus, workload);

/** @param {Mode} mode @returns {Promise<(steps: number) => Promise<unknown>>} makes so many steps */
async function trainer(mode) {
  const { network, loss, optimizer } = { ...workload, network: networkOf(gradus, workload) };
  const isAlone = mode === "alone";
  const collective = mode === "waiting" ? waitingRanks() : ranks;
  const session = await gradus.createSession({
    network,
    loss,
    optimizer,
    batchSize: isAlone ? batchSize : size * batchSize,
    parameters,
    threads: 1,
    ...(!isAlone && { collective }),
  });
  const patterns = session.load({ inputs, desired });
  return async (steps) => {
    const rows = Array.from({ length: steps * batchSize }, (_, i) => (i + rank * batchSize) % workload.rows);
    await session.run(patterns, rows, isAlone ? { batchSize } : { batchSizes: new Array(steps).fill(batchSize) });
  };
}

const trainers = new Map();
for (const mode of modes) trainers.set(mode, await trainer(mode));
/** @type {Map<Mode, { steps: number, seconds: number[], bytes: number[] }>} */
const rows = new Map();
for (const mode of modes) {
  await trainers.get(mode)(2);
  const { seconds } = await timed(() => trainers.get(mode)(2));
  rows.set(mode, { steps: Math.min(500, Math.max(2, Math.round((2 * ROUND) / seconds))), seconds: [], bytes: [] });
}
for (let round = 0; round < rounds; round++) {
  for (const [mode, { steps, seconds, bytes }] of rows) {
    const one = await timed(() => trainers.get(mode)(steps));
    seconds.push(one.seconds / steps);
    bytes.push(one.bytes / steps / size);
  }
}
if (rank === 0) {
  const results = [...rows].map(([mode, { seconds, bytes }]) => [
    mode,
    { seconds: median(seconds), bytes: median(bytes) },
  ]);
  console.log(
    JSON.stringify({ mpi: ranks.name, size, gradient: 4 * parameters.length, ...Object.fromEntries(results) }),
  );
}
ranks.dispose();
process.exit(0);
