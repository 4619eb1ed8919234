// @ts-nocheck: what it imports is built, and types are checked before that
/** A training that one rank can't go on with: the first argument says why. */
import { joinMpi } from "../../../dist/entries/distributed.js";
import { createSession, dense, fit, network } from "../../../dist/entries/network.js";

const [how] = process.argv.slice(2);
const collective = joinMpi({ timeout: 20 });
const isBad = collective.rank === 1;
const inputs = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
const desired = Float32Array.from({ length: 64 }, (_, row) => inputs[2 * row]);
if (isBad && how === "row") inputs[2 * 7 + 1] = 1e30;
if (how === "rate") inputs.fill(100);
const session = await createSession({
  network: network({ inputs: 2, layers: [dense(4, { activation: "relu" }), dense(1)] }),
  loss: "meanSquaredError",
  optimizer: { name: "sgd", learningRate: how === "rate" ? 10 : 0.01 },
  batchSize: isBad && how === "session" ? 16 : 32,
  threads: 1,
  collective,
});
const training = { inputs, desired: isBad && how === "shape" ? desired.subarray(1) : desired };
if (isBad && how === "number") inputs[3] = Number.NaN;
await fit(session, { training, epochs: isBad && how === "option" ? 0 : 3, ...(how === "options" && { epochs: 0 }) });
console.log("never");
