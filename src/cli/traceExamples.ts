/**
 * Networks small enough to follow by hand, with their weights and rows: --example of `trace` and `derive`.
 *
 * Knows nothing of options or of how a trace is shown.
 */
import {
  type ActivationName,
  completeProblem,
  dense,
  initialParameters,
  network,
  type OptimizerName,
  type ProblemOptions,
  type TraceOptions,
} from "../node.ts";

interface Example {
  /** What it is, for help and for the trace's first paragraph. */
  readonly about: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly problem: Pick<ProblemOptions, "network" | "loss"> & {
    readonly optimizer: { readonly name: "sgd"; readonly learningRate: number };
  };
  /** Each with its inputs and its target: the values of the outputs, or the index of the class. */
  readonly rows: readonly { readonly inputs: readonly number[]; readonly target: readonly number[] }[];
  /** The row that is traced when none is named, counted from 1. */
  readonly row: number;
}

const layer = (activation: ActivationName, weights: number[][], bias?: number[]) =>
  dense(weights.length, {
    activation,
    bias: bias !== undefined,
    initialisation: { weights, ...(bias && { bias }) },
  });

export const traceExamples = {
  xor: {
    about: "The network learns exclusive or: 1 where exactly one of a and b is 1.",
    inputNames: ["a", "b"],
    outputNames: ["a xor b"],
    problem: {
      network: network({
        inputs: 2,
        layers: [
          layer(
            "logistic",
            [
              [0.5, -0.4],
              [0.3, 0.8],
            ],
            [0.1, -0.2],
          ),
          layer("logistic", [[0.6, -0.3]], [0.2]),
        ],
      }),
      loss: { name: "halfSquaredError" },
      optimizer: { name: "sgd", learningRate: 0.5 },
    },
    rows: [
      { inputs: [0, 0], target: [0] },
      { inputs: [0, 1], target: [1] },
      { inputs: [1, 0], target: [1] },
      { inputs: [1, 1], target: [0] },
    ],
    row: 3,
  },
  chapter: {
    about: 'This is the network of the chapter "What is learning?", which has no biases.',
    inputNames: ["x1", "x2"],
    outputNames: ["y"],
    problem: {
      network: network({
        inputs: 2,
        layers: [
          layer("logistic", [
            [0.1, 0.8],
            [0.4, 0.6],
          ]),
          layer("logistic", [[0.3, 0.9]]),
        ],
      }),
      loss: { name: "halfSquaredError" },
      optimizer: { name: "sgd", learningRate: 0.5 },
    },
    rows: [{ inputs: [0.35, 0.9], target: [0.5] }],
    row: 1,
  },
  classes: {
    about:
      "The network classifies into three classes: softmax turns its outputs into probabilities, and the loss is cross-entropy.",
    inputNames: ["a", "b"],
    outputNames: ["red", "green", "blue"],
    problem: {
      network: network({
        inputs: 2,
        layers: [
          layer(
            "relu",
            [
              [0.5, 0.5],
              [0.9, -0.2],
            ],
            [0.1, 0],
          ),
          layer(
            "identity",
            [
              [0.4, -0.6],
              [-0.2, 0.7],
              [0.1, 0.3],
            ],
            [0, 0, 0],
          ),
        ],
      }),
      loss: { name: "crossEntropy" },
      optimizer: { name: "sgd", learningRate: 0.5 },
    },
    rows: [
      { inputs: [1, 0.5], target: [0] },
      { inputs: [0.2, 1], target: [1] },
      { inputs: [0.8, 0.1], target: [2] },
    ],
    row: 1,
  },
} as const satisfies Readonly<Record<string, Example>>;

export type TraceExampleName = keyof typeof traceExamples;

/** What is asked for instead of the example's own. */
interface Instead {
  readonly optimizer?: OptimizerName | undefined;
  readonly learningRate?: number | undefined;
}

/** What `traceStep` takes for some rows of an example, counted from 1. */
export function exampleStep(
  { problem, inputNames, outputNames, rows }: Example,
  numbers: readonly number[],
  { optimizer, learningRate }: Instead,
): TraceOptions {
  const rule = optimizer === undefined ? problem.optimizer : { name: optimizer };
  const chosen = numbers.map((number) => rows[number - 1]);
  return {
    problem: completeProblem({
      ...problem,
      optimizer: learningRate === undefined ? rule : { ...rule, learningRate },
    }),
    parameters: initialParameters(problem.network, 0),
    patterns: {
      inputs: Float64Array.from(chosen.flatMap(({ inputs }) => inputs)),
      desired: Float64Array.from(chosen.flatMap(({ target }) => target)),
    },
    inputNames,
    outputNames,
  };
}
