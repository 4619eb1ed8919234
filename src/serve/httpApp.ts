/**
 * The routes of the server: requests in, responses out, in Hono's terms.
 *
 * Every response but the metrics is JSON. What is refused has a code, a message and, of a row, its number and columns; a fault of ours
 * is reported with its stack, of which nothing leaves the server.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { targetNames } from "../data/targetNames.ts";
import { shown, unknownName } from "../errors.ts";
import { openApiOf } from "./openApi.ts";
import { type PredictLimits, predict } from "./predictRoute.ts";
import { RequestError } from "./requestError.ts";
import type { ServedModel } from "./servedModel.ts";
import type { ServeEvent } from "./serveEvent.ts";
import type { ServerMetrics } from "./serverMetrics.ts";

export interface AppSettings extends PredictLimits {
  /** By their names. */
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly metrics: ServerMetrics;
  /** How many predictions may be asked for at a time. */
  readonly maxRequests: number;
  /** Whether a request may name a host, with its port. */
  isHost(host: string): boolean;
  isStopping(): boolean;
  onEvent(event: ServeEvent): void;
}

/** What a request's handlers share. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: { model?: string };
}

type Handler = (context: Context<AppEnv>) => Response | Promise<Response>;

/** Adds the routes to an app that has none. */
export function addRoutes(app: Hono<AppEnv>, settings: AppSettings): void {
  app.use(async (context, next) => {
    const started = performance.now();
    const host = context.req.header("host") ?? "";
    if (settings.isHost(host)) await next();
    else context.res = refusal(context, new RequestError("wrong-host", notFor(host)));
    if (settings.isStopping()) context.header("connection", "close");
    finish(settings, context, started);
  });
  const routes: readonly (readonly [path: string, method: "GET" | "POST", Handler])[] = [
    ["/models/:name/predict", "POST", (context) => respondPrediction(context, settings)],
    ...pages(settings).map(([path, page]) => [path, "GET", page] as const),
  ];
  for (const [path, method, handler] of routes) {
    app.on(method, path, handler);
    app.all(path, (context) => {
      context.header("allow", method === "GET" ? "GET, HEAD" : method);
      const message = `${context.req.path} takes ${method} requests, found ${context.req.method}.`;
      return refusal(context, new RequestError("wrong-method", message));
    });
  }
  app.notFound((context) => {
    const names = [...settings.models.keys()];
    const known = names.length === 1 ? `/models/${names[0]}/predict` : "/models/NAME/predict, the names are at /models";
    const message = `There is nothing at ${context.req.path}. Predictions: POST ${known}. See /openapi.json for what else there is.`;
    return refusal(context, new RequestError("not-found", message));
  });
  app.onError((error, context) =>
    refusal(context, error instanceof RequestError ? error : fault(error, context, settings)),
  );
}

const notFor = (host: string): string =>
  `This server takes requests for this machine's own names alone, found the host ${shown(host)}. If a proxy before the server sends it, start the server with it among its allowed hosts.`;

/** Counts and reports a request that reached no route. @returns its response */
export function refuseUnrouted({ metrics, onEvent }: AppSettings, refusal: RequestError): Response {
  const { status } = refusal;
  metrics.requests.add({ model: "", status: String(status) });
  onEvent({ event: "request", method: "-", path: "-", status, milliseconds: 0 });
  return Response.json(refusal, { status });
}

function pages({ models, maxRows, metrics, isStopping }: AppSettings): [string, Handler][] {
  const served = (): ServedModel[] => [...models.values()];
  const listed = ({ name, current: { version, model } }: ServedModel): object => ({
    name,
    version,
    task: model.task,
    targets: targetNames(model.document.target),
  });
  const metricsType = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return [
    ["/models", (context) => context.json({ models: served().map(listed) })],
    ["/openapi.json", (context) => context.json(openApiOf(served(), maxRows))],
    ["/health", (context) => context.json({ status: "ok" })],
    [
      "/ready",
      (context) => (isStopping() ? context.json({ status: "stopping" }, 503) : context.json({ status: "ready" })),
    ],
    ["/metrics", (context) => context.body(metrics.text(served()), 200, metricsType)],
  ];
}

async function respondPrediction(context: Context<AppEnv>, settings: AppSettings): Promise<Response> {
  const { models, metrics, maxRequests } = settings;
  const name = context.req.param("name") ?? "";
  const served = models.get(name);
  if (served === undefined) throw new RequestError("not-found", unknownName(name, [...models.keys()], "model"));
  context.set("model", name);
  if (metrics.inFlight >= maxRequests) {
    const message = `The server has ${maxRequests} open requests, the most that it takes at a time. Try again later.`;
    throw new RequestError("overloaded", message);
  }
  metrics.inFlight++;
  try {
    const { incoming, outgoing } = context.env;
    const request = {
      incoming,
      outgoing,
      parameters: new URL(context.req.url).searchParams,
    };
    const { text, rows } = await predict(served, request, settings);
    metrics.rows.add({ model: name }, rows);
    return context.body(text, 200, { "content-type": "application/json" });
  } finally {
    metrics.inFlight--;
  }
}

/** Counts and reports a request that is finished. */
function finish({ metrics, onEvent }: AppSettings, context: Context<AppEnv>, started: number): void {
  const { method, path } = context.req;
  const { status } = context.res;
  const model = context.get("model");
  const milliseconds = performance.now() - started;
  metrics.requests.add({ model: model ?? "", status: String(status) });
  if (model !== undefined) metrics.seconds.observe({ model }, milliseconds / 1000);
  onEvent({ event: "request", method, path, status, milliseconds });
}

function refusal(context: Context<AppEnv>, error: RequestError): Response {
  const status = error.status as Exclude<RequestError["status"], 499>; // which has no official name, and is sent to nobody
  const headers = status === 503 ? { "retry-after": "1" } : undefined;
  return context.json(error.toJSON(), status, headers);
}

/** What is no refusal is a fault of ours. */
function fault(error: Error, context: Context<AppEnv>, { onEvent }: AppSettings): RequestError {
  const { method, path } = context.req;
  onEvent({ event: "failed", method, path, stack: error.stack ?? String(error) });
  return new RequestError("internal", "The server failed. Its log has the reason.");
}
