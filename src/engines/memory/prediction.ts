/** The `predictor` of an engine whose devices these are. Knows nothing of training. */
import type { Network } from "../../network/network.ts";
import type { Numbers, PredictionEngine } from "../engine.ts";
import type { Devices } from "./device.ts";
import { ManyRows } from "./manyRows.ts";
import { createPredictor } from "./predictor.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";
import { workplaceFor } from "./work.ts";

/** So many rows at a time are worth threads or are not. */
const BATCH = 256;

export function predictorWith(devices: Devices): PredictionEngine["predictor"] {
  const open = async (network: Network, parameters: Numbers): Promise<ManyRows> => {
    const workplace = await workplaceFor(devices, { network, batchSize: BATCH });
    return new ManyRows(network, parameters, workplace, releaseRuntime);
  };
  return async (network, parameters) =>
    createPredictor(network, parameters, await acquireRuntime(devices, false), releaseRuntime, (values) =>
      open(network, values),
    );
}
