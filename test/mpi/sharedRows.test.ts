/** `gradus train --share rows`: ranks that each read a part of a table train one network, and say of it what one process says. */
import { writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { random } from "../../src/random.ts";
import { sharedFolder } from "../commandLine.ts";
import { type Ended, launch, launchers } from "./launch.ts";

const folder = await sharedFolder({});
const table = folder.file("table.csv");
const [openMpi] = launchers;
const mpich = launchers[launchers.length - 1];

beforeAll(async () => {
  const draws = random(1, "table");
  const lines = Array.from({ length: 900 }, () => {
    const [a, b] = [draws.normal(), draws.normal()];
    const town = ["Bonn", "Ulm", "Köln"][draws.integer(3)];
    const y = 2 * a - b + (town === "Ulm" ? 3 : 0);
    const counting = `${1 + draws.integer(3)},house ${draws.integer(120)}`;
    return `${a.toFixed(4)},${b.toFixed(4)},${town},${y.toFixed(4)},${y > 1 ? "high" : "low"},${counting}`;
  });
  await writeFile(table, `a,b,town,y,class,weight,house\n${lines.join("\n")}\n`);
});

/** What ranks with these options come to. */
async function trained(ranks: number, target: string, options: object = {}, path = table) {
  const launcher = ranks === 2 ? mpich : openMpi;
  const args = [path, target, JSON.stringify(options)];
  const { code, output, errors } = await launch(launcher, { program: "sharedRows.mjs", ranks, args });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return JSON.parse(output);
}

const features = ["a", "b", "town"];

test("1, 2 and 4 ranks have one division, encoder and fingerprint, learn from each row once an epoch, and have the losses of one process", async () => {
  // With all rows in each batch, the batches are the same.
  const found: Awaited<ReturnType<typeof trained>>[] = [];
  for (const ranks of [1, 2, 4]) found.push(await trained(ranks, "y", { features, batchSize: "all" }));
  const [one, ...more] = found;
  for (const several of more) {
    expect(several.joint).toEqual(one.joint);
    for (const [epoch, loss] of one.losses.entries()) expect(several.losses[epoch] / loss).toBeCloseTo(1, 5);
    expect(several.metrics.test.rmse / one.metrics.test.rmse).toBeCloseTo(1, 4);
  }
  for (const { alike, learning, joint } of found) {
    expect(alike).toBe(true);
    const rows = learning.map(([first, ...others]: number[]) => {
      expect(others).toEqual(others.map(() => first));
      return first;
    });
    expect(rows.reduce((sum: number, own: number) => sum + own, 0)).toBe(joint.rows.training);
  }
  expect(one.joint.rows.training + one.joint.rows.validation + one.joint.rows.test).toBe(900);
});

test("a table to test on is shared too, rows have weights and groups, and networks of folds are evaluated on all rows: metrics are those of one process", async () => {
  const lines = (await readFile(table, "utf8")).trim().split("\n");
  const [learned, tested] = [folder.file("learned.csv"), folder.file("tested.csv")];
  await writeFile(learned, `${lines.slice(0, 700).join("\n")}\n`);
  await writeFile(tested, `${[lines[0], ...lines.slice(700)].join("\n")}\n`);
  const counting = { weights: "weight", group: "house", classWeights: "balanced" };
  const network = { folds: 2, ensemble: 2, batchSize: "all", features };
  const options = { test: tested, ...network, ...counting };
  const [one, three] = [await trained(1, "class", options, learned), await trained(3, "class", options, learned)];
  expect(three.joint).toEqual(one.joint);
  expect(one.joint.rows.test).toBe(201);
  for (const part of ["test", "validation"]) {
    expect(three.metrics[part].logLoss / one.metrics[part].logLoss).toBeCloseTo(1, 4);
    expect(three.metrics[part].confusion).toEqual(one.metrics[part].confusion);
  }
});

test("ranks that make several steps by themselves come to one model, and the record says so", async () => {
  const { alike, losses, joint } = await trained(2, "y", { features, epochs: 40, syncEvery: 3 });
  expect(alike).toBe(true);
  expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
  expect(joint.options).toMatchObject({ share: "rows", syncEvery: 3 });
});

test("a training that was interrupted goes on with another number of ranks", async () => {
  const checkpoint = folder.file("states");
  const options = [
    "--epochs",
    "1000000",
    "--recipe",
    "plain",
    "--patience",
    "1000000",
    "--hidden",
    "4",
    "--threads",
    "1",
    "--every",
    "0.2s",
  ];
  const out = folder.file("resumed.gradus");
  const begun = [
    "train",
    table,
    "--target",
    "y",
    "--share",
    "rows",
    ...options,
    "--checkpoint",
    checkpoint,
    "--out",
    out,
  ];
  const go = async (args: readonly string[], ranks: number): Promise<number[]> => {
    const epochs: number[] = [];
    const stop = folder.file(`stop-${ranks}`);
    const environment = { GRADUS_TEST_ACT: JSON.stringify({ rank: 1, signal: "SIGTERM", file: stop }) };
    await launch(mpich, {
      program: "commandLine.mjs",
      ranks,
      args: [...args, "--jsonl"],
      environment,
      onLine(line) {
        const event = line.startsWith("{") ? JSON.parse(line) : {};
        if (event.event === "epoch") epochs.push(event.epoch);
        if (epochs.length === 20) writeFileSync(stop, "");
      },
    });
    return epochs;
  };
  const first = await go(begun, 2);
  const second = await go(["train", "--resume", checkpoint], 3);
  expect(first[0]).toBe(1);
  expect(second[0]).toBeGreaterThan(1);
  expect(second[0]).toBeLessThanOrEqual(Number(first.at(-1)) + 1);
});

test("a table that one process can't hold is learned from by four ranks with no more memory each", async () => {
  const large = folder.file("large.csv");
  await writeFile(large, wideTable(500_000, 12));
  const options = ["--target", "y", "--recipe", "plain", "--hidden", "8", "--epochs", "1", "--batch-size", "4096"];
  const page = folder.file("large.html");
  const files = ["--out", folder.file("large.gradus"), "--report", page];
  const args = ["train", large, "--share", "rows", ...options, "--threads", "1", ...files];
  const run = (ranks: number): Promise<Ended> =>
    launch(openMpi, { program: "commandLine.mjs", ranks, args, memory: 300_000 });
  const one = await run(1);
  expect(one.code).not.toBe(0);
  const four = await run(4);
  expect({ code: four.code, errors: four.errors.includes("gradus: ") }).toEqual({ code: 0, errors: false });
  expect(four.output).toContain("test rows");
  expect(await readFile(page, "utf8")).toMatch(/those of a sample: 10000 of \d{6} training rows/);
});

/** Columns of digits, of which the first three make up the target. */
function wideTable(rows: number, columns: number): string {
  let state = 7;
  const lines = Array.from({ length: rows }, () => {
    let [line, sum] = ["", 0];
    for (let column = 0; column < columns; column++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const digit = (state >>> 20) % 10;
      if (column < 3) sum += digit;
      line += `${digit},`;
    }
    return `${line}${sum / 10}`;
  });
  const names = Array.from({ length: columns }, (_, column) => `x${column}`);
  return `${names.join()},y\n${lines.join("\n")}\n`;
}

test("a rank that fails by itself ends those that wait for it, with its message", async () => {
  const environment = { GRADUS_TEST_FAIL: "1", GRADUS_MPI_TIMEOUT: "30" };
  const { code, errors } = await launch(mpich, {
    program: "sharedRows.mjs",
    ranks: 3,
    args: [table, "y"],
    environment,
  });
  expect(code).not.toBe(0);
  expect(errors).toMatch(/rank 1 .*rank 1 cannot go on/);
});

test.each([
  ["a folder that isn't there", ["--report", folder.file("none/page.html")], "its folder does not exist"],
  ["too few rows", ["--test-fraction", "0.999999"], "no row is left to learn from of 900 that the ranks share"],
])("%s is one message and one exit code", async (_, options, message) => {
  const args = ["train", table, "--target", "y", "--share", "rows", ...options, "--out", folder.file("none.gradus")];
  const { code, errors } = await launch(mpich, { program: "commandLine.mjs", ranks: 2, args });
  const lines = errors.split("\n").filter((line) => line.startsWith("gradus: "));
  expect({ code, lines: lines.length }).toEqual({ code: 2, lines: 1 });
  expect(lines[0]).toContain(message);
});
