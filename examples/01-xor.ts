/**
 * The notes' algorithm, pattern by pattern: a 2-4-1 network of logistic neurons learns the exclusive or.
 *
 * Each call of `learn` is one iteration n: forward, error, local gradients, update.
 */
import { createSession, dense, network } from "gradus";

const session = await createSession({
  network: network({
    inputs: 2,
    layers: [dense(4, { activation: "logistic" }), dense(1, { activation: "logistic" })],
  }),
  loss: "halfSquaredError",
  optimizer: { name: "sgd", learningRate: 0.5 },
  seed: 1,
});

const patterns = [
  { x: [0, 0], d: [0] },
  { x: [0, 1], d: [1] },
  { x: [1, 0], d: [1] },
  { x: [1, 1], d: [0] },
];

for (let epoch = 0; epoch <= 10_000; epoch++) {
  let energy = 0;
  for (const { x, d } of patterns) energy += await session.learn(x, d);
  if (epoch % 2000 === 0) console.log(`epoch ${epoch}: mean error energy ${(energy / 4).toFixed(6)}`);
}

for (const { x, d } of patterns) {
  const [y] = await session.predict(x);
  console.log(`x = (${x.join(", ")})  y = ${y.toFixed(3)}  d = ${d}`);
}
session.dispose();
