/**
 * Parity with PyTorch: 20 steps in float64 from the same weights end at the same weights.
 *
 * The fixtures and what they hold are `make_fixtures.py`'s: every optimizer, loss and activation, sample weights, batches
 * with a short last one, penalties, clipping, schedules. Neither side shares code with the other.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { completeProblem, type Patterns } from "../../src/engines/engine.ts";
import { type ActivationName, activations } from "../../src/network/activations.ts";
import { dense } from "../../src/network/layers.ts";
import { desiredWidth, type Loss, losses, lossOf } from "../../src/network/losses.ts";
import { validateNetwork } from "../../src/network/network.ts";
import { type Optimizer, optimizers } from "../../src/optimizers/optimizers.ts";
import { reference } from "../../src/reference/reference.ts";

interface Case {
  readonly title: string;
  readonly activations: readonly ActivationName[];
  readonly bias?: boolean;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly l1?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
  readonly rateFactors?: readonly number[];
  /** What the inputs are multiplied by; 1 when absent. */
  readonly inputScale?: number;
  /** Each step's loss before its update. */
  readonly losses: readonly number[];
  /** After the last step: weights then bias, layer by layer. */
  readonly parameters: readonly number[];
}

interface Fixtures {
  readonly widths: readonly number[];
  readonly initial: readonly { readonly weights: number[][]; readonly bias: number[] }[];
  readonly data: {
    readonly inputs: number[][];
    readonly sampleWeights: number[];
    readonly values: number[][];
    readonly classes: number[];
    readonly flags: number[][];
  };
  /** The rows of each step. */
  readonly batches: readonly (readonly number[])[];
  readonly cases: readonly Case[];
}

const fixtures: Fixtures = JSON.parse(readFileSync(new URL("./fixtures.json", import.meta.url), "utf8"));
const { widths, initial, data, batches, cases } = fixtures;

const TOLERANCE = 1e-10;

test("the fixtures cover every optimizer, loss and activation", () => {
  expect(new Set(cases.map(({ optimizer }) => optimizer.name))).toEqual(new Set(Object.keys(optimizers)));
  expect(new Set(cases.map(({ loss }) => loss.name))).toEqual(new Set(Object.keys(losses)));
  expect(new Set(cases.flatMap((each) => each.activations))).toEqual(new Set(Object.keys(activations)));
  expect(batches).toHaveLength(20);
  expect(new Set(batches.map((rows) => rows.length))).toEqual(new Set([4, 2]));
});

describe("after 20 steps the parameters are PyTorch's to 1e-10", () => {
  test.each(cases)("$title", (fixture) => {
    const learned = learn(fixture);
    expectClose("loss of step", learned.losses, fixture.losses);
    expectClose("parameter", learned.parameters, fixture.parameters);
  });
});

test("the comparison can fail: a rate that differs by a millionth is seen", () => {
  const [fixture] = cases;
  const learningRate = 1.000001 * (fixture.optimizer.learningRate ?? 0.01);
  const learned = learn({ ...fixture, optimizer: { ...fixture.optimizer, learningRate } });
  expect(() => expectClose("parameter", learned.parameters, fixture.parameters)).toThrow(/parameter \d+/);
});

/** Takes the fixture's 20 steps with the reference engine. */
function learn(fixture: Case): { losses: number[]; parameters: Float64Array } {
  const { bias = true, loss, optimizer, l1, l2, clipNorm, rateFactors, inputScale = 1 } = fixture;
  const layers = fixture.activations.map((activation, layer) =>
    dense(widths[layer + 1], {
      activation,
      bias,
      initialisation: bias ? initial[layer] : { weights: initial[layer].weights },
    }),
  );
  const network = validateNetwork({ inputs: widths[0], layers, outputs: widths[widths.length - 1] });
  const problem = completeProblem({ network, loss, optimizer, l1, l2, clipNorm, batchSize: 4 });
  using session = reference.create(problem);
  const inputs = Float64Array.from(data.inputs.flat(), (value) => inputScale * value);
  using patterns = session.load({ ...desiredOf(loss, network.outputs), inputs });
  const lossOfEachStep = batches.flatMap((rows, step) => [
    ...session.run(patterns, Uint32Array.from(rows), { rateFactors: [rateFactors?.[step] ?? 1] }),
  ]);
  return { losses: lossOfEachStep, parameters: session.parameters.slice() };
}

/** The desired responses in the form that the loss wants, with the sample weights. */
function desiredOf(loss: Loss, outputs: number): Omit<Patterns, "inputs"> {
  const values = data.values.flatMap((row) => row.slice(0, desiredWidth(loss, outputs)));
  const responses = { values, class: data.classes, flags: data.flags.flat() };
  return {
    desired: Float64Array.from(responses[lossOf(loss).desired]),
    sampleWeights: Float64Array.from(data.sampleWeights),
  };
}

/** Fails with the worst number's place, unless every number found is the expected one to a relative 1e-10. */
function expectClose(what: string, found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length, `how many numbers: ${what}`).toBe(expected.length);
  const errors = expected.map((value, i) => Math.abs(found[i] - value) / Math.abs(value));
  const worst = errors.indexOf(Math.max(...errors));
  const message = `${what} ${worst}: expected ${expected[worst]}, found ${found[worst]}`;
  expect(errors[worst], message).toBeLessThan(TOLERANCE);
}
