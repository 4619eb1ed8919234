/** `gradus lab` and its server: what they give, and what they refuse. */
import { spawn } from "node:child_process";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { secretFile, serveFolder } from "../src/cli/labServer.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

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

test("the lab's server gives one more file under an address that cannot be guessed, as it is now, and under no other", async () => {
  const folder = await folderOf({ "lab/index.html": "<p>lab</p>", "my table.csv": "a,b\n1,2\n" });
  const path = folder.file("my table.csv");
  const secret = secretFile(path, "my table.csv");
  expect(secret.address).toMatch(/^\/[\w-]{32}\/my%20table\.csv$/);
  expect(secretFile(path, "my table.csv").address).not.toBe(secret.address);
  const server = await serveFolder(folder.file("lab"), secret);
  const { port } = new URL(server.address);
  try {
    expect(await ask(server.address, secret.address)).toMatchObject({
      status: 200,
      body: "a,b\n1,2\n",
      headers: {
        "cache-control": "no-store",
        "content-type": "application/octet-stream",
        "cross-origin-resource-policy": "same-origin",
      },
    });
    expect(await ask(server.address, secret.address, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect((await ask(server.address, secret.address, { method: "POST" })).status).toBe(405);
    expect((await ask(server.address, secret.address, { host: `attacker.example:${port}` })).status).toBe(403);
    const [, word] = secret.address.split("/");
    const others = [
      `/${word}/`,
      `/${word}`,
      `/${word}/other.csv`,
      "/my%20table.csv",
      `/${"x".repeat(32)}/my%20table.csv`,
    ];
    for (const other of [...others, `${secret.address}?a`, `/.${secret.address}`]) {
      expect([other, (await ask(server.address, other)).status]).toEqual([other, 404]);
    }
    writeFileSync(path, "a,b\n3,4\n5,6\n");
    expect((await ask(server.address, secret.address)).body).toBe("a,b\n3,4\n5,6\n");
    writeFileSync(path, "");
    expect(await ask(server.address, secret.address)).toMatchObject({ status: 200, body: "" });
    rmSync(path);
    expect((await ask(server.address, secret.address)).status).toBe(404);
  } finally {
    server.close();
  }
});

/** Starts the built command. @returns the address that it prints, and a way to end it, which gives the signal */
async function started(...args: string[]) {
  await ensureBuilt();
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "lab", "--no-open", ...args]);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => resolve(/http\S+/.exec(text)?.[0] ?? text));
    child.on("error", reject);
  });
  const ended = new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  return {
    address,
    end: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

test("gradus lab prints the address of a page, and Ctrl-C ends it", async () => {
  const { address, end } = await started();
  const { status, body } = await ask(address, "/");
  expect(await end()).toBe("SIGINT");
  expect(address).not.toContain("#");
  expect([status, body]).toEqual([200, expect.stringMatching(/<title>gradus lab<\/title>/)]);
});

test("gradus lab with a table prints an address that names the table and the target, and serves it", async () => {
  const folder = await folderOf({ "small.csv": smallTable() });
  const { address, end } = await started(folder.file("small.csv"), "--target", "class");
  const parts = new URLSearchParams(new URL(address).hash.slice(1));
  const { status, body } = await ask(address, `/${parts.get("open")}`);
  expect(await end()).toBe("SIGINT");
  expect([...parts.keys(), parts.get("target")]).toEqual(["open", "target", "class"]);
  expect([status, body]).toEqual([200, smallTable()]);
});

const NO_TABLE = "Expected text (CSV, TSV, JSON, NDJSON) or a file named .parquet: export the table as one of these.";
test.each([
  ["missing.csv", [], 'Cannot read "missing.csv": there is no such file. Did you mean "missing2.csv"?'],
  ["missing.gradus", [], "Cannot read missing.gradus: there is no such file."],
  ["folder", [], 'Cannot read "folder": it is a folder. Give one file in it.'],
  ["*.csv", [], 'Cannot read "*.csv": there is no such file, and the lab takes no pattern. Give one file.'],
  ["rows.db", [], `Cannot read "rows.db": it holds binary data. ${NO_TABLE}`],
  ["rows.xlsx", [], `Cannot read "rows.xlsx": it holds binary data. ${NO_TABLE}`],
  [
    "rows.sql",
    [],
    'Cannot read "rows.sql": it holds SQL, and the lab opens tables. Write the rows as a CSV or Parquet file.',
  ],
  ["latin.csv", [], "gradus lab has no --encoding: write the table as a CSV file in UTF-8, or as a Parquet file."],
  ["text.gradus", [], 'text.gradus: This is text that begins "x,y'],
  ["-", [], 'Cannot read "standard input": it can be read only once. Save it to a file, and give that file.'],
  ["small.csv", ["--target", "clas"], 'In small.csv: no column "clas". Did you mean "class"?'],
  [undefined, ["--target", "class"], "--target is for a table, and none is given."],
  ["small.csv", ["missing2.csv"], "too many arguments"],
] as const)("gradus lab serves nothing for %s %j, and says why", async (name, more, message) => {
  const folder = await folderOf({
    "missing2.csv": smallTable(),
    "small.csv": smallTable(),
    "folder/a.csv": smallTable(),
    "rows.db": "SQLite format 3\0\x10\0",
    "rows.xlsx": "PK\x03\x04\x14\0\x06\0",
    "rows.sql": "INSERT INTO a VALUES (1, 2);\nINSERT INTO a VALUES (3, 4);\n",
    "latin.csv": Buffer.from("a,b\n\xe9,2\n", "latin1"),
    "text.gradus": smallTable(),
  });
  const paths = name === undefined ? [] : [name === "-" ? name : folder.file(name)];
  const { code, out, notes } = await gradus("lab", "--no-open", ...paths, ...more);
  expect([code, out]).toEqual([2, []]);
  expect(notes.join("\n").replaceAll(`${folder.path}${sep}`, "")).toContain(message);
});

test("gradus lab refuses a target for a model, which has its own", async () => {
  const folder = await folderOf({ "small.csv": smallTable() });
  const [table, model] = [folder.file("small.csv"), folder.file("small.gradus")];
  await gradus(
    "train",
    table,
    "--target",
    "class",
    ...["--out", model, "--folds", "1", "--epochs", "1", "--hidden", "2"],
  );
  const { code, notes } = await gradus("lab", "--no-open", model, "--target", "class");
  expect([code, notes.join("\n")]).toEqual([
    2,
    expect.stringContaining("is a model, which has its target. Leave it out."),
  ]);
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
