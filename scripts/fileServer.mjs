/**
 * A web server: the files of a few folders, to this machine alone. For tests and `npm run example -- 5`. Knows nothing of
 * pages.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/**
 * @typedef {object} FileServer
 * @property {string} origin "http://127.0.0.1:PORT", without a slash at the end
 * @property {() => Promise<void>} close
 */

/** Pages served with these may share memory with their workers. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Serves folders below a root until closed; a path that ends in a slash is its index.html.
 *
 * @param {string} root the folder that "/" stands for
 * @param {readonly string[]} folders what may be served, as paths below root; all else is 404
 * @param {{ isolated?: boolean, policy?: string }} [options] `isolated`: whether pages are cross-origin isolated; false
 *   when absent. `policy`: the pages' Content-Security-Policy; none when absent
 * @returns {Promise<FileServer>}
 */
export async function serveFiles(root, folders, { isolated = false, policy } = {}) {
  const allowed = folders.map((folder) => join(root, folder, sep));
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
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections(); // a browser opens some in advance, and keeps others
      }),
  };
}
