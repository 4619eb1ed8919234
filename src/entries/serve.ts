/**
 * gradus/serve: a server of predictions over HTTP. Needs Node, and the optional packages hono and @hono/node-server.
 *
 * @module gradus/serve
 */
export { type PredictionServer, type ServeOptions, serve } from "../serve/serve.ts";
export type { ServeEvent } from "../serve/serveEvent.ts";
