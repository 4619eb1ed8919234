/** Predictors of the WebAssembly engine with one build of the kernels or another: all of them, or those for prediction alone. */
import type { Network } from "../../network/network.ts";
import type { Numbers, PredictionEngine } from "../engine.ts";
import { ForwardPass } from "./forwardPass.ts";
import type { KernelBuild } from "./kernelModule.ts";
import { createPredictor } from "./predictor.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";
import { workplaceFor } from "./work.ts";

/** Rows that go forward together. */
const BATCH = 256;

/** An engine's `predictor`. */
export function predictorWith(build: KernelBuild): PredictionEngine["predictor"] {
  const open = async (network: Network, parameters: Numbers): Promise<ForwardPass> => {
    const workplace = await workplaceFor(build, { network, batchSize: BATCH });
    return new ForwardPass({ network, parameters, batchSize: BATCH }, workplace, releaseRuntime);
  };
  return async (network, parameters) =>
    createPredictor(network, parameters, await acquireRuntime(build, false), releaseRuntime, (values) =>
      open(network, values),
    );
}
