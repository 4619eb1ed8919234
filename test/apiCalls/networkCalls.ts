/** Good calls of the functions for networks, problems and plans. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { smallNetwork } from "./fixtures.ts";

/** A layer of each kind, with every field that it may have. */
const everyKind = {
  inputs: 3,
  layers: [
    {
      kind: "embedding",
      columns: [{ column: 0, cardinality: 3 }],
      dimension: 2,
      learning: { weights: { rate: 1, decay: 1 } },
    },
    { kind: "periodic", columns: [0], frequencies: 2, units: 2, deviation: 0.1 },
    { kind: "scale", learning: { scale: { rate: 2 } } },
    { kind: "dense", units: 2, activation: "relu", bias: true, initialisation: "zeros", biasDeviation: 0.1 },
    { kind: "parametricActivation", activation: "relu" },
    { kind: "layerNorm", epsilon: 0.01 },
    { kind: "dropout", rate: 0.5 },
    {
      kind: "dense",
      units: 1,
      activation: "identity",
      bias: true,
      initialisation: { weights: [[1, 2]], bias: [0] },
    },
  ],
  outputs: 1,
};

export const problemOptions = {
  network: smallNetwork,
  loss: { name: "huber", delta: 1 },
  optimizer: { name: "adam", learningRate: 0.1, beta1: 0.9 },
  l1: 0,
  l2: 0,
  clipNorm: 1,
  batchSize: 2,
  seed: 1,
} as const;

export function networkCalls(): Calls {
  const { layers } = smallNetwork;
  const denseOptions = {
    activation: "relu",
    bias: true,
    initialisation: { weights: [[1]], bias: [0] },
    biasDeviation: 0.1,
    learning: { weights: { rate: 1, decay: 0 } },
  };
  const problem = gradus.completeProblem({ network: smallNetwork, loss: "huber" });
  return {
    network: { run: gradus.network, args: [{ inputs: 2, layers }], open: [0], options: [0] },
    validateNetwork: { run: gradus.validateNetwork, args: [everyKind], open: [0] },
    layerWidths: { run: gradus.layerWidths, args: [smallNetwork], open: [0] },
    dense: { run: gradus.dense, args: [2, denseOptions], open: [1], options: [1], unchecked: true },
    embedding: {
      run: gradus.embedding,
      args: [[{ column: 0, cardinality: 3 }], { dimension: 2, learning: { weights: { rate: 0.5 } } }],
      options: [1],
      unchecked: true,
    },
    periodic: {
      run: gradus.periodic,
      args: [[0], { frequencies: 2, units: 2, deviation: 0.1, learning: { bias: { rate: 0.5 } } }],
      options: [1],
      unchecked: true,
    },
    scale: { run: gradus.scale, args: [{ learning: { scale: { rate: 2 } } }], options: [0], unchecked: true },
    batchNorm: {
      run: gradus.batchNorm,
      args: [{ epsilon: 0.01, momentum: 0.2, learning: { scale: { rate: 2 } } }],
      options: [0],
      unchecked: true,
    },
    layerNorm: {
      run: gradus.layerNorm,
      args: [{ epsilon: 0.01, learning: { scale: { rate: 2 } } }],
      options: [0],
      unchecked: true,
    },
    parametricActivation: {
      run: gradus.parametricActivation,
      args: ["relu", { learning: { slopes: { rate: 0.1 } } }],
      options: [1],
      unchecked: true,
    },
    dropout: { run: gradus.dropout, args: [0.5], unchecked: true },
    initialParameters: { run: gradus.initialParameters, args: [everyKind, 1], open: [0] },
    parameterLayout: { run: gradus.parameterLayout, args: [everyKind], open: [0] },
    completeProblem: { run: gradus.completeProblem, args: [problemOptions], open: [0], options: [0] },
    makePlan: { run: gradus.makePlan, args: [problem, { fused: false }], options: [1] },
    planText: { run: gradus.planText, args: [gradus.makePlan(problem)] },
  };
}
