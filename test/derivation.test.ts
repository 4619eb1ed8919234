/**
 * The derivation's worked example, its arithmetic line by line, and its general statements with numbers put in.
 *
 * A 2-2-1 network of logistic neurons without biases, η = 0.5, learns one pattern. Every quantity of the five steps is
 * calculated here by hand and compared with what the reference computed, exact to 1e-12.
 */
import { expect, test } from "vitest";
import { completeProblem } from "../src/engines/engine.ts";
import { dense } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { reference } from "../src/reference/reference.ts";

const EXACT = 1e-12;

/** The network of the example, ready to learn. */
function workedExample() {
  const described = network({
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
  const optimizer = { name: "sgd", learningRate: 0.5 } as const;
  return reference.create(completeProblem({ network: described, loss: "halfSquaredError", optimizer }));
}

test("the worked example's step is the hand calculation's, line by line", () => {
  using session = workedExample();
  const [x1, x2] = [0.35, 0.9];
  const d = 0.5;
  const η = 0.5;
  const found = session.learn([x1, x2], [d]);

  // Step 1, forward: v = Σ W y and y = 1/(1 + e^(−v)), for the hidden neurons and then for the output neuron.
  const v1 = 0.35 * 0.1 + 0.9 * 0.8; //                0.035 + 0.72  = 0.755
  const v2 = 0.35 * 0.4 + 0.9 * 0.6; //                0.14  + 0.54  = 0.68
  const y1 = 1 / (1 + Math.exp(-0.755)); //            1/1.470010…   = 0.680267…
  const y2 = 1 / (1 + Math.exp(-0.68)); //             1/1.506616…   = 0.663738…
  const v = y1 * 0.3 + y2 * 0.9; //                    0.204080… + 0.597364… = 0.801444…
  const y = 1 / (1 + Math.exp(-v)); //                 1/1.448680…   = 0.690283…
  expectNumbers(session.signals(0).inducedField, [v1, v2]);
  expectNumbers(session.signals(0).output, [y1, y2]);
  expectNumbers(session.signals(1).inducedField, [v]);
  expectNumbers(session.signals(1).output, [y]);

  // Step 2, error: e = d − y and ε = ½ e².
  const e = d - y; //                                  0.5 − 0.690283… = −0.190283…
  const ε = 0.5 * e * e; //                            ½ · 0.036207…   =  0.018103…
  expectNumbers([d - session.signals(1).output[0]], [e]);
  expectNumbers([found], [ε]);

  // Step 3, the output neuron: δ = e φ'(v), where φ'(v) = y (1 − y).
  const δ = e * y * (1 - y); //                        −0.190283… · 0.213792… = −0.040681…
  expectNumbers(session.signals(1).localGradient, [δ]);

  // Step 4, the hidden neurons: δ_a = [Σ δ W] φ'(v_a), with the output weights 0.3 and 0.9 that made δ.
  const δ1 = δ * 0.3 * y1 * (1 - y1); //               −0.012204… · 0.217503… = −0.002654…
  const δ2 = δ * 0.9 * y2 * (1 - y2); //               −0.036613… · 0.223189… = −0.008171…
  expectNumbers(session.signals(0).localGradient, [δ1, δ2]);

  // Step 5, update: ΔW = η δ y; the gradient that a session keeps is ∂ε/∂W = −δ y.
  const ΔW = [
    η * δ1 * x1, // 0.5 · −0.002654… · 0.35      = −0.000464…
    η * δ1 * x2, // 0.5 · −0.002654… · 0.9       = −0.001194…
    η * δ2 * x1, // 0.5 · −0.008171… · 0.35      = −0.001430…
    η * δ2 * x2, // 0.5 · −0.008171… · 0.9       = −0.003677…
    η * δ * y1, //  0.5 · −0.040681… · 0.680267… = −0.013837…
    η * δ * y2, //  0.5 · −0.040681… · 0.663738… = −0.013500…
  ];
  const gradients = ΔW.map((change) => -change / η);
  expectNumbers(session.gradients, gradients);

  const W = [
    0.1 + ΔW[0], // 0.099535…
    0.8 + ΔW[1], // 0.798805…
    0.4 + ΔW[2], // 0.398569…
    0.6 + ΔW[3], // 0.596322…
    0.3 + ΔW[4], // 0.286162…
    0.9 + ΔW[5], // 0.886499…
  ];
  expectNumbers(session.parameters, W);
  expect(session.step).toBe(1);

  // Had the output weights moved before the hidden δ were made, the hidden δ would be these, and the test would see it.
  const tooLate = [δ * W[4] * y1 * (1 - y1), δ * W[5] * y2 * (1 - y2)];
  expect(() => expectNumbers(session.signals(0).localGradient, tooLate)).toThrow();
});

test("the worked example's figures agree with the same step in decimal arithmetic of 40 digits", () => {
  using session = workedExample();
  const ε = session.learn([0.35, 0.9], [0.5]);
  expectNumbers(session.signals(0).output, [0.680267196698648, 0.663738697404353]);
  expectNumbers(session.signals(1).inducedField, [0.801444986673512]);
  expectNumbers(session.signals(1).output, [0.690283492907644]);
  expectNumbers([ε], [0.018103903836567]);
  expectNumbers(session.signals(1).localGradient, [-0.040681125112339]);
  expectNumbers(session.signals(0).localGradient, [-0.002654489030885, -0.00817164506413]);
  expectNumbers(
    session.parameters,
    [0.099535464419595, 0.798805479936102, 0.398569962113777, 0.596322759721142, 0.286162982530641, 0.886499181504496],
  );
});

test("learning the pattern again lowers its error", () => {
  using session = workedExample();
  const losses = Array.from({ length: 10 }, () => session.learn([0.35, 0.9], [0.5]));
  for (let n = 1; n < losses.length; n++) expect(losses[n]).toBeLessThan(losses[n - 1]);
});

test("over a mini-batch, ε and ΔW are the means of the patterns' own", () => {
  const described = network({
    inputs: 2,
    layers: [dense(3, { activation: "tanh" }), dense(2, { activation: "logistic" })],
  });
  const problem = completeProblem({ network: described, loss: "halfSquaredError", batchSize: 3, seed: 5 });
  using session = reference.create(problem);
  using patterns = session.load({
    inputs: Float64Array.of(0.35, 0.9, -1, 0.2, 0.7, -0.4),
    desired: Float64Array.of(1, 0, 0, 1, 0.5, 0.5),
  });
  const alone = [0, 1, 2].map((row) => {
    const ε = session.gradient(patterns, Uint32Array.of(row));
    return { ε, gradients: session.gradients.slice() };
  });
  const together = session.gradient(patterns, Uint32Array.of(0, 1, 2));
  expectNumbers([together], [(alone[0].ε + alone[1].ε + alone[2].ε) / 3]);
  expectNumbers(
    session.gradients,
    alone[0].gradients.map((g, i) => (g + alone[1].gradients[i] + alone[2].gradients[i]) / 3),
  );
});

test("a hidden δ brackets the local gradients of all the neurons that it feeds", () => {
  // 1-1-3, identities throughout: y_j = 2 x, y_k = W y_j; with x = 1 and W = (1, 2, 3), y_k = (2, 4, 6).
  const initialisation = { weights: [[1], [2], [3]] };
  const described = network({
    inputs: 1,
    layers: [dense(1, { bias: false, initialisation: { weights: [[2]] } }), dense(3, { bias: false, initialisation })],
  });
  using session = reference.create(completeProblem({ network: described, loss: "halfSquaredError" }));
  session.learn([1], [3, 3, 3]);
  // e = (3 − 2, 3 − 4, 3 − 6) = (1, −1, −3); the bracket is 1·1 − 1·2 − 3·3 = −10, and φ' = 1.
  expectNumbers(session.signals(1).localGradient, [1, -1, -3]);
  expectNumbers(session.signals(0).localGradient, [-10]);
});

test("softmax in the output layer multiplies e by its full Jacobian", () => {
  // Fields (ln 1, ln 2, ln 5) come from the bias: y = (1, 2, 5)/8.
  const bias = [0, Math.log(2), Math.log(5)];
  const layer = dense(3, { activation: "softmax", initialisation: { weights: [[0], [0], [0]], bias } });
  const described = network({ inputs: 1, layers: [layer] });
  using session = reference.create(completeProblem({ network: described, loss: "halfSquaredError" }));
  session.learn([1], [1, 0, 0]);
  // e = (7, −2, −5)/8. δ_s = Σ_r e_r y_r (1[r = s] − y_s) = y_s (e_s − Σ_r e_r y_r), and
  // Σ_r e_r y_r = (7·1 − 2·2 − 5·5)/64 = −22/64. So δ_1 = ⅛ (56 + 22)/64, δ_2 = 2⁄8 (−16 + 22)/64, δ_3 = ⅝ (−40 + 22)/64.
  expectNumbers(session.signals(0).output, [1 / 8, 2 / 8, 5 / 8]);
  expectNumbers(session.signals(0).localGradient, [78 / 512, 12 / 512, -90 / 512]);
});

test("for cross-entropy after softmax the product of factors collapses to δ = d − y", () => {
  const bias = [0, Math.log(2), Math.log(5)];
  const described = network({
    inputs: 1,
    layers: [dense(3, { initialisation: { weights: [[0], [0], [0]], bias } })],
  });
  using session = reference.create(completeProblem({ network: described, loss: "crossEntropy" }));
  const loss = session.learn([1], [1]);
  // Logits (ln 1, ln 2, ln 5): p = (1, 2, 5)/8; the desired class is the second, d = (0, 1, 0); loss = −ln 2⁄8 = ln 4.
  expectNumbers([loss], [Math.log(4)]);
  expectNumbers(session.signals(0).localGradient, [-1 / 8, 6 / 8, -5 / 8]);
});

/** Fails unless every number found is within 1e-12 of the expected one. */
function expectNumbers(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const message = `number ${i}: expected ${expected[i]}, found ${found[i]}`;
    expect(Math.abs(found[i] - expected[i]), message).toBeLessThanOrEqual(EXACT);
  }
}
