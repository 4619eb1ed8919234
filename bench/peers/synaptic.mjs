/**
 * synaptic, as a contestant.
 *
 * It learns pattern by pattern, and an output's δ is d − y without φ', so that in W1 it does a little less than the others
 * and falls faster. Its unrolled code for a network is one function whose length grows with the weights; of the rest it
 * takes part in W6 alone, with ReLU and identity set per neuron.
 */
import { layersOf, peerVersion, requirePeer, rowsOf, Skip, serve } from "./serve.mjs";

await serve(() => {
  const { Architect, Neuron } = requirePeer("synaptic");
  return {
    versions: { synaptic: peerVersion("synaptic") },
    prepare: (workload, data) => {
      const { task, optimizer, widths } = workload;
      if (task === "train" && optimizer.name !== "sgd") throw new Skip("no softmax, no batches, no such optimizer");
      const net = new Architect.Perceptron(...widths);
      start(net, layersOf(workload, data.parameters), Neuron.squash, workload);
      net.optimize();
      const starting = Float64Array.from(net.optimized.memory);
      const inputs = rowsOf(data.inputs, widths[0]).map((row) => [...row]);
      const targets = Array.from(data.desired, (value) => [value]);
      let row = 0;
      return {
        kind: "outputs",
        ownRule: task === "train" ? "an output's local gradient leaves out φ'" : undefined,
        reset: () => {
          net.optimized.memory.set(starting);
          row = 0;
        },
        work: (count) => {
          for (let n = 0; n < count; n++) {
            net.activate(inputs[row]);
            if (task === "train") net.propagate(optimizer.learningRate, targets[row]);
            row = row + 1 === inputs.length ? 0 : row + 1;
          }
        },
        outputs: (rows) => inputs.slice(0, rows).flatMap((input) => net.activate(input)),
      };
    },
  };
});

/**
 * @param {any} net a Perceptron
 * @param {ReturnType<typeof layersOf>} layers
 * @param {any} squash its table of activations
 * @param {import("./serve.mjs").Workload} workload
 */
function start(net, layers, squash, { hidden, output }) {
  const neurons = [...net.layers.hidden, net.layers.output].map((layer) => layer.list);
  for (const [index, { weights, bias, inputs }] of layers.entries()) {
    const last = index === layers.length - 1;
    for (const [unit, neuron] of neurons[index].entries()) {
      neuron.bias = bias[unit];
      neuron.squash = (last ? output : hidden) === "logistic" ? squash.LOGISTIC : last ? squash.IDENTITY : squash.RELU;
      const incoming = Object.values(neuron.connections.inputs); // in the order they were projected: of the senders
      for (const [sender, connection] of incoming.entries()) connection.weight = weights[unit * inputs + sender];
    }
  }
}
