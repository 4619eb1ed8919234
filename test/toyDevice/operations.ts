/**
 * A program's operations in plain loops, written to be read: what their words mean, and the formula of each.
 *
 * Numbers are float32 in the memory and float64 in between; what an activation, a loss or an update rule is stands in its table.
 * Knows nothing of plans and sessions: whatever isn't in the words can't be known. `layers.ts` has the layers that aren't dense.
 */

import { lossOptionWords, placesOf } from "../../src/engines/memory/layouts.ts";
import { desiredWidth, type Loss, type LossName, losses, lossOf, patternScale } from "../../src/network/losses.ts";
import {
  type CompleteOptimizer,
  type OptimizerName,
  optimizerOf,
  optimizers,
} from "../../src/optimizers/optimizers.ts";
import { engineOperations } from "../../src/plan/ops/engine.ts";
import { onlineStep as wholeStep } from "../../src/plan/ops/training.ts";
import { operations as table } from "../../src/plan/ops.ts";
import { layerOperations } from "./layers.ts";
import type { Operations, Run, Words } from "./run.ts";
import { activationAt, localStep, masked } from "./steps.ts";

const optionWords = placesOf(lossOptionWords);

/** A float32 that stands among words. */
function floatOf(word: number): number {
  return new Float32Array(Int32Array.of(word).buffer)[0];
}

/** [input, weights, bias or 0, field, output, inputs, units, activation]: v = x · Wᵀ + b, y = φ(v). */
function dense(run: Run, [input, weights, bias, field, output, inputs, units, kind]: Words): void {
  const phi = activationAt(kind);
  const w = run.floats(weights, units * inputs);
  const b = bias === 0 ? new Float32Array(units) : run.floats(bias, units);
  run.eachRow((n) => {
    const [x, v] = [run.row(input, inputs, n), run.row(field, units, n)];
    for (let u = 0; u < units; u++) {
      let sum = b[u];
      for (let i = 0; i < inputs; i++) sum += w[u * inputs + i] * x[i];
      v[u] = sum;
    }
    run.row(output, units, n).set(phi.kind === "vector" ? phi.value(v) : v.map(phi.value));
  });
}

/** [kind, y, d, w, width, options, −∂loss/∂y]: the loss of each row, and what comes back from it. */
function loss(run: Run, [kind, outputs, desired, weights, width, place, back]: Words): void {
  const name = (Object.keys(losses) as LossName[])[kind];
  const at = (word: keyof typeof optionWords): number => place + 4 * optionWords[word];
  const [setting] = run.floats(at("setting"), 1);
  const [each, hasFactors] = run.words(at("outputsEach"), 2);
  const factors = hasFactors === 0 ? undefined : Array.from(run.floats(at("factors"), width));
  // Each loss reads its own options.
  const options = {
    labelSmoothing: setting,
    delta: setting,
    classWeights: factors,
    quantiles: factors?.slice(0, each),
  };
  const described = { name, ...options } as Loss;
  const entry = lossOf(described);
  const isWeighted = run.patterns().weights !== 0;
  run.eachRow((n) => {
    const [y, d] = [run.row(outputs, width, n), run.row(desired, desiredWidth(described, width), n)];
    const scale = patternScale(run.rows, isWeighted ? run.floats(weights, run.rows)[n] : 1);
    run.losses().rows[n] = scale * entry.value(y, d, described);
    run.row(back, width, n).set(entry.derivative(y, d, described).map((slope) => -scale * slope));
  });
}

/** [δ, input, ∂W, ∂b or 0, units, inputs, …]: ∂W = −δᵀ · x, ∂b = −Σ δ. */
function gradient(run: Run, [delta, input, weights, bias, units, inputs]: Words): void {
  const [ofWeights, ofBias] = [new Float64Array(units * inputs), new Float64Array(units)];
  run.eachRow((n) => {
    const [d, x] = [run.row(delta, units, n), run.row(input, inputs, n)];
    for (let u = 0; u < units; u++) {
      ofBias[u] -= d[u];
      for (let i = 0; i < inputs; i++) ofWeights[u * inputs + i] -= d[u] * x[i];
    }
  });
  run.floats(weights, units * inputs).set(ofWeights);
  if (bias !== 0) run.floats(bias, units).set(ofBias);
}

/** [kind, parameters, gradients, slot, slot, rate, decay, numbers a unit]: the rule for every number. */
function update(run: Run, [kind, parameters, gradients, slot0, slot1, rate, decay, inputs]: Words): void {
  const name = (Object.keys(optimizers) as OptimizerName[])[kind];
  const { learningRate, decayFactor, a, b, epsilon, weightDecay, step } = run.learning();
  // Each rule reads its own options.
  const decays = { momentum: a, decay: a, beta1: a, beta2: b };
  const optimizer = { name, learningRate, ...decays, epsilon, weightDecay } as unknown as CompleteOptimizer;
  const rule = optimizerOf(optimizer);
  const count = run.units * inputs;
  const [p, g, ...slots] = [parameters, gradients, ...[slot0, slot1].slice(0, rule.slots.length)].map((address) =>
    run.floats(address, count),
  );
  const rates = {
    step,
    learningRate: learningRate * floatOf(rate),
    decayRate: learningRate * decayFactor * floatOf(decay),
  };
  const own = new Float64Array(slots.length);
  for (let i = 0; i < count; i++) {
    for (let s = 0; s < slots.length; s++) own[s] = slots[s][i];
    p[i] = rule.update({ parameter: p[i], gradient: g[i], ...rates }, own, optimizer);
    for (let s = 0; s < slots.length; s++) slots[s][i] = own[s];
  }
}

/** [loss, options, layers, layer…]: a whole step for one pattern; of each layer [inputs, units, activation, W, b, v, y, δ, ∂W, ∂b]. */
function onlineStep(run: Run, [lossKind, options, count, ...words]: Words): void {
  const layers = Array.from({ length: count }, (_, k) => {
    const [inputs, units, kind, weights, bias, field, output, delta, ofWeights, ofBias] = words.slice(
      10 * k,
      10 * k + 10,
    );
    return { inputs, units, kind, weights, bias, field, output, delta, ofWeights, ofBias };
  });
  const { chosen, inputs, desired, weights, inputWidth, desiredWidth } = run.patterns();
  const [row] = chosen;
  let input = inputs + 4 * row * inputWidth;
  const inputOf = layers.map(({ output }) => {
    const own = input;
    input = output;
    return own;
  });
  for (const [k, { inputs, units, kind, weights, bias, field, output }] of layers.entries()) {
    dense(run, Int32Array.of(inputOf[k], weights, bias, field, output, inputs, units, kind));
  }
  const last = layers[count - 1];
  const d = desired + 4 * row * desiredWidth;
  loss(run, Int32Array.of(lossKind, last.output, d, weights + 4 * row, last.units, options, last.delta));
  for (let k = count - 1; k >= 0; k--) {
    const { inputs, units, kind, field, output, delta, weights } = layers[k];
    localStep(run, Int32Array.of(0, kind, field, output), delta, delta, units);
    if (k > 0) product(run, [delta, weights, layers[k - 1].delta, units, inputs]);
  }
  for (const [k, { inputs, units, delta, weights, bias, ofWeights, ofBias }] of layers.entries()) {
    gradient(run, Int32Array.of(delta, inputOf[k], ofWeights, ofBias, units, inputs));
    run.units = units;
    const one = floatWord(1);
    update(run, Int32Array.of(0, weights, ofWeights, 0, 0, one, 0, inputs));
    if (bias !== 0) update(run, Int32Array.of(0, bias, ofBias, 0, 0, one, 0, 1));
  }
  run.losses().batch.set(run.losses().rows);
}

function floatWord(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

/** to = δ · W. */
function product(run: Run, [delta, weights, to, units, inputs]: readonly number[]): void {
  const w = run.floats(weights, units * inputs);
  run.eachRow((n) => {
    const [d, sums] = [run.row(delta, units, n), new Float64Array(inputs)];
    for (let u = 0; u < units; u++) {
      for (let i = 0; i < inputs; i++) sums[i] += d[u] * w[u * inputs + i];
    }
    run.row(to, inputs, n).set(sums);
  });
}

export const operations: Operations = {
  // One thread meets nobody, and takes all there is at once.
  [engineOperations.barrier.code]: () => {},
  [engineOperations.again.code]: () => {},
  [engineOperations.share.code]: (run, [, units]) => {
    run.units = units;
  },
  /** [x, d, w] */
  [engineOperations.gather.code]: (run, [x, d, w]) => {
    const { chosen, inputs, desired, weights, inputWidth, desiredWidth } = run.patterns();
    for (const [n, row] of chosen.entries()) {
      run.row(x, inputWidth, n).set(run.row(inputs, inputWidth, row));
      if (desired !== 0) run.row(d, desiredWidth, n).set(run.row(desired, desiredWidth, row));
      if (weights !== 0) run.row(w, 1, n).set(run.row(weights, 1, row));
    }
  },
  [table.dense.code]: dense,
  /** [input, packed, output, inputs, units, activation]: as a dense layer, with [bias | weights]. */
  [engineOperations["packed-dense"].code]: (run, [input, packed, output, inputs, units, kind]) =>
    dense(run, Int32Array.of(input, packed + 4 * units, packed, output, output, inputs, units, kind)),
  /** [input, output, width, mask…] */
  [table.dropout.code]: (run, [input, output, width, ...mask]) =>
    masked(run, input, output, width, Int32Array.from(mask)),
  [table.loss.code]: loss,
  [engineOperations["sum-loss"].code]: (run) => {
    const { batch, rows } = run.losses();
    batch[0] = rows.reduce((sum, own) => sum + own, 0);
  },
  /** [what came back, to, width, step…] */
  [table["local-gradient"].code]: (run, [from, to, width, ...step]) =>
    localStep(run, Int32Array.from(step), from, to, width),
  /** [δ, weights, to, units, inputs, …, step…]: to = (δ · W) ∘ φ' */
  [table["pull-back"].code]: (run, [delta, weights, to, units, inputs, , ...step]) => {
    product(run, [delta, weights, to, units, inputs]);
    localStep(run, Int32Array.from(step), to, to, inputs);
  },
  [table.gradient.code]: gradient,
  /** [gradients, numbers a unit]: g ← 0 */
  [table.freeze.code]: (run, [gradients, inputs]) => {
    run.floats(gradients, run.units * inputs).fill(0);
  },
  /** [from, to, numbers a unit] */
  [table.copy.code]: (run, [from, to, inputs]) =>
    run.floats(to, run.units * inputs).set(run.floats(from, run.units * inputs)),
  /** [parameters, gradients, l1, l2, numbers a unit]: g ← g + l1 sign(p) + l2 p */
  [table.penalty.code]: (run, [parameters, gradients, l1, l2, inputs]) => {
    const [p, g] = [parameters, gradients].map((address) => run.floats(address, run.units * inputs));
    for (let i = 0; i < p.length; i++) g[i] += floatOf(l1) * Math.sign(p[i]) + floatOf(l2) * p[i];
  },
  /** [gradients, length, norm, …] */
  [table.clip.code]: (run, [gradients, length, norm]) => {
    const g = run.floats(gradients, length);
    const found = Math.sqrt(g.reduce((sum, own) => sum + own * own, 0));
    if (found > floatOf(norm)) g.set(g.map((own) => (own * floatOf(norm)) / found));
  },
  [table.update.code]: update,
  /** [output, width] */
  [engineOperations.emit.code]: (run, [output, width]) => run.outputs(width).set(run.floats(output, run.rows * width)),
  [wholeStep.code]: onlineStep,
  ...layerOperations,
};
