/**
 * One's own training loop: patterns loaded once, shuffled mini-batches, a falling learning rate, and a look at the local
 * gradients, all on the engine contract.
 */
import { createSession, dense, network, random } from "gradus";

// Two noisy circles, one inside the other.
const draw = random(7, "circles");
const rows = 400;
const inputs = new Float32Array(rows * 2);
const desired = new Float32Array(rows);
for (let n = 0; n < rows; n++) {
  const inside = n % 2;
  const radius = (inside ? 1 : 2) + 0.2 * draw.normal();
  const angle = 2 * Math.PI * draw.uniform();
  inputs.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * n);
  desired[n] = inside;
}

using session = await createSession({
  network: network({ inputs: 2, layers: [dense(16, { activation: "tanh" }), dense(2)] }),
  loss: "crossEntropy",
  optimizer: { name: "momentum", learningRate: 0.1 },
  batchSize: 20,
  seed: 7,
});
const patterns = session.load({ inputs, desired });

const epochs = 30;
for (let epoch = 0; epoch < epochs; epoch++) {
  const order = random(7, "shuffle", epoch).permutation(rows);
  const steps = rows / 20;
  const losses = await session.run(patterns, order, { rateFactors: new Float64Array(steps).fill(1 - epoch / epochs) });
  if (epoch % 10 !== 9) continue;
  const loss = losses.reduce((sum, value) => sum + value, 0) / steps;
  const { localGradient } = session.signals(0);
  const largest = Math.max(...Array.from(localGradient, Math.abs));
  console.log(
    `epoch ${epoch + 1}: loss ${loss.toFixed(4)}, largest hidden |δ| of the last batch ${largest.toExponential(2)}`,
  );
}
console.log(`loss over all rows ${(await session.evaluate(patterns)).toFixed(4)}`);
