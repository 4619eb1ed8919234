/** The HTTP server below the routes: loads the framework, listens at an address, and closes without cutting a request off. */
import { createServer, type Server } from "node:http";
import { isIP, isIPv6, Server as NetServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { GradusError } from "../errors.ts";
import { refuseBroken } from "./brokenRequests.ts";
import { type AppEnv, type AppSettings, addRoutes, refuseUnrouted } from "./httpApp.ts";
import { RequestError } from "./requestError.ts";

/** Longer than the minute that proxies usually keep a connection: a connection must not close under a request. */
const KEEP_ALIVE_MS = 75_000;

/** In the address of a request without a Host header, which HTTP/1.0 allows. */
const UNNAMED_HOST = "localhost";

const notHttp = (error: unknown): RequestError =>
  new RequestError("not-http", `Expected HTTP/1.1: ${error instanceof Error ? error.message : error}.`);

/** Makes servers. @throws {GradusError} where the framework is not installed */
export async function loadTransport(): Promise<(settings: AppSettings) => Server> {
  const [{ Hono }, { getRequestListener }] = await Promise.all([import("hono"), import("@hono/node-server")]).catch(
    (cause: unknown) => {
      throw new GradusError(
        "The server is built on Hono, which is not installed. Install it: npm install hono@4 @hono/node-server@2",
        { cause },
      );
    },
  );
  return (settings) => {
    const app = new Hono<AppEnv>();
    addRoutes(app, settings);
    const requestTimeout = Math.ceil(1000 * settings.timeout);
    const serverOptions = {
      requestTimeout,
      headersTimeout: requestTimeout,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Well before the timeout below, which ends a connection without a word.
      connectionsCheckingInterval: Math.min(1000, Math.ceil(requestTimeout / 4)),
    };
    const listener = getRequestListener(app.fetch, {
      hostname: UNNAMED_HOST,
      // Of what the framework can't make a request of, such as an address with a backslash.
      errorHandler: (error) => refuseUnrouted(settings, notHttp(error)),
      overrideGlobalObjects: false, // Request and Response stay the caller's
    });
    const server = createServer(serverOptions, (incoming, outgoing) => void listener(incoming, outgoing));
    server.timeout = 2 * requestTimeout; // without a byte sent or received: a client that doesn't read its response
    refuseBroken(server, settings.timeout, (refusal) => void refuseUnrouted(settings, refusal));
    return server;
  };
}

/** Whether a server that listens can be reached by other machines. */
export function isOpen(server: Server): boolean {
  const address = server.address();
  return typeof address === "object" && address !== null && !/^(?:::ffff:)?127\.|^::1$/i.test(address.address);
}

/**
 * Whether requests may name a host: "localhost", an address and the given names. Else a page of another site could reach a server of this
 * machine under a name of that site's that leads here (DNS rebinding). A request that names none is no browser's.
 */
export function hostTest(given: readonly string[] = []): (host: string) => boolean {
  const names = new Set(["", "localhost", ...given.map(nameIn)]);
  return (host) => names.has(nameIn(host)) || isIP(nameIn(host)) !== 0;
}

/** "Localhost.:8080" → "localhost", "[::1]:8080" → "::1"; the dot at the end says that a name is complete. */
function nameIn(host: string): string {
  if (isIPv6(host)) return host;
  const [, address] = /^\[(.*)\](?::\d+)?$/.exec(host) ?? [];
  return address ?? host.replace(/\.?(?::\d+)?$/, "").toLowerCase();
}

/** @throws {GradusError} an address that can't be listened at, with the reason */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    throw new GradusError(`Cannot listen at ${host}, port ${port}: ${causeOf(code)}`, { cause });
  }
}

function causeOf(code: string): string {
  switch (code) {
    case "EADDRINUSE":
      return "another process does. Give another port, or 0 for a free one.";
    case "EACCES":
      return "it is not permitted. Give a port above 1023.";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address. Give one of its own, or 0.0.0.0 for all.";
    default:
      return `the system reported ${code}.`;
  }
}

/** "http://127.0.0.1:8080/" */
export function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

/** For how long idle connections stay open at the end, in milliseconds: a request may be on its way, and its response says that it is the last. */
const LAST_REQUESTS_MS = 250;

/** Takes no more connections; resolves when those that are open have their responses, or, at the latest, after the timeout. */
export async function closed(server: Server, timeout: number): Promise<void> {
  // An HTTP server's own close ends idle connections at once.
  const done = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  await Promise.race([done, wait(LAST_REQUESTS_MS)]);
  server.closeIdleConnections();
  const late = new AbortController();
  wait(1000 * timeout, undefined, { signal: late.signal }).then(
    () => server.closeAllConnections(),
    () => {}, // all got their responses in time
  );
  await done;
  late.abort();
}
