/**
 * One JavaScript library that learns a stream online, as a process: `node contestant.mjs NAME ROWS.json`.
 *
 * Of each row it predicts first and then learns. A line {"seconds":s} on stdin is answered with a line {"rows":…,"seconds":…,"cpu":…,"correct":…};
 * the stream goes on from window to window, and from its beginning again. `river_contestant.py` does the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/project.mjs";
import { requirePeer } from "../peers/serve.mjs";

/**
 * @typedef {{ columns: readonly string[], rows: readonly { inputs: readonly number[], yes: boolean }[] }} Stream
 * @typedef {(at: number) => boolean} Step predicts the row, then learns it; returns whether the prediction was right
 */

const LEARNING_RATE = 0.1;
const WIDTHS = [10, 20, 1];
/** Rows between two looks at the clock. */
const BLOCK = 100;

/** @type {Readonly<Record<string, (stream: Stream) => Step | Promise<Step>>>} */
const libraries = {
  // The bare network: what brain.js and synaptic do.
  "gradus session": async ({ rows }) => {
    const { createSession, dense, network } = await import(pathToFileURL(join(root, "dist", "node.js")).href);
    const [inputs, hidden, outputs] = WIDTHS;
    const layers = [dense(hidden, { activation: "logistic" }), dense(outputs, { activation: "logistic" })];
    const session = await createSession({
      network: network({ inputs, layers }),
      loss: "halfSquaredError",
      optimizer: { name: "sgd", learningRate: LEARNING_RATE },
      batchSize: 1,
      seed: 0,
      threads: 1,
    });
    const patterns = rows.map(({ inputs, yes }) => ({
      inputs: Float32Array.from(inputs),
      desired: Float32Array.of(yes ? 1 : 0),
    }));
    return (at) => {
      const { inputs, desired } = patterns[at];
      session.learn(inputs, desired); // its forward pass is the prediction
      return session.signals(1).output[0] > 0.5 === rows[at].yes;
    };
  },
  // Rows as objects: encoded, predicted with probabilities, scored beside a baseline, watched for drift.
  "gradus learner": async ({ columns, rows }) => {
    const { createLearner, train } = await import(pathToFileURL(join(root, "dist", "node.js")).href);
    const named = rows.map(({ inputs, yes }) => ({
      ...Object.fromEntries(columns.map((name, at) => [name, inputs[at]])),
      class: yes ? "yes" : "no",
    }));
    const { model } = await train({
      table: named.slice(0, 200),
      target: "class",
      recipe: "plain",
      hidden: [20],
      epochs: 1,
      folds: 1,
    });
    const learner = await createLearner({ model });
    return (at) => learner.predictThenLearn(named[at]).label === named[at].class;
  },
  "brain.js": ({ rows }) => {
    const { NeuralNetwork } = requirePeer("brain.js");
    const [inputSize, hidden, outputSize] = WIDTHS;
    const net = new NeuralNetwork({
      inputSize,
      hiddenLayers: [hidden],
      outputSize,
      activation: "sigmoid",
      learningRate: LEARNING_RATE,
      momentum: 1e-12,
    });
    net.initialize();
    const patterns = rows.map(({ inputs, yes }) => ({
      input: Float32Array.from(inputs),
      output: Float32Array.of(yes ? 1 : 0),
    }));
    return (at) => {
      const [output] = net.run(patterns[at].input);
      net.trainPattern(patterns[at]);
      return output > 0.5 === rows[at].yes;
    };
  },
  synaptic: ({ rows }) => {
    const { Architect } = requirePeer("synaptic");
    const net = new Architect.Perceptron(...WIDTHS);
    const patterns = rows.map(({ inputs, yes }) => ({ inputs: [...inputs], desired: [yes ? 1 : 0] }));
    return (at) => {
      const [output] = net.activate(patterns[at].inputs);
      net.propagate(LEARNING_RATE, patterns[at].desired); // of the activation just made
      return output > 0.5 === rows[at].yes;
    };
  },
};

const [name, file] = process.argv.slice(2);
/** @type {Stream} */
const stream = JSON.parse(readFileSync(file, "utf8"));
const step = await libraries[name](stream);
let at = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { seconds: wanted } = JSON.parse(line);
  const began = performance.now();
  const cpu = process.cpuUsage();
  let [rows, correct, seconds] = [0, 0, 0];
  while (seconds < wanted) {
    for (let count = 0; count < BLOCK; count++) {
      if (step(at)) correct++;
      at = at + 1 === stream.rows.length ? 0 : at + 1;
    }
    rows += BLOCK;
    seconds = (performance.now() - began) / 1000;
  }
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ rows, seconds, cpu: (user + system) / 1e6, correct }));
}
