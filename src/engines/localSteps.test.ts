import { expect, test } from "vitest";
import { oneProcess } from "../distributed/oneProcess.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { fit as train } from "../training/fit.ts";
import { createSession, type SessionOptions } from "./factory.ts";

const described = {
  network: network({ inputs: 1, layers: [dense(3, { activation: "tanh" }), dense(1)] }),
  loss: "meanSquaredError",
  optimizer: { name: "momentum", learningRate: 0.1 },
  batchSize: 2,
} satisfies SessionOptions;
const training = { inputs: [0, 1, 2, 3, 4], desired: [1, 0, 1, 0, 1] };

test("rounds whose outer step is the mean of one rank learn what a session without them does", async () => {
  using plain = await createSession(described);
  using local = await createSession({
    ...described,
    collective: oneProcess(),
    syncEvery: 2,
  });
  const [expected, found] = [await train(plain, { training, epochs: 5 }), await train(local, { training, epochs: 5 })];
  for (const [at, { trainingLoss }] of expected.history.entries())
    expect(found.history[at].trainingLoss).toBeCloseTo(trainingLoss, 5);
  expect(local.step).toBe(plain.step);
  expect(Object.keys(local.slots)).toEqual([...Object.keys(plain.slots), "outer"]);
});

test("the outer step is SGD with Nesterov's momentum, once a round", async () => {
  // θ = 1, one local step of SGD by the gradient 2·(1·1 − 0)·1 = 2 with a rate of 0.1: θᵣ = 0.8, Δ = 0.2, m = 0.2.
  // θ ← 1 − 0.5·(0.2 + 0.9·0.2) = 0.81.
  const single = network({ inputs: 1, layers: [dense(1, { bias: false, initialisation: { weights: [[1]] } })] });
  using session = await createSession({
    network: single,
    loss: "meanSquaredError",
    optimizer: { name: "sgd", learningRate: 0.1 },
    collective: oneProcess(),
    syncEvery: { steps: 1, learningRate: 0.5, momentum: 0.9 },
  });
  await session.run(session.load({ inputs: [1], desired: [0] }), [0]);
  expect(session.parameters[0]).toBeCloseTo(0.81, 6);
  expect(session.slots.outer[0]).toBeCloseTo(0.2, 6);
});

test("what is asked for while a run is under way waits for its end, and what can't wait is refused", async () => {
  const make = () => createSession({ ...described, collective: oneProcess(), syncEvery: 2 });
  using one = await make();
  using other = await make();
  const rows = Uint32Array.of(0, 1, 2, 3, 4, 0);
  const patterns = one.load(training);
  const [first, second, evaluated] = [one.run(patterns, rows), one.run(patterns, rows), one.evaluate(patterns)];
  const predicted = one.predict([1]);
  expect(() => one.parameters).toThrow("This session is running, so its parameters");
  expect(() => (one.step = 3)).toThrow("This session is running");
  rows.fill(9);
  const found = [await first, await second, await evaluated, await predicted];
  const same = other.load(training);
  const again = [0, 1, 2, 3, 4, 0];
  expect(found).toEqual([
    await other.run(same, again),
    await other.run(same, again),
    await other.evaluate(same),
    await other.predict([1]),
  ]);
  const last = one.run(patterns, again);
  one.dispose();
  expect(await last).toEqual(await other.run(same, again));
  await expect(one.run(patterns, again)).rejects.toThrow("This session was disposed.");
});

test("what syncEvery can't mean is refused", async () => {
  const collective = oneProcess();
  await expect(createSession({ ...described, syncEvery: 4 })).rejects.toThrow(
    "Option syncEvery has no effect in one process. Give collective, or leave syncEvery out.",
  );
  await expect(createSession({ ...described, collective, syncEvery: 0 })).rejects.toThrow(
    "Expected syncEvery's steps to be a whole number of at least 1, found 0.",
  );
  const wrong = { steps: 2, momentum: 1 };
  await expect(createSession({ ...described, collective, syncEvery: wrong })).rejects.toThrow(
    "Expected syncEvery's momentum to be at least 0 and below 1, found 1.",
  );
  using session = await createSession({ ...described, collective, syncEvery: 2 });
  expect(() => session.update()).toThrow("with syncEvery each makes its own steps");
});
