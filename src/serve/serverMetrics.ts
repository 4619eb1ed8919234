/** What the server measures of itself, under the names that Prometheus reads. */
import { memoryUsage, resourceUsage } from "node:process";
import { Counter, Histogram, type Labels, metricsText, Reading } from "./metrics.ts";
import type { ServedModel } from "./servedModel.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const ROWS = [1, 2, 4, 8, 16, 32, 64];

export class ServerMetrics {
  readonly requests = new Counter("Requests by model and status; no model: every other path.");
  readonly seconds = new Histogram("Seconds from a prediction request's head to its response.", SECONDS);
  readonly rows = new Counter("Rows that were predicted.");
  readonly turns = new Histogram("Rows that were predicted together.", ROWS);
  readonly reloads = new Counter("Model files that were replaced, by outcome: replaced or refused.");
  /** Requests for predictions that are open. */
  inFlight = 0;

  /** The text of `/metrics`. */
  text(models: Iterable<ServedModel>): string {
    return metricsText({
      gradus_requests_total: this.requests,
      gradus_request_seconds: this.seconds,
      gradus_rows_total: this.rows,
      gradus_batch_rows: this.turns,
      gradus_reloads_total: this.reloads,
      gradus_requests_in_flight: one("gauge", "Requests for predictions that are open.", () => this.inFlight),
      gradus_model_info: new Reading("gauge", "1 for the version of each model that is served.", () => infoOf(models)),
      process_resident_memory_bytes: one("gauge", "Resident memory in bytes.", () => memoryUsage.rss()),
      process_cpu_seconds_total: one("counter", "CPU seconds used, of user and system.", cpuSeconds),
    });
  }
}

const one = (type: "counter" | "gauge", help: string, read: () => number): Reading =>
  new Reading(type, help, () => [[{}, read()]]);

function cpuSeconds(): number {
  const { userCPUTime, systemCPUTime } = resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

function* infoOf(models: Iterable<ServedModel>): Generator<[Labels, number]> {
  for (const { name, current } of models)
    yield [{ model: name, version: current.version, task: current.model.task }, 1];
}
