/** Models to serve, and requests to a server of them over real connections. */
import { connect } from "node:net";
import { type ServeEvent, serve } from "../src/node.ts";

export const quick = {
  engine: "wasm",
  recipe: "plain",
  hidden: [3],
  epochs: 2,
  folds: 1,
  seed: 0,
  threads: 1,
} as const;
export const rows = Array.from({ length: 40 }, (_, i) => ({
  size: 50 + i,
  town: i % 3 === 0 ? "Köln" : 'a "b"/c',
  garden: i % 2 === 0,
  built: new Date(Date.UTC(1990 + i, i % 12, 1 + i)).toISOString().slice(0, 10),
  price: 100 + 3 * i,
  rent: i,
  kind: i % 4 < 2 ? "flat" : "house",
}));
export const row = { size: 60, town: "Köln", garden: true, built: "2001-05-06" };
export const features = ["size", "town", "garden", "built"];

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, field by field
  readonly body: any;
}

/** Posts a body as JSON. */
export async function post(
  address: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${address}models/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

type Options = Parameters<typeof serve>[0];

/** Runs a server for the time of a test. */
export async function serving(
  options: Options,
  use: (address: string, events: ServeEvent[]) => Promise<void>,
): Promise<void> {
  const events: ServeEvent[] = [];
  const server = await serve({ port: 0, reload: false, onEvent: (event) => void events.push(event), ...options });
  try {
    await use(server.address, events);
  } finally {
    await server.stop();
  }
}

/** What a server answers to bytes. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (data) => {
      answer += String(data);
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}
