/**
 * The workloads: six networks with their learning rules, and the synthetic data that every contestant learns from.
 *
 * Data, starting weights and the order of the rows are the same for all: they are drawn here, seeded, and written as raw
 * little-endian float32 files that JavaScript and Python both read. Knows nothing of the contestants or the clock.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ name: "sgd" | "adam", learningRate: number } | { name: "momentum", learningRate: number, momentum: number }} Rule
 *
 * @typedef {object} Workload
 * @property {string} id
 * @property {string} title the network, its loss and its rule, for people
 * @property {"train" | "predict"} task
 * @property {readonly number[]} widths inputs, units of each hidden layer, outputs
 * @property {"logistic" | "relu"} hidden the activation of hidden layers
 * @property {"logistic" | "identity"} output the activation of the output layer
 * @property {"halfSquaredError" | "crossEntropy"} loss of softmax where it is cross-entropy
 * @property {Rule} optimizer
 * @property {number} batchSize patterns a step; the rows are a multiple of it
 * @property {number} rows N
 * @property {number} checkSteps steps after which the loss is evaluated
 *
 * @typedef {{ inputs: string, desired: string, parameters: string }} DataFiles paths of raw float32
 * @typedef {{ inputs: Float32Array, desired: Float32Array, parameters: Float32Array }} Data inputs [N, I]; desired [N],
 *   a value or a class index; parameters for each layer weights [O, I] and then bias [O]
 */

/** Outputs are evaluated on the first rows, this many. */
export const EVALUATION_ROWS = 512;

const SEED = 2026;
const relu = /** @type {const} */ ({ hidden: "relu", output: "identity", loss: "crossEntropy" });
const adam = /** @type {const} */ ({ name: "adam", learningRate: 0.001 });

/** @type {readonly Workload[]} */
export const workloads = [
  {
    id: "W1",
    title: "2-4-1 logistic, half squared error, SGD 0.5, pattern by pattern",
    task: "train",
    widths: [2, 4, 1],
    hidden: "logistic",
    output: "logistic",
    loss: "halfSquaredError",
    optimizer: { name: "sgd", learningRate: 0.5 },
    batchSize: 1,
    rows: 1024,
    checkSteps: 16_384,
  },
  {
    id: "W2",
    title: "64-64-10 ReLU, softmax cross-entropy, Adam, batch 32",
    task: "train",
    widths: [64, 64, 10],
    ...relu,
    optimizer: adam,
    batchSize: 32,
    rows: 8192,
    checkSteps: 512,
  },
  {
    id: "W3",
    title: "784-128-10 ReLU, softmax cross-entropy, momentum 0.9, batch 32",
    task: "train",
    widths: [784, 128, 10],
    ...relu,
    optimizer: { name: "momentum", learningRate: 0.01, momentum: 0.9 },
    batchSize: 32,
    rows: 8192,
    checkSteps: 256,
  },
  {
    id: "W4",
    title: "54-256-256-7 ReLU, softmax cross-entropy, Adam, batch 256",
    task: "train",
    widths: [54, 256, 256, 7],
    ...relu,
    optimizer: adam,
    batchSize: 256,
    rows: 8192,
    checkSteps: 64,
  },
  {
    id: "W5",
    title: "784-1024-1024-10 ReLU, softmax cross-entropy, Adam, batch 256",
    task: "train",
    widths: [784, 1024, 1024, 10],
    ...relu,
    optimizer: adam,
    batchSize: 256,
    rows: 4096,
    checkSteps: 16,
  },
  {
    id: "W6",
    title: "64-64-10 ReLU, one row predicted per call",
    task: "predict",
    widths: [64, 64, 10],
    ...relu,
    optimizer: adam,
    batchSize: 1,
    rows: 1024,
    checkSteps: EVALUATION_ROWS,
  },
];

/**
 * A workload as a network of the library's own description.
 *
 * @param {typeof import("../src/node.ts")} gradus
 * @param {Workload} workload
 */
export function networkOf({ network, dense }, { widths, hidden, output }) {
  const units = widths.slice(1);
  const outputs = units.pop() ?? 0;
  const layers = units.map((width) => dense(width, { activation: hidden }));
  return network({ inputs: widths[0], layers: [...layers, dense(outputs, { activation: output })] });
}

/**
 * Draws a workload's data and starting weights.
 *
 * @param {typeof import("../src/node.ts")} gradus its random numbers and its rules for starting weights
 * @param {Workload} workload
 * @returns {Data}
 */
export function drawData(gradus, workload) {
  const random = gradus.random(SEED, "bench", workload.id);
  const parameters = Float32Array.from(gradus.initialParameters(networkOf(gradus, workload), SEED));
  const { widths, rows } = workload;
  const width = widths[0];
  const inputs = new Float32Array(rows * width);
  const desired = new Float32Array(rows);
  if (workload.loss === "halfSquaredError") {
    // d = 1/(1 + e^(4(x₁ − x₀))): smooth, and within reach of a logistic output.
    for (let i = 0; i < inputs.length; i++) inputs[i] = random.uniform();
    for (let n = 0; n < rows; n++) desired[n] = 1 / (1 + Math.exp(4 * (inputs[2 * n + 1] - inputs[2 * n])));
    return { inputs, desired, parameters };
  }

  // Gaussian blobs of unit variance whose centres lie 3.5 apart on average: they overlap, so that errors remain, gradients
  // never vanish, and no contestant slows down in denormal numbers.
  const classes = widths[widths.length - 1];
  const spread = 3.5 / Math.sqrt(2 * width);
  const centres = Float64Array.from({ length: classes * width }, () => spread * random.normal());
  for (let n = 0; n < rows; n++) {
    const label = random.integer(classes);
    desired[n] = label;
    for (let i = 0; i < width; i++) inputs[n * width + i] = centres[label * width + i] + random.normal();
  }
  return { inputs, desired, parameters };
}

/**
 * Writes a workload's data where every contestant can read it.
 *
 * @param {string} folder
 * @param {Workload} workload
 * @param {Data} data
 * @returns {DataFiles}
 */
export function writeData(folder, { id }, data) {
  const files = {
    inputs: join(folder, `${id}.inputs.f32`),
    desired: join(folder, `${id}.desired.f32`),
    parameters: join(folder, `${id}.parameters.f32`),
  };
  writeFileSync(files.inputs, data.inputs);
  writeFileSync(files.desired, data.desired);
  writeFileSync(files.parameters, data.parameters);
  return files;
}

/**
 * The multiplications and additions that one sample costs at least: a layer's y = W x takes 2 I O; learning takes as many
 * again for the gradient of W, and for that of x in every layer but the first.
 *
 * @param {Workload} workload
 */
export function flopsPerSample({ widths, task }) {
  return widths.slice(1).reduce((sum, units, layer) => {
    const product = 2 * widths[layer] * units;
    const products = task === "predict" ? 1 : layer === 0 ? 2 : 3;
    return sum + products * product;
  }, 0);
}
