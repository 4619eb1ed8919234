/** The server of predictions over real connections: what it answers is what the model predicts, and what it refuses is named. */
import { copyFile, rename, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Classifier,
  predictionWarnings,
  type Regressor,
  type ServeEvent,
  saveModel,
  serve,
  train,
} from "../src/node.ts";
import { type Folder, lastingFolder } from "./commandLine.ts";
import { features, post, quick, raw, row, rows, serving as servingModels } from "./serving.ts";

let folder: Folder;
let classifier: Classifier;
let regressor: Regressor;
let file: string;

beforeAll(async () => {
  folder = await lastingFolder({});
  file = folder.file("prices.gradus");
  ({ model: classifier } = await train({ ...quick, table: rows, target: "kind", features }));
  const several = await train({ ...quick, table: rows, target: ["price", "rent"], features, calibrate: true });
  regressor = several.model as Regressor;
  await saveModel(file, regressor);
});
afterAll(async () => {
  classifier.dispose();
  regressor.dispose();
  await folder.remove();
});

type Given = Partial<Parameters<typeof serve>[0]>;

/** Runs a server of both models for the time of a test. */
const serving = (given: Given, use: Parameters<typeof servingModels>[1]): Promise<void> =>
  servingModels({ models: { kinds: classifier, prices: file }, ...given }, use);

test("a row and a list of rows get what model.predict gives, with the model's version", async () => {
  await serving({}, async (address) => {
    const one = await post(address, "kinds/predict", row);
    expect(one).toMatchObject({ status: 200, body: { model: "kinds", prediction: classifier.predict(row) } });
    expect(one.body.version).toMatch(/^[0-9a-f]{12}$/);
    const list = [row, { ...row, town: null }, { ...row, town: "Bonn", more: [1] }];
    const many = await post(address, "prices/predict?interval=0.8", list);
    expect(many.body.predictions).toEqual(regressor.predict(list));
    expect(many.body.intervals).toEqual(regressor.intervals(list, 0.8));
    expect((await post(address, "prices/predict", list)).body).not.toHaveProperty("intervals");
  });
});

test("rows that arrive together are predicted together, and each gets its own prediction; more rows than a turn takes, in their order", async () => {
  await serving({}, async (address) => {
    const different = Array.from({ length: 150 }, (_, i) => ({ ...row, size: 40 + i, garden: i % 3 === 0 }));
    const alone = different.map((each) => regressor.predict(each));
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`${address}metrics`)).text();
      return Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length),
      );
    };
    const together = async (): Promise<unknown[]> => {
      const answers = await Promise.all(different.map((each) => post(address, "prices/predict", each)));
      return answers.map(({ body }) => body.prediction);
    };
    expect(await together()).toEqual(alone);
    const turns = await metric("gradus_batch_rows_count"); // connections are accepted one by one; now they are open
    expect(await together()).toEqual(alone);
    expect((await metric("gradus_batch_rows_count")) - turns).toBeLessThan(50);
    expect((await post(address, "prices/predict", different)).body.predictions).toEqual(alone);
    expect(await metric('gradus_rows_total{model="prices"}')).toBe(450);
    expect(await metric('gradus_requests_total{model="prices",status="200"}')).toBe(301);
  });
});

test.each<[title: string, path: string, body: unknown, expected: object]>([
  ["a column of another type", "kinds/predict", { ...row, size: "60" }, { code: "invalid-row", columns: ["size"] }],
  ["a column of no type", "kinds/predict", [row, { ...row, garden: [] }], { columns: ["garden"], row: 2 }],
  ["a day that there is not", "kinds/predict", { ...row, built: "2001-02-29" }, { columns: ["built"] }],
  ["a column that is not there", "kinds/predict", { ...row, size: undefined, siez: 1 }, { columns: ["size"] }],
  ["no row", "kinds/predict", [1], { code: "invalid-row", row: 1 }],
  ["an empty list", "kinds/predict", [], { code: "invalid-row" }],
  ["an infinite number", "kinds/predict", JSON.stringify(row).replace("60", "1e999"), { columns: ["size"] }],
  [
    "a column given twice",
    "kinds/predict",
    `[${JSON.stringify(row)}, {"size": 1, "size": 2}]`,
    { columns: ["size"], row: 2 },
  ],
  ["too many rows", "kinds/predict", Array(6).fill(row), { code: "too-many-rows" }],
  ["a body that is too large", "kinds/predict", { ...row, more: "x".repeat(2000) }, { code: "body-too-large" }],
  ["no JSON", "kinds/predict", "{", { code: "not-json" }],
  ["nothing", "kinds/predict", "", { code: "not-json" }],
  ["an unknown model", "kind/predict", row, { code: "not-found", message: expect.stringContaining("kinds") }],
  ["an unknown parameter", "kinds/predict?intervall=1", row, { code: "unknown-parameter" }],
  ["an interval of classes", "kinds/predict?interval=0.9", row, { code: "invalid-parameter" }],
  ["an interval of no share", "prices/predict?interval=90", row, { code: "invalid-parameter" }],
  ["more coverage than rows allow", "prices/predict?interval=0.999", row, { code: "invalid-parameter" }],
])("refuses %s by its name", async (_title, path, body, expected) => {
  await serving({ maxRows: 5, maxBodyBytes: 2000 }, async (address, events) => {
    const { status, body: found } = await post(address, path, body);
    expect(found.error).toMatchObject(expected);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(JSON.stringify(found)).not.toContain(".ts:");
    expect(events.filter(({ event }) => event === "failed")).toEqual([]);
  });
});

test("a response has the warnings of its own predictions, and none where there are none", async () => {
  await serving({}, async (address) => {
    const rows = [row, { ...row, town: "Bonn", size: 1e6 }, { ...row, built: "2999-01-01T10:00Z", sise: 1 }];
    for (const body of [...rows, rows, [row, row]]) {
      for (const [name, model] of [
        ["kinds", classifier],
        ["prices", regressor],
      ] as const) {
        const given = [body].flat();
        const values = model.task === "regression" ? model.values(given) : undefined;
        const expected = predictionWarnings(model, given, values);
        const { body: found } = await post(address, `${name}/predict`, body);
        expect(found.warnings).toEqual(expected.length > 0 ? expected : undefined);
      }
    }
    const { body } = await post(address, "kinds/predict", rows);
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual([
      "new-columns",
      "unseen-categories",
      "far-numbers",
    ]);
    expect(await post(address, "kinds/predict", row)).not.toHaveProperty("body.warnings");
  });
});

test("refuses what pages of other sites can send: other content types and other hosts", async () => {
  await serving({ allowedHosts: ["models.example"] }, async (address) => {
    const plain = await post(address, "kinds/predict", row, { "content-type": "text/plain" });
    expect(plain).toMatchObject({ status: 415, body: { error: { code: "wrong-content-type" } } });
    const { port } = new URL(address);
    expect(await raw(Number(port), "GET /health HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 421 /,
    );
    expect(
      await raw(Number(port), "GET /health HTTP/1.1\r\nhost: Models.example\r\nconnection: close\r\n\r\n"),
    ).toMatch(/^HTTP\/1.1 200 /);
  });
});

test("a path has its methods, and what has no path is not found", async () => {
  await serving({}, async (address) => {
    const wrong = await fetch(`${address}models/kinds/predict`);
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await fetch(`${address}health`, { method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${address}health`, { method: "HEAD" })).status).toBe(200);
    const nothing = await fetch(`${address}predict`, { method: "POST" });
    expect([nothing.status, await nothing.json()]).toEqual([
      404,
      {
        error: { code: "not-found", message: expect.stringMatching(/Predictions: POST \/models\/(NAME|\w+)\/predict/) },
      },
    ]);
    expect(await (await fetch(`${address}ready`)).json()).toEqual({ status: "ready" });
    const { models } = (await (await fetch(`${address}models`)).json()) as { models: unknown };
    expect(models).toMatchObject([
      { name: "kinds", task: "classification", targets: ["kind"] },
      { name: "prices", task: "regression", targets: ["price", "rent"] },
    ]);
  });
});

test("more requests than it takes at a time are refused until others are answered", async () => {
  await serving({ maxRequests: 1 }, async (address) => {
    const many = Array(1000).fill(row);
    const answers = await Promise.all([1, 2, 3].map(() => post(address, "kinds/predict", many)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(3);
    expect(refused[0].headers.get("retry-after")).toBe("1");
    expect(refused[0].body.error.code).toBe("overloaded");
    expect((await post(address, "kinds/predict", row)).status).toBe(200);
  });
});

test("a model file that is replaced answers from then on, and one that is broken or another model's does not", async () => {
  const { model: next } = await train({ ...quick, table: rows, target: ["price", "rent"], features, seed: 1 });
  const path = folder.file("swapped.gradus");
  await copyFile(file, path);
  const events: ServeEvent[] = [];
  const server = await serve({ models: { swapped: path }, port: 0, onEvent: (event) => void events.push(event) });
  const until = async (event: ServeEvent["event"]): Promise<ServeEvent | undefined> => {
    const before = events.length;
    await expect.poll(() => events.slice(before).some((one) => one.event === event), { timeout: 120_000 }).toBe(true);
    return events.slice(before).find((one) => one.event === event);
  };
  try {
    const first = await post(server.address, "swapped/predict", row);
    await saveModel(path, next);
    await until("model-replaced");
    const second = await post(server.address, "swapped/predict", row);
    expect(second.body.prediction).toEqual(next.predict(row));
    expect(second.body.version).not.toBe(first.body.version);
    await writeFile(path, next.toBytes().subarray(0, 500));
    expect(await until("model-refused")).toMatchObject({ version: second.body.version });
    await saveModel(folder.file("other"), classifier);
    await rename(folder.file("other"), path);
    expect(await until("model-refused")).toMatchObject({ message: expect.stringContaining('predicts "kind"') });
    expect((await post(server.address, "swapped/predict", row)).body).toEqual(second.body);
    const metrics = await (await fetch(`${server.address}metrics`)).text();
    expect(metrics).toContain('gradus_reloads_total{model="swapped",outcome="refused"} 2');
  } finally {
    await server.stop();
    next.dispose();
  }
});

test("a stop answers what is open, takes nothing new, and leaves a caller's model as it is", async () => {
  const server = await serve({ models: { kinds: classifier }, port: 0 });
  const open = Array.from({ length: 20 }, () => post(server.address, "kinds/predict", Array(500).fill(row)));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const stopped = server.stop();
  const answers = await Promise.allSettled(open);
  const answered = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  expect(answered.length).toBeGreaterThan(0);
  for (const { status, body } of answered) expect([status, body.predictions.length]).toEqual([200, 500]);
  await stopped;
  await expect(fetch(`${server.address}health`)).rejects.toThrow();
  expect(classifier.predict(row).label).toBeDefined();
});

test("a server that can't be started says why", async () => {
  await expect(serve({ models: {} })).rejects.toThrow("Expected at least one model to serve");
  await expect(serve({ models: { "a/b": file } })).rejects.toThrow('found "a/b"');
  await expect(serve({ models: { a: folder.file("none.gradus") } })).rejects.toThrow("there is no such file");
  await serving({}, async (address) => {
    const port = Number(new URL(address).port);
    await expect(serve({ models: { kinds: classifier }, port })).rejects.toThrow(`port ${port}: another process does`);
  });
});
