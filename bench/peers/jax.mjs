/**
 * jax-js, as a contestant: one jitted function a step, forward, gradient and update together, on its WebAssembly backend.
 *
 * Its arrays are moved into whatever uses them; `.ref` keeps one for another use.
 */
import { layersOf, peerVersion, resolvePeer, serve, targetsOf } from "./serve.mjs";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

await serve(async () => {
  const found = resolvePeer("@jax-js/jax").replace(/index\.cjs$/, "index.js");
  const jax = await import(found);
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return {
    versions: { "@jax-js/jax": peerVersion("@jax-js/jax") },
    prepare: (workload, data) => prepare(jax, workload, data),
  };
});

/**
 * @param {any} jax
 * @param {import("./serve.mjs").Workload} workload
 * @param {import("./serve.mjs").Data} data
 * @returns {import("./serve.mjs").Subject}
 */
function prepare(jax, workload, data) {
  const { numpy: np, tree } = jax;
  const { widths, batchSize, rows, task } = workload;
  const width = widths[0];
  const outputs = widths[widths.length - 1];
  const matrix = (/** @type {Float32Array} */ values, /** @type {number} */ columns) =>
    np.array(values.slice(), { shape: [values.length / columns, columns] });
  const starting = () =>
    layersOf(workload, data.parameters).map(({ weights, bias, inputs }) => ({
      weights: matrix(weights, inputs),
      bias: np.array(bias.slice()),
    }));
  const forward = forwardOf(jax, workload);
  const predict = jax.jit(forward);
  const learn = jax.jit(stepOf(jax, workload, forward));

  const targets = targetsOf(workload, data.desired);
  const batches = Array.from({ length: rows / batchSize }, (_, b) => ({
    values: data.inputs.subarray(b * batchSize * width, (b + 1) * batchSize * width),
    x: matrix(data.inputs.subarray(b * batchSize * width, (b + 1) * batchSize * width), width),
    d: matrix(targets.subarray(b * batchSize * outputs, (b + 1) * batchSize * outputs), outputs),
  }));
  const fresh = () => ({ layers: starting(), memory: memoryOf(jax, workload, starting()) });
  let state = fresh();
  let batch = 0;
  return {
    kind: "outputs",
    reset: () => {
      tree.dispose(state);
      state = fresh();
      batch = 0;
    },
    work: async (count) => {
      for (let n = 0; n < count; n++) {
        const { values, x, d } = batches[batch];
        batch = (batch + 1) % batches.length;
        if (task === "train") state = learn(state, x.ref, d.ref);
        else predict(tree.ref(state.layers), matrix(values, width)).dataSync();
      }
      if (task === "train") await jax.blockUntilReady(state);
    },
    outputs: (count) => predict(tree.ref(state.layers), matrix(data.inputs.subarray(0, count * width), width)).data(),
  };
}

/** (layers, x) ↦ y; uses up both. @param {any} jax @param {import("./serve.mjs").Workload} workload */
function forwardOf({ numpy: np, nn }, { hidden, output }) {
  return (/** @type {any[]} */ layers, /** @type {any} */ x) =>
    layers.reduce((signals, { weights, bias }, index) => {
      const field = np.matmul(signals, np.transpose(weights)).add(bias);
      const activation = index === layers.length - 1 ? output : hidden;
      return activation === "logistic" ? nn.sigmoid(field) : activation === "relu" ? nn.relu(field) : field;
    }, x);
}

/**
 * What the rule remembers: zeros like the layers, and for Adam the powers of its two decays.
 *
 * @param {any} jax
 * @param {import("./serve.mjs").Workload} workload
 * @param {any} layers used up
 */
function memoryOf({ numpy: np, tree }, { optimizer }, layers) {
  const zeros = () => tree.map((/** @type {any} */ p) => np.zeros(p.shape), layers);
  const one = () => np.array(Float32Array.of(1));
  const memory = {
    sgd: () => ({}),
    momentum: () => ({ velocity: zeros() }),
    adam: () => ({ mean: zeros(), square: zeros(), power1: one(), power2: one() }),
  }[optimizer.name]();
  tree.dispose(layers);
  return memory;
}

/**
 * One step of learning: (state, x, d) ↦ the next state; uses up all three.
 *
 * @param {any} jax
 * @param {import("./serve.mjs").Workload} workload
 * @param {(layers: any, x: any) => any} forward
 */
function stepOf(jax, { loss, optimizer, batchSize }, forward) {
  const { numpy: np, nn, tree } = jax;
  const lossOf = (/** @type {any} */ layers, /** @type {any} */ x, /** @type {any} */ d) => {
    const y = forward(layers, x);
    if (loss === "crossEntropy") return np.sum(nn.logSoftmax(y).mul(d)).mul(-1 / batchSize);
    return np.sum(np.square(d.sub(y))).mul(0.5 / batchSize);
  };
  const rate = optimizer.learningRate;
  const map = (/** @type {(...arrays: any[]) => any} */ of, /** @type {any[]} */ ...trees) => tree.map(of, ...trees);
  return (/** @type {any} */ { layers, memory }, /** @type {any} */ x, /** @type {any} */ d) => {
    const gradients = jax.grad(lossOf)(tree.ref(layers), x, d);
    const moved = (/** @type {any} */ steps) => map((p, step) => p.sub(step.mul(rate)), layers, steps);
    if (optimizer.name === "sgd") return { layers: moved(gradients), memory };
    if (optimizer.name === "momentum") {
      const velocity = map((u, g) => u.mul(optimizer.momentum).add(g), memory.velocity, gradients);
      return { layers: moved(tree.ref(velocity)), memory: { velocity } };
    }
    const mean = map((m, g) => m.mul(BETA1).add(g.mul(1 - BETA1)), memory.mean, tree.ref(gradients));
    const square = map((s, g) => s.mul(BETA2).add(g.ref.mul(g).mul(1 - BETA2)), memory.square, gradients);
    const power1 = memory.power1.mul(BETA1);
    const power2 = memory.power2.mul(BETA2);
    const correction1 = np.array(1).sub(power1.ref);
    const correction2 = np.array(1).sub(power2.ref);
    const steps = map(
      (m, s) => m.div(correction1.ref).div(np.sqrt(s.div(correction2.ref)).add(EPSILON)),
      tree.ref(mean),
      tree.ref(square),
    );
    correction1.dispose();
    correction2.dispose();
    return { layers: moved(steps), memory: { mean, square, power1, power2 } };
  };
}
