// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * Ranks train networks on the same batches, however many they are: the rows lie in four unequal shares, of which each rank holds one,
 * two or all; a batch has a part of each share. The argument lists the trainings; rank 0 prints of each the losses and the parameters' bits.
 */
import { gatherNumbers } from "../../../dist/distributed/collective.js";
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";
import { engineOf } from "../../../dist/engines/factory.js";
import { completeProblem, dense, dropout, network } from "../../../dist/entries/network.js";
import { random } from "../../../dist/random.js";

const ranks = joinMpi({ timeout: 200 });
const { rank, size } = ranks;

const shares = [90, 170, 60, 184];
const count = shares.reduce((sum, share) => sum + share, 0);
/** @param {number} share */
const startOf = (share) => shares.slice(0, share).reduce((sum, own) => sum + own, 0);
const perRank = shares.length / size;
const held = [...Array(perRank).keys()].map((i) => rank * perRank + i);
const [from, to] = [startOf(held[0]), startOf(held[held.length - 1] + 1)];

/** The rows that this rank holds. @param {number} width @param {number} classes */
function ownRows(width, classes) {
  const draws = random(7, "rows");
  const inputs = Float32Array.from({ length: count * width }, () => draws.normal()).subarray(from * width, to * width);
  const desired = Float32Array.from({ length: to - from }, (_, row) => {
    const x = inputs.subarray(row * width, (row + 1) * width);
    return Math.abs(Math.floor(2 * (x[0] + x[1] * x[2]))) % classes;
  });
  return { inputs, desired, sampleWeights: desired.map((_, row) => 0.5 + ((from + row) % 3)) };
}

/** @param {readonly number[]} widths @param {number} batchSize */
function problemOf(widths, batchSize) {
  const [first, ...others] = widths.slice(1, -1);
  const hidden = others.flatMap((units) => [dense(units, { activation: "silu" }), dropout(0.1)]);
  const layers = [dense(first, { activation: "relu" }), dropout(0.3), ...hidden, dense(widths[widths.length - 1])];
  return completeProblem({
    network: network({ inputs: widths[0], layers }),
    loss: { name: "crossEntropy", labelSmoothing: 0.1 },
    optimizer: { name: "adamW", learningRate: 0.003, weightDecay: 0.05 },
    clipNorm: 1,
    l2: 1e-4,
    batchSize,
    seed: 5,
  });
}

/** The ranks, whose sums are made in a fixed order where that is asked for, or have ended as soon as they have begun. */
function collectiveOf({ deterministic = false, overlaps = true }) {
  const startAllReduce = (values, options) => {
    const exchange = ranks.startAllReduce(values, { deterministic, ...options });
    if (!overlaps) exchange.wait();
    return exchange;
  };
  return new Proxy(ranks, {
    get(target, name) {
      if (name === "startAllReduce") return startAllReduce;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** This rank's rows of an epoch's steps, in their order, and how many there are of each step. */
function epochOf(epoch, batchSize) {
  const steps = Math.ceil(count / batchSize);
  const orders = held.map((share) => random(3, `share ${share}`, epoch).permutation(shares[share]));
  const [order, batchSizes] = [[], []];
  // Differences of rounded numbers, so that the parts of a batch make a whole one.
  const before = (first, step) => Math.floor((first * Math.min(step * batchSize, count)) / count);
  for (let s = 0; s < steps; s++) {
    const taken = order.length;
    for (const [i, share] of held.entries()) {
      const at = (step) => before(startOf(share + 1), step) - before(startOf(share), step);
      for (let n = at(s); n < at(s + 1); n++) order.push(startOf(share) - from + orders[i][n]);
    }
    batchSizes.push(order.length - taken);
  }
  return { steps, order, batchSizes };
}

/** Runs steps with learning rates and dropout that change; one process makes them one by one, since its batches have one size. */
async function run(session, patterns, rows, batchSizes, factors) {
  if (size > 1) return [...(await session.run(patterns, rows, { batchSizes, ...factors }))];
  const losses = [];
  let at = 0;
  for (const [s, own] of batchSizes.entries()) {
    const step = { rateFactors: [factors.rateFactors[s]], dropoutFactors: [factors.dropoutFactors[s]] };
    losses.push(...(await session.run(patterns, rows.slice(at, at + own), step)));
    at += own;
  }
  return losses;
}

async function train({ widths, batchSize, epochs, engine = "wasm", threads = 1, apart, ...exchanges }) {
  const collective = collectiveOf(exchanges);
  const options = { threads, collective, ...(apart !== undefined && { apart }) };
  const session = await engineOf(engine).create(problemOf(widths, batchSize), options);
  const patterns = session.load(ownRows(widths[0], widths[widths.length - 1]));
  const losses = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { steps, order, batchSizes } = epochOf(epoch, batchSize);
    // In two calls.
    const half = Math.ceil(steps / 2);
    for (const [first, end] of [
      [0, half],
      [half, steps],
    ]) {
      const rows = order.slice(
        ...[first, end].map((step) => batchSizes.slice(0, step).reduce((sum, of) => sum + of, 0)),
      );
      const own = batchSizes.slice(first, end);
      const rateFactors = own.map((_, s) => 1 - (first + s) / steps);
      const dropoutFactors = own.map((_, s) => 1 - (first + s) / steps / 2);
      losses.push(...(await run(session, patterns, rows, own, { rateFactors, dropoutFactors })));
    }
  }
  const evaluated = await session.evaluate(patterns);
  let bits = 0;
  for (const word of new Uint32Array(session.parameters.slice().buffer)) bits = (Math.imul(bits, 31) + word) | 0;
  const { step } = session;
  const all = gatherNumbers(ranks, [bits, step]);
  const isSame = all.every(([other, of]) => other === bits && of === step);
  const found = { losses, evaluated, bits, step, isSame, threads: session.threads };
  session.dispose();
  return found;
}

const trainings = JSON.parse(process.argv[2]);
const found = {};
for (const [name, options] of Object.entries(trainings)) found[name] = await train(options);
if (rank === 0) console.log(JSON.stringify(found));
ranks.dispose();
