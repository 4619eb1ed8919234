import { expect, test } from "vitest";
import { createSession } from "../../engines/factory.ts";
import { batchNorm, dense, dropout } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { fit } from "../fit.ts";
import { healthOf } from "./healthOf.ts";

const rows = 40;
const patterns = {
  inputs: Float32Array.from({ length: rows }, (_, row) => row / rows),
  desired: new Float32Array(rows),
};

test.each(["reference", "wasm"] as const)("one look of %s names the dead and the saturated units", async (engine) => {
  // tanh of 0·x + 3: φ' = 1 − tanh² 3 = 0.0099 < 1 % at every x; of 8 x, φ' < 1 % from x = 0.374 on: at 25 of the 40 rows.
  const net = network({
    inputs: 1,
    layers: [
      dense(3, { activation: "relu", initialisation: { weights: [[1], [1], [1]], bias: [-5, 0, 1] } }),
      dropout(0),
      dense(2, {
        activation: "tanh",
        initialisation: {
          weights: [
            [0, 0, 0],
            [0, 8, 0],
          ],
          bias: [3, 0],
        },
      }),
      dense(1),
    ],
  });
  using session = await createSession({ network: net, loss: "meanSquaredError", batchSize: 8, engine, threads: 1 });
  using loaded = session.load(patterns);
  const before = [session.parameters.slice(), session.step];
  const { layers, warnings } = await healthOf(session, loaded);
  expect(layers.map(({ layer, units, patterns: looked }) => [layer, units, looked])).toEqual([
    [0, 3, 32],
    [2, 2, 32],
    [3, 1, 32],
  ]);
  expect(layers.map(({ dead, saturated }) => [dead, saturated])).toEqual([
    [[0], []],
    [[], [0]],
    [[], []],
  ]);
  expect(layers[1].flatShares[0]).toBe(1);
  expect(layers[1].flatShares[1]).toBeCloseTo(25 / 40, 1);
  expect(layers.at(-1)?.relativeNorm).toBe(1);
  expect(warnings.map(({ code, layer }) => [code, layer])).toEqual([
    ["dead-units", 0],
    ["saturated-units", 2],
  ]);
  expect([session.parameters.slice(), session.step]).toEqual(before);
});

test("one look takes the rows it is given, and a training goes on as if there had been none", async () => {
  const net = network({ inputs: 1, layers: [dense(4, { activation: "tanh" }), dropout(0.5), dense(1)] });
  const parameters: unknown[] = [];
  for (const looks of [false, true]) {
    using session = await createSession({ network: net, loss: "meanSquaredError", batchSize: 4, optimizer: "adam" });
    using loaded = session.load(patterns);
    await session.run(loaded, [0, 1, 2, 3]);
    if (looks) expect((await healthOf(session, loaded, [5, 6, 7])).layers[0].patterns).toBe(3);
    await session.run(loaded, [4, 5, 6, 7]);
    parameters.push(session.parameters.slice());
  }
  expect(parameters[1]).toEqual(parameters[0]);
});

test.each(["reference", "wasm"] as const)(
  "a look of %s moves no running statistics, by itself and within fit",
  async (engine) => {
    const net = network({ inputs: 1, layers: [dense(4, { activation: "tanh" }), batchNorm(), dense(1)] });
    const options = { network: net, loss: "meanSquaredError", batchSize: 4, engine, threads: 1 } as const;
    using session = await createSession(options);
    using loaded = session.load(patterns);
    const before = session.parameters.slice();
    await healthOf(session, loaded);
    expect(session.parameters).toEqual(before);
    const trained: unknown[] = [];
    for (const health of [false, { every: 1 }]) {
      using fitted = await createSession(options);
      await fit(fitted, { training: patterns, epochs: 2, health });
      trained.push(fitted.parameters.slice());
    }
    expect(trained[1]).toEqual(trained[0]);
  },
);

test("a network whose numbers are not finite, and rows that there are not, are refused by name", async () => {
  const net = network({ inputs: 1, layers: [dense(2, { activation: "relu" }), dense(1)] });
  using session = await createSession({ network: net, loss: "meanSquaredError", batchSize: 4 });
  using loaded = session.load(patterns);
  await expect(healthOf(session, loaded, [40])).rejects.toThrow(/40/);
  await expect(healthOf(session, loaded, [])).rejects.toThrow(/row/);
  session.parameters.fill(Number.POSITIVE_INFINITY);
  await expect(healthOf(session, loaded)).rejects.toThrow("finite");
  await expect(healthOf({} as never, loaded)).rejects.toThrow("healthOf's session");
});
