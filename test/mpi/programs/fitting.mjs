// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * `fit` on several ranks with unequal shares of the rows of a real table, the penguins of `examples/data`. The argument lists what is done; rank 0
 * prints what came of it, as JSON, with what one process comes to that learns from the same batches.
 */
import { readFileSync } from "node:fs";
import { encodeTarget } from "../../../dist/data/target.js";
import { gatherNumbers } from "../../../dist/distributed/collective.js";
import { joinMpi } from "../../../dist/entries/distributed.js";
import {
  createSession,
  dense,
  dropout,
  encodeTable,
  fit,
  fitEncoder,
  fitEvents,
  fitTarget,
  network,
  scoreFor,
} from "../../../dist/entries/network.js";
import { selectRows, tableFromCsv } from "../../../dist/index.js";
import { random } from "../../../dist/random.js";
import { Share } from "../../../dist/training/ranks/share.js";

const collective = joinMpi({ timeout: 100, deterministic: true });
const { rank, size } = collective;
const isLast = rank === size - 1;

const penguins = await tableFromCsv(readFileSync(new URL("../../../examples/data/penguins.csv", import.meta.url)));
const order = random(7, "penguins").permutation(penguins.rows);
const table = selectRows(penguins, order);
const TARGET = ["species"];
const { target } = fitTarget(table, TARGET);
const { encoder } = fitEncoder(table, { exclude: TARGET });
const whole = { inputs: encodeTable(encoder, table), desired: encodeTarget(target, table) };
const [INPUTS, CLASSES] = [whole.inputs.length / table.rows, 3];

/** Rows of each rank: very unequal; the last rank has none to validate on. */
const trainingRows = [...Array(size).keys()].map((of) => 30 + 20 * of);
const validationRows = [...Array(size).keys()].map((of) => (of > 0 && of === size - 1 ? 0 : 25 + of));
/** @param {readonly number[]} rows @param {number} of */
const startOf = (rows, of) => rows.slice(0, of).reduce((sum, own) => sum + own, 0);
const all = startOf(trainingRows, size);

/** @param {"training" | "validation"} name @param {number} from @param {number} to */
function rowsOf(name, from, to) {
  const before = name === "training" ? 0 : all;
  const desired = whole.desired.slice(before + from, before + to);
  return {
    inputs: whole.inputs.slice((before + from) * INPUTS, (before + to) * INPUTS),
    desired,
    sampleWeights: desired.map((_, row) => 0.5 + ((from + row) % 3)),
  };
}
/** @param {readonly number[]} rows @param {"training" | "validation"} name */
const own = (rows, name) => rowsOf(name, startOf(rows, rank), startOf(rows, rank + 1));
const training = own(trainingRows, "training");
const validation = own(validationRows, "validation");

const problem = {
  network: network({
    inputs: INPUTS,
    layers: [dense(32, { activation: "relu" }), dropout(0.2), dense(16, { activation: "silu" }), dense(CLASSES)],
  }),
  loss: { name: "crossEntropy", labelSmoothing: 0.1 },
  optimizer: { name: "adamW", learningRate: 0.01, weightDecay: 0.05 },
  clipNorm: 1,
  l2: 1e-4,
  seed: 5,
  engine: "wasm",
  threads: 1,
};

/** The training rows of all ranks in the order in which one process has the same batches without shuffling. @param {number} batchSize */
function inOrderOfBatches(batchSize) {
  const shares = trainingRows.map((_, of) => new Share(of, trainingRows));
  const epochs = { batchSize, stepsPerEpoch: Math.ceil(all / batchSize), rowsPerEpoch: all, partial: false };
  const order = [];
  for (let first = 0; first < all; first += batchSize) {
    for (const [of, share] of shares.entries()) {
      const end = share.within(epochs, 1, Math.min(first + batchSize, all));
      for (let row = share.within(epochs, 1, first); row < end; row++) order.push(startOf(trainingRows, of) + row);
    }
  }
  const rows = rowsOf("training", 0, all);
  return {
    inputs: Float32Array.from(order.flatMap((row) => [...rows.inputs.subarray(row * INPUTS, (row + 1) * INPUTS)])),
    desired: Float32Array.from(order, (row) => rows.desired[row]),
    sampleWeights: Float32Array.from(order, (row) => rows.sampleWeights[row]),
  };
}

/** @param {ArrayLike<number>} values */
function bitsOf(values) {
  let bits = 0;
  for (const word of new Uint32Array(Float32Array.from(values).buffer)) bits = (Math.imul(bits, 31) + word) | 0;
  return bits;
}

/**
 * Whether all ranks have the same text.
 *
 * @param {unknown} value
 */
function isSame(value) {
  const texts = collective.allGather(new TextEncoder().encode(JSON.stringify(value)));
  return texts.every((text) => Buffer.compare(text, texts[0]) === 0);
}

const cases = {
  /** Beside one process. */
  async parity() {
    const found = [];
    for (const batchSize of [32, 8]) {
      const epochs = batchSize === 32 ? 6 : 3;
      const options = { epochs, shuffle: false, score: "accuracy", schedule: "cosine", health: { every: 1 } };
      const outputs = [];
      const everywhere = rowsOf("validation", 0, startOf(validationRows, size));
      const session = await createSession({ ...problem, batchSize, collective });
      const onOutputs = (y) => outputs.push(y);
      const result = await fit(session, { ...options, training, validation, ...(rank === 0 && { onOutputs }) });
      const same = isSame(result) && isSame(bitsOf(session.parameters));
      if (rank > 0) continue;
      const single = await createSession({ ...problem, batchSize });
      const alone = await fit(single, { ...options, training: inOrderOfBatches(batchSize), validation: everywhere });
      const { desired, sampleWeights } = everywhere;
      const score = scoreFor("accuracy", { loss: problem.loss, outputs: CLASSES, desired, sampleWeights });
      const scores = outputs.map((y) => score.of(y));
      found.push({
        batchSize,
        same,
        together: result.history,
        alone: alone.history,
        scores,
        best: [result.bestEpoch, alone.bestEpoch],
      });
    }
    return found;
  },

  async shuffled(threads = 1) {
    const session = await createSession({ ...problem, batchSize: 32, threads, collective });
    const result = await fit(session, { training, validation, epochs: 4, stepsPerEpoch: 2, score: "rocAuc" });
    const gathered = gatherNumbers(collective, [bitsOf(session.parameters)]);
    return { same: isSame(result), bits: gathered.map(([bits]) => bits), steps: result.steps, history: result.history };
  },

  /** The bits with several threads. */
  shuffledOnTwo: () => cases.shuffled(2),

  async endings() {
    /** @param {object} options @param {(event: object) => void} [onProgress] */
    const ended = async (options, onProgress) => {
      const session = await createSession({ ...problem, batchSize: 64, collective });
      const result = await fit(session, { training, validation, epochs: 100_000, ...options, onProgress });
      return { same: isSame(result), stopped: result.stopped, epochs: result.epochs };
    };
    const patience = await ended({ earlyStopping: { patience: 3 } });
    const time = await ended(rank === 0 ? { deadline: performance.now() + 300 } : {});
    const stop = new AbortController();
    const abort = await ended({ signal: stop.signal }, ({ event, epoch }) => {
      // On a slow machine progress is told within an epoch as well.
      if (isLast && event === "epoch" && epoch === 3) stop.abort();
    });
    const session = await createSession({ ...problem, batchSize: 64, collective });
    const events = fitEvents(session, { training, validation, epochs: 100_000 });
    let left;
    for (;;) {
      const next = await events.next();
      if (next.done) left = next.value.stopped;
      else if (isLast && next.value.event === "epoch" && next.value.epoch === 2) await events.return();
      else continue;
      break;
    }
    return { patience, time, abort, left };
  },

  async options() {
    const session = await createSession({ ...problem, batchSize: 64, collective });
    const message = await fit(session, { training, epochs: isLast ? 3 : 2 }).catch((error) => error.message);
    const none = { inputs: [], desired: [] };
    const empty = await fit(session, { training: none, epochs: 1 }).catch((error) => error.message);
    return { same: isSame(message), message, empty };
  },
};

const found = {};
for (const name of JSON.parse(process.argv[2])) found[name] = await cases[name]();
if (rank === 0) console.log(JSON.stringify(found));
collective.dispose();
