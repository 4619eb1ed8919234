/**
 * The gradient check catches what is wrong and passes what is right: planted faults in an engine and in the tables, both
 * engines over every activation and loss, and points without a derivative.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  completeProblem,
  type Engine,
  type LoadedPatterns,
  type Problem,
  type ProblemOptions,
} from "../src/engines/engine.ts";
import { engineOf } from "../src/engines/factory.ts";
import { checkGradients } from "../src/explain/check/check.ts";
import { drawPatterns } from "../src/explain/check/checkPatterns.ts";
import type { GradientCheck, SubjectCheck, TensorCheck } from "../src/explain/check/checkReport.ts";
import { type ActivationName, activations } from "../src/network/activations.ts";
import { product } from "../src/network/expression/expression.ts";
import { dense, dropout } from "../src/network/layers.ts";
import { type LossName, losses } from "../src/network/losses.ts";
import { network } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { type OptimizerName, optimizers } from "../src/optimizers/optimizers.ts";
import { reference } from "../src/reference/reference.ts";
import { ReferenceSession } from "../src/reference/session.ts";
import { type Fault, faults, faultyEngine } from "./faultyEngine.ts";

const ROWS = 6;

/** Layers 0 and 1 are square, so that a transposed matrix fits where it does not belong. */
const square = network({
  inputs: 4,
  layers: [dense(4, { activation: "tanh" }), dense(4, { activation: "tanh" }), dense(3)],
});

/** Checks random parameters, biases too, on drawn patterns. */
function check(options: ProblemOptions, engines: readonly Engine[] = []): Promise<GradientCheck> {
  const problem = completeProblem(options);
  const shift = initialParameters(problem.network, 99).reverse();
  const parameters = initialParameters(problem.network, problem.seed).map((p, i) => p + 0.3 * shift[i]);
  return checkGradients({ problem, parameters, patterns: drawPatterns(problem, ROWS, problem.seed), engines });
}

const failed = (tensors: readonly TensorCheck[]): string[] =>
  tensors.filter(({ verdict }) => verdict === "failed").map(({ name }) => name);
const both = (layer: number): string[] => [`layers.${layer}.weights`, `layers.${layer}.bias`];
/** Every tensor that failed, of gradients and steps; nothing where all is well. */
const allFailed = ({ gradients, steps }: SubjectCheck): string[] =>
  [gradients, ...steps.map(({ tensors }) => tensors)].flatMap(failed);

describe.each(["float64", "float32"] as const)("in an engine of %s", (precision) => {
  /** What the gradients, and what the step by sgd, must be found wrong in. */
  const found: Readonly<Record<Fault, readonly [gradients: readonly string[], step: readonly string[]]>> = {
    none: [[], []],
    sign: [
      [...both(0), ...both(1)],
      [...both(0), ...both(1)],
    ],
    slope: [both(0), both(0)],
    transposed: [both(0), both(0)],
    early: [[], [...both(0), ...both(1)]],
    batchMissing: [
      [...both(0), ...both(1), ...both(2)],
      [...both(0), ...both(1), ...both(2)],
    ],
    batchTwice: [
      [...both(0), ...both(1), ...both(2)],
      [...both(0), ...both(1), ...both(2)],
    ],
    batchOfLoss: [[], []],
  };

  test.each(Object.keys(faults) as Fault[])("the fault %s is found where it is", async (fault) => {
    const engines = [faultyEngine(fault, precision)];
    for (const optimizer of ["sgd", "adamW"] as const) {
      const { subjects, passed } = await check({ network: square, loss: "meanSquaredError", optimizer }, engines);
      expect(subjects[0].passed, "the reference").toBe(true);
      const [gradients, step] = found[fault];
      expect(failed(subjects[1].gradients)).toEqual(gradients);
      expect(failed(subjects[1].steps[0].tensors)).toEqual(step);
      expect(subjects[1].loss.passed).toBe(fault !== "batchOfLoss");
      expect(passed).toBe(fault === "none");
    }
  });
});

test("the worst weight is named with both its numbers: a sign turns them round", async () => {
  const { subjects } = await check({ network: square, loss: "meanSquaredError" }, [faultyEngine("sign")]);
  const { worst, checked } = subjects[1].gradients[0];
  expect(checked).toBe(16);
  expect(worst?.weight).toMatch(/^0\.[0-3]\.[0-3]$/);
  expect(worst?.found).toBeCloseTo(-(worst?.expected ?? 0), 8);
  expect(worst?.by).toBe("differences");
  expect(worst?.error).toBeCloseTo(2, 8); // |−g − g| / |g|, of the largest
});

describe("a fault in the tables is found in the reference itself", () => {
  afterEach(() => void vi.restoreAllMocks());

  test("a φ' that is a hundred-thousandth too large", async () => {
    const { derivativeExpression: right } = activations.tanh;
    vi.spyOn(activations.tanh, "derivativeExpression", "get").mockReturnValue(product(right, 1.00001));
    const { subjects } = await check({ network: square, loss: "meanSquaredError" });
    expect(failed(subjects[0].gradients)).toEqual([...both(0), ...both(1)]);
  });

  test("a loss whose value averages over the outputs and whose derivative does not", async () => {
    const right = losses.meanSquaredError.batch;
    vi.spyOn(losses.meanSquaredError, "batch").mockImplementation((y, d, M, options) => {
      const { values, derivative } = right(y, d, M, options);
      return { values, derivative: derivative.map((slope) => M * slope) };
    });
    const { subjects } = await check({ network: square, loss: "meanSquaredError" });
    expect(failed(subjects[0].gradients)).toEqual([...both(0), ...both(1), ...both(2)]);
  });
});

describe.each(Object.keys(losses) as LossName[])("right engines pass with %s", (loss) => {
  test.each(Object.keys(activations) as ActivationName[])("and %s", async (activation) => {
    const layers = [dense(5, { activation }), dropout(0.3), dense(4, { activation, bias: false }), dense(3)] as const;
    const described = network({ inputs: 3, layers });
    const { subjects } = await check({ network: described, loss, l1: 0.01, l2: 0.1, seed: 3 }, [engineOf("wasm")]);
    expect(subjects.map(({ name }) => name)).toEqual(["reference", "wasm"]);
    for (const subject of subjects) {
      expect(allFailed(subject)).toEqual([]);
      expect(subject.passed).toBe(true);
      for (const { checked, kinks, unresolved } of subject.gradients)
        expect(checked).toBeGreaterThan(kinks + unresolved);
    }
  });
});

test.each(Object.keys(optimizers) as OptimizerName[])(
  "right engines pass the step of %s, clipped",
  async (optimizer) => {
    const options = { network: square, loss: "crossEntropy", optimizer, clipNorm: 0.05, l2: 0.01 } as const;
    const { subjects, passed } = await check(options, [engineOf("wasm")]);
    expect(subjects.map(allFailed)).toEqual([[], []]);
    expect(subjects[1].steps.map(({ rule }) => rule)).toEqual(["sgd", optimizer]);
    expect(passed).toBe(true);
  },
);

test("an engine that adds penalties to the gradient before the update is found", async () => {
  const engine: Engine = {
    ...reference,
    name: "early penalties",
    create: (given) =>
      new (class extends ReferenceSession {
        override gradient(patterns: LoadedPatterns, rows: Uint32Array): number {
          const loss = super.gradient(patterns, rows);
          const { offset, length } = this.layout.tensors[0];
          for (let i = offset; i < offset + length; i++) this.gradients[i] += 0.1 * this.parameters[i];
          return loss;
        }
      })(given) as never,
  };
  const { subjects } = await check({ network: square, loss: "meanSquaredError", l2: 0.1 }, [engine]);
  expect(subjects.map(allFailed)).toEqual([[], ["layers.0.weights"]]);
});

describe("where there is no derivative", () => {
  const relu = network({ inputs: 2, layers: [dense(3, { activation: "relu" }), dense(1)] });
  const problem: Problem = completeProblem({ network: relu, loss: "meanSquaredError" });
  // Three units with 2 weights and a bias each, then the output's 3 weights and its bias.
  const parameters = Float64Array.of(1, -1, 0.5, 0.25, 0.3, 0.4, 0, 0.1, -0.2, 0.7, -0.6, 0.5, 0.1);

  test("a field of exactly 0 under relu is passed over for the weights that move it, and fails nothing", async () => {
    // v_0 = 1 · 1 − 1 · 1 + 0 = 0: its two weights and its bias have no derivative, all others have.
    const patterns = { inputs: Float64Array.of(1, 1), desired: Float64Array.of(2) };
    const { subjects, passed } = await checkGradients({ problem, parameters, patterns, engines: [engineOf("wasm")] });
    expect(subjects[0].gradients.map(({ checked, kinks }) => [checked, kinks])).toEqual([
      [4, 2],
      [2, 1],
      [3, 0],
      [1, 0],
    ]);
    expect(passed).toBe(true);
  });

  test("a field near 0 gets steps that stay on its side", async () => {
    // v_0 = 1e-6: the first step, 7e-4, would cross.
    const near = parameters.with(6, 1e-6);
    const patterns = { inputs: Float64Array.of(1, 1), desired: Float64Array.of(2) };
    const { subjects, passed } = await checkGradients({ problem, parameters: near, patterns });
    expect(subjects[0].gradients.map(({ kinks }) => kinks)).toEqual([0, 0, 0, 0]);
    expect(passed).toBe(true);
  });

  test("a weight of 0 under an l1 penalty is checked: the gradient is the data's, which has a derivative there", async () => {
    const penalised = completeProblem({ network: relu, loss: "meanSquaredError", l1: 0.1 });
    const patterns = { inputs: Float64Array.of(1, 2), desired: Float64Array.of(2) };
    const zero = parameters.with(3, 0);
    const { subjects, passed } = await checkGradients({ problem: penalised, parameters: zero, patterns });
    expect(subjects[0].gradients[0]).toMatchObject({ checked: 6, kinks: 0 });
    expect(passed).toBe(true);
  });

  /** The reference with the bias of unit 0 moved while it computes the gradient, as rounding might move its field. */
  const shifted = (by: number): Engine => ({
    ...reference,
    name: "shifted",
    precision: "float32",
    create: (shiftedProblem) =>
      new (class extends ReferenceSession {
        override gradient(patterns: LoadedPatterns, rows: Uint32Array): number {
          const kept = this.parameters[6];
          this.parameters[6] -= by;
          const loss = super.gradient(patterns, rows);
          this.parameters[6] = kept;
          return loss;
        }
      })(shiftedProblem) as never,
  });

  test("an engine may round a field to the other side of a kink, and only by rounding", async () => {
    const near = parameters.with(6, 1e-7);
    const patterns = { inputs: Float64Array.of(1, 1), desired: Float64Array.of(2) };
    const checked = async (by: number) =>
      (await checkGradients({ problem, parameters: near, patterns, engines: [shifted(by)] })).subjects[1];
    expect(failed((await checked(2e-7)).gradients)).toEqual([]);
    expect(failed((await checked(0.01)).gradients)).toEqual(both(0));
  });
});

/** Found by chance: with steps for inputs of size 1, a difference quotient is off by 10 to 140 times its tolerance. */
test.each([
  ["logistic", 3],
  ["logistic", 155],
  ["tanh", 220],
] as const)("inputs in thousands, not scaled, get smaller steps: %s, seed %i", async (activation, seed) => {
  const described = network({ inputs: 8, layers: [dense(12, { activation }), dense(3)] });
  const problem = completeProblem({ network: described, loss: "huber" });
  const drawn = drawPatterns(problem, 8, seed);
  const patterns = { ...drawn, inputs: drawn.inputs.map((x) => 1000 * x) };
  const parameters = initialParameters(described, seed);
  const { subjects } = await checkGradients({ problem, parameters, patterns, most: 40, seed });
  expect(subjects.map(allFailed)).toEqual([[]]);
});

test("a network that fits its patterns almost perfectly passes: what its loss cannot resolve is passed over", async () => {
  const described = network({ inputs: 1, layers: [dense(2)] });
  const problem = completeProblem({ network: described, loss: "crossEntropy" });
  const patterns = { inputs: Float64Array.of(1, -1), desired: Float64Array.of(0, 1) };
  for (const size of [1, 3, 8, 14, 20, 40, 400]) {
    const parameters = Float64Array.of(size, -size, 0.01, 0);
    const { subjects } = await checkGradients({ problem, parameters, patterns, engines: [engineOf("wasm")] });
    expect(subjects.map(allFailed), `logits of ±${size}`).toEqual([[], []]);
    const verdicts = subjects.flatMap(({ gradients }) => gradients.map(({ verdict }) => verdict));
    if (size >= 14) expect(new Set(verdicts)).toEqual(new Set(["unchecked"]));
    if (size === 1) expect(new Set(verdicts)).toEqual(new Set(["passed"]));
  }
});

test("the same seed chooses the same weights, at most as many as asked for", async () => {
  const problem = completeProblem({ network: square, loss: "huber" });
  const options = {
    problem,
    parameters: initialParameters(square, 1),
    patterns: drawPatterns(problem, ROWS, 1),
    most: 5,
  };
  const first = await checkGradients({ ...options, seed: 1 });
  expect(first.subjects[0].gradients.map(({ checked }) => checked)).toEqual([5, 4, 5, 4, 5, 3]);
  expect(await checkGradients({ ...options, seed: 1 })).toEqual(first);
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
});

describe("what cannot be checked is refused", () => {
  const problem = completeProblem({ network: square, loss: "meanSquaredError" });
  const options = { problem, parameters: initialParameters(square, 1), patterns: drawPatterns(problem, 2, 1) };

  test.each([
    [
      "a parameter that is none",
      { parameters: options.parameters.with(6, Number.NaN) },
      "Expected finite parameters, found NaN for the weight 0.1.2.",
    ],
    [
      "an infinite input",
      { patterns: { ...options.patterns, inputs: options.patterns.inputs.with(5, Number.POSITIVE_INFINITY) } },
      "Expected inputs to be finite numbers, found Infinity in row 1, column 1 (counted from 0).",
    ],
    [
      "parameters of another number",
      { parameters: new Float32Array(3) },
      "Expected 55 parameters for this network, found 3.",
    ],
    ["no weights", { most: 0 }, "Expected most to be a whole number of at least 1, found 0."],
    [
      "no patterns",
      { patterns: { inputs: new Float32Array(), desired: new Float32Array() } },
      "Expected at least one example to check the gradient with, found none.",
    ],
    [
      "an infinite desired response",
      { patterns: { ...options.patterns, desired: options.patterns.desired.with(0, Number.POSITIVE_INFINITY) } },
      "Expected targets (desired) to be finite numbers, found Infinity in row 0, column 0 (counted from 0).",
    ],
  ])("%s", async (_title, own, message) => {
    await expect(checkGradients({ ...options, ...own })).rejects.toThrow(message);
  });
});

test("named weights are the only ones that are checked, and one that the network does not have is named", async () => {
  const problem = completeProblem({ network: square, loss: "halfSquaredError" });
  const given = { problem, parameters: initialParameters(square, 1), patterns: drawPatterns(problem, ROWS, 1) };
  const { subjects } = await checkGradients({ ...given, weights: [{ layer: 1, unit: 2, input: 3 }] });
  const [{ gradients }] = subjects;
  expect(gradients.filter(({ checked }) => checked > 0)).toMatchObject([
    { name: "layers.1.weights", checked: 1, verdict: "passed", worst: { weight: "1.2.3", by: "differences" } },
  ]);
  await expect(checkGradients({ ...given, weights: [{ layer: 1, unit: 4, input: 0 }] })).rejects.toThrow(
    "Weight 1.4.0: expected a unit of layer 1, from 0 to 3; found 4.",
  );
});
