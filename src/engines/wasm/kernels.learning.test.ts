/**
 * The kernels of the losses and of the updates against the float64 tables of network/ and optimizers/.
 *
 * Both builds run the same tests, with fused multiply-add and without. Knows nothing of plans.
 */
import { describe, expect, test } from "vitest";
import { bitsOf, expectClose, KernelArena } from "../../../test/kernelArena.ts";
import { desiredWidth, type Loss, type LossName, losses, lossOf, patternScale } from "../../network/losses.ts";
import { completeOptimizer } from "../../optimizers/completeOptimizer.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import { type OptimizerName, optimizers } from "../../optimizers/optimizers.ts";
import { random } from "../../random.ts";
import { fixedHyperparameters } from "../memory/control.ts";
import { lossOptionBytes } from "../memory/lossOptions.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";

const zeros = (length: number): Float32Array => new Float32Array(length);
const normals = (n: number, stream: string, scale = 1): Float32Array => {
  const draws = random(1, stream);
  return Float32Array.from({ length: n }, () => scale * draws.normal());
};

/** Every loss with every option; class weights are cut to the number of outputs. */
const WEIGHTS = [0.5, 2, 0, 1, 3, 0.25, 1, 1.5, 0.75, 1, 2, 4, 1, 1, 0.5, 2, 1];
const examples: Readonly<Record<LossName, (outputs: number) => readonly Loss[]>> = {
  halfSquaredError: () => [{ name: "halfSquaredError" }],
  meanSquaredError: () => [{ name: "meanSquaredError" }],
  meanAbsoluteError: () => [{ name: "meanAbsoluteError" }],
  quantile: (outputs) => [
    { name: "quantile" },
    { name: "quantile", quantiles: Array.from({ length: outputs }, (_, k) => (k + 1) / (outputs + 2)) },
  ],
  huber: () => [{ name: "huber" }, { name: "huber", delta: 0.25 }],
  crossEntropy: (outputs) => [
    { name: "crossEntropy" },
    { name: "crossEntropy", labelSmoothing: 0.125 },
    { name: "crossEntropy", classWeights: WEIGHTS.slice(0, outputs) },
    { name: "crossEntropy", labelSmoothing: 0.125, classWeights: WEIGHTS.slice(0, outputs) },
  ],
  binaryCrossEntropy: (outputs) => [
    { name: "binaryCrossEntropy" },
    { name: "binaryCrossEntropy", labelSmoothing: 0.125, classWeights: WEIGHTS.slice(0, outputs) },
  ],
};

/** B = 7 patterns with what each loss desires; the first row's outputs are far out. */
const BATCH = 7;
function patternsFor(loss: Loss, outputs: number): { y: Float32Array; d: Float32Array; w: Float32Array } {
  const draws = random(2, loss.name, outputs);
  const y = normals(BATCH * outputs, "outputs", 3);
  for (let k = 0; k < outputs; k++) y[k] = k % 2 === 0 ? 60 : -60;
  const kinds = { values: () => draws.normal(), class: () => draws.integer(outputs), flags: () => draws.integer(2) };
  const d = Float32Array.from({ length: BATCH * desiredWidth(loss, outputs) }, kinds[losses[loss.name].desired]);
  const w = Float32Array.from({ length: BATCH }, (_, row) => (row === 3 ? 0 : draws.uniform() * 2));
  return { y, d, w };
}

describe.each(supportsRelaxedSimd() ? [true, false] : [false])("fused multiply-add %s:", (relaxed) => {
  const arena = new KernelArena({ relaxed });

  describe.each(Object.keys(losses) as LossName[])("%s", (name) => {
    const kind = Object.keys(losses).indexOf(name);
    const widths = [1, 2, 3, 4, 5, 7, 8, 10, 17].filter((outputs) => name !== "crossEntropy" || outputs > 1);

    test.each(widths)("has the table's losses and negative gradients for %i outputs", (outputs) => {
      for (const loss of examples[name](outputs)) {
        for (const weighted of [false, true]) {
          arena.clear();
          const given = patternsFor(loss, outputs);
          const [y, d, w] = [arena.float32(given.y), arena.float32(given.d), arena.float32(given.w)];
          const options = arena.float32(new Float32Array(lossOptionBytes(loss, outputs).buffer));
          const found = arena.float64(new Float64Array(BATCH));
          const negativeGradient = arena.float32(zeros(y.length));
          arena.call(
            "rowLoss",
            kind,
            0,
            BATCH,
            y,
            d,
            weighted ? w : 0,
            BATCH,
            outputs,
            options,
            found,
            negativeGradient,
          );
          const entry = lossOf(loss);
          for (let row = 0; row < BATCH; row++) {
            const own = y.subarray(row * outputs, (row + 1) * outputs);
            const desired = d.subarray((row * d.length) / BATCH, ((row + 1) * d.length) / BATCH);
            const scale = patternScale(BATCH, weighted ? w[row] : 1);
            const where = (): string => `${JSON.stringify(loss)}, row ${row}`;
            const value = scale * entry.value(own, desired, loss);
            expectClose(
              [found[row]],
              () => value,
              (e) => 1e-6 * Math.abs(e) + 1e-30,
              where,
            );
            const slope = entry.derivative(own, desired, loss);
            const size = Math.max(...slope.map(Math.abs));
            const signals = negativeGradient.subarray(row * outputs, (row + 1) * outputs);
            expectClose(
              signals,
              (k) => -scale * slope[k],
              () => scale * (3e-7 + 1e-6 * size),
              where,
            );
          }
        }
      }
    });

    test("gives the same bits for the rows one by one", () => {
      const outputs = 6;
      const [loss] = examples[name](outputs).slice(-1);
      const { y, d, w } = patternsFor(loss, outputs);
      const run = (parts: readonly (readonly [number, number])[]): [number[], number[]] => {
        arena.clear();
        const args = [arena.float32(y), arena.float32(d), arena.float32(w), BATCH, outputs];
        const options = arena.float32(new Float32Array(lossOptionBytes(loss, outputs).buffer));
        const found = arena.float64(new Float64Array(BATCH));
        const negativeGradient = arena.float32(zeros(y.length));
        for (const [from, to] of parts)
          arena.call("rowLoss", kind, from, to, ...args, options, found, negativeGradient);
        return [[...found], bitsOf(negativeGradient)];
      };
      const oneByOne = Array.from({ length: BATCH }, (_, row) => [row, row + 1] as const).reverse();
      expect(run(oneByOne)).toEqual(run([[0, BATCH]]));
    });
  });

  test("cross-entropy keeps its digits once a pattern is learned", () => {
    arena.clear();
    const y = arena.float32([25, 0, 3]);
    const loss: Loss = { name: "crossEntropy" };
    const found = arena.float64([0]);
    const negativeGradient = arena.float32(zeros(3));
    const kind = Object.keys(losses).indexOf("crossEntropy");
    arena.call(
      "rowLoss",
      kind,
      0,
      1,
      y,
      arena.float32([0]),
      0,
      1,
      3,
      arena.float32(new Float32Array(lossOptionBytes(loss, 3).buffer)),
      found,
      negativeGradient,
    );
    const expected = losses.crossEntropy.derivative(y, [0], loss);
    expectClose(
      found,
      () => Math.log1p(Math.exp(-25) + Math.exp(-22)),
      (e) => 1e-6 * e,
    );
    expectClose(
      negativeGradient,
      (k) => -expected[k],
      (e) => 1e-6 * Math.abs(e),
    );
  });

  describe.each(Object.keys(optimizers) as OptimizerName[])("%s", (name) => {
    const kind = Object.keys(optimizers).indexOf(name);
    const optimizer = completeOptimizer(name);
    const { beta1 = 0, beta2 = 0 } = optimizer as { beta1?: number; beta2?: number };
    /** Factor of the weight decay 0.5; that of dropout rates, which no rule reads, is none. */
    const block = (step: number): number[] => [
      optimizer.learningRate,
      1 / (1 - beta1 ** step),
      1 / (1 - beta2 ** step),
      0.5,
      Number.NaN,
      ...fixedHyperparameters(optimizer),
    ];

    test.each([
      [1, 1],
      [1, 0],
      [0.1, 0.01],
      [6, 36],
    ])("follows the table's rule for 20 steps, rate %f, decay %f", (rate, decay) => {
      arena.clear();
      const count = 21;
      const p = arena.float32(normals(count, "parameters"));
      p[4] = 0;
      const start = Float32Array.from(p);
      const g = arena.float32(zeros(count));
      const slots = [arena.float32(zeros(count)), arena.float32(zeros(count))];
      const exact = Float64Array.from(p);
      const exactSlots = Array.from({ length: count }, () => new Float64Array(optimizerOf(optimizer).slots.length));
      for (let step = 1; step <= 20; step++) {
        const data = normals(count, `gradient ${step}`, 0.1);
        g.set(data);
        arena.call("update", kind, p, g, ...slots, 0, count, rate, decay, arena.float64(block(step)));
        const { learningRate } = optimizer;
        const decayRate = learningRate * 0.5 * decay;
        for (let i = 0; i < count; i++) {
          const seen = { gradient: data[i], learningRate: learningRate * rate, step, decayRate, parameter: exact[i] };
          exact[i] = optimizerOf(optimizer).update(seen, exactSlots[i], optimizer);
        }
      }
      expectClose(
        p,
        (i) => exact[i],
        (_, i) => 3e-7 + 1e-5 * Math.abs(exact[i] - start[i]) + 2e-6 * Math.abs(exact[i]),
      );
      for (const [s] of optimizerOf(optimizer).slots.entries()) {
        const size = Math.max(...exactSlots.map((own) => Math.abs(own[s])));
        expectClose(
          slots[s],
          (i) => exactSlots[i][s],
          () => 1e-6 * size,
        );
      }
    });

    test("gives the same bits in whatever parts", () => {
      const count = 23;
      const run = (cuts: readonly number[]): number[][] => {
        arena.clear();
        const p = arena.float32(normals(count, "parameters"));
        const g = arena.float32(normals(count, "gradient"));
        const slots = [arena.float32(normals(count, "mean")), arena.float32(normals(count, "square").map(Math.abs))];
        const hyperparameters = arena.float64(block(3));
        for (let i = 1; i < cuts.length; i++) {
          arena.call("update", kind, p, g, ...slots, cuts[i - 1], cuts[i], 0.7, 0.3, hyperparameters);
        }
        return [p, g, ...slots].map(bitsOf);
      };
      const whole = run([0, count]);
      for (const cuts of [
        [0, 1, 2, 4, 7, 23],
        [0, 5, 10, 22, 23],
        [0, 3, 20, 23],
      ])
        expect(run(cuts)).toEqual(whole);
    });

    test("lets slots too small to matter become 0", () => {
      arena.clear();
      const p = arena.float32(zeros(5));
      const g = arena.float32(zeros(5));
      const slots = [arena.float32(zeros(5).fill(1e-38)), arena.float32(zeros(5).fill(1e-38))];
      arena.call("update", kind, p, g, ...slots, 0, 5, 1, 1, arena.float64(block(1)));
      for (const [s] of optimizerOf(optimizer).slots.entries()) expect([...slots[s]]).toEqual([0, 0, 0, 0, 0]);
    });
  });

  test.each([1, 2, 3, 4, 7])("addPenalties adds l1 sign(p) + l2 p to %i gradients", (count) => {
    arena.clear();
    const p = arena.float32(normals(count, "parameters"));
    p[0] = 0;
    const given = normals(count, "gradient");
    const g = arena.float32(given);
    arena.call("addPenalties", p, g, 0.5, 0.25, count);
    expectClose(
      g,
      (i) => given[i] + 0.5 * Math.sign(p[i]) + 0.25 * p[i],
      () => 2e-7,
    );
  });
});
