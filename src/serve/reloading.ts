/** Looks at the files of served models every second, one after the other, and reports what was replaced or refused. */
import { setTimeout as wait } from "node:timers/promises";
import type { ServedModel } from "./servedModel.ts";
import type { ServeEvent } from "./serveEvent.ts";
import type { ServerMetrics } from "./serverMetrics.ts";

const EVERY_MS = 1000;

export interface Reloading {
  /** Resolves when no file is being loaded, and none will be. */
  end(): Promise<void>;
}

export function reloadFiles(
  models: readonly ServedModel[],
  metrics: ServerMetrics,
  onEvent: (event: ServeEvent) => void,
): Reloading {
  const ending = new AbortController();
  const { signal } = ending;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await wait(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      for (const model of models) {
        if (!signal.aborted) report(model, await model.reload(), metrics, onEvent);
      }
    }
  };
  const running = run();
  return {
    end: () => {
      ending.abort();
      return running;
    },
  };
}

function report(
  { name, current }: ServedModel,
  reload: Awaited<ReturnType<ServedModel["reload"]>>,
  { reloads }: ServerMetrics,
  onEvent: (event: ServeEvent) => void,
): void {
  const { outcome } = reload;
  if (outcome === "unchanged") return;
  reloads.add({ model: name, outcome });
  const of = { model: name, version: current.version };
  if (outcome === "replaced") onEvent({ event: "model-replaced", ...of, before: reload.before });
  else onEvent({ event: "model-refused", ...of, message: reload.message });
}
