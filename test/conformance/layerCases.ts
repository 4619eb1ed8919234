/**
 * The conformance cases of the layers that aren't dense, alone and together, and of tensors that learn and decay at rates of
 * their own. Plain data, like `conformanceCases.ts`, which has them all.
 */
import { type ActivationName, activations } from "../../src/network/activations.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  type Layer,
  type LayerLearning,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
  type TensorLearning,
} from "../../src/network/layers.ts";
import type { Optimizer } from "../../src/optimizers/optimizers.ts";
import type { ConformanceCase } from "./conform.ts";
import { networkOf, small } from "./smallCase.ts";

const SIZES = [1, 3, 17, 31, 127];

const elementwise = (Object.keys(activations) as ActivationName[]).filter(
  (name) => activations[name].kind === "elementwise",
);

const scaleCases = [
  ...SIZES.map((size) =>
    small(
      `a scale layer of ${size}, batches of ${size}`,
      { network: networkOf(size, scale(), dense(size, { activation: "tanh" }), scale(), dense(2)), batchSize: size },
      { patterns: size + 2 },
    ),
  ),
  small("scale layers in a row", { network: networkOf(5, scale(), scale(), dense(3)) }),
  small("a scale layer above softmax and below dropout", {
    network: networkOf(5, dense(9, { activation: "softmax" }), scale(), dropout(0.4), dense(3)),
    loss: "crossEntropy",
  }),
];

const parametricCases = [
  ...elementwise.map((activation) =>
    small(`parametric ${activation}`, {
      network: networkOf(
        5,
        dense(17),
        parametricActivation(activation),
        dense(9),
        parametricActivation(activation),
        dense(3),
      ),
    }),
  ),
  ...SIZES.map((size) =>
    small(
      `parametric mish of ${size}, batches of ${size}`,
      { network: networkOf(size, dense(size), parametricActivation("mish"), dense(2)), batchSize: size },
      { patterns: size + 2 },
    ),
  ),
  small("parametric selu on the inputs, behind dropout and above another", {
    network: networkOf(7, parametricActivation("selu"), dropout(0.3), parametricActivation("gelu"), dense(3)),
  }),
];

const embeddingCases = [1, 3, 8].flatMap((dimension) => [
  small(`an embedding of one column, dimension ${dimension}`, {
    network: networkOf(1, embedding([{ column: 0, cardinality: 4 }], { dimension }), dense(3)),
  }),
  small(`embeddings of columns at the ends and between, dimension ${dimension}`, {
    network: networkOf(
      9,
      embedding(
        [
          { column: 8, cardinality: 3 },
          { column: 0, cardinality: 1 },
          { column: 3, cardinality: 17 },
          { column: 4, cardinality: 2 },
        ],
        { dimension },
      ),
      dense(9, { activation: "tanh" }),
      dense(3),
    ),
    optimizer: "adam",
  }),
]);

const periodicCases = [1, 3, 16].flatMap((frequencies) =>
  [1, 3].map((units) =>
    small(`a periodic embedding of ${frequencies} frequencies and ${units} units`, {
      network: networkOf(
        5,
        periodic([4, 0, 2], { frequencies, units, deviation: 0.3 }),
        dense(9, { activation: "tanh" }),
        dense(3),
      ),
    }),
  ),
);

const layerNormCases = [
  ...[...SIZES, 4, 64].map((size) =>
    small(
      `layer normalisation of ${size}, batches of ${size}`,
      {
        network: networkOf(size, layerNorm(), dense(size, { activation: "tanh" }), layerNorm(), dense(2)),
        batchSize: size,
      },
      { patterns: size + 2 },
    ),
  ),
  // Two signals and a small ε saturate at ±1, where nothing comes back but rounding.
  small("layer normalisation of 2", {
    network: networkOf(2, layerNorm({ epsilon: 0.5 }), dense(2), layerNorm({ epsilon: 0.5 }), dense(2)),
  }),
  small("layer normalisation, pattern by pattern", {
    network: networkOf(5, dense(9), layerNorm({ epsilon: 0.01 }), dense(3)),
    batchSize: 1,
  }),
  small("layer normalisation in a row, behind dropout and below softmax", {
    network: networkOf(
      6,
      dropout(0.3),
      layerNorm(),
      layerNorm({ epsilon: 0.1 }),
      dense(7, { activation: "softmax" }),
      dense(3),
    ),
    loss: "crossEntropy",
  }),
  small("layer normalisation right before the output layer, its scale frozen, adamW, l1, l2, clipped", {
    network: networkOf(
      5,
      dense(17, { activation: "relu" }),
      layerNorm({ learning: { scale: { rate: 0 }, bias: { rate: 0.5, decay: 2 } } }),
      dense(3),
    ),
    optimizer: "adamW",
    l1: 0.01,
    l2: 0.1,
    clipNorm: 0.5,
  }),
];

/**
 * In small batches a column may hardly vary, or take two values alone; then what comes back through a batch normalisation with a
 * small ε is a difference of nearly equal numbers, which float32 doesn't hold.
 */
const wide = { epsilon: 0.3 };

const batchNormCases = [
  ...[1, 3, 17, 31, 127].map((size) =>
    small(
      `a batch normalisation of ${size}, batches of ${size + 3}`,
      { network: networkOf(size, batchNorm(wide), dense(size), batchNorm(wide), dense(2)), batchSize: size + 3 },
      { patterns: size + 7 },
    ),
  ),
  ...[3, 4, 17].map((batchSize) =>
    small(`a batch normalisation, batches of ${batchSize}`, {
      network: networkOf(5, dense(9, { activation: "tanh" }), batchNorm({ momentum: 0.5, ...wide }), dense(3)),
      batchSize,
    }),
  ),
  small("batch normalisations behind dropout, below dropout, above a softmax and in a row", {
    network: networkOf(
      5,
      dense(9, { activation: "softmax" }),
      batchNorm(wide),
      dropout(0.4),
      batchNorm(wide),
      batchNorm({ rate: 0 }),
      parametricActivation("mish"),
      dense(3),
    ),
    loss: "crossEntropy",
    l2: 0.1,
    clipNorm: 0.5,
    batchSize: 8,
  }),
];

/** As RealMLP orders them; numbers and codes mixed. */
function inOrder(
  activation: ActivationName,
  widths: readonly number[],
  options: { readonly rate?: number; readonly outputs?: number } = {},
): readonly Layer[] {
  const { rate = 0.15, outputs = 3 } = options;
  const codes = [
    { column: 1, cardinality: 5 },
    { column: 6, cardinality: 12 },
  ];
  const slow: TensorLearning = { rate: 0.1, decay: 0.01 };
  const bias: LayerLearning = { bias: { rate: 0.1, decay: 0 }, weights: { rate: 0.4, decay: 1 } };
  return [
    embedding(codes, { dimension: 8 }),
    periodic([0, 1, 2, 4], {
      frequencies: 16,
      units: 3,
      learning: { frequencies: slow, phases: slow, weights: slow, bias: slow },
    }),
    scale({ learning: { scale: { rate: 6, decay: 36 } } }),
    ...widths.flatMap((width) => [
      dense(width, { learning: bias, initialisation: "lecunNormal", biasDeviation: 0.5 }),
      parametricActivation(activation, { learning: { slopes: slow } }),
      dropout(rate),
    ]),
    dense(outputs, { learning: bias }),
  ];
}

const adaptive: readonly Optimizer[] = [
  { name: "adam", learningRate: 0.001, beta2: 0.95, epsilon: 1e-4 },
  { name: "adamW", learningRate: 0.001, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.3 },
  { name: "sgd", learningRate: 0.01 },
  { name: "momentum", learningRate: 0.005, momentum: 0.5 },
];

const orderCases = [
  ...adaptive.map((optimizer) =>
    small(`all kinds in order, factors of rate and decay, ${optimizer.name}`, {
      network: networkOf(8, ...inOrder("mish", [7])),
      optimizer,
      loss: "crossEntropy",
    }),
  ),
  ...[1, 3, 17, 31].map((batchSize) =>
    small(
      `all kinds in order, 127 and 31 wide, batches of ${batchSize}`,
      { network: networkOf(8, ...inOrder("selu", [127, 31])), optimizer: adaptive[1], batchSize },
      { patterns: 50, weighted: true },
    ),
  ),
  small("all kinds in order, l1, l2, clipped", {
    network: networkOf(8, ...inOrder("mish", [5])),
    optimizer: adaptive[1],
    l1: 0.01,
    l2: 0.1,
    clipNorm: 0.1,
  }),
  small("a periodic embedding below an embedding of codes", {
    network: networkOf(
      5,
      periodic([0, 2, 3], { units: 2 }),
      embedding([{ column: 10, cardinality: 6 }], { dimension: 3 }),
      dense(7, { activation: "tanh" }),
      dense(3),
    ),
  }),
  small("all kinds with nothing dense below them but the last layer", {
    network: networkOf(4, periodic([1]), parametricActivation("tanh"), scale(), dense(2)),
    batchSize: 1,
  }),
  small("pattern by pattern, with a rate of its own for the bias", {
    network: networkOf(2, dense(4, { activation: "logistic", learning: { bias: { rate: 0.5 } } }), dense(1)),
    batchSize: 1,
  }),
];

/** Steps long enough to be shared by threads. */
export const sharedLayerCases: readonly ConformanceCase[] = [
  small(
    "shared steps: layer normalisation, adam",
    {
      network: networkOf(8, dense(127), layerNorm(), dense(131, { activation: "relu" }), layerNorm(), dense(9)),
      loss: "crossEntropy",
      optimizer: adaptive[0],
      batchSize: 67,
    },
    { patterns: 150, weighted: true },
  ),
  small(
    "shared steps: all kinds in order, adamW",
    {
      network: networkOf(8, ...inOrder("selu", [127, 131], { outputs: 9 })),
      loss: { name: "crossEntropy", labelSmoothing: 0.1 },
      optimizer: adaptive[1],
      batchSize: 67,
    },
    { patterns: 150, weighted: true },
  ),
  small(
    "shared steps: all kinds in order, adam, clipped",
    {
      network: networkOf(8, ...inOrder("mish", [130, 125])),
      optimizer: adaptive[0],
      clipNorm: 0.5,
      batchSize: 64,
    },
    { patterns: 150 },
  ),
  small(
    "shared steps: batch normalisation, momentum",
    {
      network: networkOf(
        8,
        batchNorm(),
        dense(127, { bias: false }),
        batchNorm(),
        parametricActivation("relu"),
        dropout(0.2),
        dense(131, { activation: "tanh" }),
        batchNorm(),
        dense(9),
      ),
      loss: "crossEntropy",
      optimizer: adaptive[3],
      batchSize: 67,
    },
    { patterns: 150 },
  ),
];

export const layerCases: readonly ConformanceCase[] = [
  ...scaleCases,
  ...parametricCases,
  ...embeddingCases,
  ...periodicCases,
  ...layerNormCases,
  ...batchNormCases,
  ...orderCases,
];
