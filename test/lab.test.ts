/** `gradus lab` and its server: what they give, and what they refuse. */
import { spawn } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { serveFolder } from "../src/cli/labServer.ts";
import { folderOf, gradus } from "./commandLine.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Asks as no browser would: the path goes out as it is written. */
function ask(address: string, path: string, { host, method = "GET" }: { host?: string; method?: string } = {}) {
  const { hostname, port } = new URL(address);
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, ...(host && { headers: { host } }) }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
    asked.on("error", reject).end();
  });
}

test("the lab's server gives the files of its folder, isolated and under a strict policy, and nothing else", async () => {
  const folder = await folderOf({ "lab/index.html": "<p>lab</p>", "lab/.hidden": "no", "secret.txt": "secret" });
  const served = folder.file("lab");
  if (process.platform !== "win32") symlinkSync(folder.file("secret.txt"), join(served, "link.txt"));
  const server = await serveFolder(served);
  try {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask(server.address, "/?a#b");
    expect(page).toMatchObject({ status: 200, body: "<p>lab</p>" });
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringMatching(/^default-src 'none';/),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    const outside = ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..\\secret.txt", "/link.txt"];
    for (const path of [...outside, "/.hidden", "/nothing.js", "/%00", "/%zz", "//etc/passwd"]) {
      const { status, body } = await ask(server.address, path);
      expect([path, status, body]).toEqual([path, 404, "There is no such file here.\n"]);
    }
  } finally {
    server.close();
  }
});

test("the lab's server refuses requests that name another host, or that would change something", async () => {
  const folder = await folderOf({ "index.html": "<p>lab</p>" });
  const server = await serveFolder(folder.path);
  const { port } = new URL(server.address);
  try {
    expect((await ask(server.address, "/", { host: "attacker.example" })).status).toBe(403);
    expect((await ask(server.address, "/", { host: `attacker.example:${port}` })).status).toBe(403);
    expect((await ask(server.address, "/", { host: `localhost:${port}` })).status).toBe(200);
    expect((await ask(server.address, "/", { method: "POST" })).status).toBe(405);
    expect(await ask(server.address, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  } finally {
    server.close();
  }
});

test("gradus lab prints the address of a page, and Ctrl-C ends it", async () => {
  await ensureBuilt();
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "lab", "--no-open"]);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => resolve(/http\S+/.exec(text)?.[0] ?? text));
    child.on("error", reject);
  });
  const { status, body } = await ask(address, "/");
  const ended = new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  child.kill("SIGINT");
  expect([status, body]).toEqual([200, expect.stringMatching(/<title>gradus lab<\/title>/)]);
  expect(await ended).toBe("SIGINT");
});

test("gradus lab takes no model and no table yet, and says so", async () => {
  for (const name of ["penguins.csv", "penguins.gradus"]) {
    const { code, notes } = await gradus("lab", name, "--no-open");
    expect([code, notes.join("\n")]).toEqual([2, expect.stringMatching(/too many arguments/)]);
  }
});

test("the lab has one policy: of its own server, of hosts that read _headers, in the page and from its service worker", async () => {
  await ensureBuilt();
  const built = (name: string): string => readFileSync(join(root, "dist/lab", name), "utf8");
  const server = await serveFolder(join(root, "dist/lab"));
  const { headers } = await ask(server.address, "/");
  server.close();
  const own = String(headers["content-security-policy"]);
  const policy = own.replace("; frame-ancestors 'none'", "");
  expect(own).not.toBe(policy);
  expect(built("_headers").split("\n").slice(0, 4)).toEqual([
    "/*",
    `  content-security-policy: ${policy}`,
    `  cross-origin-opener-policy: ${headers["cross-origin-opener-policy"]}`,
    `  cross-origin-embedder-policy: ${headers["cross-origin-embedder-policy"]}`,
  ]);
  expect(built("index.html")).toContain(`content="${policy}"`);
  expect(built("sw.js")).toContain(policy);
});
