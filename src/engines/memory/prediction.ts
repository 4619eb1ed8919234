/** The `predictor` of an engine whose devices these are. Knows nothing of training. */
import type { Network } from "../../network/network.ts";
import type { Numbers, PredictionEngine } from "../engine.ts";
import type { Devices } from "./device.ts";
import { ForwardPass } from "./forwardPass.ts";
import { createPredictor } from "./predictor.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";
import { workplaceFor } from "./work.ts";

/** Rows that go forward together. */
const BATCH = 256;

export function predictorWith(devices: Devices): PredictionEngine["predictor"] {
  const open = async (network: Network, parameters: Numbers): Promise<ForwardPass> => {
    const workplace = await workplaceFor(devices, { network, batchSize: BATCH });
    return new ForwardPass({ network, parameters, batchSize: BATCH }, workplace, releaseRuntime);
  };
  return async (network, parameters) =>
    createPredictor(network, parameters, await acquireRuntime(devices, false), releaseRuntime, (values) =>
      open(network, values),
    );
}
