/**
 * The lab's web server: the files of one folder, to this machine alone.
 *
 * Pages are cross-origin isolated and may ask no other host for anything. Requests that name another host are refused, so that
 * no page on the web can read this one by a name of its own that leads here (DNS rebinding). Knows nothing of the lab.
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
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

export interface FolderServer {
  /** "http://127.0.0.1:PORT/" */
  readonly address: string;
  /** Ends when the server has. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Serves a folder on a free port of 127.0.0.1 until it is closed. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const root = await realpath(folder);
  const server = createServer((request, response) => void answer(root, server, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${portOf(server)}/`, closed, close };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function answer(root: string, server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const port = portOf(server);
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? "")) {
    return refuse(response, 403, "This server takes requests for 127.0.0.1 and localhost alone.");
  }
  if (method !== "GET" && method !== "HEAD") return refuse(response, 405, `Expected GET or HEAD, found ${method}.`);
  const path = await fileAt(root, url);
  if (path === undefined) return refuse(response, 404, "There is no such file here.");
  try {
    const body = await readFile(path);
    const type = types[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "content-type": type, "content-length": body.length });
    response.end(method === "HEAD" ? undefined : body);
  } catch {
    refuse(response, 404, "There is no such file here.");
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
