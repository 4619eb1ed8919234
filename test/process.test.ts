/**
 * What only a process of its own can show: the executable's exit codes and interruptions, and a model used by another
 * program that has nothing but the file. Runs what is built in dist/.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { loadModel, saveModel, train } from "../src/node.ts";

import { folderOf, smallTable } from "./commandLine.ts";

const executable = join(root, "dist", "cli", "main.js");

beforeAll(() => ensureBuilt(), 120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs node and calls `onError` with everything that came on standard error so far. */
function node(
  args: readonly string[],
  onError?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      onError?.(stderr, (signal) => child.kill(signal));
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

test("Ctrl-C ends training, keeps the best model so far and exits with 0", async () => {
  const folder = await folderOf({ "table.csv": smallTable(200) });
  const out = folder.file("model.gradus");
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", out];
  const long = ["--epochs", "1000000", "--patience", "1000000"];
  let interrupted = false;
  const { code, stdout, stderr } = await node([executable, ...args, ...long], (seen, kill) => {
    if (interrupted || !seen.includes("epoch 1/")) return;
    interrupted = true;
    kill("SIGINT");
  });
  expect(stderr).toContain("the best model so far is kept");
  expect(stdout).toMatch(/interrupted/);
  expect(code).toBe(0);
  expect((await loadModel(out)).document.provenance.epochs).toBeGreaterThanOrEqual(1);
}, 60_000);

test("the executable exits with 2 and one line for bad input, and with 1 when training diverges", async () => {
  const folder = await folderOf({ "table.csv": "x,y\n1,1\n2,4\n3,9\n4,16\n5,25\n6,36\n7,49\n8,64\n9,81\n10,100\n" });
  const out = folder.file("model.gradus");
  const wrong = await node([executable, "train", folder.file("none.csv"), "--target", "y", "--out", out]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/gradus: .*none\.csv/);
  expect(existsSync(out)).toBe(false);

  const args = ["train", folder.file("table.csv"), "--target", "y", "--task", "regression", "--out", out];
  const diverging = ["--optimizer", "sgd", "--learning-rate", "1e12", "--schedule", "constant"];
  const diverged = await node([executable, ...args, ...diverging]);
  expect(diverged.stderr).toMatch(/diverged at step/);
  expect(diverged.stderr).not.toMatch(/\n\s+at /);
  expect(diverged.code).toBe(1);
  expect((await loadModel(out)).task).toBe("regression");
}, 60_000);

test("another process that has only the file predicts from raw rows, bit for bit the same", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({
    size: i % 13,
    colour: ["red", "green"][i % 2],
    kind: i % 13 > 6 ? "large" : "small",
  }));
  const { model } = await train({ table: rows, target: "kind", epochs: 5 });
  const fresh = [
    { size: 2.5, colour: "red" },
    { size: 11, colour: "violet" },
    { size: null, colour: null },
  ];
  const folder = await folderOf({
    "predict.mjs": `
      import { readFileSync } from "node:fs";
      import { loadModel } from ${JSON.stringify(pathToFileURL(join(root, "dist", "index.js")).href)};
      const model = await loadModel(readFileSync(process.argv[2]));
      console.log(JSON.stringify(model.predict(JSON.parse(process.argv[3]))));`,
  });
  await saveModel(folder.file("model.gradus"), model);
  const script = [folder.file("predict.mjs"), folder.file("model.gradus"), JSON.stringify(fresh)];
  const { stdout, stderr, code } = await node(script);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(model.predict(fresh)); // JSON keeps every bit of a number
}, 60_000);
