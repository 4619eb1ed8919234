/**
 * What only a process of its own can show: the executable's exit codes and interruptions, and a model used by another
 * program that has nothing but the file. Runs what is built in dist/.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { loadModel, saveModel, train } from "../src/node.ts";

import { folderOf, smallTable } from "./commandLine.ts";

const executable = join(root, "dist", "cli", "main.js");

beforeAll(() => ensureBuilt());

interface Ended {
  readonly code: number | null;
  /** What ended it. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell's command line; "$GRADUS" in it is the executable. */
function shell(line: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const script = line.replaceAll("$GRADUS", `'${process.execPath}' '${executable}'`);
  return ended(
    spawn("bash", ["-c", script], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } }),
  );
}

/** Runs node and calls `onOutput` with everything that came from it so far. */
function node(
  args: readonly string[],
  onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return ended(
    spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } }),
    onOutput,
  );
}

function ended(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    const look = (): void => onOutput?.(stdout + stderr, (signal) => child.kill(signal));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      look();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** What --jsonl prints when the first epoch has ended. */
const ONE_EPOCH = '{"event":"epoch"';

test("Ctrl-C ends training, keeps the best model so far and is no success", async () => {
  const folder = await folderOf({ "table.csv": smallTable(200) });
  const out = folder.file("model.gradus");
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", out, "--jsonl"];
  const long = ["--epochs", "1000000", "--patience", "1000000"];
  let interrupted = false;
  const { signal, stdout, stderr } = await node([executable, ...args, ...long], (seen, kill) => {
    if (interrupted || !seen.includes(ONE_EPOCH)) return;
    interrupted = true;
    kill("SIGINT");
  });
  expect(stderr).toContain("the best model so far is kept");
  expect(stdout).toContain('"stopped":"aborted"');
  expect(signal).toBe("SIGINT"); // 130 in a shell
  expect((await loadModel(out)).document.provenance.epochs).toBeGreaterThanOrEqual(1);
});

test.each(["SIGTERM", "SIGHUP"] as const)(
  "%s ends training like Ctrl-C, also where timeout sends it twice",
  async (signal) => {
    const folder = await folderOf({ "table.csv": smallTable(200) });
    const out = folder.file("model.gradus");
    const args = [executable, "train", folder.file("table.csv"), "--target", "class", "--out", out, "--jsonl"];
    let sent = false;
    const ended = await node([...args, "--epochs", "1000000", "--folds", "1"], (seen, kill) => {
      if (!sent && seen.includes(ONE_EPOCH)) {
        kill(signal);
        setTimeout(() => kill(signal), 10);
      }
      sent ||= seen.includes(ONE_EPOCH);
    });
    expect(ended.stdout).toContain('"stopped":"aborted"');
    expect(ended.signal).toBe(signal);
    expect((await loadModel(out)).task).toBe("classification");
  },
);

test("a search and a server end by the signal, when they have done what there was to do", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const [table, out] = [folder.file("table.csv"), folder.file("model.gradus")];
  const endedAfter = (text: string, ...args: readonly string[]): Promise<Ended> => {
    let sent = false;
    return node([executable, ...args], (seen, kill) => {
      if (!sent && seen.includes(text)) kill("SIGTERM");
      sent ||= seen.includes(text);
    });
  };
  const search = await endedAfter('{"event":"trial"', "tune", table, "--target", "class", "--out", out, "--jsonl");
  expect([search.signal, search.stdout]).toEqual(["SIGTERM", expect.stringContaining('"stopped":"aborted"')]);
  const server = await endedAfter('"event":"listening"', "serve", out, "--port", "0", "--jsonl");
  expect([server.signal, server.stdout]).toEqual(["SIGTERM", expect.stringContaining('"event":"stopped"')]);
  const forPeople = await endedAfter("version", "serve", out, "--port", "0");
  expect(forPeople.stdout).toMatch(/^Serving at http:\/\/127\.0\.0\.1:\d+\/\n/); // terminals open what ends with the line
});

test.skipIf(process.platform === "win32")("an output that is the file of standard input is refused", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const table = folder.file("table.csv");
  for (const input of ["-", "/dev/stdin"]) {
    const command = `$GRADUS train ${input} --target class --out '${folder.file("m.gradus")}' --report '${table}' < '${table}'`;
    const { code, stderr } = await shell(command);
    expect([code, stderr]).toEqual([2, expect.stringContaining("would overwrite the table /dev/stdin")]);
  }
  expect(await readFile(table, "utf8")).toBe(smallTable());
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s before the first epoch writes no model, leaves no temporary folder and is no success",
  async (signal) => {
    const folder = await folderOf({ "table.csv": smallTable(60_000), "tmp/.keep": "" });
    const out = folder.file("model.gradus");
    const args = [executable, "train", folder.file("table.csv"), "--target", "class", "--out", out];
    // An epoch takes seconds, so that the signal comes before its end.
    const wide = ["--folds", "1", "--hidden", "1024,1024", "--batch-size", "256"];
    let sent = false; // a second one ends the process at once
    const signalled = (seen: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (!sent && seen.includes("Reading")) kill(signal);
      sent ||= seen.includes("Reading");
    };
    const { stderr, ...ended } = await node([...args, ...wide], signalled, { TMPDIR: folder.file("tmp") });
    expect(stderr).toContain("Interrupted before the first epoch ended. There is no model to save.");
    expect(ended.signal).toBe(signal);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await folder.names()).toEqual(["table.csv", "tmp", "tmp/.keep"]);
  },
);

test("a signal ends a command that waits for a pipe at once, and its temporary folder goes", async () => {
  const folder = await folderOf({ "table.csv": smallTable(40), "tmp/.keep": "" });
  const { model } = await train({
    table: [...Array(40).keys()].map((x) => ({ x, y: x < 20 ? "a" : "b" })),
    target: "y",
    epochs: 1,
    folds: 1,
  });
  await saveModel(folder.file("model.gradus"), model);
  // The signal is sent when the temporary folder is there.
  const line = `cd '${folder.path}' && mkfifo pipe && { $GRADUS predict model.gradus pipe & exec 7>pipe; printf 'x,y\\n' >&7; for i in {1..600}; do [ -n "$(ls tmp)" ] && break; sleep 0.1; done; kill -TERM $!; wait $!; }`;
  const { code } = await shell(line, { TMPDIR: folder.file("tmp") });
  expect(code).toBe(143); // 128 + 15
  expect(await folder.names()).toEqual(["model.gradus", "pipe", "table.csv", "tmp", "tmp/.keep"]);
});

test("a reader that leaves after the first line ends no training, and the model is saved", async () => {
  const folder = await folderOf({ "table.csv": smallTable(200) });
  const train = `$GRADUS train ${folder.file("table.csv")} --target class --folds 1 --epochs 20 --hidden 8`;
  const first = await shell(`${train} --jsonl --out ${folder.file("a.gradus")} | head -1; exit \${PIPESTATUS[0]}`);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ event: "start" });
  const both = await shell(`${train} --out ${folder.file("b.gradus")} 2>&1 | head -1; exit \${PIPESTATUS[0]}`);
  expect(both.code).toBe(0);
  for (const name of ["a.gradus", "b.gradus"])
    expect((await loadModel(folder.file(name))).document.provenance.epochs).toBe(20);
});

test("a model may come from standard input, but not together with its table", async () => {
  const folder = await folderOf({ "table.csv": smallTable(40) });
  const [table, model] = [folder.file("table.csv"), folder.file("m.gradus")];
  const rows = Array.from({ length: 40 }, (_, x) => ({ x, y: x % 3, class: x < 20 ? "low" : "high" }));
  await saveModel(model, (await train({ table: rows, target: "class", epochs: 1, folds: 1 })).model);
  const plain = await shell(`$GRADUS predict ${model} ${table}`);
  expect(await shell(`cat ${model} | $GRADUS predict - ${table}`)).toEqual(plain);
  expect(plain.code).toBe(0);
  const shown = await shell(`cat ${model} | $GRADUS show -`);
  expect(shown.stdout).toContain("  gradus predict MODEL TABLE");
  const both = await shell(`cat ${model} | $GRADUS evaluate - -`);
  expect(both).toMatchObject({ code: 2, stdout: "" });
  const none = await shell("true | $GRADUS show -");
  expect(none.stderr).toMatch(/^gradus: standard input: This is an empty file, not a gradus model\./);
  expect(both.stderr).toMatch(/^gradus: The model and the table are both -, .* Save one of them to a file/);
});

test("a search space may come from standard input, but not together with the table", async () => {
  const folder = await folderOf({ "table.csv": smallTable(40), "space.json": '{"dropout": "0,0.1"}' });
  const [table, space] = [folder.file("table.csv"), folder.file("space.json")];
  const quick = `--target class --recipe plain --trials 2 --epochs 2 --hidden 4 --out ${folder.file("m.gradus")}`;
  const { code, stderr } = await shell(`cat ${space} | $GRADUS tune ${table} --space - ${quick}`);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/dropout +0,0\.1|dropout +0, 0\.1/)]);
  expect((await shell(`echo '{' | $GRADUS tune ${table} --space - ${quick}`)).stderr).toMatch(
    /^gradus: --space: standard input is not JSON: /,
  );
  const both = await shell(`cat ${table} | $GRADUS tune - --space - ${quick}`);
  expect(both.stderr).toMatch(/^gradus: --space and the table are both -, .* Save one of them to a file/);
  const none = await shell(`$GRADUS tune ${table} --space ${folder.file("other.json")} ${quick}`);
  expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/other\.json: there is no such file\.\n$/)]);
});

test("a full disk, a file limit and an unusable TMPDIR are told in one line, with exit code 1", async () => {
  const folder = await folderOf({ "table.csv": smallTable(40) });
  const table = folder.file("table.csv");
  const data = `${table} --target class`;
  for (const [line, message] of [
    [
      `$GRADUS train ${data} --folds 1 --epochs 1 --hidden 4 --out ${folder.file("a.gradus")} > /dev/full`,
      "the disk is full",
    ],
    [
      `ulimit -f 1; $GRADUS train ${data} --folds 1 --epochs 1 --out ${folder.file("b.gradus")}`,
      "larger than this process may",
    ],
    [
      `ulimit -f 0; $GRADUS tune ${data} --trials 2 --epochs 1 --journal ${folder.file("c.jsonl")} --out ${folder.file("c.gradus")}`,
      "journal",
    ],
    [
      `cat ${table} | TMPDIR=/nowhere $GRADUS train - --target class --out ${folder.file("d.gradus")}`,
      "temporary folder in /nowhere",
    ],
  ]) {
    const { code, stderr } = await shell(line);
    expect(stderr.trimEnd().split("\n").at(-1)).toContain(message);
    expect(stderr).not.toMatch(/fault in gradus|\n\s+at /);
    expect(code, line).toBe(1);
  }
  expect((await loadModel(folder.file("a.gradus"))).task).toBe("classification"); // only its report found no place
  expect(await folder.names()).not.toContain("b.gradus");
});

test("a result of which the file takes the beginning alone is an error", async () => {
  const folder = await folderOf({ "table.csv": smallTable(400) });
  const [table, model] = [folder.file("table.csv"), folder.file("m.gradus")];
  await shell(`$GRADUS train ${table} --target class --folds 1 --epochs 1 --hidden 4 --out ${model}`);
  const { code, stderr } = await shell(
    `ulimit -f 4; $GRADUS predict ${model} ${table} > ${folder.file("predictions.csv")}`,
  );
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("gradus: Cannot write standard output: the file would be larger"),
  ]);
});

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
});

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
});
