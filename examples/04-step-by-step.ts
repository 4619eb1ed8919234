/**
 * The derivation's steps one at a time, with their numbers: the same functions that the reference engine runs.
 *
 * The network is 2-2-1, logistic, without biases; x = (0.35, 0.9), d = 0.5, η = 0.5.
 */
import { dense, derivation, initialParameters, network } from "gradus/network";

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
const subject = derivation.subjectOf(net, initialParameters(net, 0));

console.log("1. forward");
const signals = derivation.forward(subject, Float64Array.of(0.35, 0.9));
for (const [layer, { inducedField, output }] of signals.entries()) {
  console.log(`   layer ${layer}: v = ${inducedField.join(", ")}; y = ${output.join(", ")}`);
}

console.log("2. error");
const { loss, negativeGradient } = derivation.error({ name: "halfSquaredError" }, signals[1].output, 1, {
  desired: Float64Array.of(0.5),
});
console.log(`   e = ${negativeGradient[0]}, energy = ${loss}`);

console.log("3. output local gradients");
derivation.outputLocalGradients(subject, signals, negativeGradient);
console.log(`   δ = ${signals[1].localGradient.join(", ")}`);

console.log("4. hidden local gradients, by the weights that made the output");
derivation.hiddenLocalGradients(subject, signals);
console.log(`   δ = ${signals[0].localGradient.join(", ")}`);

console.log("5. update, W(n+1) = W(n) − η ∂ε/∂W");
const gradients = derivation.parameterGradients(subject, signals);
for (const { name, offset, length } of subject.layout.tensors) {
  const moved = subject.parameters.subarray(offset, offset + length).map((w, i) => w - 0.5 * gradients[offset + i]);
  console.log(`   ${name}: ${moved.join(", ")}`);
}
