/**
 * The cases of the conformance suite, as plain data: every activation, loss and optimizer of the tables, dropout, penalties,
 * clipping, and the sizes at which vectors and tiles have ends. The layers that aren't dense are in `layerCases.ts`.
 *
 * A new entry of a table is in here at once.
 */
import { type ActivationName, activations } from "../../src/network/activations.ts";
import { type DenseOptions, dense, dropout } from "../../src/network/layers.ts";
import type { Loss } from "../../src/network/losses.ts";
import { type Optimizer, type OptimizerName, optimizers } from "../../src/optimizers/optimizers.ts";
import type { ConformanceCase } from "./conform.ts";
import { layerCases, sharedLayerCases } from "./layerCases.ts";
import { networkOf, small } from "./smallCase.ts";

const activationCases = (Object.keys(activations) as ActivationName[]).flatMap((activation) => [
  small(`activation ${activation}, hidden`, {
    network: networkOf(5, dense(17, { activation }), dense(9, { activation }), dense(3)),
  }),
  small(`activation ${activation}, of the outputs`, {
    network: networkOf(5, dense(8, { activation: "tanh" }), dense(7, { activation })),
    loss: "halfSquaredError",
  }),
]);

/** Class weights of any number of outputs; one of them is 0. */
const classWeights = (outputs: number): number[] =>
  Array.from({ length: outputs }, (_, k) => (k % 4 === 3 ? 0 : 0.5 + k / 4));

/** Every loss that so many outputs can have, with each of its options. */
export const lossesOf = (outputs: number): readonly Loss[] => {
  const weights = classWeights(outputs);
  const binary: Loss[] = [
    { name: "binaryCrossEntropy" },
    { name: "binaryCrossEntropy", labelSmoothing: 0.1 },
    { name: "binaryCrossEntropy", classWeights: weights },
    { name: "binaryCrossEntropy", labelSmoothing: 0.2, classWeights: weights },
  ];
  const classes: Loss[] = [
    { name: "crossEntropy" },
    { name: "crossEntropy", labelSmoothing: 0.1 },
    { name: "crossEntropy", classWeights: weights },
    { name: "crossEntropy", labelSmoothing: 0.2, classWeights: weights },
  ];
  return [
    { name: "halfSquaredError" },
    { name: "meanSquaredError" },
    { name: "huber" },
    { name: "meanAbsoluteError" },
    { name: "huber", delta: 0.3 },
    { name: "quantile" },
    { name: "quantile", quantiles: Array.from({ length: outputs }, (_, k) => (k + 1) / (outputs + 2)) },
    ...binary,
    ...(outputs > 1 ? classes : []),
  ];
};

const lossCases = [1, 2, 5, 17].flatMap((outputs) =>
  lossesOf(outputs).flatMap((loss) => {
    const { name, ...options } = loss;
    const shown = Object.keys(options).length === 0 ? "" : ` with ${Object.keys(options).join(" and ")}`;
    const network = networkOf(5, dense(9, { activation: "tanh" }), dense(outputs));
    const title = `loss ${name}${shown}${"delta" in loss ? ` ${loss.delta}` : ""}, ${outputs} outputs`;
    return [small(title, { network, loss }), small(`${title}, weighted`, { network, loss }, { weighted: true })];
  }),
);

const quantileCases = [1, 8].map((batchSize) => {
  const network = networkOf(5, dense(9, { activation: "tanh" }), dense(6));
  const loss: Loss = { name: "quantile", quantiles: [0.1, 0.5, 0.9] };
  return small(`three quantiles of two numbers, batches of ${batchSize}`, { network, loss, batchSize });
});

export const otherOptions: Readonly<Record<OptimizerName, Optimizer>> = {
  sgd: { name: "sgd", learningRate: 0.3 },
  momentum: { name: "momentum", learningRate: 0.05, momentum: 0.5 },
  nesterov: { name: "nesterov", learningRate: 0.05, momentum: 0.5 },
  rmsProp: { name: "rmsProp", learningRate: 0.01, decay: 0.8, epsilon: 1e-4 },
  adam: { name: "adam", learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 1e-4 },
  adamW: { name: "adamW", learningRate: 0.01, weightDecay: 0.3, beta1: 0, epsilon: 1e-4 },
  adaGrad: { name: "adaGrad", learningRate: 0.02, epsilon: 1e-4 },
  lion: { name: "lion", learningRate: 0.01, beta1: 0.5, beta2: 0.9, weightDecay: 0.3 },
};

const penalties = { l1: 0.01, l2: 0.1 };

const optimizerCases = (Object.keys(optimizers) as OptimizerName[]).flatMap((optimizer) => {
  const network = networkOf(
    5,
    dense(31, { activation: "tanh" }),
    dense(17, { activation: "tanh", bias: false }),
    dense(3),
  );
  return [
    small(`optimizer ${optimizer}`, { network, optimizer }),
    small(`optimizer ${optimizer} with options`, { network, optimizer: otherOptions[optimizer] }),
    small(`optimizer ${optimizer}, l1 and l2`, { network, optimizer, ...penalties }),
    small(`optimizer ${optimizer}, l2, clipped`, { network, optimizer, l2: 0.1, clipNorm: 0.1 }),
  ];
});

const penaltyCases = [
  small("l1 alone", { l1: 0.02 }),
  small("l2 alone", { l2: 0.2 }),
  small("a gradient longer than clipNorm", { clipNorm: 0.01 }),
  small("a gradient shorter than clipNorm", { clipNorm: 1000 }),
  small("clipping after penalties, weighted patterns", { ...penalties, clipNorm: 0.2 }, { weighted: true }),
  // More than one chunk of 4,096 squares.
  small("clipping over many parameters", {
    network: networkOf(65, dense(70, { activation: "tanh" }), dense(65)),
    clipNorm: 0.05,
  }),
];

const relu: DenseOptions = { activation: "relu" };
const withoutBias: DenseOptions = { activation: "tanh", bias: false };

const dropoutCases = [
  small("dropout behind a hidden layer", { network: networkOf(5, dense(17, relu), dropout(0.3), dense(3)) }),
  small("dropout on the inputs", { network: networkOf(5, dropout(0.2), dense(17, relu), dense(3)) }),
  small("two dropout layers in a row", {
    network: networkOf(5, dense(17, relu), dropout(0.3), dropout(0.5), dense(3)),
  }),
  small("dropout on the inputs, twice, and between", {
    network: networkOf(7, dropout(0.1), dropout(0.2), dense(17, relu), dropout(0.5), dense(9, relu), dense(3)),
    loss: "crossEntropy",
  }),
  small("dropout behind a linear layer", { network: networkOf(5, dense(9), dropout(0.5), dense(3)) }),
  small("dropout behind softmax", {
    network: networkOf(5, dense(9, { activation: "softmax" }), dropout(0.5), dense(3)),
  }),
  small("dropout and nothing hidden", { network: networkOf(5, dropout(0.5), dense(3)) }),
  small("dropout at rates 0 and 0.9", { network: networkOf(5, dropout(0), dense(31, relu), dropout(0.9), dense(3)) }),
  small("dropout with a seed above 2³²", {
    network: networkOf(5, dropout(0.2), dense(17, relu), dropout(0.3), dense(3)),
    seed: 2 ** 40 + 5,
  }),
];

const shapeCases = [
  small("nothing hidden", { network: networkOf(5, dense(3)) }),
  small("nothing hidden, one output", { network: networkOf(5, dense(1)) }),
  small("nothing hidden, no bias", { network: networkOf(5, dense(3, { bias: false })), loss: "crossEntropy" }),
  small("no bias anywhere", { network: networkOf(5, dense(17, withoutBias), dense(3, { bias: false })) }),
  small("a hidden layer of softmax", {
    network: networkOf(5, dense(9, relu), dense(7, { activation: "softmax" }), dense(3)),
    loss: "crossEntropy",
  }),
  small("softmax as the output layer", {
    network: networkOf(5, dense(9, relu), dense(4, { activation: "softmax" })),
    loss: "halfSquaredError",
  }),
  small("linear layers alone", { network: networkOf(5, dense(9), dense(8), dense(3)) }),
  small("six layers", {
    network: networkOf(6, ...[9, 8, 7, 6, 5].map((units) => dense(units, { activation: "tanh" })), dense(2)),
    loss: "crossEntropy",
  }),
  small("pattern by pattern, 2-4-1", {
    network: networkOf(2, dense(4, { activation: "logistic" }), dense(1, { activation: "logistic" })),
    loss: "halfSquaredError",
    optimizer: { name: "sgd", learningRate: 0.5 },
    batchSize: 1,
  }),
  small("starting weights of 0", {
    network: networkOf(5, dense(4, { activation: "tanh", initialisation: "zeros" }), dense(3)),
  }),
  small("a batch of all patterns", { batchSize: 11 }),
  small("a batch larger than all patterns", { batchSize: 40 }),
  small("one pattern", { optimizer: { name: "sgd", learningRate: 0.01 }, batchSize: 1 }, { patterns: 1 }),
];

const SIZES = [1, 3, 17, 31, 127];

const sizeCases = [
  ...SIZES.map((size) => {
    const network = networkOf(size, dense(size, { activation: "tanh" }), dense(size));
    return small(
      `${size} inputs, neurons, outputs and patterns a batch`,
      { network, batchSize: size },
      { patterns: size + 2 },
    );
  }),
  ...SIZES.map((batchSize) => {
    const network = networkOf(17, dense(31, relu), dense(3));
    return small(
      `batches of ${batchSize}`,
      { network, batchSize, loss: "crossEntropy", optimizer: "adam" },
      { patterns: 150 },
    );
  }),
  ...[
    [127, 31, 17, 3, 1],
    [1, 3, 17, 31, 127],
    [3, 127, 1, 17],
  ].map(([inputs, ...units]) => {
    const layers = units.map((count, k) => dense(count, { activation: k === units.length - 1 ? "identity" : "tanh" }));
    return small(
      `layers of ${[inputs, ...units].join(", ")}`,
      { network: networkOf(inputs, ...layers), batchSize: 31 },
      { patterns: 70 },
    );
  }),
  small(
    "64-64-10 in batches of 32",
    {
      network: networkOf(64, dense(64, relu), dense(10)),
      loss: "crossEntropy",
      optimizer: "adam",
      batchSize: 32,
    },
    { patterns: 100 },
  ),
  // Past the blocks that products are cut into.
  small(
    "300-257-5 in batches of 65",
    {
      network: networkOf(300, dense(257, { activation: "silu" }), dense(5)),
      loss: "crossEntropy",
      batchSize: 65,
    },
    { patterns: 80 },
  ),
];

/**
 * Steps long enough to be shared by threads, 20 thousand parameters and batches of 64, with a part of each kind: what is
 * cut by rows, by columns, by tensors and by parameters.
 */
export const sharedCases: readonly ConformanceCase[] = [
  small(
    "shared steps: dropout, softmax inside, penalties, clipping, weighted",
    {
      network: networkOf(
        101,
        dropout(0.1),
        dense(127, relu),
        dropout(0.3),
        dropout(0.2),
        dense(61, { activation: "softmax" }),
        dense(9),
      ),
      loss: { name: "crossEntropy", labelSmoothing: 0.1, classWeights: classWeights(9) },
      optimizer: { name: "adamW", learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-4 },
      ...penalties,
      clipNorm: 0.5,
      batchSize: 64,
    },
    { patterns: 150, weighted: true },
  ),
  small(
    "shared steps: no bias, one output",
    {
      network: networkOf(150, dense(131, withoutBias), dense(33, { activation: "gelu" }), dense(1)),
      loss: { name: "huber", delta: 0.3 },
      optimizer: { name: "momentum", learningRate: 0.01 },
      batchSize: 61,
    },
    { patterns: 150 },
  ),
  small(
    "shared steps: nothing hidden, many flags",
    {
      network: networkOf(201, dense(103)),
      loss: { name: "binaryCrossEntropy", labelSmoothing: 0.1, classWeights: classWeights(103) },
      optimizer: { name: "rmsProp", learningRate: 0.001, epsilon: 1e-4 },
      l2: 0.01,
      batchSize: 67,
    },
    { patterns: 150, weighted: true },
  ),
  ...sharedLayerCases,
];

/** Every case, by its name. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...activationCases,
  ...lossCases,
  ...quantileCases,
  ...optimizerCases,
  ...penaltyCases,
  ...dropoutCases,
  ...shapeCases,
  ...sizeCases,
  ...layerCases,
  ...sharedCases,
];
