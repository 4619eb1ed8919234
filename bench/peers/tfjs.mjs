/** TensorFlow.js, as a contestant: `node tfjs.mjs cpu` or `node tfjs.mjs wasm`, its optimizers and its own losses. */
import { layersOf, peerVersion, requirePeer, serve, targetsOf } from "./serve.mjs";

const backend = process.argv[2];

await serve(async () => {
  const tf = requirePeer("@tensorflow/tfjs");
  if (backend === "wasm") requirePeer("@tensorflow/tfjs-backend-wasm").setThreadsCount(1);
  await tf.setBackend(backend);
  await tf.ready();
  return {
    versions: { "@tensorflow/tfjs": peerVersion("@tensorflow/tfjs") },
    prepare: (workload, data) => prepare(tf, workload, data),
  };
});

/**
 * @param {any} tf
 * @param {import("./serve.mjs").Workload} workload
 * @param {import("./serve.mjs").Data} data
 * @returns {import("./serve.mjs").Subject}
 */
function prepare(tf, workload, data) {
  const { widths, batchSize, rows, loss, task } = workload;
  const layers = layersOf(workload, data.parameters).map(({ weights, bias, inputs, units }) => {
    const starting = { weights: tf.tensor2d(weights, [units, inputs]).transpose(), bias: tf.tensor1d(bias) };
    return { starting, weights: tf.variable(starting.weights), bias: tf.variable(starting.bias) };
  });
  const forward = (/** @type {any} */ x) =>
    layers.reduce((signals, { weights, bias }, index) => {
      const field = tf.add(tf.matMul(signals, weights), bias);
      const activation = index === layers.length - 1 ? workload.output : workload.hidden;
      return activation === "logistic" ? tf.sigmoid(field) : activation === "relu" ? tf.relu(field) : field;
    }, x);

  const width = widths[0];
  const outputs = widths[widths.length - 1];
  const targets = targetsOf(workload, data.desired);
  const rowsAt = (/** @type {Float32Array} */ matrix, /** @type {number} */ columns, /** @type {number} */ row) =>
    matrix.subarray(row * columns, (row + batchSize) * columns);
  const batches = Array.from({ length: rows / batchSize }, (_, b) => ({
    values: rowsAt(data.inputs, width, b * batchSize),
    x: tf.tensor2d(rowsAt(data.inputs, width, b * batchSize), [batchSize, width]),
    d: tf.tensor2d(rowsAt(targets, outputs, b * batchSize), [batchSize, outputs]),
  }));
  const evaluated = (/** @type {{ x: any, d: any }} */ { x, d }) =>
    loss === "crossEntropy"
      ? tf.losses.softmaxCrossEntropy(d, forward(x))
      : tf.mul(tf.sum(tf.squaredDifference(d, forward(x))), 0.5 / batchSize);

  let optimizer = optimizerOf(tf, workload);
  let batch = 0;
  const next = () => {
    batch = (batch + 1) % batches.length;
    return batches[(batch + batches.length - 1) % batches.length];
  };
  return {
    kind: "outputs",
    reset: () => {
      for (const { starting, weights, bias } of layers) {
        weights.assign(starting.weights);
        bias.assign(starting.bias);
      }
      optimizer.dispose();
      optimizer = optimizerOf(tf, workload);
      batch = 0;
    },
    work: async (count) => {
      for (let n = 0; n < count; n++) {
        const given = next();
        if (task === "train") optimizer.minimize(() => evaluated(given));
        else tf.tidy(() => forward(tf.tensor2d(given.values, [1, width])).dataSync());
      }
      if (task === "train") await layers[0].bias.data(); // all before it has been computed
    },
    outputs: (count) =>
      tf.tidy(() => forward(tf.tensor2d(data.inputs.subarray(0, count * width), [count, width])).dataSync()),
  };
}

/** @param {any} tf @param {import("./serve.mjs").Workload} workload */
function optimizerOf(tf, { optimizer }) {
  if (optimizer.name === "adam") return tf.train.adam(optimizer.learningRate, 0.9, 0.999, 1e-8);
  if (optimizer.name === "momentum") return tf.train.momentum(optimizer.learningRate, optimizer.momentum);
  return tf.train.sgd(optimizer.learningRate);
}
