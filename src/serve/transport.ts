/** The HTTP server below the routes: loads the framework, listens at an address, and closes without cutting a request off. */
import type { Server } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { GradusError } from "../errors.ts";
import { type AppEnv, type AppSettings, addRoutes } from "./httpApp.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];
/** Longer than the minute that proxies usually keep a connection: a connection must not close under a request. */
const KEEP_ALIVE_MS = 75_000;

/** Makes servers. @throws {GradusError} where the framework is not installed */
export async function loadTransport(): Promise<(settings: AppSettings) => Server> {
  const [{ Hono }, { createAdaptorServer }] = await Promise.all([import("hono"), import("@hono/node-server")]).catch(
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
      connectionsCheckingInterval: Math.min(1000, requestTimeout),
    };
    // The globals Request and Response stay the caller's.
    return createAdaptorServer({ fetch: app.fetch, serverOptions, overrideGlobalObjects: false }) as Server;
  };
}

/**
 * Whether requests may name a host. A server for this machine alone takes its own names: else a page of another site could reach it
 * under a name of that site's that leads here (DNS rebinding).
 */
export function hostTest(listened: string, allowed: readonly string[] = []): (host: string) => boolean {
  if (!LOOPBACK.includes(listened)) return () => true;
  const names = new Set([...LOOPBACK, ...allowed.map((name) => name.toLowerCase())]);
  return (host) => names.has(host.replace(/:\d+$/, "").toLowerCase());
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

/** Takes no more connections; resolves when those that are open have their responses, or, at the latest, after the timeout. */
export async function closed(server: Server, timeout: number): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = new AbortController();
  wait(1000 * timeout, undefined, { signal: late.signal }).then(
    () => server.closeAllConnections(),
    () => {}, // all got their responses in time
  );
  await done;
  late.abort();
}
