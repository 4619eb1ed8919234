/**
 * The gradient check of layers without neurons: both engines pass, planted faults are found where they are, and kinks of a
 * parametric activation are kept off.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { completeProblem, type Engine, type LoadedPatterns, type ProblemOptions } from "../src/engines/engine.ts";
import { engineOf } from "../src/engines/factory.ts";
import { checkGradients } from "../src/explain/check/check.ts";
import { drawPatterns } from "../src/explain/check/checkPatterns.ts";
import type { GradientCheck, SubjectCheck, TensorCheck } from "../src/explain/check/checkReport.ts";
import { activations, type ElementwiseActivation } from "../src/network/activations.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  type Layer,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../src/network/layers.ts";
import { type LossName, losses } from "../src/network/losses.ts";
import { network } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { embedding as embeddingOperations } from "../src/reference/embedding.ts";
import { parametricActivation as parametricOperations } from "../src/reference/parametricActivation.ts";
import { periodic as periodicOperations } from "../src/reference/periodic.ts";
import { reference } from "../src/reference/reference.ts";
import { scale as scaleOperations } from "../src/reference/scale.ts";
import { ReferenceSession } from "../src/reference/session.ts";

const ROWS = 6;

/** Checks random parameters, biases too, on drawn patterns. */
function check(options: ProblemOptions, engines: readonly Engine[] = []): Promise<GradientCheck> {
  const problem = completeProblem(options);
  const shift = initialParameters(problem.network, 99).reverse();
  const parameters = initialParameters(problem.network, problem.seed).map((p, i) => p + 0.3 * shift[i]);
  return checkGradients({ problem, parameters, patterns: drawPatterns(problem, ROWS, problem.seed), engines });
}

const failed = (tensors: readonly TensorCheck[]): string[] =>
  tensors.filter(({ verdict }) => verdict === "failed").map(({ name }) => name);
/** Every tensor that failed, of gradients and steps; nothing where all is well. */
const allFailed = ({ gradients, steps }: SubjectCheck): string[] =>
  [gradients, ...steps.map(({ tensors }) => tensors)].flatMap(failed);

/** RealMLP's kinds of layer, small; the second embedded number is one of a vector's, so that something lies below it. */
const tabular = network({
  inputs: 4,
  layers: [
    embedding(
      [
        { column: 1, cardinality: 3 },
        { column: 3, cardinality: 4 },
      ],
      { dimension: 2 },
    ),
    periodic([0, 3], { frequencies: 3, units: 2, deviation: 0.2 }),
    scale({ learning: { scale: { rate: 6, decay: 36 } } }),
    dense(5, { learning: { weights: { rate: 0.4, decay: 1 }, bias: { rate: 0.1 } } }),
    parametricActivation("selu", { learning: { slopes: { rate: 0.1, decay: 0.01 } } }),
    dropout(0.2),
    dense(4),
    parametricActivation("mish"),
    dense(3),
  ],
});

describe.each(Object.keys(losses) as LossName[])("right engines pass a network of embeddings with %s", (loss) => {
  test.each(["sgd", "adamW"] as const)("by %s", async (optimizer) => {
    const described = { network: tabular, loss, optimizer, l1: 0.01, l2: 0.1, seed: 4 };
    const { subjects } = await check(described, [engineOf("wasm")]);
    expect(subjects.map(allFailed)).toEqual([[], []]);
    for (const subject of subjects) {
      expect(subject.passed).toBe(true);
      for (const { name, checked, kinks, unresolved } of subject.gradients)
        expect(checked, name).toBeGreaterThan(kinks + unresolved);
    }
  });
});

describe("a fault in a layer without neurons is found in the reference itself, where it is", () => {
  afterEach(() => void vi.restoreAllMocks());
  const named = (layer: number, ...roles: string[]): string[] => roles.map((role) => `layers.${layer}.${role}`);
  const below = [...named(0, "weights"), ...named(1, "frequencies", "phases", "weights", "bias")];

  const planted: readonly [fault: string, plant: () => void, found: readonly string[]][] = [
    [
      "the factors' gradient without what they multiply",
      () =>
        void vi.spyOn(scaleOperations, "gradients").mockImplementation((_layer, { localGradient }, { scale }) => {
          for (const [i, delta] of localGradient.entries()) scale[i % scale.length] -= delta;
        }),
      named(2, "scale"),
    ],
    [
      "δ that come back through a scale layer as they are",
      () =>
        void vi
          .spyOn(scaleOperations, "pullBack")
          .mockImplementation((_layer, _own, { localGradient }) => localGradient),
      below,
    ],
    [
      "the slopes' gradient of φ alone",
      () =>
        void vi.spyOn(parametricOperations, "gradients").mockImplementation(({ activation }, signals, { slopes }) => {
          const { value } = activations[activation] as ElementwiseActivation;
          for (const [i, delta] of signals.localGradient.entries()) {
            slopes[i % slopes.length] -= delta * value(signals.input[i]);
          }
        }),
      [...named(4, "slopes"), ...named(7, "slopes")],
    ],
    [
      "the vector of another code",
      () =>
        void vi.spyOn(embeddingOperations, "gradients").mockImplementation((layer, signals, gradient, own) => {
          const { input } = signals;
          const shifted = input.map((x, at) => (at % 4 === 1 ? (x + 1) % 3 : x));
          realEmbedding(layer, { ...signals, input: shifted }, gradient, own);
        }),
      named(0, "weights"),
    ],
    [
      "frequencies without 2π",
      () =>
        void vi.spyOn(periodicOperations, "gradients").mockImplementation((layer, signals, gradient, own) => {
          realPeriodic(layer, signals, gradient, own);
          for (let i = 0; i < gradient.frequencies.length; i++) gradient.frequencies[i] /= 2 * Math.PI;
        }),
      named(1, "frequencies"),
    ],
    [
      "δ that come back past the cosines",
      () =>
        void vi
          .spyOn(periodicOperations, "pullBack")
          .mockImplementation((layer, own, signals) =>
            realPullBack(layer, { ...own, weights: own.weights.map(() => 0) }, signals),
          ),
      named(0, "weights"),
    ],
  ];
  const realEmbedding = embeddingOperations.gradients;
  const realPeriodic = periodicOperations.gradients;
  const realPullBack = periodicOperations.pullBack;

  test.each(planted)("%s", async (_fault, plant, found) => {
    plant();
    const { subjects } = await check({ network: tabular, loss: "meanSquaredError", seed: 4 });
    expect(failed(subjects[0].gradients)).toEqual(found);
  });
});

test("an engine's fault in a layer without neurons is named by its weight", async () => {
  const engine: Engine = {
    ...reference,
    name: "faulty",
    create: (problem) =>
      new (class extends ReferenceSession {
        override gradient(patterns: LoadedPatterns, rows: Uint32Array): number {
          const loss = super.gradient(patterns, rows);
          const at = this.layout.tensors.find(({ role }) => role === "phases")?.offset ?? 0;
          this.gradients[at + 4] *= -1;
          return loss;
        }
      })(problem) as never,
  };
  const { subjects } = await check({ network: tabular, loss: "meanSquaredError", seed: 4 }, [engine]);
  expect(failed(subjects[1].gradients)).toEqual(["layers.1.phases"]);
  const { worst } = subjects[1].gradients.find(({ role }) => role === "phases") as TensorCheck;
  expect(worst?.weight).toBe("1.4.phases");
});

test("patterns that are drawn have codes where the first layer embeds them", () => {
  const { inputs } = drawPatterns(completeProblem({ network: tabular, loss: "huber" }), 50, 1);
  const column = (at: number): number[] => [...inputs].filter((_, i) => i % 4 === at);
  expect(new Set(column(1))).toEqual(new Set([0, 1, 2]));
  expect(new Set(column(3))).toEqual(new Set([0, 1, 2, 3]));
  expect(column(0).every(Number.isInteger)).toBe(false);
});

test("a field near the kink of a parametric activation gets steps that stay on its side", async () => {
  const bent = network({ inputs: 1, layers: [dense(1), parametricActivation("relu"), dense(1)] });
  const problem = completeProblem({ network: bent, loss: "meanSquaredError" });
  const patterns = { inputs: Float64Array.of(1), desired: Float64Array.of(2) };
  const of = async (bias: number) => {
    // With α = 1.5 outputs lie above 0 on both sides of the kink: only what the layer receives tells the side.
    const parameters = Float64Array.of(0.5, bias, 1.5, 1.5, 0.25);
    return (await checkGradients({ problem, parameters, patterns, engines: [engineOf("wasm")] })).subjects;
  };
  const near = await of(-0.5 + 2 ** -20);
  expect(near.map(allFailed)).toEqual([[], []]);
  expect(near[0].gradients.map(({ kinks }) => kinks)).toEqual([0, 0, 0, 0, 0]);
  const on = await of(-0.5); // v = 0.5 · 1 − 0.5 = 0
  expect(on[0].gradients.map(({ kinks }) => kinks)).toEqual([1, 1, 0, 0, 0]);
  expect(on.map(allFailed)).toEqual([[], []]);
});

test("an engine may round what a parametric activation receives to the other side of a kink, and only by rounding", async () => {
  const bent = network({ inputs: 1, layers: [dense(1), parametricActivation("relu"), dense(1)] });
  const problem = completeProblem({ network: bent, loss: "meanSquaredError" });
  const patterns = { inputs: Float64Array.of(1, 3), desired: Float64Array.of(2, 1) };
  const parameters = Float64Array.of(0.5, -0.5 + 2 ** -24, 1.5, 1.5, 0.25); // v = 6e-8 and 1
  const checked = async (by: number) => {
    const shifted: Engine = {
      ...reference,
      name: "shifted",
      precision: "float32",
      create: (own) =>
        new (class extends ReferenceSession {
          override gradient(loaded: LoadedPatterns, rows: Uint32Array): number {
            const kept = this.parameters[1];
            this.parameters[1] -= by;
            const loss = super.gradient(loaded, rows);
            this.parameters[1] = kept;
            return loss;
          }
        })(own) as never,
    };
    return failed((await checkGradients({ problem, parameters, patterns, engines: [shifted] })).subjects[1].gradients);
  };
  expect(await checked(2 ** -23)).toEqual([]);
  expect(await checked(0.01)).toContain("layers.0.weights");
});

describe("two numbers that are normalised together, of whose δ little more than rounding comes back", () => {
  const cases = [1e-5, 1e-8].flatMap((epsilon) => [
    { kind: "layerNorm", epsilon, layer: layerNorm({ epsilon }), width: 2, rows: 12 },
    { kind: "batchNorm", epsilon, layer: batchNorm({ epsilon }), width: 3, rows: 2 },
  ]);

  const problemOf = (layer: Layer, width: number, seed: number) =>
    completeProblem({
      network: network({ inputs: 4, layers: [dense(width, { activation: "tanh" }), layer, dense(3)] }),
      loss: "meanSquaredError",
      batchSize: 2,
      seed,
    });

  test.each(cases)("$kind with ε $epsilon passes on a right engine", async ({ layer, width, rows }) => {
    for (const seed of [0, 1, 2, 3]) {
      const problem = problemOf(layer, width, seed);
      const parameters = initialParameters(problem.network, seed);
      const patterns = drawPatterns(problem, rows, seed);
      const { subjects } = await checkGradients({ problem, parameters, patterns, engines: [engineOf("wasm")] });
      expect(subjects.flatMap(allFailed)).toEqual([]);
    }
  });
});
