/** The outputs of every layer for given inputs: what every engine's `session.activations` promises besides the numbers. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { NotFiniteError, ShapeError } from "../errors.ts";
import { dense, dropout, embedding, parametricActivation, periodic, scale } from "../network/layers.ts";
import { type Network, network } from "../network/network.ts";
import { random } from "../random.ts";
import { completeProblem, type Session } from "./engine.ts";
import { createSession, engineOf } from "./factory.ts";

const layers = network({
  inputs: 3,
  layers: [
    dropout(0.5),
    dense(7, { activation: "gelu" }),
    dropout(0.5),
    scale(),
    dense(5, { bias: false }),
    parametricActivation("selu"),
    dense(3, { activation: "softmax" }),
  ],
});
const coded = network({
  inputs: 3,
  layers: [
    embedding([{ column: 2, cardinality: 4 }], { dimension: 2 }),
    periodic([0], { frequencies: 3, units: 2 }),
    dense(2, { activation: "tanh" }),
  ],
});
const draw = random(5, "activations");
const grid = (rows: number) => Float32Array.from({ length: 3 * rows }, (_, i) => (i % 3 === 2 ? i % 4 : draw.normal()));

const places = enginesHere.flatMap((name) => {
  const several = engineOf(name).parallelism !== undefined;
  return (several ? [{ threads: 1 }, { threads: 2 }, { threads: 1, apart: true }] : [{}]).map((options) => ({
    name,
    options,
  }));
});

describe.each(places)("a session of $name with $options", ({ name, options }) => {
  const open = (described: Network = layers, batchSize = 4) =>
    engineOf(name).create(
      completeProblem({ network: described, loss: "meanSquaredError", batchSize, seed: 2 }),
      options,
    ) as Promise<Session>;

  test.each([
    ["dense layers, dropout, scale and parametric activation", layers, [3, 7, 7, 7, 5, 5, 3]],
    ["embedded and periodic columns", coded, [4, 6, 2]],
  ])("gives one array a layer, the last with the bits of predict: %s", async (_what, described, widths) => {
    using session = await open(described);
    // More rows than go forward together, and one; the block's last rows are few.
    for (const rows of [4096 + 3, 1, 0]) {
      const inputs = grid(rows);
      const activations = await session.activations(inputs);
      expect(activations.map(({ length }) => length)).toEqual(widths.map((width) => rows * width));
      expect(activations.at(-1)).toEqual(await session.predict(inputs));
      if (described === layers) {
        expect([...activations[0]]).toEqual([...inputs]);
        expect(activations[2]).toEqual(activations[1]);
        expect(activations[2]).not.toBe(activations[1]);
      }
    }
  });

  test("the signals of the last step are there after a prediction, and are the same", async () => {
    using session = await open();
    await session.run(session.load({ inputs: grid(8), desired: new Float32Array(24) }), [0, 1, 2, 3, 4, 5]);
    const signals = () => structuredClone(layers.layers.map((_, layer) => session.signals(layer)));
    const before = signals();
    await session.predict(grid(100));
    expect(signals()).toEqual(before);
  });

  test("leaves signals, gradients and step as they are, and follows the parameters", async () => {
    using session = await open();
    const patterns = session.load({ inputs: grid(8), desired: new Float32Array(24) });
    await session.run(patterns, [0, 1, 2, 3, 4, 5]);
    const state = () =>
      structuredClone([
        layers.layers.map((_, layer) => session.signals(layer)),
        session.gradients.slice(),
        session.parameters.slice(),
        session.step,
      ]);
    const before = state();
    const inputs = grid(100);
    const first = await session.activations(inputs);
    expect(state()).toEqual(before);
    expect(await session.activations(inputs)).toEqual(first);
    session.parameters.fill(0.5);
    const later = await session.activations(inputs);
    expect(later[1]).not.toEqual(first[1]);
    expect(later.at(-1)).toEqual(await session.predict(inputs));
  });
});

describe.each(enginesHere)("the engine %s", (engine) => {
  const small = network({ inputs: 2, layers: [dense(2, { activation: "tanh" }), dense(1)] });
  const open = () => createSession({ network: small, loss: "huber", engine });

  test("refuses activations for inputs that predict refuses, and after the session was disposed", async () => {
    using session = await open();
    await expect(async () => session.activations([1])).rejects.toThrow(
      new ShapeError("Expected inputs of rows of 2 numbers, found 1 number in all."),
    );
    await expect(async () => session.activations([1, Number.NaN])).rejects.toThrow(
      "Expected inputs to be finite numbers, found NaN in row 0, column 1 (counted from 0).",
    );
    session.dispose();
    await expect(async () => session.activations([1, 2])).rejects.toThrow("This session was disposed");
  });

  test("names the layer, row and unit of an output that is not finite", async () => {
    const first = network({ inputs: 2, layers: [dense(2, { activation: "relu" }), dense(1)] });
    using session = await createSession({ network: first, loss: "huber", engine });
    session.parameters.fill(1);
    session.parameters[2] = Number.POSITIVE_INFINITY;
    const given = async () => session.activations([-1, 1, 1, 1]);
    await expect(given).rejects.toThrow(NotFiniteError);
    await expect(given).rejects.toThrow("in layer 0, row 1, unit 1 (counted from 0)");
  });
});
