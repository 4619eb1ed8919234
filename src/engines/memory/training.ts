/** The half of an engine that trains, on its devices. The other half, its `predictor`, is in `prediction.ts`. */
import { requireParameters } from "../../network/parameters.ts";
import { makePlan } from "../../plan/makePlan.ts";
import {
  type EngineOptions,
  type Parallelism,
  type Precision,
  type Precisions,
  type Problem,
  requireEngineOptions,
  requireProblem,
} from "../engine.ts";
import type { Devices } from "./device.ts";
import { partsToExchange } from "./reducedWork.ts";
import { acquireThreads, releaseRuntime } from "./runtime.ts";
import { MemorySession } from "./session.ts";
import { usefulThreads, workplaceFor } from "./work.ts";
import { availableThreads, coreCount, whyNoThreads } from "./workers.ts";

/**
 * What an engine with such devices has besides its name, its precision and its predictor.
 *
 * @param precise the devices of precisions that sessions may ask for besides the engine's own
 */
export function trainingWith(
  devices: Devices,
  engine: Precisions = { name: "of these devices", precision: "float32" },
  precise: Partial<Readonly<Record<Precision, Devices>>> = {},
) {
  return {
    create: async <Inputs extends number, Outputs extends number>(
      given: Problem<Inputs, Outputs>,
      asked: EngineOptions = {},
    ): Promise<MemorySession<Inputs, Outputs>> => {
      const problem = requireProblem(given);
      requireEngineOptions(asked, engine);
      const { parameters, precision = "float32", collective } = asked;
      if (parameters !== undefined) requireParameters(problem.network, parameters);
      // Exchanges go on when this thread polls them, so it must not be the one that computes.
      const isExchanged = collective !== undefined && collective.size > 1;
      const apart = asked.apart ?? (isExchanged && partsToExchange(makePlan(problem), collective, 1).length > 0);
      const place = { threads: asked.threads, apart };
      const { runtime, threads, inWorkers } = await workplaceFor(precise[precision] ?? devices, problem, place);
      return new MemorySession(
        problem,
        runtime,
        { threads, inWorkers, precision, parameters, collective },
        releaseRuntime,
      );
    },
    parallelism: (problem: Problem): Parallelism => ({
      useful: usefulThreads(requireProblem(problem)),
      available: availableThreads(devices),
    }),
    whyOneThread: async () => (coreCount() > 1 ? await tryThreads(devices) : undefined),
  };
}

/** Tries to start a worker. @returns why threads can't be used here; undefined where they can */
export async function tryThreads(devices: Devices): Promise<string | undefined> {
  const why = whyNoThreads(devices);
  if (why !== undefined) return why;
  const runtime = await acquireThreads(devices, 1);
  if (runtime !== undefined) releaseRuntime(runtime);
  return runtime === undefined ? (whyNoThreads(devices) ?? "a worker could not be started") : undefined;
}
