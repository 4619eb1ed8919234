/** The command line on several ranks: the files of one process, byte for byte; one message, and one end. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { gradus as gradusHere, sharedFolder, smallTable } from "../commandLine.ts";
import { type Ended, type Launcher, launch, launchers } from "./launch.ts";

const numbers = [
  "a,b,y",
  ...Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${(i % 7) * 2 - ((i * 5) % 11)}`),
];
const folder = await sharedFolder({ "classes.csv": smallTable(60), "numbers.csv": `${numbers.join("\n")}\n` });

interface Command {
  readonly ranks: number;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** By itself this process is the one rank. */
async function gradus(launcher: Launcher, { ranks, args, environment }: Command): Promise<Ended> {
  if (ranks > 1) return await launch(launcher, { program: "commandLine.mjs", ranks, args, environment });
  const { code, out, notes } = await gradusHere(...args);
  return { code, output: out.join("\n"), errors: notes.join("\n") };
}

const NETWORK = ["--hidden", "8", "--threads", "1"];

/** What gradus printed, without what the launcher adds to an exit code. */
const lines = ({ errors }: Ended): string[] => errors.split("\n").filter((line) => line.startsWith("gradus: "));

describe("the networks of a model", () => {
  test.each([
    ["classes", ["classes.csv", "--target", "class", "--folds", "3", "--epochs", "4"]],
    ["numbers, with an ensemble", ["numbers.csv", "--target", "y", "--folds", "5", "--ensemble", "2", "--epochs", "3"]],
  ])("on ranks of each MPI are those of one process: %s", async (name, [table, ...options]) => {
    const files: Buffer[] = [];
    // More ranks with the second table, which has more networks.
    for (const [at, ranks] of [1, name === "classes" ? 2 : 3].entries()) {
      const launcher = launchers[at % launchers.length];
      const out = folder.file(`${name}-${ranks}.gradus`);
      const args = [
        "train",
        folder.file(table),
        ...options,
        ...NETWORK.slice(0, 2),
        "--threads",
        String(1 + (at % 2)),
        "--out",
        out,
      ];
      const { code, output, errors } = await gradus(launcher, { ranks, args: [...args, "--jsonl"] });
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      const events = output
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const epochs = events
        .filter(({ event }) => event === "epoch")
        .map(({ network, epoch }) => `${network}: ${epoch}`);
      expect(new Set(epochs).size).toBe(epochs.length);
      expect(epochs).toHaveLength(name === "classes" ? 12 : 30);
      expect(events.at(-1).event).toBe("done");
      files.push(await readFile(out));
    }
    expect(files[1].equals(files[0])).toBe(true);
  });
});

test("the trials of a search on ranks are those of one process, and so are journal and model", async () => {
  const files = await Promise.all(
    [1, 3].map(async (ranks) => {
      const [model, journal] = ["gradus", "jsonl"].map((kind) => folder.file(`trials-${ranks}.${kind}`));
      const search = ["--trials", "4", "--epochs", "20", "--reduction", "2", "--out", model, "--journal", journal];
      const args = ["tune", folder.file("classes.csv"), "--target", "class", ...search, ...NETWORK];
      const { code, errors } = await gradus(launchers[ranks % launchers.length], { ranks, args });
      expect({ code, errors: errors.includes("gradus: ") }).toEqual({ code: 0, errors: false });
      return [await readFile(model, "latin1"), (await readFile(journal, "utf8")).replaceAll(/"seconds":[\d.]+/g, "")];
    }),
  );
  expect(files[1]).toEqual(files[0]);
});

describe("one message is printed, and the exit code is that of the command", () => {
  const [first, last = first] = launchers;
  test.each<[string, Launcher, readonly string[], string, number]>([
    [
      "a file that isn't there",
      last,
      ["train", "nothere.csv", "--target", "y"],
      'Cannot read "nothere.csv": there is no such file.',
      2,
    ],
    [
      "a command for one process",
      first,
      ["show", "a.gradus"],
      "gradus show runs in one process, and 2 ranks were started.",
      2,
    ],
    [
      "a network that diverges on another rank",
      last,
      [
        ...[
          "train",
          folder.file("numbers.csv"),
          "--target",
          "y",
          "--folds",
          "2",
          "--out",
          folder.file("diverged.gradus"),
        ],
        ...["--optimizer", "sgd", "--learning-rate", "1e30", ...NETWORK],
      ],
      "Training diverged at step ",
      1,
    ],
  ])("%s", async (_, launcher, args, message, expected) => {
    const ended = await gradus(launcher, { ranks: 2, args });
    expect(ended.code).toBe(expected);
    expect(lines(ended)).toHaveLength(1);
    expect(lines(ended)[0]).toContain(message);
  });
});

describe("a rank", () => {
  const endless = [
    "train",
    folder.file("classes.csv"),
    "--target",
    "class",
    "--folds",
    "2",
    "--epochs",
    "1000000",
    ...NETWORK,
  ];
  const acting = async (launcher: Launcher, name: string, rank: number, signal: string) => {
    const out = folder.file(`${name}.gradus`);
    const act = JSON.stringify({ rank, signal, file: folder.file(`${name}.begun`) });
    const args = [...endless, "--out", out, "--jsonl"];
    const environment = { GRADUS_TEST_ACT: act, GRADUS_MPI_TIMEOUT: "4" };
    return { out, ...(await gradus(launcher, { ranks: 2, args, environment })) };
  };

  test.each(launchers)(
    "that is told to stop ends the training, whose best model so far is saved: by $name",
    async (launcher) => {
      const { code, output, out } = await acting(launcher, `stopped-${launcher.name}`, 1, "SIGTERM");
      expect(code).not.toBe(0);
      const done = output.split("\n").find((line) => line.startsWith('{"event":"done"'));
      const { event, stopped, model } = JSON.parse(done ?? "{}");
      expect({ event, stopped, model }).toEqual({ event: "done", stopped: "aborted", model: out });
      expect((await readFile(out)).length).toBeGreaterThan(1000);
    },
  );

  test.each(launchers)("that stops answering ends the others: by $name", async (launcher) => {
    const hanging = await acting(launcher, `hanging-${launcher.name}`, 1, "SIGSTOP");
    expect(hanging.code).not.toBe(0);
    expect(lines(hanging)).toHaveLength(1);
    expect(lines(hanging)[0]).toMatch(/ends the job\. Nothing came from rank 1 \(.*\) for 4 s: it hangs, was stopped/);
  });

  test("that is killed ends the others, and costs what its states lack: any number of ranks goes on to the file of one process", async () => {
    const [one, other = one] = launchers;
    const args = [
      "train",
      folder.file("classes.csv"),
      "--target",
      "class",
      "--folds",
      "2",
      "--epochs",
      "500",
      ...NETWORK,
    ];
    const [alone, out, states] = ["alone.gradus", "resumed.gradus", "states"].map((name) => folder.file(name));
    const act = JSON.stringify({ rank: 1, signal: "SIGKILL", file: folder.file("states.begun") });
    const kept = [...args, "--out", out, "--checkpoint", states, "--every", "0.05s"];
    const killed = await gradus(one, { ranks: 2, args: [...kept, "--jsonl"], environment: { GRADUS_TEST_ACT: act } });
    expect(killed.code).not.toBe(0);
    const resumed = await gradus(other, { ranks: 3, args: ["train", "--resume", states, "--every", "30s"] });
    expect(resumed.code).toBe(0);
    expect(resumed.errors).toMatch(/Going on from .*: network \d after epoch \d+/);
    expect(resumed.errors).toMatch(
      /ranks {5}3, by .*: 2 train, 1 wait\. Start no more ranks than networks, or train more/,
    );
    expect((await gradus(one, { ranks: 1, args: [...args, "--out", alone] })).code).toBe(0);
    expect((await readFile(out)).equals(await readFile(alone))).toBe(true);
  });

  test("that is killed costs a search what its states lack: any number of ranks goes on to the model of one process", async () => {
    const [one, other = one] = launchers;
    const [alone, out, states] = ["search-alone.gradus", "search.gradus", "search"].map((name) => folder.file(name));
    const search = ["--trials", "3", "--search", "random", "--epochs", "200", "--set", "learningRate=0.01..0.1:log"];
    const args = ["tune", folder.file("classes.csv"), "--target", "class", ...search, ...NETWORK];
    const act = JSON.stringify({ rank: 1, signal: "SIGKILL", file: folder.file("search.begun") });
    const kept = [...args, "--out", out, "--checkpoint", states, "--every", "0.05s"];
    const killed = await gradus(one, { ranks: 2, args: [...kept, "--jsonl"], environment: { GRADUS_TEST_ACT: act } });
    expect(killed.code).not.toBe(0);
    expect(killed.output).not.toContain('"event":"done"');
    const resumed = await gradus(other, { ranks: 3, args: ["tune", "--resume", states] });
    expect(resumed.code).toBe(0);
    expect(resumed.errors).toMatch(/Going on from .*: network 1 after epoch \d+/);
    expect((await gradus(one, { ranks: 1, args: [...args, "--out", alone] })).code).toBe(0);
    expect((await readFile(out)).equals(await readFile(alone))).toBe(true);
  });
});
