/**
 * The reference engine: the derivation line by line, in float64. Readable and slow; the oracle that every other engine
 * is tested beside, and itself an engine, so that whatever runs on the contract runs on it.
 */
import { type Engine, requireEngineOptions, requireProblem } from "../engines/engine.ts";
import { DescriptionError } from "../errors.ts";
import { requireParameters } from "../network/parameters.ts";
import { referencePrediction } from "./prediction.ts";
import { ReferenceSession } from "./session.ts";

export const reference = {
  name: "reference",
  precision: "float64",
  create: (given, options = {}) => {
    const problem = requireProblem(given);
    requireEngineOptions(options, { name: "reference", precision: "float64" });
    const { parameters, collective } = options;
    if (collective !== undefined && collective.size > 1) {
      throw new DescriptionError("The engine reference trains in one process. Use the engine wasm or native.");
    }
    if (parameters !== undefined) requireParameters(problem.network, parameters);
    return new ReferenceSession(problem, parameters);
  },
  predictor: referencePrediction.predictor,
} as const satisfies Engine;
