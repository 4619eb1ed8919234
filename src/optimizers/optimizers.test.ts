/**
 * The optimizers' rules by hand, on one parameter; parity with PyTorch over 20 steps is tested in test/parity.
 */
import { describe, expect, test } from "vitest";
import { DescriptionError } from "../errors.ts";
import { completeOptimizer } from "./completeOptimizer.ts";
import { optimizerOf } from "./optimizerOf.ts";
import { type Optimizer, type OptimizerName, optimizers } from "./optimizers.ts";

const names = Object.keys(optimizers) as OptimizerName[];
/** The rate and the steps that reach a goal 3 away, where 1000 steps at 0.02 don't: Lion's steps don't shrink near it, AdaGrad's shrink all the time. */
const paces: Readonly<Partial<Record<OptimizerName, readonly [learningRate: number, steps: number]>>> = {
  lion: [0.0005, 10_000],
  adaGrad: [1, 1000],
};

/** Where a parameter goes under the given gradients, one step each. */
function path(optimizer: Optimizer, start: number, gradients: readonly number[], decays = true): number[] {
  const complete = completeOptimizer(optimizer);
  const { slots, update } = optimizerOf(complete);
  const memory = new Float64Array(slots.length);
  let parameter = start;
  return gradients.map((gradient, i) => {
    const { learningRate } = complete;
    parameter = update(
      { parameter, gradient, learningRate, step: i + 1, decayRate: decays ? learningRate : 0 },
      memory,
      complete,
    );
    return parameter;
  });
}

function expectPath(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, parameter] of expected.entries()) expect(found[i]).toBeCloseTo(parameter, 13);
}

describe("by hand", () => {
  test("sgd goes −η g: 1 − 0.1 · 2 = 0.8, then 0.8 + 0.1 · 1 = 0.9", () => {
    expectPath(path({ name: "sgd", learningRate: 0.1 }, 1, [2, -1]), [0.8, 0.9]);
  });

  test("momentum goes −η u with u = μ u + g: u is 2, then 0.5 · 2 − 1 = 0, then 0.5 · 0 + 4 = 4", () => {
    const optimizer = { name: "momentum", learningRate: 0.1, momentum: 0.5 } as const;
    expectPath(path(optimizer, 1, [2, -1, 4]), [0.8, 0.8, 0.4]);
  });

  test("nesterov goes −η (g + μ u): 2 + 0.5 · 2 = 3, then −1 + 0.5 · 0 = −1, then 4 + 0.5 · 4 = 6", () => {
    const optimizer = { name: "nesterov", learningRate: 0.1, momentum: 0.5 } as const;
    expectPath(path(optimizer, 1, [2, -1, 4]), [0.7, 0.8, 0.2]);
  });

  test("rmsProp divides by √s + ε with s = ρ s + (1 − ρ) g²", () => {
    // s = 0.25 · 4² = 4, √s + ε = 2.5; then s = 0.75 · 4 + 0.25 · 6² = 12, √s + ε = 3.464… + 0.5.
    const optimizer = { name: "rmsProp", learningRate: 0.1, decay: 0.75, epsilon: 0.5 } as const;
    expectPath(path(optimizer, 1, [4, 6]), [1 - 0.4 / 2.5, 1 - 0.4 / 2.5 - 0.6 / (Math.sqrt(12) + 0.5)]);
  });

  test("adam divides the corrected mean by the root of the corrected square, plus ε", () => {
    // β₁ = 0.5, β₂ = 0.75, ε = 1. Step 1, g = 2: m = 1, m/(1 − 0.5) = 2; s = 1, s/(1 − 0.75) = 4; −η · 2/(2 + 1).
    // Step 2, g = −4: m = 0.5 − 2 = −1.5, /(1 − 0.25) = −2; s = 0.75 + 4 = 4.75, /(1 − 0.5625) = 76/7.
    const optimizer = { name: "adam", learningRate: 0.3, beta1: 0.5, beta2: 0.75, epsilon: 1 } as const;
    expectPath(path(optimizer, 1, [2, -4]), [0.8, 0.8 + 0.6 / (Math.sqrt(76 / 7) + 1)]);
  });

  test("adamW first shrinks a weight by 1 − η λ, and leaves a bias be", () => {
    const optimizer = {
      name: "adamW",
      learningRate: 0.3,
      beta1: 0.5,
      beta2: 0.75,
      epsilon: 1,
      weightDecay: 0.5,
    } as const;
    expectPath(path(optimizer, 1, [2]), [1 - 0.15 - 0.2]); // 0.3 · 0.5 = 0.15 off, then adam's −0.2
    expectPath(path(optimizer, 1, [2], false), [0.8]);
  });
});

test("lion takes the steps of its authors' rule, computed in PyTorch", () => {
  // A transcription of the rule (Chen et al. 2023, algorithm 2), not a run of their file; in PyTorch 2.15, float64: lr 0.01,
  // betas (0.9, 0.99), weight_decay 0.1.
  const optimizer = { name: "lion", learningRate: 0.01, weightDecay: 0.1 } as const;
  expectPath(path(optimizer, 1, [2, -0.25, -5, 0.125]), [0.989, 0.998011, 1.007012989, 1.0160059760109998]);
  expectPath(path(optimizer, -0.5, [-1, 3, 1, -2]), [-0.4895, -0.4990105, -0.5085114895, -0.4980029780105]);
});

test("adaGrad takes the steps of PyTorch", () => {
  // torch.optim.Adagrad of PyTorch 2.15 in float64, lr 0.1.
  const optimizer = { name: "adaGrad", learningRate: 0.1 } as const;
  expectPath(
    path(optimizer, 1, [2, -0.25, 1, 0.125]),
    [0.900000000005, 0.9124034734633055, 0.8679590290208364, 0.8624120270588302],
  );
  expectPath(
    path(optimizer, -0.5, [-1, 3, 1, -2]),
    [-0.40000000001, -0.4948683298120514, -0.5250194642689187, -0.4733796863208198],
  );
});

describe("known properties", () => {
  test("adam's first step has the length of the learning rate, however large the gradient", () => {
    for (const gradient of [1e-3, 1, 1e6]) {
      const [after] = path({ name: "adam", learningRate: 0.01, epsilon: 1e-12 }, 0, [gradient]);
      expect(after).toBeCloseTo(-0.01, 9);
    }
  });

  test("under a constant gradient momentum's steps grow towards η g/(1 − μ)", () => {
    const steps = path({ name: "momentum", learningRate: 0.1, momentum: 0.9 }, 0, Array<number>(200).fill(1));
    expect(steps[198] - steps[199]).toBeCloseTo(0.1 / (1 - 0.9), 8);
  });

  test("without momentum, momentum and nesterov are sgd; without decay, adamW is adam", () => {
    const gradients = [0.3, -2, 1, 0, 5];
    const sgd = path({ name: "sgd", learningRate: 0.1 }, 1, gradients);
    expectPath(path({ name: "momentum", learningRate: 0.1, momentum: 0 }, 1, gradients), sgd);
    expectPath(path({ name: "nesterov", learningRate: 0.1, momentum: 0 }, 1, gradients), sgd);
    const adam = path({ name: "adam" }, 1, gradients);
    expectPath(path({ name: "adamW", weightDecay: 0 }, 1, gradients), adam);
  });

  test.each(names)("%s descends into the bottom of ½ (p − 3)²", (name) => {
    const [learningRate, steps] = paces[name] ?? [0.02, 1000];
    const complete = completeOptimizer({ name, learningRate });
    const { slots, update } = optimizerOf(complete);
    const memory = new Float64Array(slots.length);
    let parameter = 0;
    for (let step = 1; step <= steps; step++) {
      const seen = { parameter, gradient: parameter - 3, learningRate, step, decayRate: 0 };
      parameter = update(seen, memory, complete);
    }
    expect(parameter).toBeGreaterThan(2.97);
    expect(parameter).toBeLessThan(3.03);
  });

  test.each(names)("%s stays where it is while the gradient is 0 and nothing decays", (name) => {
    expect(path({ name }, 0.7, [0, 0, 0], false)).toEqual([0.7, 0.7, 0.7]);
  });

  test.each(names)("%s writes all its slots and no more, and shows its rule", (name) => {
    const { slots, update, formula } = optimizerOf({ name });
    const memory = new Float64Array(slots.length + 1);
    const seen = { parameter: 1, gradient: 2, learningRate: 0.1, step: 1, decayRate: 0.1 };
    update(seen, memory, completeOptimizer(name));
    for (const [i, slot] of slots.entries()) expect(memory[i], slot).not.toBe(0);
    expect(memory[slots.length]).toBe(0);
    expect(formula.text).toContain("p ← p");
    expect(formula.latex.split("{").length, "opening braces").toBe(formula.latex.split("}").length);
  });
});

describe("completing a description", () => {
  test.each(names)("%s fills in its defaults from its name", (name) => {
    expect(completeOptimizer(name)).toEqual({ name, ...optimizers[name].defaults });
  });

  test("keeps what is given and fills in what is absent or undefined", () => {
    expect(completeOptimizer({ name: "adam", learningRate: 0.5, beta1: undefined })).toEqual({
      name: "adam",
      learningRate: 0.5,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
  });

  const bad: readonly (readonly [title: string, description: unknown, message: string])[] = [
    ["an unknown name", "adamm", `Unknown optimizer "adamm". Did you mean "adam"? Known: ${names.join(", ")}.`],
    [
      "an option of another",
      { name: "sgd", momentum: 0.9 },
      'sgd has no momentum. It is an optimizer: { name: "momentum", momentum: 0.9 }. It takes: learningRate.',
    ],
    ["a rate of 0", { name: "sgd", learningRate: 0 }, "sgd: expected learningRate to be above 0 and finite, found 0."],
    [
      "a rate without end",
      { name: "sgd", learningRate: Number.POSITIVE_INFINITY },
      "sgd: expected learningRate to be above 0 and finite, found Infinity.",
    ],
    [
      "a rate that is no number",
      { name: "sgd", learningRate: Number.NaN },
      "sgd: expected learningRate to be above 0 and finite, found NaN.",
    ],
    [
      "a rate of text",
      { name: "sgd", learningRate: "0.1" },
      'sgd: expected learningRate to be above 0 and finite, found "0.1".',
    ],
    [
      "momentum of 1",
      { name: "momentum", momentum: 1 },
      "momentum: expected momentum to be at least 0 and below 1, found 1.",
    ],
    [
      "momentum below 0",
      { name: "nesterov", momentum: -0.1 },
      "nesterov: expected momentum to be at least 0 and below 1, found -0.1.",
    ],
    ["a decay of 1", { name: "rmsProp", decay: 1 }, "rmsProp: expected decay to be at least 0 and below 1, found 1."],
    ["an epsilon of 0", { name: "adam", epsilon: 0 }, "adam: expected epsilon to be above 0 and finite, found 0."],
    [
      "an epsilon with which no step moves anything",
      { name: "adam", epsilon: Number.POSITIVE_INFINITY },
      "adam: expected epsilon to be above 0 and finite, found Infinity.",
    ],
    ["a beta of 1", { name: "adam", beta1: 1 }, "adam: expected beta1 to be at least 0 and below 1, found 1."],
    [
      "the other beta of 1",
      { name: "adamW", beta2: 1 },
      "adamW: expected beta2 to be at least 0 and below 1, found 1.",
    ],
    [
      "a weight decay below 0",
      { name: "adamW", weightDecay: -1 },
      "adamW: expected weightDecay to be at least 0 and finite, found -1.",
    ],
  ];
  test.each(bad)("refuses %s", (_title, description, message) => {
    expect(() => completeOptimizer(description as Optimizer)).toThrow(new DescriptionError(message));
  });

  test("checks every value that any optimizer takes", () => {
    for (const name of names) {
      for (const key of Object.keys(optimizers[name].defaults)) {
        expect(() => completeOptimizer({ name, [key]: Number.NaN } as Optimizer), `${name}: ${key}`).toThrow(
          DescriptionError,
        );
      }
    }
  });
});
