/** `gradus learn`: rows of NDJSON are predicted, scored and learned, and what was learned survives whatever ends the process. */
import { spawn, spawnSync } from "node:child_process";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { createLearner, loadModel, type Row } from "../src/node.ts";
import { type Folder, gradus, sharedFolder, smallTable } from "./commandLine.ts";

const executable = join(root, "dist", "cli", "main.js");
const rows: readonly Row[] = Array.from({ length: 300 }, (_, row) => {
  const [x, y] = [(row * 7) % 10, (row * 3) % 11];
  return { x, y, class: x + y > 10 ? "high" : "low" };
});
const ndjson = (given: readonly unknown[]): string => given.map((row) => `${JSON.stringify(row)}\n`).join("");

let folder: Folder;
let model: string;

beforeAll(async () => {
  folder = await sharedFolder({
    "table.csv": smallTable(),
    "rows.ndjson": ndjson(rows),
    "half.ndjson": ndjson(rows.slice(0, 150)),
  });
  model = folder.file("m.gradus");
  const quick = ["--folds", "2", "--epochs", "2", "--hidden", "4", "--target", "class", "--out", model];
  expect(await gradus("train", folder.file("table.csv"), ...quick)).toMatchObject({ code: 0 });
});

let outs = 0;
const newOut = (): string => folder.file(`out-${++outs}.gradus`);
const bytes = async (path: string): Promise<string> => readFile(path, "latin1");

test("learns as the library does, prints the scores every so many rows, and leaves the model itself as it is", async () => {
  const before = await bytes(model);
  const out = newOut();
  const {
    code,
    out: printed,
    notes,
  } = await gradus("learn", model, folder.file("rows.ndjson"), "--out", out, "--print-every", "100");
  expect(code, notes.join("\n")).toBe(0);
  using loaded = await loadModel(model);
  using learner = await createLearner({ model: loaded });
  for (const row of rows) learner.learn(row);
  expect(await readFile(out)).toEqual(Buffer.from(learner.toBytes()));
  expect(
    printed.filter((line) => /^ {2}[123]00 rows: accuracy \S+ \(baseline \S+\), log loss/.test(line)),
  ).toHaveLength(3);
  expect(printed.slice(-2)).toEqual(["300 rows learned.", `Saved ${out}.`]);
  expect(await bytes(model)).toBe(before);
});

test("goes on from its file: after the rows before, or over the same rows from the first on", async () => {
  const [whole, halves] = [newOut(), newOut()];
  await gradus("learn", model, folder.file("rows.ndjson"), "--out", whole);
  await gradus("learn", model, folder.file("half.ndjson"), "--out", halves);
  const lost = await gradus("learn", model, folder.file("half.ndjson"), "--out", halves);
  expect([lost.code, lost.notes.join("\n")]).toEqual([
    2,
    expect.stringContaining("has learned 150 rows, which would be lost"),
  ]);
  const { out } = await gradus("learn", halves, folder.file("rows.ndjson"), "--skip-learned");
  expect(out.join("\n")).toContain("150 rows learned, 300 in all; 150 skipped that had been learned before.");
  expect(await bytes(halves)).toBe(await bytes(whole));
  const few = await gradus("learn", halves, folder.file("half.ndjson"), "--skip-learned");
  expect(few.notes.join("\n")).toContain("expected the 300 rows that the model has learned at the beginning of");
});

test("a row without a target is predicted only, and its prediction printed as predict prints it", async () => {
  const [row] = rows;
  const { class: _, ...open } = row;
  const texts = ["", " ", "NA"].map((text) => ({ ...open, class: text }));
  await folder.write("open.ndjson", ndjson([open, { ...open, class: null, Class: "low" }, row, ...texts]));
  const { out } = await gradus(
    "learn",
    model,
    folder.file("open.ndjson"),
    "--out",
    newOut(),
    "--jsonl",
    "--predictions",
  );
  const events = out.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.filter(({ event }) => event === "prediction").map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(events.at(-1)).toMatchObject({ event: "done", rows: 1, learned: 1, predicted: 5, invalid: 0 });
  expect(events.find(({ code }) => code === "no-target")?.message).toBe(
    'Line 1 has no "class": such rows are predicted only.',
  );
  const text = await gradus("learn", model, folder.file("open.ndjson"), "--out", newOut());
  expect(text.out[0]).toBe(`line 1: ${JSON.stringify(events.find(({ event }) => event === "prediction")?.prediction)}`);
});

test.each([
  ['{"x":1,"y":2', "line 2: it is not valid JSON in column 13"],
  ['{"x":"a","y":2,"class":"low"}', 'line 2: column "x" is a number column with the text "a". Correct'],
  ['{"x":[1],"y":2,"class":"low"}', 'line 2: column "x" holds a list. Expected'],
  ['{"x":1,"class":"low"}', 'line 2: the row has no "y", a column that the model was trained with'],
  [
    '{"x":1,"y":2,"class":"middle"}',
    'line 2: the target "class" is "middle", a class that does not occur in the training rows',
  ],
  ['{"x":1e400,"y":2,"class":"low"}', 'line 2: column "x" holds an infinite number, Infinity. Expected finite'],
  ['{"x":1,"y":2,"x":3,"class":"low"}', 'line 2: the key "x" stands twice'],
  ["x,y,class", "line 2: it is not valid JSON in column 1"],
  ["[1,2]", "line 2: expected one object with the values of the columns"],
])("refuses the line %s, keeps what was learned before it, or skips it", async (line, message) => {
  const out = newOut();
  await folder.write("bad.ndjson", `\ufeff${JSON.stringify(rows[0])}\r\n${line}\r\n\r\n${JSON.stringify(rows[1])}`);
  const { code, notes } = await gradus("learn", model, folder.file("bad.ndjson"), "--out", out);
  expect(notes.at(-1)).toContain(message);
  expect(notes.at(-1)).toContain("--skip-invalid");
  expect(code).toBe(2);
  using kept = await loadModel(out);
  expect(kept.document.learning?.rows).toBe(1);
  const skipped = await gradus(
    "learn",
    model,
    folder.file("bad.ndjson"),
    "--out",
    out,
    "--force",
    "--skip-invalid",
    "--json",
  );
  expect(JSON.parse(skipped.out.join(""))).toMatchObject({ rows: 2, learned: 2, invalid: 1 });
  expect(skipped.notes.join("\n")).toContain(message);
});

test("rows in another form are refused with what converts them, and nothing else is said of their first line", async () => {
  const expected = async (args: readonly string[], message: string): Promise<void> => {
    const { code, notes } = await gradus("learn", model, ...args, "--out", newOut());
    expect(code).toBe(2);
    expect(notes.filter((note) => note.includes("line 1"))).toEqual([expect.stringContaining(message)]);
    expect(notes.join("\n")).not.toContain("predicted only");
  };
  const csv = folder.file("table.csv");
  await expected([csv], `duckdb -c 'COPY (FROM read_csv('\\''${csv}'\\'', all_varchar = true)) TO `);
  const zipped = await folder.write("rows.ndjson.gz", gzipSync(ndjson(rows)));
  await expected(
    [zipped],
    `it is not UTF-8 text. gradus learn reads NDJSON: each line is a row, as {"size": 60, "price": 130}. Unpack the file: gunzip -c ${zipped} | gradus learn MODEL`,
  );
  await expected([await folder.write("list.json", JSON.stringify(rows))], "found a list. gradus learn reads NDJSON");
  await expected([await folder.write("other.ndjson", '{"x":1}')], 'the row has no "y"');
});

test("show says how many rows a model has learned online, and how well it predicted them", async () => {
  const [out, none] = [newOut(), newOut()];
  await gradus("learn", model, folder.file("rows.ndjson"), "--out", out);
  const { out: lines } = await gradus("show", out);
  expect(lines[1]).toMatch(/^Learning online, each row predicted before it was learned: accuracy \S+ \(baseline /);
  expect(lines.join("\n")).toMatch(/^ {2}trained {3}.*, and then online on 300 rows$/m);
  expect(lines.join("\n")).toMatch(/^ {2}online +accuracy +\S+ +\S+$/m);
  await gradus("learn", model, await folder.write("empty.ndjson", "\n"), "--out", none);
  expect((await gradus("show", none)).out[1]).toContain("it has learned no row online yet");
});

test("what has no effect or can't be is refused", async () => {
  await folder.write("empty.ndjson", "\n");
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [["-", folder.file("rows.ndjson")], "its file is written"],
    [[model, folder.file("none.ndjson")], "there is no such file"],
    [[model, folder.path], "it is a folder"],
    [[folder.file("table.csv"), model], `The model comes first: gradus learn ${model}`],
    [[model, folder.file("rows.ndjson"), "--every", "0"], "--every: expected a duration"],
    [[model, folder.file("rows.ndjson"), "--print-every", "often"], "--print-every: expected a number of rows"],
    [[model, folder.file("rows.ndjson"), "--force"], "--force is for --out"],
    [[model, folder.file("rows.ndjson"), "--json", "--predictions"], "Give --jsonl"],
    [[model, folder.file("rows.ndjson"), "--out", folder.file("rows.ndjson")], "would overwrite the rows"],
    [
      [model, folder.file("rows.ndjson"), "--out", model],
      "is the model itself, which is written without --out. Leave it out.",
    ],
    [[model, folder.file("rows.ndjson"), "--out", folder.file("table.csv")], "exists and is not a model"],
  ];
  for (const [args, message] of cases) {
    const { code, notes } = await gradus("learn", ...args);
    expect(notes.join("\n"), args.join(" ")).toContain(message);
    expect(code).toBe(2);
  }
  const before = await bytes(model);
  const none = await gradus("learn", model, folder.file("empty.ndjson"));
  expect([none.code, none.out]).toEqual([0, ["0 rows learned.", "Nothing was saved."]]);
  expect(await bytes(model)).toBe(before);
});

/** A process that gets lines on standard input, and the events that it prints. */
class LearningProcess {
  readonly #child;
  readonly ended: Promise<{
    code: number | null;
    signal: string | null;
    notes: string;
    events: Record<string, unknown>[];
  }>;
  #printed = "";
  #notes = "";

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [executable, "learn", ...args, "--jsonl"]);
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#printed += text;
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#notes += text;
    });
    this.#child.stdin.on("error", () => undefined); // it has ended
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => resolve({ code, signal, notes: this.#notes, events: this.#events }));
    });
  }

  get #events(): Record<string, unknown>[] {
    return this.#printed
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  give(given: readonly Row[]): void {
    this.#child.stdin.write(ndjson(given));
  }

  async until(event: string, count: number): Promise<void> {
    // A model may be saved before its first row comes.
    const found = () => this.#events.filter((each) => each.event === event && each.rows !== 0).length;
    await expect.poll(found, { timeout: 120_000, interval: 10 }).toBeGreaterThanOrEqual(count);
  }

  end(signal?: NodeJS.Signals): void {
    if (signal === undefined) this.#child.stdin.end();
    else this.#child.kill(signal);
  }
}

test("a process that is killed loses no more than since the last write, one that is interrupted nothing, and both go on to the same bytes", async () => {
  await ensureBuilt();
  const [whole, out] = [newOut(), newOut()];
  await gradus("learn", model, folder.file("rows.ndjson"), "--out", whole);
  const killed = new LearningProcess(model, "--out", out, "--every", "0.02s");
  killed.give(rows.slice(0, 120));
  await killed.until("saved", 1); // while no further line comes
  killed.give(rows.slice(120, 140));
  killed.end("SIGKILL");
  await killed.ended;
  using left = await loadModel(out);
  expect(left.document.learning?.rows).toBeGreaterThan(0);
  const interrupted = new LearningProcess(out, "--skip-learned", "--every", "1h", "--print-every", "1");
  interrupted.give(rows.slice(0, 200));
  await interrupted.until("scores", 200 - Number(left.document.learning?.rows));
  interrupted.end("SIGTERM");
  expect(await interrupted.ended).toMatchObject({ signal: "SIGTERM" });
  using kept = await loadModel(out);
  expect(kept.document.learning?.rows).toBe(200);
  const last = new LearningProcess(out, "--skip-learned");
  last.give(rows);
  last.end();
  expect((await last.ended).events.at(-1)).toMatchObject({ event: "done", rows: 300, learned: 100, skipped: 200 });
  expect(await bytes(out)).toBe(await bytes(whole));
});

test("two learners of one file: the second is refused, and what another command wrote there meanwhile stays", async () => {
  const [out, other] = [newOut(), newOut()];
  await gradus("learn", model, folder.file("half.ndjson"), "--out", out);
  await gradus("learn", out, folder.file("half.ndjson"), "--out", other);
  const first = new LearningProcess(out, "--every", "1h", "--print-every", "1");
  first.give(rows.slice(0, 1));
  await first.until("scores", 1);
  for (const args of [
    ["learn", out],
    ["learn", model, "--out", out, "--force"],
  ]) {
    const { code, notes } = await gradus(...args, folder.file("half.ndjson"));
    expect([code, notes.join("\n")]).toEqual([1, expect.stringMatching(/ is in use by process \d+ since /)]);
  }
  await rename(other, out);
  const replaced = await bytes(out);
  first.end();
  const { code, notes } = await first.ended;
  expect([code, notes]).toEqual([1, expect.stringContaining("another process has written it")]);
  expect(await bytes(out)).toBe(replaced);
});

/** With a limit to the size of files, in KiB: as on a disk that is full, the beginning is written where there is room. */
function limited(kibibytes: number, ...args: readonly string[]) {
  const words = [process.execPath, executable, "learn", ...args].map((word) => `'${word}'`).join(" ");
  const line = `ulimit -f ${kibibytes}; ${words} > '${folder.file("printed")}'`;
  const { status, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8", timeout: 60_000 });
  return { code: status, notes: stderr.trimEnd().split("\n") };
}

test.skipIf(process.platform === "win32")(
  "no row is learned after one whose prediction could not be written, and the rows go on from there",
  async () => {
    await ensureBuilt();
    const [whole, out] = [newOut(), newOut()];
    const given = folder.file("rows.ndjson");
    const { out: printed } = await gradus("learn", model, given, "--out", whole, "--predictions");
    const { code, notes } = limited(16, model, given, "--out", out, "--predictions");
    const lines = (await bytes(folder.file("printed"))).split("\n");
    const last = lines.length; // the last line is cut off
    expect(lines.slice(0, -1)).toEqual(printed.slice(0, last - 1));
    expect(notes.slice(-2)).toEqual([
      expect.stringContaining("gradus: Cannot write standard output: the file would be larger"),
      expect.stringContaining(
        `Stopped at line ${last}, whose prediction is missing or cut off. Saved ${out}, with the ${last} rows`,
      ),
    ]);
    expect(code).toBe(1);
    await gradus("learn", out, given, "--skip-learned");
    expect(await bytes(out)).toBe(await bytes(whole));
  },
);

test.skipIf(process.platform === "win32")(
  "where the last write fails, the file stays as it was and it is said how much it lacks; a bad line stays the error",
  async () => {
    const out = newOut();
    await gradus("learn", model, folder.file("half.ndjson"), "--out", out);
    const before = await bytes(out);
    const full = limited(1, out, folder.file("rows.ndjson"), "--skip-learned");
    expect(full.notes.at(-1)).toMatch(/^gradus: Cannot write .*\(ulimit -f\), .* 150 learned rows are not in it: give/);
    expect(full.code).toBe(1);
    await folder.write("bad.ndjson", `${ndjson(rows.slice(0, 2))}bad\n`);
    const bad = limited(1, out, folder.file("bad.ndjson"));
    expect(bad.notes.slice(-2)).toEqual([
      expect.stringMatching(/^ {2}warning: Cannot write .* 2 learned rows are not in it/),
      expect.stringMatching(/^gradus: .*bad\.ndjson, line 3: it is not valid JSON/),
    ]);
    expect(bad.code).toBe(2);
    expect(await bytes(out)).toBe(before);
  },
);
