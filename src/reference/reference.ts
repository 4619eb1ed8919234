/**
 * The reference engine: the derivation line by line, in float64. Readable and slow; the oracle that every other engine
 * is tested beside, and itself an engine, so that whatever runs on the contract runs on it.
 */
import {
  type Engine,
  requireEngineOptions,
  requireFiniteOutputs,
  requireInputs,
  requireNumbers,
  requireProblem,
  requireRow,
} from "../engines/engine.ts";
import { validateNetwork } from "../network/network.ts";
import { requireParameters } from "../network/parameters.ts";
import { subjectOf } from "./backpropagation.ts";
import { outputsOf, ReferenceSession } from "./session.ts";

export const reference = {
  name: "reference",
  precision: "float64",
  create: (given, options = {}) => {
    const problem = requireProblem(given);
    requireEngineOptions(options);
    const { parameters } = options;
    if (parameters !== undefined) requireParameters(problem.network, parameters);
    return new ReferenceSession(problem, parameters);
  },
  predictor: (network, parameters) => {
    validateNetwork(network);
    requireParameters(network, parameters);
    requireNumbers("parameters", parameters);
    const subject = subjectOf(network, Float64Array.from(parameters));
    const predict = (inputs: ArrayLike<number>): Float64Array => {
      requireInputs(network, inputs);
      return requireFiniteOutputs(outputsOf(subject, inputs), network.outputs);
    };
    return {
      predict,
      predictBatch: predict,
      predictRow: (input, output) => {
        requireRow(network, input, output);
        requireNumbers("inputs", input, network.inputs);
        output.set(outputsOf(subject, input));
        requireFiniteOutputs(output, network.outputs); // as `output` holds them: it may be of float32
      },
      dispose: () => {},
      [Symbol.dispose]: () => {},
    };
  },
} as const satisfies Engine;
