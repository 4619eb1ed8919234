/** What the server of predictions says to requests that break off, are no HTTP, name other hosts or hold too much. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Classifier, type ServeEvent, train } from "../src/node.ts";
import { features, post, quick, raw, row, rows, serving } from "./serving.ts";

let model: Classifier;

beforeAll(async () => {
  ({ model } = await train({ ...quick, table: rows, target: "kind", features }));
});
afterAll(() => model.dispose());

const portOf = (address: string): number => Number(new URL(address).port);
const requests = (events: readonly ServeEvent[]): unknown[] =>
  events.flatMap((event) => (event.event === "request" ? [`${event.method} ${event.path} ${event.status}`] : []));
const failures = (events: readonly ServeEvent[]): unknown[] => events.filter(({ event }) => event === "failed");

/** Headers of a prediction request whose body has 100 bytes. */
const HEAD =
  "POST /models/kinds/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100";

test("a client that leaves while it sends is no fault of the server's", async () => {
  await serving({ models: { kinds: model } }, async (address, events) => {
    const socket = connect(portOf(address), "127.0.0.1", () => socket.write(`${HEAD}\r\n\r\n{"size": 1`));
    await expect.poll(async () => (await fetch(`${address}metrics`)).text()).toContain("requests_in_flight 1");
    socket.destroy();
    await expect.poll(() => requests(events)).toContain("POST /models/kinds/predict 499");
    expect(failures(events)).toEqual([]);
  });
});

test.each([
  ["a body", `${HEAD}\r\n\r\n{`, "POST /models/kinds/predict 408"],
  ["headers", HEAD, "- - 408"],
])("%s that does not come in time gets 408 with the reason", async (_title, text, event) => {
  await serving({ models: { kinds: model }, timeout: 0.2 }, async (address, events) => {
    const answer = await raw(portOf(address), text);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(bodyOf(answer)).toMatchObject({ error: { code: "slow-request" } });
    await expect.poll(() => requests(events)).toEqual([event]);
    expect(failures(events)).toEqual([]);
  });
});

test.each([
  ["no HTTP", "hello\r\n\r\n", 400, "not-http"],
  [
    "an address with a backslash",
    "GET /a\\b HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    400,
    "not-http",
  ],
  [
    "large headers",
    `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
    431,
    "headers-too-large",
  ],
  [
    "a wrong chunk",
    `${HEAD.replace("content-length: 100", "transfer-encoding: chunked")}\r\n\r\nx\r\n`,
    400,
    "not-http",
  ],
])("%s gets a refusal with a code, which is logged", async (_title, text, status, code) => {
  await serving({ models: { kinds: model } }, async (address, events) => {
    const answer = await raw(portOf(address), text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(bodyOf(answer)).toMatchObject({ error: { code } });
    await expect.poll(() => requests(events)).toEqual([expect.stringMatching(` ${status}$`)]);
    expect(failures(events)).toEqual([]);
  });
});

/** A response's body as JSON. */
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));

test("a body without a length that becomes too large gets its refusal", async () => {
  await serving({ models: { kinds: model }, maxBodyBytes: 100 }, async (address) => {
    const chunks = `c8\r\n${" ".repeat(200)}\r\n0\r\n\r\n`;
    const head = HEAD.replace("content-length: 100", "transfer-encoding: chunked\r\nconnection: close");
    expect(bodyOf(await raw(portOf(address), `${head}\r\n\r\n${chunks}`))).toMatchObject({
      error: { code: "body-too-large" },
    });
  });
});

test.each([
  [200, ["HTTP/1.0"]],
  [200, ["HTTP/1.1", "localhost."]],
  [200, ["HTTP/1.1", "LocalHost:1234"]],
  [200, ["HTTP/1.1", "[::1]:80"]],
  [200, ["HTTP/1.1", "192.168.1.2"]], // of a name that leads here an address is none
  [200, ["HTTP/1.1", "models.example:443"]],
  [421, ["HTTP/1.1", "evil.example"]],
  [421, ["HTTP/1.1", "localhost.evil.example"]],
  [421, ["HTTP/1.1", "1.2.3.4.evil.example"]],
])("%i for the host of %j", async (status, [version, host]) => {
  await serving({ models: { kinds: model }, allowedHosts: ["models.example"] }, async (address) => {
    const header = host === undefined ? "" : `host: ${host}\r\n`;
    const answer = await raw(portOf(address), `GET /health ${version}\r\n${header}connection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status !== 200) expect(answer).toContain("among its allowed hosts");
  });
});

test("a server that other machines reach takes all hosts, or those that it is given", async () => {
  const health = "GET /health HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
  for (const [allowedHosts, status] of [
    [[], 200],
    [["models.example"], 421],
  ] as const) {
    await serving({ models: { kinds: model }, host: "0.0.0.0", allowedHosts }, async (address, events) => {
      expect(events.at(-1)).toMatchObject({ event: "listening", isOpen: true });
      expect(await raw(portOf(address), health)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    });
  }
});

test.each([
  [{ "content-encoding": "gzip" }, 415, "wrong-content-encoding"],
  [{ "content-type": "application/json; charset=latin1" }, 415, "wrong-content-type"],
  [{ "content-type": "application/json; charset=UTF-8" }, 200, undefined],
  [{ "content-type": 'application/json;charset="utf-8"', "content-encoding": "identity" }, 200, undefined],
])("%j gets %i", async (headers, status, code) => {
  await serving({ models: { kinds: model } }, async (address) => {
    const found = await post(address, "kinds/predict", row, headers as Record<string, string>);
    expect([found.status, found.body.error?.code]).toEqual([status, code]);
  });
});

test("a row of very many names is refused before it is read", async () => {
  await serving({ models: { kinds: model }, maxRows: 1 }, async (address) => {
    const others = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0]));
    const many = await post(address, "kinds/predict", { ...row, ...others(11_000) });
    expect([many.status, many.body.error.code]).toEqual([413, "body-too-large"]);
    expect((await post(address, "kinds/predict", { ...row, ...others(9000) })).status).toBe(200);
    const nested = await post(address, "kinds/predict", `${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(nested.status).toBe(413);
  });
});
