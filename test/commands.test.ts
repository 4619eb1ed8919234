/** The commands together: what one writes another reads; the same command gives the same bytes. */
import { readFile } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { COMMANDS, folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--epochs", "5", "--hidden", "8"];

test("train, show, evaluate and predict work on one file after the other", async () => {
  const folder = await folderOf({ "table.csv": smallTable(), "new.csv": "x,y\n9,9\n0,1\n" });
  const model = folder.file("model.gradus");
  const trained = await gradus(
    "train",
    folder.file("table.csv"),
    "--target",
    "class",
    "--out",
    model,
    "--epochs",
    "40",
    "--hidden",
    "32",
  );
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.notes.join("\n")).toMatch(/classification: 2 classes of class/);
  expect(trained.out.join("\n")).toMatch(/accuracy\s+[\d.]+\s+[\d.]+/);

  const shown = await gradus("show", model);
  expect(shown.code).toBe(0);
  expect(shown.out.join("\n")).toMatch(/Target: class, 2 classes/);

  const evaluated = await gradus("evaluate", model, folder.file("table.csv"), "--json");
  expect(JSON.parse(evaluated.out[0])).toMatchObject({ task: "classification", rows: 40 });

  const predicted = await gradus("predict", model, folder.file("new.csv"));
  expect(predicted.out[0]).toBe("class,p(high),p(low)");
  expect(predicted.out.slice(1).map((line) => line.split(",")[0])).toEqual(["high", "low"]);

  const one = await gradus("predict", model, "--row", '{"x": 9, "y": 9}', "--jsonl");
  expect(JSON.parse(one.out[0])).toMatchObject({ label: "high" });
});

test("the same command writes the same bytes, and another seed writes others", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const bytes = async (name: string, seed: string) => {
    const args = ["train", folder.file("table.csv"), "--target", "class", "--out", folder.file(name), "--seed", seed];
    expect((await gradus(...args, ...quick)).code).toBe(0);
    return readFile(folder.file(name));
  };
  const first = await bytes("a.gradus", "3");
  expect((await bytes("b.gradus", "3")).equals(first)).toBe(true);
  expect((await bytes("c.gradus", "4")).equals(first)).toBe(false);
});

test("1, 2 and 4 threads write the same bytes", async () => {
  const folder = await folderOf({ "table.csv": smallTable(300) });
  // Wide enough that every step is worth sharing; of one network, as several learn side by side on a thread each.
  const shape = ["--folds", "1", "--hidden", "256,256", "--batch-size", "128", "--epochs", "3", "--dropout", "0.1"];
  const models = await Promise.all(
    ["1", "2", "4"].map(async (threads) => {
      const out = folder.file(`${threads}.gradus`);
      const args = ["train", folder.file("table.csv"), "--target", "class", "--out", out, "--threads", threads];
      expect((await gradus(...args, ...shape)).code).toBe(0);
      return readFile(out);
    }),
  );
  expect(models[1].equals(models[0])).toBe(true);
  expect(models[2].equals(models[0])).toBe(true);
});

test("--jsonl prints one object a line and ends with done, its test metrics and the model's file", async () => {
  const folder = await folderOf({ "table.csv": smallTable(), "test.csv": smallTable(12) });
  const out = folder.file("model.gradus");
  const args = ["train", folder.file("table.csv"), "--target", "class", "--test", folder.file("test.csv")];
  const { code, out: lines } = await gradus(...args, "--out", out, "--jsonl", "--folds", "1", ...quick);
  expect(code).toBe(0);
  const events = lines.map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ event: "start", rows: { training: 32, validation: 8, test: 12 } });
  expect(events.filter(({ event }) => event === "epoch")).toHaveLength(5);
  expect(events.at(-1)).toMatchObject({ event: "done", task: "classification", model: out });
  expect(events.at(-1).metrics.test.accuracy).toBeGreaterThanOrEqual(0);
  expect(events.at(-1).seconds).toBeGreaterThan(0);
});

test("three numeric targets are learned and predicted at once", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => [i % 7, i % 5, (i % 7) + 1.5, 2 * (i % 5), (i % 7) - (i % 5) / 2]);
  const folder = await folderOf({ "table.csv": ["a,b,p,q,r", ...rows.map((row) => row.join(","))].join("\n") });
  const model = folder.file("model.gradus");
  const once = ["--folds", "1", "--epochs", "100"];
  const trained = await gradus(
    "train",
    folder.file("table.csv"),
    "--target",
    "p,q,r",
    "--out",
    model,
    "--json",
    ...once,
  );
  const { task, metrics } = JSON.parse(trained.out.at(-1) ?? "");
  expect(task).toBe("regression");
  expect(metrics.test.perTarget).toHaveLength(3);
  expect(metrics.test.r2).toBeGreaterThan(0.8);
  const predicted = await gradus("predict", model, folder.file("table.csv"), "--out", folder.file("answers.csv"));
  expect(predicted.code).toBe(0);
  const answers = (await readFile(folder.file("answers.csv"), "utf8")).split("\n");
  expect(answers[0]).toBe("p,q,r");
  expect(answers[1].split(",").map(Number).every(Number.isFinite)).toBe(true);
});

test("a query trains like the file it names, JSON and Parquet files like the CSV", async () => {
  const csv = smallTable();
  const [, ...lines] = csv.trim().split("\n");
  const json = lines.map((line) => line.split(",")).map(([x, y, c]) => ({ x: Number(x), y: Number(y), class: c }));
  const folder = await folderOf({ "table.csv": csv, "table.json": JSON.stringify(json) });
  const last = async (...source: string[]) => {
    const args = ["--target", "class", "--out", folder.file("model.gradus"), "--json", ...quick];
    const { out } = await gradus("train", ...source, ...args);
    return JSON.parse(out.at(-1) ?? "").metrics;
  };
  const fromFile = await last(folder.file("table.csv"));
  expect(await last("--sql", `SELECT * FROM '${folder.file("table.csv")}'`)).toEqual(fromFile);
  expect(await last(folder.file("table.json"))).toEqual(fromFile);
  const database = await (await DuckDBInstance.create()).connect();
  const [from, to] = ["table.csv", "table.parquet"].map((name) => folder.file(name).replaceAll("'", "''"));
  await database.run(`COPY (SELECT * FROM '${from}') TO '${to}'`);
  database.closeSync();
  expect(await last(folder.file("table.parquet"))).toEqual(fromFile);
});

test("show --plan lists the steps of the training that made the model, for any batch size", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("model.gradus");
  const options = [
    "--recipe",
    "plain",
    "--optimizer",
    "momentum",
    "--learning-rate",
    "0.02",
    "--l2",
    "0.1",
    "--dropout",
    "0.2",
  ];
  await gradus("train", folder.file("table.csv"), "--target", "class", "--out", model, ...quick, ...options);
  const { code, out } = await gradus("show", model, "--plan");
  expect(code).toBe(0);
  const text = out.join("\n");
  expect(text).toContain("network    2 inputs → 8 silu → dropout 0.2 → 2 identity\n");
  expect(text).toContain("batches of up to 26\n"); // what is left of 40 rows after the test and the validation share
  expect(text).toMatch(/dense +v0 = x · W0ᵀ \+ b0; y0 = silu\(v0\) +\[26×2\]·\[2×8\]\n/);
  expect(text).toMatch(/regularise\n[\s\S]*copy +g\(W0\) = ∂W0 +\[8×2\]\n/);
  expect(text).toMatch(/penalty +g\(W0\) = g\(W0\) \+ 0\.1 W0\n/);
  expect(text).toMatch(
    /optimizer +momentum, learningRate 0\.02, momentum 0\.9: .*\n[\s\S]*update +W0 by momentum from g\(W0\), velocity\(W0\)/,
  );

  const other = await gradus("show", model, "--plan", "--batch-size", "7", "--json");
  expect(JSON.parse(other.out[0])).toMatchObject({ batchSize: 7, forward: [{ op: "dense" }, { op: "dropout" }, {}] });
  const apart = await gradus("show", model, "--plan", "--unfused");
  expect(apart.out.join("\n")).toMatch(
    /dense +v0 = x · W0ᵀ \+ b0 +\[26×2\]·\[2×8\]\n +2 +activation +y0 = silu\(v0\) +/,
  );
  expect(apart.out.slice(0, 2)).toEqual(out.slice(0, 2));
});

test("engines tells what runs here and why, one of them the default", async () => {
  const { code, out } = await gradus("engines");
  expect(code).toBe(0);
  expect(out[0]).toMatch(/^ {2}engine +numbers +runs here +default +description; reason$/);
  expect(out.find((line) => line.startsWith("  reference"))).toMatch(
    /float64 +yes +the derivation .*; plain JavaScript$/,
  );
  const reports = JSON.parse((await gradus("engines", "--json")).out[0]);
  expect(reports.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toHaveLength(1);
  expect(reports.at(-1)).toMatchObject({ name: "reference", precision: "float64", available: true });
});

test("help teaches by example, fits into 80 columns and exits with 0; no command at all exits with 2", async () => {
  for (const command of ["", ...COMMANDS]) {
    const { code, out } = await gradus(...(command === "" ? [] : [command]), "--help");
    expect(code).toBe(0);
    expect(out.join("\n")).toContain("Examples:\n  gradus ");
    expect(out.filter((line) => line.length > 80 && !line.startsWith("Guide: "))).toEqual([]);
    expect(out.at(-1)).toMatch(/^Guide: .*docs/);
  }
  expect((await gradus()).code).toBe(2);
});
