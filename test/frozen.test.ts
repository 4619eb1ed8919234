/** A rate of 0 freezes: what is frozen keeps its numbers to the bit, whatever learns around it, and everything says so. */
import { describe, expect, test } from "vitest";
import {
  checkGradients,
  completeProblem,
  createSession,
  dense,
  derivationOf,
  type Exposition,
  embedding,
  expositionText,
  fit,
  initialParameters,
  makePlan,
  network,
  type OptimizerName,
  optimizers,
  parameterLayout,
  parametricActivation,
  periodic,
  planText,
  random,
  scale,
  traceExposition,
  traceStep,
} from "../src/node.ts";

/** Every kind of layer with parameters, each once frozen and once learning. */
const described = (frozen: boolean) =>
  network({
    inputs: 3,
    layers: [
      embedding([{ column: 0, cardinality: 4 }], { dimension: 3, rate: frozen ? 0 : 1 }),
      periodic([0, 1], {
        frequencies: 3,
        units: 2,
        learning: { frequencies: { rate: 0 }, bias: { rate: frozen ? 0 : 2 } },
      }),
      scale({ rate: frozen ? 0 : 0.5 }),
      dense(7, { rate: frozen ? 0 : 1, biasDeviation: 1 }),
      parametricActivation("tanh", { rate: frozen ? 0 : 1 }),
      dense(5, { activation: "tanh", biasDeviation: 1, learning: { weights: { rate: 0 } } }),
      dense(4, { activation: "relu", biasDeviation: 1, learning: { bias: { rate: 0 } } }),
      dense(2, { rate: frozen ? 2 : 0 }),
    ],
  });

const rows = 24;
const draw = random(1, "frozen");
const inputs = Float32Array.from({ length: 3 * rows }, (_, i) => (i % 3 === 0 ? i % 4 : draw.normal()));
const training = { inputs, desired: Float32Array.from({ length: rows }, (_, i) => i % 2) };

const bitsOf = (values: ArrayLike<number>): number[] =>
  [...new BigInt64Array(Float64Array.from(values).buffer)].map(Number);

describe.each(["reference", "wasm"] as const)("%s", (engine) => {
  const cases = (Object.keys(optimizers) as OptimizerName[]).flatMap((optimizer) =>
    [true, false].flatMap((frozen) =>
      [
        { batchSize: 1, threads: 1 },
        { batchSize: 8, threads: 1, clipNorm: 0.01 },
        ...(engine === "wasm" ? [{ batchSize: 8, threads: 2 }] : []),
      ].map((steps) => ({ optimizer, frozen, ...steps })),
    ),
  );
  test.each(cases)(
    "frozen tensors stay equal to the bit, the others move: %o",
    async ({ frozen, threads, ...steps }) => {
      const penalties = { l1: 0.01, l2: 0.1 };
      const options = {
        network: described(frozen),
        loss: "crossEntropy",
        ...penalties,
        ...steps,
        seed: 1,
        engine,
      } as const;
      using session = await createSession(engine === "wasm" ? { ...options, threads } : options);
      session.parameters[0] = -0;
      const before = session.parameters.slice();
      await fit(session, { training, epochs: 2, decaySchedule: "flatCos" });
      let frozenTensors = 0;
      for (const { offset, length, rate, name } of session.layout.tensors) {
        const [old, now, gradient] = [before, session.parameters, session.gradients].map((all) =>
          bitsOf(all.slice(offset, offset + length)),
        );
        if (rate !== 0) expect(now, name).not.toEqual(old);
        else {
          frozenTensors += 1;
          expect(now, name).toEqual(old);
          expect(
            gradient.every((value) => value === 0),
            name,
          ).toBe(true);
          for (const slot of Object.values(session.slots))
            expect(
              bitsOf(slot.slice(offset, offset + length)).every((value) => value === 0),
              name,
            ).toBe(true);
        }
      }
      expect(frozenTensors).toBeGreaterThan(3);
    },
  );
});

test("clipping knows the gradients alone that learn: both engines make the same steps beside frozen layers", async () => {
  const options = {
    network: described(true),
    loss: "crossEntropy",
    optimizer: "sgd",
    clipNorm: 0.05,
    batchSize: 8,
  } as const;
  const found = await Promise.all(
    (["reference", "wasm"] as const).map(async (engine) => {
      using session = await createSession({ ...options, engine });
      await fit(session, { training, epochs: 1, shuffle: false });
      const parameters = session.parameters.slice();
      await session.update(); // with the gradient of the last step
      const { learningRate } = session.problem.optimizer;
      const used = session.layout.tensors.flatMap(({ offset, length, rate }) =>
        Array.from(parameters.subarray(offset, offset + length), (before, i) =>
          rate === 0 ? 0 : (before - session.parameters[offset + i]) / (learningRate * rate),
        ),
      );
      return { parameters: Float32Array.from(parameters), norm: Math.hypot(...used) };
    }),
  );
  for (const { norm } of found) expect(norm).toBeCloseTo(0.05, 4);
  found[1].parameters.forEach((value, i) => {
    expect(value).toBeCloseTo(found[0].parameters[i], 4);
  });
});

test("the gradient check of a network with frozen layers passes, and its steps leave them where they are", async () => {
  const problem = completeProblem({ network: described(true), loss: "crossEntropy", batchSize: 8, l2: 0.1 });
  const check = await checkGradients({
    problem,
    parameters: initialParameters(problem.network, 1),
    patterns: training,
  });
  expect(check.passed).toBe(true);
});

const half = network({ inputs: 1, layers: [dense(2, { activation: "tanh", rate: 0 }), dense(1)] });

test("the plan, the trace and the derivation say what is frozen", () => {
  const options = { network: half, loss: "mse", optimizer: "adamW", l2: 0.1 } as const;
  const problem = completeProblem(options);
  const text = planText(makePlan(problem));
  for (const name of ["W0", "b0"]) expect(text).toContain(`freeze          ∂${name} = 0: ${name} isn't learned`);
  const parameters = initialParameters(half, 1);
  const patterns = { inputs: Float32Array.of(0.5), desired: Float32Array.of(1) };
  const weights = [
    { layer: 0, unit: 1, input: 0 },
    { layer: 1, unit: 0, input: 0 },
  ];
  const trace = traceStep({ problem, parameters, patterns, weights });
  expect(trace.weights[0]).toMatchObject({ finalGradient: 0, rate: 0, newValue: trace.weights[0].value });
  expect(trace.weights[0].gradient).not.toBe(0);
  expect(trace.weights[1].newValue).not.toBe(trace.weights[1].value);
  const textOf = (exposition: Exposition): string => expositionText(exposition).replaceAll(/\s+/g, " ");
  expect(textOf(traceExposition(trace))).toContain("The weights of layer 0 are frozen: their learning rate is 0.");
  expect(textOf(derivationOf(options))).toContain("a factor of 0 freezes them");
});

test("rate is a factor of all the tensors of a layer, beside those of learning", () => {
  const layer = dense(2, { rate: 0.5, learning: { weights: { rate: 0.2, decay: 1 } } });
  expect(layer.learning).toEqual({ weights: { rate: 0.1, decay: 1 }, bias: { rate: 0.5 } });
  expect(dense(2, { rate: 1 })).toEqual(dense(2));
  const layout = parameterLayout(network({ inputs: 1, layers: [dense(1, { rate: 0.5 })] }));
  expect(layout.tensors.map(({ rate, decay }) => [rate, decay])).toEqual([
    [0.5, 0.5],
    [0.5, 0],
  ]);
});

test("a rate below 0 is refused, and so is decay of what is frozen", () => {
  expect(() => dense(2, { rate: -1 })).toThrow("Expected the rate of a layer to be at least 0 and finite, found -1.");
  const decayed = dense(2, { learning: { weights: { rate: 0, decay: 1 } } });
  expect(() => network({ inputs: 1, layers: [decayed] })).toThrow(
    "layer 0 (dense): a rate of 0 freezes weights, and a decay of 1 would move them. Leave the decay out.",
  );
  expect(dense(2, { rate: 0, learning: { weights: { rate: 1, decay: 1 } } }).learning).toEqual({
    weights: { rate: 0 },
    bias: { rate: 0 },
  });
});
