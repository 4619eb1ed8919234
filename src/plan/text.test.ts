/** Plans as people read them: three listings, whole, and what one without fusions has in another way. */
import { expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../engines/engine.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { makePlan } from "./makePlan.ts";
import { planText } from "./text.ts";

const textOf = (options: ProblemOptions): string => `\n${planText(makePlan(completeProblem(options)))}\n`;

const exclusiveOr = {
  network: network({
    inputs: 2,
    layers: [dense(4, { activation: "logistic" }), dense(1, { activation: "logistic" })],
  }),
  loss: "halfSquaredError",
  optimizer: { name: "sgd", learningRate: 0.5 },
} as const satisfies ProblemOptions;

test("the exclusive or, pattern by pattern", () => {
  expect(textOf(exclusiveOr)).toMatchInlineSnapshot(`
    "
    network    2 inputs → 4 logistic → 1 logistic
               17 parameters; batches of up to 1
    loss       halfSquaredError
    optimizer  sgd, learningRate 0.5: p ← p − η g
    memory     208 float32 numbers, 0.8 KiB

    regions
      parameters    0  [17]
        W0          0  [4×2]
        b0          8  [4]
        W1         12  [1×4]
        b1         16  [1]
      gradients    32  [17]
        ∂W0        32  [4×2]
        ∂b0        40  [4]
        ∂W1        44  [1×4]
        ∂b1        48  [1]
      x            64  [1×2]
      d            80  [1×1]
      w            96  [1]
      v0          112  [1×4]
      y0          128  [1×4]
      δ0          144  [1×4]
      v1          160  [1×1]
      y1          176  [1×1]
      δ1          192  [1×1]

    forward
      1  dense           v0 = x · W0ᵀ + b0; y0 = logistic(v0)   [1×2]·[2×4]
      2  dense           v1 = y0 · W1ᵀ + b1; y1 = logistic(v1)  [1×4]·[4×1]

    loss
      3  loss            L = (1/B) Σ w halfSquaredError(y1, d); δ1 = −∂L/∂y1  [1×1]

    backward
      4  local gradient  δ1 = δ1 ∘ logistic'(v1)         [1×1]
      5  pull-back       δ0 = (δ1 · W1) ∘ logistic'(v0)  [1×1]·[1×4]

    gradient
      6  gradient        ∂W0 = −δ0ᵀ · x; ∂b0 = −Σ δ0   [4×1]·[1×2]
      7  gradient        ∂W1 = −δ1ᵀ · y0; ∂b1 = −Σ δ1  [1×1]·[1×4]

    reduce, which a machine that learns alone leaves out
      8  reduce          gradients = their mean over all machines  [17]

    update
      9  update          W0 by sgd from ∂W0  [4×2]
     10  update          b0 by sgd from ∂b0  [4]
     11  update          W1 by sgd from ∂W1  [1×4]
     12  update          b1 by sgd from ∂b1  [1]
    "
  `);
});

test("without fusions, the exclusive or differs in the operations forward and back alone", () => {
  const [fused, apart] = [true, false].map((each) =>
    planText(makePlan(completeProblem(exclusiveOr), { fused: each })).split("\n\n"),
  );
  const isOther = (title: string): boolean => !/^(forward|backward|predict)/.test(title);
  const unnumbered = (parts: readonly string[]): string[] => parts.map((part) => part.replaceAll(/^ +\d+/gm, ""));
  expect(unnumbered(apart.filter(isOther))).toEqual(unnumbered(fused.filter(isOther)));
  expect(`\n${apart.filter((part) => !isOther(part)).join("\n\n")}\n`).toMatchInlineSnapshot(`
    "
    forward
      1  dense           v0 = x · W0ᵀ + b0   [1×2]·[2×4]
      2  activation      y0 = logistic(v0)   [1×4]
      3  dense           v1 = y0 · W1ᵀ + b1  [1×4]·[4×1]
      4  activation      y1 = logistic(v1)   [1×1]

    backward
      6  local gradient  δ1 = δ1 ∘ logistic'(v1)  [1×1]
      7  pull-back       δ0 = δ1 · W1             [1×1]·[1×4]
      8  local gradient  δ0 = δ0 ∘ logistic'(v0)  [1×4]
    "
  `);
});

test("two layers of ReLU under cross-entropy, Adam, in batches", () => {
  const text = textOf({
    network: network({
      inputs: 54,
      layers: [dense(256, { activation: "relu" }), dense(256, { activation: "relu" }), dense(7)],
    }),
    loss: { name: "crossEntropy", labelSmoothing: 0.05 },
    optimizer: "adam",
    batchSize: 256,
  });
  expect(text).toMatchInlineSnapshot(`
    "
    network    54 inputs → 256 relu → 256 relu → 7 identity
               81671 parameters; batches of up to 256
    loss       crossEntropy, labelSmoothing 0.05
    optimizer  adam, learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8: m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; p ← p − η m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)
    memory     737856 float32 numbers, 2882.3 KiB

    regions
      parameters       0  [81671]
        W0             0  [256×54]
        b0         13824  [256]
        W1         14080  [256×256]
        b1         79616  [256]
        W2         79872  [7×256]
        b2         81664  [7]
      gradients    81680  [81671]
        ∂W0        81680  [256×54]
        ∂b0        95504  [256]
        ∂W1        95760  [256×256]
        ∂b1       161296  [256]
        ∂W2       161552  [7×256]
        ∂b2       163344  [7]
      mean        163360  [81671]
      square      245040  [81671]
      x           326720  [256×54]
      d           340544  [256×1]
      w           340800  [256]
      v0          341056  [256×256]
      y0          406592  [256×256]
      δ0          472128  [256×256]
      v1          537664  [256×256]
      y1          603200  [256×256]
      δ1          668736  [256×256]
      v2          734272  [256×7]
      δ2          736064  [256×7]

    forward
      1  dense           v0 = x · W0ᵀ + b0; y0 = relu(v0)   [256×54]·[54×256]
      2  dense           v1 = y0 · W1ᵀ + b1; y1 = relu(v1)  [256×256]·[256×256]
      3  dense           v2 = y1 · W2ᵀ + b2                 [256×256]·[256×7]

    loss
      4  loss            L = (1/B) Σ w crossEntropy(v2, d); δ2 = −∂L/∂v2  [256×7]

    backward
      5  pull-back       δ1 = (δ2 · W2) ∘ relu'(v1)  [256×7]·[7×256]
      6  pull-back       δ0 = (δ1 · W1) ∘ relu'(v0)  [256×256]·[256×256]

    gradient
      7  gradient        ∂W0 = −δ0ᵀ · x; ∂b0 = −Σ δ0   [256×256]·[256×54]
      8  gradient        ∂W1 = −δ1ᵀ · y0; ∂b1 = −Σ δ1  [256×256]·[256×256]
      9  gradient        ∂W2 = −δ2ᵀ · y1; ∂b2 = −Σ δ2  [7×256]·[256×256]

    reduce, which a machine that learns alone leaves out
     10  reduce          gradients = their mean over all machines  [81671]

    update
     11  update          W0 by adam from ∂W0, mean(W0), square(W0)  [256×54]
     12  update          b0 by adam from ∂b0, mean(b0), square(b0)  [256]
     13  update          W1 by adam from ∂W1, mean(W1), square(W1)  [256×256]
     14  update          b1 by adam from ∂b1, mean(b1), square(b1)  [256]
     15  update          W2 by adam from ∂W2, mean(W2), square(W2)  [7×256]
     16  update          b2 by adam from ∂b2, mean(b2), square(b2)  [7]
    "
  `);
});

test("dropout, softmax inside, a layer without bias, penalties and clipping", () => {
  const text = textOf({
    network: network({
      inputs: 7,
      layers: [
        dropout(0.1),
        dense(4, { activation: "softmax" }),
        dropout(0.3),
        dropout(0.5),
        dense(8),
        dense(3, { activation: "tanh", bias: false }),
      ],
    }),
    loss: { name: "huber", delta: 0.5 },
    optimizer: "adamW",
    batchSize: 32,
    l1: 0.001,
    l2: 0.01,
    clipNorm: 5,
  });
  expect(text).toMatchInlineSnapshot(`
    "
    network    7 inputs → dropout 0.1 → 4 softmax → dropout 0.3 → dropout 0.5 → 8 identity → 3 tanh without bias
               96 parameters; batches of up to 32
    loss       huber, delta 0.5
    optimizer  adamW, learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, weightDecay 0.01: p ← p (1 − η λ); m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; p ← p − η m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)
    memory     2976 float32 numbers, 11.6 KiB

    regions
      parameters     0  [96]
        W1           0  [4×7]
        b1          28  [4]
        W4          32  [8×4]
        b4          64  [8]
        W5          72  [3×8]
      gradients     96  [96]
        ∂W1         96  [4×7]
        ∂b1        124  [4]
        ∂W4        128  [8×4]
        ∂b4        160  [8]
        ∂W5        168  [3×8]
      g            192  [96]
      mean         288  [96]
      square       384  [96]
      x            480  [32×7]
      d            704  [32×3]
      w            800  [32]
      y0           832  [32×7]
      δ0          1056  [32×7]
      v1          1280  [32×4]
      y1          1408  [32×4]
      δ1          1536  [32×4]
      y2          1664  [32×4]
      δ2          1792  [32×4]
      y3          1920  [32×4]
      δ3          2048  [32×4]
      v4          2176  [32×8]
      δ4          2432  [32×8]
      v5          2688  [32×3]
      y5          2784  [32×3]
      δ5          2880  [32×3]

    forward
      1  dropout         y0 = mask 0 ∘ x, rate 0.1             [32×7]
      2  dense           v1 = y0 · W1ᵀ + b1; y1 = softmax(v1)  [32×7]·[7×4]
      3  dropout         y2 = mask 2 ∘ y1, rate 0.3            [32×4]
      4  dropout         y3 = mask 3 ∘ y2, rate 0.5            [32×4]
      5  dense           v4 = y3 · W4ᵀ + b4                    [32×4]·[4×8]
      6  dense           v5 = v4 · W5ᵀ; y5 = tanh(v5)          [32×8]·[8×3]

    loss
      7  loss            L = (1/B) Σ w huber(y5, d); δ5 = −∂L/∂y5  [32×3]

    backward
      8  local gradient  δ5 = δ5 ∘ tanh'(v5)      [32×3]
      9  pull-back       δ4 = δ5 · W5             [32×3]·[3×8]
     10  pull-back       δ3 = mask 3 ∘ (δ4 · W4)  [32×8]·[8×4]
     11  local gradient  δ2 = mask 2 ∘ δ3         [32×4]
     12  local gradient  δ1 = δ2 · ∂y1/∂v1        [32×4]
     13  pull-back       δ0 = mask 0 ∘ (δ1 · W1)  [32×4]·[4×7]

    gradient
     14  gradient        ∂W1 = −δ1ᵀ · y0; ∂b1 = −Σ δ1  [4×32]·[32×7]
     15  gradient        ∂W4 = −δ4ᵀ · y3; ∂b4 = −Σ δ4  [8×32]·[32×4]
     16  gradient        ∂W5 = −δ5ᵀ · v4               [3×32]·[32×8]

    reduce, which a machine that learns alone leaves out
     17  reduce          gradients = their mean over all machines  [96]

    regularise
     18  copy            g(W1) = ∂W1                               [4×7]
     19  copy            g(b1) = ∂b1                               [4]
     20  copy            g(W4) = ∂W4                               [8×4]
     21  copy            g(b4) = ∂b4                               [8]
     22  copy            g(W5) = ∂W5                               [3×8]
     23  penalty         g(W1) = g(W1) + 0.001 sign(W1) + 0.01 W1
     24  penalty         g(W4) = g(W4) + 0.001 sign(W4) + 0.01 W4
     25  penalty         g(W5) = g(W5) + 0.001 sign(W5) + 0.01 W5
     26  clip            g = g · min(1, 5 / ‖g‖)                   [96]

    update
     27  update          W1 by adamW from g(W1), mean(W1), square(W1)           [4×7]
     28  update          b1 by adamW from g(b1), mean(b1), square(b1); decay 0  [4]
     29  update          W4 by adamW from g(W4), mean(W4), square(W4)           [8×4]
     30  update          b4 by adamW from g(b4), mean(b4), square(b4); decay 0  [8]
     31  update          W5 by adamW from g(W5), mean(W5), square(W5)           [3×8]

    predict: forward without dropout
         dense           v1 = x · W1ᵀ + b1; y1 = softmax(v1)  [32×7]·[7×4]
         dense           v4 = y1 · W4ᵀ + b4                   [32×4]·[4×8]
         dense           v5 = v4 · W5ᵀ; y5 = tanh(v5)         [32×8]·[8×3]
    "
  `);
});
