/**
 * Every number of the chapter docs/what-is-learning.md, made by the library: a test compares the two.
 *
 * Each part prints its name in brackets and then its lines, as the chapter shows them.
 */
import { createSession, dense, derivation, initialParameters, network } from "gradus/network";

const six = (value: number): string => (value < 0 ? "−" : "") + Math.abs(value).toFixed(6);
const part = (name: string, ...lines: string[]): void => console.log([`[${name}]`, ...lines, ""].join("\n"));
const halfSquaredError = { name: "halfSquaredError" } as const;

/** ε and what made it, for a network, its parameters and one pattern. */
function step(net: ReturnType<typeof network>, parameters: Float64Array, x: number[], d: number[]) {
  const subject = derivation.subjectOf(net, parameters);
  const signals = derivation.forward(subject, Float64Array.from(x));
  const { loss, negativeGradient } = derivation.error(halfSquaredError, signals[signals.length - 1].output, 1, {
    desired: Float64Array.from(d),
  });
  derivation.outputLocalGradients(subject, signals, negativeGradient);
  derivation.hiddenLocalGradients(subject, signals);
  return { signals, energy: loss, e: negativeGradient, gradients: derivation.parameterGradients(subject, signals) };
}

// A neuron with one weight: x = 0.9, d = 0.8.
const neuron = network({ inputs: 1, layers: [dense(1, { activation: "logistic", bias: false })] });
const energyAt = (w: number) => step(neuron, Float64Array.of(w), [0.9], [0.8]);
part(
  "valley",
  "    w          y       energy",
  ...[-2, -1, 0, 1, 2, 3, 4].map((w) => {
    const { signals, energy } = energyAt(w);
    return `${(w < 0 ? "−" : " ") + Math.abs(w)}   ${six(signals[0].output[0])}   ${six(energy)}`;
  }),
);

const h = 0.001;
const higher = energyAt(h).energy;
const lower = energyAt(-h).energy;
part(
  "slope",
  `energy at w =  0.001:  ${higher.toFixed(9)}`,
  `energy at w = −0.001:  ${lower.toFixed(9)}`,
  `difference over 0.002: ${six((higher - lower) / (2 * h))}`,
  `the chain rule:        ${six(energyAt(0).gradients[0])}`,
);

let w = -2;
const walk: string[] = [];
for (let n = 0; n <= 100; n++) {
  const { energy, gradients } = energyAt(w);
  if ([0, 1, 2, 10, 100].includes(n)) {
    walk.push(`after ${String(n).padStart(3)} steps: w = ${six(w)}   energy = ${six(energy)}`);
  }
  w -= 5 * gradients[0];
}
part("walk", ...walk);

// The network of the worked example: 2-2-1, logistic, no biases.
const net = network({
  inputs: 2,
  layers: [
    dense(2, {
      activation: "logistic",
      bias: false,
      initialisation: {
        weights: [
          [0.1, 0.8],
          [0.4, 0.6],
        ],
      },
    }),
    dense(1, { activation: "logistic", bias: false, initialisation: { weights: [[0.3, 0.9]] } }),
  ],
});
const x = [0.35, 0.9];
const d = [0.5];
const eta = 0.5;
const W = initialParameters(net, 0);
const { signals, energy, e, gradients } = step(net, W, x, d);
const [hidden, output] = signals;
const [v1, v2] = hidden.inducedField;
const [y1, y2] = hidden.output;
const v = output.inducedField[0];
const y = output.output[0];
part(
  "forward",
  `hidden 1: v = 0.1 · 0.35 + 0.8 · 0.9 = ${six(v1)}   y = φ(v) = ${six(y1)}`,
  `hidden 2: v = 0.4 · 0.35 + 0.6 · 0.9 = ${six(v2)}   y = φ(v) = ${six(y2)}`,
  `output:   v = 0.3 · ${six(y1)} + 0.9 · ${six(y2)} = ${six(v)}   y = φ(v) = ${six(y)}`,
);
part("error", `e = d − y = 0.5 − ${six(y)} = ${six(e[0])}`, `ε = ½ e² = ${six(energy)}`);

const slope = y * (1 - y);
part(
  "chain",
  `i.    ∂ε/∂e  = e             = ${six(e[0])}`,
  "ii.   ∂e/∂y  = −1",
  `iii.  ∂y/∂v  = y (1 − y)     =  ${six(slope)}`,
  `iv.   ∂v/∂W₁ = y of hidden 1 =  ${six(y1)}`,
  `their product, ∂ε/∂W₁        =  ${six(gradients[4])}`,
);

const energyWith = (index: number, by: number): number =>
  step(
    net,
    W.map((weight, i) => (i === index ? weight + by : weight)),
    x,
    d,
  ).energy;
const difference = (index: number): number => (energyWith(index, 1e-5) - energyWith(index, -1e-5)) / 2e-5;
part("difference", `by a difference:   ${six(difference(4))}`, `by the chain rule: ${six(gradients[4])}`);

const delta = output.localGradient[0];
const [delta1, delta2] = hidden.localGradient;
part(
  "output delta",
  `δ = e · φ'(v) = ${six(e[0])} · ${six(slope)} = ${six(delta)}`,
  `ΔW₁ = η δ y = 0.5 · ${six(delta)} · ${six(y1)} = ${six(-eta * gradients[4])}`,
  `ΔW₂ = η δ y = 0.5 · ${six(delta)} · ${six(y2)} = ${six(-eta * gradients[5])}`,
);
// The output neuron with a bias that starts at 0: the last parameter, and all else as before.
const biased = network({ inputs: 2, layers: [net.layers[0], dense(1, { activation: "logistic" })] });
const withBias = (b: number) => step(biased, Float64Array.of(...W, b), x, d);
const bias = withBias(0).gradients[6];
part(
  "bias",
  `∂ε/∂b = −δ · 1 = ${six(bias)}`,
  `by a difference: ${six((withBias(1e-5).energy - withBias(-1e-5).energy) / 2e-5)}`,
  `Δb = η δ = 0.5 · ${six(delta)} = ${six(-eta * bias)}`,
);
part(
  "hidden delta",
  `hidden 1: δ = [${six(delta)} · 0.3] · ${six(y1 * (1 - y1))} = ${six(delta1)}`,
  `hidden 2: δ = [${six(delta)} · 0.9] · ${six(y2 * (1 - y2))} = ${six(delta2)}`,
);

const moved = W.map((weight, i) => weight - eta * gradients[i]);
const names = [
  "hidden 1, from x₁",
  "hidden 1, from x₂",
  "hidden 2, from x₁",
  "hidden 2, from x₂",
  "output, from hidden 1",
  "output, from hidden 2",
];
part(
  "update",
  ...names.map((name, i) => `${name.padEnd(22)} ${W[i]} → ${six(moved[i])}`),
  `energy                 ${six(energy)} → ${six(step(net, moved, x, d).energy)}`,
);

// The output weights moved first, and only then the hidden δ.
const early = W.map((weight, i) => (i >= 4 ? moved[i] : weight));
part(
  "too soon",
  `hidden 1: δ = [${six(delta)} · ${six(early[4])}] · ${six(y1 * (1 - y1))} = ${six(delta * early[4] * y1 * (1 - y1))}`,
  `hidden 2: δ = [${six(delta)} · ${six(early[5])}] · ${six(y2 * (1 - y2))} = ${six(delta * early[5] * y2 * (1 - y2))}`,
);

let parameters = W;
const course: string[] = [];
for (let n = 0; n <= 1000; n++) {
  const now = step(net, parameters, x, d);
  if ([0, 1, 10, 100, 1000].includes(n)) {
    course.push(
      `after ${String(n).padStart(4)} steps: y = ${six(now.signals[1].output[0])}   energy = ${six(now.energy)}`,
    );
  }
  parameters = parameters.map((weight, i) => weight - eta * now.gradients[i]);
}
part("course", ...course);

// Four patterns that no straight line separates.
using xor = await createSession({
  network: network({
    inputs: 2,
    layers: [dense(4, { activation: "tanh" }), dense(1, { activation: "logistic" })],
  }),
  loss: "halfSquaredError",
  optimizer: { name: "sgd", learningRate: 0.5 },
  batchSize: 4,
  seed: 3,
  engine: "reference",
});
const four = xor.load({ inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), desired: Float32Array.of(0, 1, 1, 0) });
const all = Uint32Array.of(0, 1, 2, 3);
const xorLines: string[] = [];
for (let n = 0; n <= 3000; n++) {
  if ([0, 300, 1000, 3000].includes(n)) {
    const outputs = Array.from(await xor.predict([0, 0, 0, 1, 1, 0, 1, 1]), (output) => output.toFixed(3));
    const mean = await xor.evaluate(four);
    xorLines.push(`after ${String(n).padStart(4)} steps: mean energy ${six(mean)}   outputs ${outputs.join("  ")}`);
  }
  await xor.run(four, all);
}
part("xor", ...xorLines);

// Three classes: logits y, probabilities p, the first class is right.
const logits = network({ inputs: 3, layers: [dense(3, { bias: false })] });
const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const classes = derivation.subjectOf(logits, identity);
const classSignals = derivation.forward(classes, Float64Array.of(2, 1, 0));
const lossAndGradient = derivation.error({ name: "crossEntropy" }, classSignals[0].output, 1, {
  desired: Float64Array.of(0),
});
derivation.outputLocalGradients(classes, classSignals, lossAndGradient.negativeGradient);
const p = Array.from(classSignals[0].localGradient, (value, k) => (k === 0 ? 1 : 0) - value);
part(
  "classes",
  `y = 2, 1, 0`,
  `p = ${p.map(six).join(", ")}`,
  `loss = −ln p₁ = ${six(lossAndGradient.loss)}`,
  `δ = ${Array.from(classSignals[0].localGradient, six).join(", ")}`,
);
