/**
 * A web server for the tests: the files of a few folders of the project, to this machine alone. Knows nothing of pages.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface FileServer {
  /** "http://127.0.0.1:PORT", without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Pages served with these may share memory with their workers. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
} as const;

/**
 * Serves folders below a root until closed; a path that ends in a slash is its index.html.
 *
 * @param root the folder that "/" stands for
 * @param folders what may be served, as paths below root; all else is 404
 * @param options `isolated`: whether pages are cross-origin isolated; false when absent. `policy`: the pages'
 * Content-Security-Policy; none when absent
 */
export async function serveFiles(
  root: string,
  folders: readonly string[],
  { isolated = false, policy }: { readonly isolated?: boolean; readonly policy?: string } = {},
): Promise<FileServer> {
  const allowed = folders.map((folder) => join(root, folder) + sep);
  const headers = { ...(isolated && isolation), ...(policy && { "content-security-policy": policy }) };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const path = normalize(join(root, decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : ""));
    if (pathname === "/favicon.ico") {
      response.writeHead(204).end(); // every browser asks, no page needs one
      return;
    }
    try {
      if (!allowed.some((folder) => path.startsWith(folder))) throw new Error("outside");
      const body = await readFile(path);
      const type = types[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    } catch {
      response.writeHead(404).end(`No ${pathname} here.`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
