/**
 * brain.js, as a contestant.
 *
 * It learns pattern by pattern, by squared error, with one activation for all layers: exactly W1. For W2 and W4 this is the
 * nearest that it offers: leaky ReLU on the outputs too (rectified outputs die), and its Adam after every pattern.
 */
import { layersOf, peerVersion, requirePeer, rowsOf, Skip, serve, targetsOf } from "./serve.mjs";

await serve(() => {
  const { NeuralNetwork } = requirePeer("brain.js");
  return {
    versions: { "brain.js": peerVersion("brain.js") },
    prepare: (workload, data) => {
      const reason = reasonToSkip(workload);
      if (reason !== undefined) throw new Skip(reason);
      const [inputSize, ...hiddenLayers] = workload.widths;
      const outputSize = hiddenLayers.pop() ?? 0;
      const net = new NeuralNetwork({
        inputSize,
        hiddenLayers,
        outputSize,
        activation: activationOf(workload),
        ...trainingOptions(workload),
      });
      net.initialize();
      const inputs = rowsOf(data.inputs, inputSize);
      const targets = rowsOf(targetsOf(workload, data.desired), outputSize);
      const patterns = inputs.map((input, n) => ({ input, output: targets[n] }));
      let row = 0;
      const next = () => {
        row = row + 1 === patterns.length ? 0 : row + 1;
        return patterns[row === 0 ? patterns.length - 1 : row - 1];
      };
      return {
        kind: workload.output === "logistic" ? "outputs" : workload.task === "train" ? "scores" : "rectified",
        ownRule:
          workload.task === "train" && workload.output !== "logistic"
            ? "squared error, leaky ReLU on the outputs too, an update after every pattern"
            : undefined,
        reset: () => {
          start(net, layersOf(workload, data.parameters));
          row = 0;
        },
        work:
          workload.task === "predict"
            ? (calls) => {
                for (let call = 0; call < calls; call++) net.run(next().input);
              }
            : (steps) => {
                for (let n = steps * workload.batchSize; n > 0; n--) net.trainPattern(next());
              },
        outputs: (rows) => Float32Array.from(inputs.slice(0, rows).flatMap((input) => [...net.run(input)])),
      };
    },
  };
});

/** @param {import("./serve.mjs").Workload} workload */
function reasonToSkip({ id, optimizer }) {
  if (optimizer.name === "momentum") return "with momentum after every pattern it has learned next to nothing by then";
  return id === "W5" ? "a second of W5 is a few patterns to it" : undefined;
}

/** @param {import("./serve.mjs").Workload} workload */
function activationOf({ hidden, task }) {
  if (hidden === "logistic") return "sigmoid";
  return task === "train" ? "leaky-relu" : "relu";
}

/** @param {import("./serve.mjs").Workload} workload */
function trainingOptions({ optimizer }) {
  if (optimizer.name === "adam") return { learningRate: optimizer.learningRate, praxis: "adam" };
  return { learningRate: optimizer.learningRate, momentum: 1e-12 }; // it refuses 0
}

/**
 * @param {any} net a NeuralNetwork, whose inner arrays are reached into: it takes starting weights only as JSON
 * @param {ReturnType<typeof layersOf>} layers
 */
function start(net, layers) {
  for (const [index, { weights, bias, inputs, units }] of layers.entries()) {
    net.biases[index + 1].set(bias);
    for (let unit = 0; unit < units; unit++) {
      net.weights[index + 1][unit].set(weights.subarray(unit * inputs, (unit + 1) * inputs));
      net.changes[index + 1][unit].fill(0);
    }
  }
  if (net.trainOpts.praxis === "adam") net._setupAdam();
}
