/**
 * A server of predictions: models by their names over HTTP, until it is stopped.
 *
 * Its framework is Hono, an optional package that is loaded when a server starts.
 */
import { DescriptionError, shown } from "../errors.ts";
import {
  boolean,
  either,
  func,
  type Kinds,
  kind,
  listOf,
  needed,
  object,
  requireKind,
  requireOptions,
  text,
  whole,
} from "../kinds.ts";
import { type Model, modelKind } from "../models/model.ts";
import { reloadFiles } from "./reloading.ts";
import { ServedModel } from "./servedModel.ts";
import type { ServeEvent } from "./serveEvent.ts";
import { ServerMetrics } from "./serverMetrics.ts";
import { addressOf, closed, hostTest, isOpen, listen, loadTransport } from "./transport.ts";

export interface ServeOptions {
  /**
   * The models by their names, of letters, digits, ".", "_" and "-": each the path of its file, or a loaded model, which stays the
   * caller's. A file that is replaced while the server runs is served from then on.
   */
  readonly models: Readonly<Record<string, string | Model>>;
  /** The network address to listen at; "127.0.0.1" when absent: this machine alone. "0.0.0.0" is all addresses. */
  readonly host?: string;
  /** 8080 when absent; 0 for a free one. */
  readonly port?: number;
  /**
   * The names of hosts that requests may have besides "localhost" and addresses: those of a proxy before the server. When absent none where
   * the server listens to this machine alone, any where other machines reach it.
   */
  readonly allowedHosts?: readonly string[];
  /** The most bytes of a request; 4 MiB when absent. */
  readonly maxBodyBytes?: number;
  /** The most rows of a request; 1000 when absent. */
  readonly maxRows?: number;
  /** The most predictions that are asked for at a time; 1000 when absent. */
  readonly maxRequests?: number;
  /** Seconds within which a request is read and gets its response; 10 when absent. */
  readonly timeout?: number;
  /** Whether files that are replaced are loaded; true when absent. */
  readonly reload?: boolean;
  /** Called with what happens, for a log; it must not throw. */
  readonly onEvent?: (event: ServeEvent) => void;
}

const hostName = kind(
  "the name or the number of an address",
  (value) => typeof value === "string" && /^[^\s/]+$/.test(value),
);

const optionKinds = {
  models: needed(object),
  host: hostName,
  port: whole(0, 65535),
  allowedHosts: listOf(hostName, "names of hosts"),
  maxBodyBytes: whole(1),
  maxRows: whole(1),
  maxRequests: whole(1),
  timeout: kind(
    "a number of seconds above 0 and at most 86400",
    (value) => typeof value === "number" && value > 0 && value <= 86_400,
  ),
  reload: boolean,
  onEvent: func,
} as const satisfies Kinds<ServeOptions>;

/** A server that runs. */
export interface PredictionServer {
  /** "http://127.0.0.1:8080/" */
  readonly address: string;
  /**
   * Takes no more connections, finishes the requests that are open, and frees the models that it loaded. Resolves when all is done;
   * a second call is the same stop.
   */
  stop(): Promise<void>;
}

/**
 * Starts a server: `POST /models/NAME/predict` takes a row as a JSON object, or a list of rows, and responds with what
 * `model.predict` gives; `/openapi.json` describes every model's columns and responses. `/models`, `/health`, `/ready` and `/metrics`
 * are for operation.
 *
 * @throws {ModelFileError} a file that is no model, or can't be read
 * @throws {GradusError} an address that can't be listened at; Hono is not installed
 * @throws {DescriptionError} a name that a path can't have; options that there are not
 *
 * @example
 * import { train } from "gradus/node";
 * import { serve } from "gradus/serve";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", features: ["sex"], epochs: 2, folds: 1 });
 * const server = await serve({ models: { penguins: model }, port: 0 });
 * const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ sex: "male" }) };
 * const response = await fetch(`${server.address}models/penguins/predict`, request);
 * response.status; // 200
 * await server.stop();
 * model.dispose();
 */
export async function serve(options: ServeOptions): Promise<PredictionServer> {
  requireOptions(options, optionKinds, "serve");
  // Read before anything is waited for: the caller may change them.
  const { host: named = "127.0.0.1", port = 8080, onEvent = () => {}, reload = true, allowedHosts = [] } = options;
  const { maxBodyBytes = 4 * 1024 ** 2, maxRows = 1000, maxRequests = 1000, timeout = 10 } = options;
  const limits = { maxBodyBytes, maxRows, maxRequests, timeout };
  const host = named.replace(/^\[(.*)\]$/, "$1"); // as an address of IPv6 is written in a URL
  const given = Object.entries(options.models);
  const metrics = new ServerMetrics();
  const transport = await loadTransport();
  const models = await openModels(given, metrics);
  let stopping = false;
  let isHost = (_host: string): boolean => false;
  const server = transport({
    ...limits,
    models,
    metrics,
    isHost: (name) => isHost(name),
    isStopping: () => stopping,
    onEvent,
  });
  const close = async (): Promise<void> => {
    for (const model of models.values()) await model.close();
  };
  try {
    await listen(server, host, port);
  } catch (error) {
    await close();
    throw error;
  }
  for (const { name, current } of models.values()) {
    onEvent({ event: "model-loaded", model: name, version: current.version });
  }
  const hasNames = !isOpen(server) || allowedHosts.length > 0;
  isHost = hasNames ? hostTest([host, ...allowedHosts]) : () => true;
  const address = addressOf(server, host);
  onEvent({ event: "listening", address, isOpen: isOpen(server) });
  const reloading = reload ? reloadFiles([...models.values()], metrics, onEvent) : undefined;
  const stop = async (): Promise<void> => {
    stopping = true;
    onEvent({ event: "stopping" });
    await reloading?.end();
    await closed(server, timeout);
    await close();
    onEvent({ event: "stopped" });
  };
  let stopped: Promise<void> | undefined;
  return {
    address,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** What a path can have without being escaped, and OpenAPI as the name of a schema. */
const NAME = /^[A-Za-z0-9._-]+$/;

/** @throws {DescriptionError} no models, a name that a path can't have, what is neither a path nor a model */
async function openModels(
  entries: readonly (readonly [string, string | Model])[],
  metrics: ServerMetrics,
): Promise<Map<string, ServedModel>> {
  if (entries.length === 0) throw new DescriptionError("Expected at least one model to serve, found none.");
  for (const [name, model] of entries) {
    if (!NAME.test(name) || /^\.+$/.test(name)) {
      throw new DescriptionError(
        `Expected the name of a served model to have letters, digits, ".", "_" and "-" alone, found ${shown(name)}. Give it another name, on the command line as NAME=FILE.`,
      );
    }
    requireKind(`the model ${name}`, model, either(text, modelKind));
  }
  const models = new Map<string, ServedModel>();
  const onTurn = (rows: number): void => metrics.turns.observe({}, rows);
  try {
    for (const [name, model] of entries) models.set(name, await ServedModel.open(name, model, onTurn));
    return models;
  } catch (error) {
    for (const model of models.values()) await model.close();
    throw error;
  }
}
