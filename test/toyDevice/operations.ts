/**
 * A program's operations in plain loops, written to be read: what their arguments mean, and the formula of each.
 *
 * Numbers are float32 in the memory and float64 in between; what an activation, a loss or an update rule is stands in its table.
 * Knows nothing of plans and sessions: whatever isn't in the words can't be known. `layers.ts` has the layers that aren't dense.
 */

import { lossOptionWords } from "../../src/engines/memory/layouts.ts";
import { desiredWidth, type Loss, type LossOption, lossOf, patternScale } from "../../src/network/losses.ts";
import { optimizerOf } from "../../src/optimizers/optimizerOf.ts";
import type { CompleteOptimizer } from "../../src/optimizers/optimizers.ts";
import { engineOperations } from "../../src/plan/ops/engine.ts";
import { placesOf } from "../../src/plan/ops/places.ts";
import { onlineStep as wholeStep } from "../../src/plan/ops/training.ts";
import { operations as table } from "../../src/plan/ops.ts";
import { layerOperations } from "./layers.ts";
import { type ArgumentsOf, type Operations, operation, type Run } from "./run.ts";
import { activated, localStep, masked } from "./steps.ts";

type Table = typeof table;

const optionWords = placesOf(lossOptionWords);

/** v = x · Wᵀ + b, y = φ(v). */
function dense(run: Run, given: ArgumentsOf<Table["dense"]>): void {
  const { input, weights, bias, field, output, inputs, units } = given;
  const w = run.floats(weights, units * inputs);
  const b = bias === 0 ? new Float32Array(units) : run.floats(bias, units);
  run.eachRow((n) => {
    const [x, v] = [run.row(input, inputs, n), run.row(field, units, n)];
    for (let u = 0; u < units; u++) {
      let sum = b[u];
      for (let i = 0; i < inputs; i++) sum += w[u * inputs + i] * x[i];
      v[u] = sum;
    }
  });
  activated(run, given.activation, field, output, units);
}

/** The loss of each row, and −∂loss/∂y. */
function loss(run: Run, given: ArgumentsOf<Table["loss"]>): void {
  const { loss: name, output, desired, sampleWeights, width, negativeGradient } = given;
  const at = (word: keyof typeof optionWords): number => given.options + 4 * optionWords[word];
  const [setting] = run.floats(at("setting"), 1);
  const [[each], [hasFactors]] = [run.words(at("outputsEach"), 1), run.words(at("hasFactors"), 1)];
  const factors = hasFactors === 0 ? undefined : Array.from(run.floats(at("factors"), width));
  const { options: taken, outputsEach } = lossOf({ name } as Loss);
  const ofOutputs = outputsEach ? factors?.slice(0, each) : factors;
  const options = Object.entries<LossOption>(taken).map(([option, { each }]) => [option, each ? ofOutputs : setting]);
  const described = { name, ...Object.fromEntries(options) } as Loss;
  const entry = lossOf(described);
  const isWeighted = run.patterns().weights !== 0;
  run.eachRow((n) => {
    const [y, d] = [run.row(output, width, n), run.row(desired, desiredWidth(described, width), n)];
    const scale = patternScale(run.wholeRows, isWeighted ? run.floats(sampleWeights, run.rows)[n] : 1);
    run.losses().rows[n] = scale * entry.value(y, d, described);
    run.row(negativeGradient, width, n).set(entry.derivative(y, d, described).map((slope) => -scale * slope));
  });
}

/** What the gradient of a dense layer needs; how its operands are packed is others' business. */
type GradientArguments = Omit<ArgumentsOf<Table["gradient"]>, "packed" | "moved">;

/** ∂W = −δᵀ · x, ∂b = −Σ δ. */
function gradient(run: Run, given: GradientArguments): void {
  const { delta, input, weightGradient, biasGradient, units, inputs } = given;
  const [ofWeights, ofBias] = [new Float64Array(units * inputs), new Float64Array(units)];
  run.eachRow((n) => {
    const [d, x] = [run.row(delta, units, n), run.row(input, inputs, n)];
    for (let u = 0; u < units; u++) {
      ofBias[u] -= d[u];
      for (let i = 0; i < inputs; i++) ofWeights[u * inputs + i] -= d[u] * x[i];
    }
  });
  run.floats(weightGradient, units * inputs).set(ofWeights);
  if (biasGradient !== 0) run.floats(biasGradient, units).set(ofBias);
}

/** The rule for every number. @param inputs how many a unit has */
function update(run: Run, given: ArgumentsOf<Table["update"]>): void {
  const { optimizer: name, parameters, gradients, rate, decay, inputs } = given;
  const { learningRate, decayFactor, options, step } = run.learning();
  const optimizer = { name, learningRate, ...options } as unknown as CompleteOptimizer;
  const rule = optimizerOf(optimizer);
  const [p, g, ...slots] = [parameters, gradients, ...given.slots.slice(0, rule.slots.length)].map((address) =>
    run.floats(address, run.units * inputs),
  );
  const rates = { step, learningRate: learningRate * rate, decayRate: learningRate * decayFactor * decay };
  const own = new Float64Array(slots.length);
  for (let i = 0; i < p.length; i++) {
    for (let s = 0; s < slots.length; s++) own[s] = slots[s][i];
    p[i] = rule.update({ parameter: p[i], gradient: g[i], ...rates }, own, optimizer);
    for (let s = 0; s < slots.length; s++) slots[s][i] = own[s];
  }
}

/** A whole step for one pattern. */
function onlineStep(run: Run, { loss: name, options, layers }: ArgumentsOf<typeof wholeStep>): void {
  const patterns = run.patterns();
  const [row] = patterns.chosen;
  const pattern = (address: number, width: number): number => address + 4 * row * width;
  const inputOf = [pattern(patterns.inputs, patterns.inputWidth), ...layers.map(({ output }) => output)];
  for (const [k, layer] of layers.entries()) dense(run, { ...layer, input: inputOf[k] });
  const { output, units: width, delta: negativeGradient } = layers[layers.length - 1];
  const desired = pattern(patterns.desired, patterns.desiredWidth);
  const sampleWeights = pattern(patterns.weights, 1);
  loss(run, { loss: name, output, desired, sampleWeights, width, options, negativeGradient });
  for (let k = layers.length - 1; k >= 0; k--) {
    const { delta, units } = layers[k];
    localStep(run, { by: "activation", ...layers[k] }, delta, delta, units);
    if (k > 0) product(run, { ...layers[k], to: layers[k - 1].delta });
  }
  const plain = { optimizer: "sgd", slots: [], rate: 1, decay: 0 } as const;
  for (const [k, layer] of layers.entries()) {
    const { units, inputs, weights, bias, weightGradient, biasGradient } = layer;
    gradient(run, { ...layer, input: inputOf[k] });
    run.units = units;
    update(run, { ...plain, parameters: weights, gradients: weightGradient, inputs });
    if (bias !== 0) update(run, { ...plain, parameters: bias, gradients: biasGradient, inputs: 1 });
  }
  run.losses().batch.set(run.losses().rows);
}

/** to = δ · W. */
function product(run: Run, given: Omit<ArgumentsOf<Table["pull-back"]>, "packed" | "step">): void {
  const { delta, weights, to, units, inputs } = given;
  const w = run.floats(weights, units * inputs);
  run.eachRow((n) => {
    const [d, sums] = [run.row(delta, units, n), new Float64Array(inputs)];
    for (let u = 0; u < units; u++) {
      for (let i = 0; i < inputs; i++) sums[i] += d[u] * w[u * inputs + i];
    }
    run.row(to, inputs, n).set(sums);
  });
}

export const operations: Operations = new Map([
  // One thread meets nobody, and takes all there is at once.
  operation(engineOperations.barrier, () => {}),
  operation(engineOperations.again, () => {}),
  operation(engineOperations.share, (run, { units }) => {
    run.units = units;
  }),
  operation(engineOperations.gather, (run, to) => {
    const { chosen, inputs, desired, weights, inputWidth, desiredWidth } = run.patterns();
    for (const [n, row] of chosen.entries()) {
      run.row(to.inputs, inputWidth, n).set(run.row(inputs, inputWidth, row));
      if (desired !== 0) run.row(to.desired, desiredWidth, n).set(run.row(desired, desiredWidth, row));
      if (weights !== 0) run.row(to.sampleWeights, 1, n).set(run.row(weights, 1, row));
    }
  }),
  operation(table.dense, dense),
  operation(table.activation, (run, { activation, input, output, width }) =>
    activated(run, activation, input, output, width),
  ),
  /** As a dense layer, with [bias | weights]. */
  operation(table["packed-dense"], (run, given) => {
    const { packed: bias, units, output: field } = given;
    dense(run, { ...given, weights: bias + 4 * units, bias, field });
  }),
  operation(table.dropout, (run, given) => masked(run, given, given.input, given.output, given.width)),
  operation(table.loss, loss),
  operation(engineOperations["sum-loss"], (run) => {
    const { batch, rows } = run.losses();
    batch[0] = rows.reduce((sum, own) => sum + own, 0);
  }),
  operation(table["local-gradient"], (run, { negativeGradient, to, width, step }) =>
    localStep(run, step, negativeGradient, to, width),
  ),
  /** to = (δ · W) ∘ φ' */
  operation(table["pull-back"], (run, given) => {
    product(run, given);
    localStep(run, given.step, given.to, given.to, given.inputs);
  }),
  operation(table.gradient, gradient),
  /** g ← 0 */
  operation(table.freeze, (run, { gradients, inputs }) => {
    run.floats(gradients, run.units * inputs).fill(0);
  }),
  operation(table.copy, (run, { from, to, inputs }) =>
    run.floats(to, run.units * inputs).set(run.floats(from, run.units * inputs)),
  ),
  /** g ← g + l1 sign(p) + l2 p */
  operation(table.penalty, (run, { parameters, gradients, l1, l2, inputs }) => {
    const [p, g] = [parameters, gradients].map((address) => run.floats(address, run.units * inputs));
    for (let i = 0; i < p.length; i++) g[i] += l1 * Math.sign(p[i]) + l2 * p[i];
  }),
  operation(table.clip, (run, { gradients, length, norm }) => {
    const g = run.floats(gradients, length);
    const found = Math.sqrt(g.reduce((sum, own) => sum + own * own, 0));
    if (found > norm) g.set(g.map((own) => (own * norm) / found));
  }),
  operation(table.update, update),
  operation(engineOperations.emit, (run, { output, width }) =>
    run.outputs(width).set(run.floats(output, run.rows * width)),
  ),
  operation(wholeStep, onlineStep),
  ...layerOperations,
]);
