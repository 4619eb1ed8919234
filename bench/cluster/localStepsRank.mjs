/**
 * What a rank of `npm run bench:cluster -- --only local` runs: one network trained by all ranks from the same rows, in each of several ways.
 * Rank 0 prints, as JSON, the validation losses at the end, the bytes that a host has sent, and the median time of a step.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { root } from "../../scripts/project.mjs";
import { drawData, networkOf, workloads } from "../workloads.mjs";
import { gradus, median, ranks, timed, waitingRanks } from "./ranks.mjs";

/**
 * @typedef {object} Mode
 * @property {string} name
 * @property {"each step" | "never"} [exchanges] local steps where it is absent
 * @property {boolean} [waits] for each exchange
 * @property {import("../../src/node.ts").SyncEvery} [syncEvery]
 * @property {string} [as] the one that learns the same, and sends as much
 * @property {boolean} [isTimed]
 *
 * @typedef {object} Measured
 * @property {Record<string, { losses: number[], bytes: number }>} learned by name, for each seed; bytes of one training
 * @property {Record<number, number[]>} synchronous by every how many steps ranks meet, the losses of synchronous steps that send as much
 * @property {Record<string, number>} seconds of a step
 *
 * @typedef {{ inputs: Float32Array, desired: Float32Array }} Patterns
 */

/** @type {{ id: string, seeds: number, steps: number, modes: Mode[], timed: number, rounds: number }} */
const { id, seeds, steps, modes, timed: timedSteps, rounds } = JSON.parse(process.argv[2]);
const { rank, size } = ranks;

/** A network, and rows of which this rank learns from its part. @returns {{ network: import("../../src/node.ts").Network, batch: number, training: Patterns, validation: Patterns }} */
function taskOf() {
  const digits = id === "digits";
  const found = workloads.find((of) => of.id === (digits ? "W4" : id));
  if (found === undefined) throw new Error(`There is no workload ${id}.`);
  const [rows, validationRows] = digits ? [500, 297] : [8192, 2048];
  const widths = digits ? [64, ...found.widths.slice(1, -1), 10] : found.widths;
  const workload = { ...found, widths, rows: size * rows + validationRows };
  const { inputs, desired } = digits ? readDigits() : drawData(gradus, workload);
  const part = (/** @type {number} */ from, /** @type {number} */ to) => ({
    inputs: inputs.subarray(from * widths[0], to * widths[0]),
    desired: desired.subarray(from, to),
  });
  return {
    network: networkOf(gradus, workload),
    batch: digits ? 32 : workload.batchSize,
    training: part(rank * rows, (rank + 1) * rows),
    validation: part(size * rows, size * rows + validationRows),
  };
}

/** 8 × 8 grey levels from 0 to 16 as numbers to 1, in a fixed random order. @returns {Patterns} */
function readDigits() {
  const text = gunzipSync(readFileSync(join(root, "examples/data/digits.csv.gz"))).toString();
  const lines = text.trim().split("\n").slice(1);
  const table = Array.from(gradus.random(1, "digits").permutation(lines.length), (line) =>
    lines[line].split(",").map(Number),
  );
  return {
    inputs: Float32Array.from(table.flatMap((row) => row.slice(0, 64).map((level) => level / 16))),
    desired: Float32Array.from(table, (row) => row[64]),
  };
}

const { network, batch, training, validation } = taskOf();
const { desired } = training;

/** @param {Mode} mode @param {number} seed */
async function trainer(mode, seed) {
  const { exchanges, waits, syncEvery } = mode;
  const isAlone = exchanges === "never";
  const session = await gradus.createSession({
    network,
    loss: "crossEntropy",
    optimizer: { name: "adam", learningRate: 0.001 },
    batchSize: isAlone ? batch : size * batch,
    seed,
    threads: 1,
    ...(!isAlone && { collective: waits ? waitingRanks() : ranks }),
    ...(syncEvery && { syncEvery }),
  });
  const [patterns, toValidate] = [session.load(training), session.load(validation)];
  let pass = 0;
  /** @type {number[]} */
  let order = [];
  return {
    session,
    /** @param {number} count */
    async train(count) {
      while (order.length < count * batch) {
        order.push(...gradus.random(seed, "order", rank, pass++).permutation(desired.length));
      }
      const rows = order.slice(0, count * batch);
      order = order.slice(count * batch);
      await session.run(patterns, rows, isAlone ? { batchSize: batch } : { batchSizes: new Array(count).fill(batch) });
    },
    validate: () => session.evaluate(toValidate),
  };
}

/** Those of all ranks have the same result, but where each trains by itself: their mean. @param {number} loss */
function meanOfRanks(loss) {
  const sum = Float64Array.of(loss);
  ranks.allReduce(sum);
  return sum[0] / size;
}

/** @type {Measured} */
const measured = JSON.parse('{"learned":{},"synchronous":{},"seconds":{}}');
const every = [...new Set(modes.flatMap(({ syncEvery }) => (syncEvery ? [syncEvery.steps] : [])))];
for (let seed = 1; steps > 0 && seed <= seeds; seed++) {
  for (const mode of modes.filter(({ as }) => as === undefined)) {
    const { session, train, validate } = await trainer(mode, seed);
    const { bytes } = await timed(async () => {
      let done = 0;
      for (const of of mode.exchanges === "each step" ? every.toSorted((one, other) => other - one) : []) {
        await train(steps / of - done);
        done = steps / of;
        measured.synchronous[of] ??= [];
        measured.synchronous[of].push(await validate());
      }
      await train(steps - done);
    });
    measured.learned[mode.name] ??= { losses: [], bytes: bytes / size };
    measured.learned[mode.name].losses.push(meanOfRanks(await validate()));
    session.dispose();
  }
}

const timedModes = modes.filter(({ isTimed }) => isTimed);
/** @type {Map<Mode, number[]>} */
const times = new Map(timedModes.map((mode) => [mode, []]));
const trainers = new Map();
for (const mode of timedModes) trainers.set(mode, await trainer(mode, 1));
for (let round = 0; round <= rounds; round++) {
  for (const [mode, own] of times) {
    // A round of local steps has its meeting.
    const count = Math.max(timedSteps, mode.syncEvery?.steps ?? 1);
    const { seconds } = await timed(() => trainers.get(mode).train(round === 0 ? 2 : count));
    if (round > 0) own.push(seconds / count);
  }
}
for (const [{ name }, own] of times) measured.seconds[name] = median(own);
if (rank === 0) console.log(JSON.stringify(measured));
ranks.dispose();
process.exit(0);
