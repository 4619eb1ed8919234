/**
 * The lab's web server: the files of one folder, to this machine alone, and one more file to whoever knows its address.
 *
 * Pages are cross-origin isolated and may ask no other host for anything. Requests that name another host are refused, so that
 * no page on the web can read this one by a name of its own that leads here (DNS rebinding). Knows nothing of the lab.
 */
import { randomBytes } from "node:crypto";
import { open, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { addressOf, hostTest, listen } from "../entries/internal.ts";
import { localHeaders as headers } from "./labHeaders.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

const HOST = "127.0.0.1";
const isHost = hostTest();
const UNKNOWN = "application/octet-stream";

export interface FolderServer {
  /** "http://127.0.0.1:PORT/" */
  readonly address: string;
  /** Ends when the server has. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A file that lies anywhere, under an address that cannot be guessed. It is read whenever it is asked for. */
export interface SecretFile {
  readonly path: string;
  /** "/a-random-word/its%20name.csv" */
  readonly address: string;
}

/** @param name what it is called in its address */
export function secretFile(path: string, name: string): SecretFile {
  return { path, address: `/${randomBytes(24).toString("base64url")}/${encodeURIComponent(name)}` };
}

interface Served {
  readonly root: string;
  readonly secret: SecretFile | undefined;
}

/** Serves a folder, and one more file, on a free port of 127.0.0.1 until it is closed. */
export async function serveFolder(folder: string, secret?: SecretFile): Promise<FolderServer> {
  const served = { root: await realpath(folder), secret };
  const server = createServer((request, response) => void answer(served, request, response));
  await listen(server, HOST, 0);
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: addressOf(server, HOST), closed, close };
}

async function answer({ root, secret }: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  if (!isHost(request.headers.host ?? "")) {
    return refuse(response, 403, "This server takes requests for 127.0.0.1 and localhost alone.");
  }
  if (method !== "GET" && method !== "HEAD") return refuse(response, 405, `Expected GET or HEAD, found ${method}.`);
  const isSecret = url === secret?.address;
  const path = isSecret ? secret.path : await fileAt(root, url);
  try {
    if (path === undefined) throw new Error("no file has this address");
    await send(path, response, method, isSecret ? { "cache-control": "no-store" } : { "content-type": typeOf(path) });
  } catch {
    if (response.headersSent) response.destroy();
    else refuse(response, 404, "There is no such file here.");
  }
}

const typeOf = (path: string): string => types[extname(path)] ?? UNKNOWN;

/** Sends a file as it is now, of any size. */
async function send(
  path: string,
  response: ServerResponse,
  method: string,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    response.writeHead(200, { ...headers, "content-type": UNKNOWN, ...more, "content-length": size });
    if (method === "HEAD" || size === 0) response.end();
    else await pipeline(file.createReadStream({ start: 0, end: size - 1, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...headers, "content-type": "text/plain; charset=utf-8" }).end(`${reason}\n`);
}

/** The file that a request names, if it lies in the folder once links are followed. */
async function fileAt(root: string, url: string): Promise<string | undefined> {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ""));
    if (!path.startsWith("/") || path.includes("\0") || path.includes("\\")) return undefined;
    if (path.split("/").some((part) => part.startsWith("."))) return undefined;
    const file = await realpath(join(root, path.endsWith("/") ? `${path}index.html` : path));
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined; // no such file, or an address that is none
  }
}
