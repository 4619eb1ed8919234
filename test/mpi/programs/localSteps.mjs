// @ts-nocheck: what it imports is built, and types are checked before that
/** Ranks that make steps by themselves, compared with ranks that exchange each step. Rank 0 prints what came of it, as JSON. */
import { joinMpi } from "../../../dist/entries/distributed.js";
import { createSession, dense, dropout, fit, network } from "../../../dist/entries/network.js";
import { random } from "../../../dist/random.js";
import { ChunkTimer } from "../../../dist/training/chunkTimer.js";

const joined = joinMpi({ timeout: 100, deterministic: true });
const { rank, size } = joined;

let bytes = 0;
/** Counts the bytes of arrays that are added up. */
const collective = new Proxy(joined, {
  get(target, name) {
    const value = Reflect.get(target, name, target);
    if (typeof value !== "function") return value;
    return (/** @type {unknown[]} */ ...given) => {
      if (name === "allReduce" || name === "startAllReduce") bytes += given[0].byteLength;
      return value.apply(target, given);
    };
  },
});

const INPUTS = 8;
/** @param {string} name @param {number} rows */
function own(name, rows) {
  const draws = random(7, name, rank);
  const inputs = Float32Array.from({ length: rows * INPUTS }, () => draws.normal());
  const desired = Float32Array.from({ length: rows }, (_, row) => {
    return Math.sin(inputs[row * INPUTS]) * inputs[row * INPUTS + 1];
  });
  return { inputs, desired };
}
const training = own("training", 150 + 100 * rank);
const validation = own("validation", rank === 0 ? 80 : 0);

/**
 * @param {object} described
 * @param {object} options
 * @param {number} [milliseconds] that a chunk seems to take
 */
async function train(described, options, milliseconds = 10) {
  bytes = 0;
  const session = await createSession({
    network: network({
      inputs: INPUTS,
      layers: [dense(16, { activation: "tanh" }), dropout(options.dropout ?? 0), dense(1)],
    }),
    loss: "meanSquaredError",
    batchSize: 40,
    seed: 2,
    threads: 1,
    collective,
    ...described,
  });
  let time = 0;
  const timer = new ChunkTimer({ now: () => (time += milliseconds), pause: async () => {} });
  const { epochs = 6, health = { every: 1 } } = options;
  const desired = training.desired.map((value, row) => (options.broken && rank === 1 && row === 9 ? 3e38 : value));
  const fitted = fit(session, { training: { ...training, desired }, validation, epochs, score: "r2", health }, timer);
  const result = await fitted.catch((error) => ({ message: error.message, rank, steps: 0, history: [] }));
  const text = new TextEncoder().encode(JSON.stringify([result.history, [...session.parameters]]));
  const same = joined.allGather(text).every((of) => Buffer.compare(of, text) === 0);
  const parameters = [...session.parameters];
  session.dispose();
  return { ...result, same, bytes, parameters };
}

const sgd = { optimizer: { name: "sgd", learningRate: 0.05 } };
const adamW = { optimizer: { name: "adamW", learningRate: 0.01, weightDecay: 0.01 } };
const found = {
  each: await train(sgd, {}),
  eachByItself: await train({ ...sgd, syncEvery: { steps: 1, learningRate: 1, momentum: 0 } }, {}),
  synchronous: await train(adamW, { epochs: 20 }),
  seldom: await train({ ...adamW, syncEvery: 5 }, { epochs: 20, dropout: 0.1 }),
  inOtherChunks: await train({ ...adamW, syncEvery: 5 }, { epochs: 20, dropout: 0.1, health: false }, 1000),
  broken: await train({ ...adamW, syncEvery: 5 }, { broken: true }),
};
if (rank === 0) console.log(JSON.stringify({ size, ...found }));
joined.dispose();
