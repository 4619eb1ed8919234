// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * Ranks train one network on the same batches, however many they are: the rows lie in four unequal shares, of which each rank holds one,
 * two or all; a batch has a part of each share. Rank 0 prints the losses and the parameters' bits.
 */
import { gatherNumbers } from "../../../dist/distributed/collective.js";
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";
import { engineOf } from "../../../dist/engines/factory.js";
import { completeProblem, dense, dropout, network } from "../../../dist/entries/network.js";
import { random } from "../../../dist/random.js";

const {
  engine = "wasm",
  threads = 1,
  deterministic = false,
  epochs = 3,
  batchSize = 64,
  hidden: [first, ...others] = [256, 128],
  overlaps = true,
  apart,
} = JSON.parse(process.argv[2] ?? "{}");
const collective = joinMpi({ timeout: 200, deterministic });
if (!overlaps) {
  const start = collective.startAllReduce.bind(collective);
  collective.startAllReduce = (values, options) => {
    const exchange = start(values, options);
    exchange.wait();
    return exchange;
  };
}
const { rank, size } = collective;

const [INPUTS, CLASSES, SHARES] = [64, 10, 4];
const shares = [90, 170, 60, 184];
const rows = shares.reduce((sum, share) => sum + share, 0);
/** @param {number} share */
const startOf = (share) => shares.slice(0, share).reduce((sum, own) => sum + own, 0);

const draws = random(7, "rows");
const inputs = Float32Array.from({ length: rows * INPUTS }, () => draws.normal());
const desired = Float32Array.from({ length: rows }, (_, row) => {
  const x = inputs.subarray(row * INPUTS, (row + 1) * INPUTS);
  return Math.abs(Math.floor(2 * (x[0] + x[1] * x[2]))) % CLASSES;
});

const perRank = SHARES / size;
const held = [...Array(perRank).keys()].map((i) => rank * perRank + i);
const [from, to] = [startOf(held[0]), startOf(held[held.length - 1] + 1)];

const problem = completeProblem({
  network: network({
    inputs: INPUTS,
    layers: [
      dense(first, { activation: "relu" }),
      dropout(0.3),
      ...others.flatMap((/** @type {number} */ units) => [dense(units, { activation: "silu" }), dropout(0.1)]),
      dense(CLASSES),
    ],
  }),
  loss: { name: "crossEntropy", labelSmoothing: 0.1 },
  optimizer: { name: "adamW", learningRate: 0.003, weightDecay: 0.05 },
  clipNorm: 1,
  l2: 1e-4,
  batchSize,
  seed: 5,
});
const session = await engineOf(engine).create(problem, { threads, collective, ...(apart !== undefined && { apart }) });
const patterns = session.load({
  inputs: inputs.subarray(from * INPUTS, to * INPUTS),
  desired: desired.subarray(from, to),
  sampleWeights: Float32Array.from({ length: to - from }, (_, row) => 0.5 + ((from + row) % 3)),
});

const losses = [];
const steps = Math.ceil(rows / batchSize);
for (let epoch = 1; epoch <= epochs; epoch++) {
  const orders = held.map((share) => random(3, `share ${share}`, epoch).permutation(shares[share]));
  const order = [];
  const batchSizes = [];
  for (let s = 0; s < steps; s++) {
    const taken = order.length;
    for (const [i, share] of held.entries()) {
      // Differences of rounded numbers, so that the parts of a batch make a whole one.
      const before = (/** @type {number} */ first, /** @type {number} */ step) =>
        Math.floor((first * Math.min(step * batchSize, rows)) / rows);
      const at = (/** @type {number} */ step) => before(startOf(share + 1), step) - before(startOf(share), step);
      for (let n = at(s); n < at(s + 1); n++) order.push(startOf(share) - from + orders[i][n]);
    }
    batchSizes.push(order.length - taken);
  }
  // In two calls, with learning rates and dropout that change.
  const factors = {
    rateFactors: batchSizes.map((_, s) => 1 - s / steps),
    dropoutFactors: batchSizes.map((_, s) => 1 - s / steps / 2),
  };
  const half = batchSizes.slice(0, 3).reduce((sum, count) => sum + count, 0);
  const parts = [
    { rows: order.slice(0, half), steps: [0, 3] },
    { rows: order.slice(half), steps: [3, steps] },
  ];
  for (const {
    rows: chosen,
    steps: [first, end],
  } of parts) {
    const own = batchSizes.slice(first, end);
    const within = {
      rateFactors: factors.rateFactors.slice(first, end),
      dropoutFactors: factors.dropoutFactors.slice(first, end),
    };
    if (size > 1) losses.push(...(await session.run(patterns, chosen, { batchSizes: own, ...within })));
    else {
      let start = 0;
      for (const [s, count] of own.entries()) {
        const step = { rateFactors: [within.rateFactors[s]], dropoutFactors: [within.dropoutFactors[s]] };
        losses.push(...(await session.run(patterns, chosen.slice(start, start + count), step)));
        start += count;
      }
    }
  }
}
const evaluated = await session.evaluate(patterns);
const [gradient, norm] = await (async () => {
  const loss = await session.gradient(patterns, [...Array(Math.floor(40 / size)).keys()]);
  return [loss, Math.sqrt(session.gradients.reduce((sum, of) => sum + of * of, 0))];
})();
let bits = 0;
for (const word of new Uint32Array(session.parameters.slice().buffer)) bits = (Math.imul(bits, 31) + word) | 0;
const all = gatherNumbers(collective, [bits, session.step]);
const isSame = all.every(([other, step]) => other === bits && step === session.step);
if (rank === 0)
  console.log(
    JSON.stringify({ losses, evaluated, gradient, norm, bits, step: session.step, isSame, threads: session.threads }),
  );
session.dispose();
collective.dispose();
