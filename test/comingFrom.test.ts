/**
 * docs/coming-from.md row by row: what it says of a name of another library is what gradus does with it, in the library and on
 * the command line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type AliasKind, aliases, optionSuggestions, suggestions } from "../src/fieldNames.ts";
import * as gradus from "../src/node.ts";
import { completeSchedule } from "../src/training/schedules.ts";
import { gradus as commandLine, type Folder, lastingFolder } from "./commandLine.ts";

/** The rows of the table below a heading: the cells without the marks of code. */
function rowsOf(heading: string): string[][] {
  const text = readFileSync(join(import.meta.dirname, "../docs/coming-from.md"), "utf8");
  const part = text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";
  const lines = part.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(1).map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
}

const { completeProblem, dense, network, scoreFor } = gradus;
const rows = Array.from({ length: 24 }, (_, i) => ({ x: i + 0.5, w: 1 + (i % 4), y: i < 12 ? "low" : "high" }));
const quick = { table: rows, target: "y", folds: 1, epochs: 1, hidden: [2], engine: "reference" } as const;
const small = network({ inputs: 2, layers: [dense(2, { activation: "tanh" }), dense(2)] });

const layerOf = (options: gradus.DenseOptions) =>
  network({ inputs: 1, layers: [dense(1, options)] }).layers[0] as gradus.DenseLayer;

/** What a name becomes, by its kind; names are given as text, as JavaScript does. */
const uses = {
  activation: (name) => layerOf({ activation: name as "relu" }).activation,
  loss: (name) => completeProblem({ network: small, loss: name as "mse" }).loss.name,
  optimizer: (name) => completeProblem({ network: small, loss: "mse", optimizer: name as "sgd" }).optimizer.name,
  initialisation: (name) => layerOf({ initialisation: name as "zeros" }).initialisation,
  schedule: (name) => completeSchedule(name as "step").name,
  metric: (name) => {
    const desired = Float64Array.of(0, 1);
    const score = (loss: "crossEntropy" | "mse") =>
      scoreFor(name as "rmse", { loss, outputs: loss === "mse" ? 1 : 2, desired }).name;
    try {
      return score("crossEntropy");
    } catch (error) {
      if (!String(error).includes("Expected a metric that fits")) throw error;
      return score("mse");
    }
  },
} as const satisfies Record<AliasKind, (name: string) => unknown>;

const headings: Readonly<Record<AliasKind, string>> = {
  activation: "Activations",
  loss: "Losses",
  optimizer: "Optimizers",
  initialisation: "Initialisations",
  schedule: "Schedules",
  metric: "Metrics",
};

/** The parts of a refusal: "Did you mean …?", unless there is nothing to mean, and the difference. */
function refusal(ours: string, how: string): string[] {
  const [, note] = /^suggested(?:: (.*))?$/.exec(how) ?? ["", `no such word: ${how}`];
  return [...(ours === "—" ? [] : [`Did you mean "${ours}"?`]), ...(note === undefined ? [] : [note])];
}

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(gradus.GradusError);
    return (error as Error).message;
  }
  return "taken without a word";
}

describe.each(Object.keys(headings) as AliasKind[])("names: %s", (kind) => {
  const table = rowsOf(headings[kind]);

  test.each(table)("%s of %s is %s: %s", async (name, _where, ours, how) => {
    const onCommandLine = async (): Promise<string> =>
      (await commandLine("train", "absent.csv", "--target", "y", `--${kind}`, name)).notes.join("\n");
    if (how === "same" || how === "alias") {
      expect(uses[kind](name)).toBe(ours);
      expect(name === ours).toBe(how === "same");
      const isOfHiddenLayers = name !== "softmax"; // which makes probabilities of all outputs
      if (kind !== "initialisation" && isOfHiddenLayers) expect(await onCommandLine()).toContain("absent.csv");
      return;
    }
    const message = await messageOf(() => uses[kind](name));
    for (const part of refusal(ours, how)) expect(message).toContain(part);
    if (kind === "initialisation") return;
    for (const part of refusal(ours, how)) expect(await onCommandLine()).toContain(part);
  });

  test("each alias and each suggestion stands in the table", () => {
    const names = table.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(aliases[kind]), ...Object.keys(suggestions[kind])]));
  });
});

describe("options", () => {
  const table = rowsOf("Options");
  const optimizer = (name: string) => (option: object) =>
    completeProblem({ network: small, loss: "mse", optimizer: { name, ...option } as { name: "sgd" } }).optimizer;
  const loss = (name: string) => (option: object) =>
    completeProblem({ network: small, loss: { name, ...option } as { name: "mse" } }).loss;
  const session = () => gradus.createSession({ network: small, loss: "crossEntropy", engine: "reference" });
  const training = { inputs: Float32Array.of(0, 1, 1, 0), desired: Float32Array.of(0, 1) };
  /** By what takes the option. */
  const takes: Readonly<Record<string, (option: object) => unknown>> = {
    train: (option) => gradus.train({ ...option, ...quick }),
    tune: (option) => gradus.tune({ ...option, ...quick, trials: 2 }),
    createSession: (option) => gradus.createSession({ ...option, network: small, loss: "mse" }),
    fit: async (option) => gradus.fit(await session(), { ...option, training, epochs: 1 }),
    load: async (option) => (await session()).load({ ...option, ...training }),
    run: async (option) => {
      const own = await session();
      return own.run(own.load(training), [0], option);
    },
    dense: (option) => dense(2, option),
    embedding: (option) => gradus.embedding([{ column: 0, cardinality: 2 }], option),
    periodic: (option) => gradus.periodic([0], option),
    layerNorm: gradus.layerNorm,
    batchNorm: gradus.batchNorm,
    network: (option) => network({ ...option, inputs: 2, layers: [dense(1)] }),
    sgd: optimizer("sgd"),
    adam: optimizer("adam"),
    adamW: optimizer("adamW"),
    lion: optimizer("lion"),
    adaGrad: optimizer("adaGrad"),
    rmsProp: optimizer("rmsProp"),
    crossEntropy: loss("crossEntropy"),
    binaryCrossEntropy: loss("binaryCrossEntropy"),
    quantile: loss("quantile"),
    step: (option) => completeSchedule({ name: "step", ...option }),
    cosine: (option) => completeSchedule({ name: "cosine", ...option }),
  };
  let flags: readonly string[] = [];

  beforeAll(async () => {
    const { out } = await commandLine("train", "--help");
    flags = [...out.join("\n").matchAll(/^ +(?:-\w, )?(--[a-z0-9-]+)/gm)].map(([, flag]) => flag);
  });

  test.each(table)("%s of %s, for %s, is %s: %s", async (name, _where, of, ours, how) => {
    const take = takes[of];
    if (how === "same") {
      expect(name).toBe(ours);
      const isOfSettings = ["sgd", "adam", "adamW", "rmsProp"].includes(of);
      expect(await messageOf(() => take({ [name]: isOfSettings ? 0.5 : undefined }))).toBe("taken without a word");
      return;
    }
    if (how === "alias") {
      expect(take({ [name]: 0.5 })).toEqual(take({ [ours]: 0.5 }));
      return;
    }
    const message = await messageOf(() => take({ [name]: 1 }));
    for (const part of refusal(ours, how)) expect(message).toContain(part);
    const flag = `--${ours.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (of !== "train" || (ours !== "—" && !flags.includes(flag))) return;
    const { notes } = await commandLine("train", "absent.csv", "--target", "y", `--${name}`, "1");
    expect(notes.join("\n")).toContain(ours === "—" ? refusal(ours, how)[0] : `(Did you mean ${flag}?`);
  });

  test("each suggestion stands in the table", () => {
    const names = table.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(optionSuggestions)));
  });
});

describe("code instead of a function of other libraries", () => {
  let folder: Folder;
  let scope: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    folder = await lastingFolder({});
    const train = (options: Partial<typeof quick>) => gradus.train({ ...quick, ...options });
    const tune = (options: object) => gradus.tune({ ...quick, ...options });
    const { model } = await train({});
    const session = await gradus.createSession({
      network: small,
      loss: "crossEntropy",
      engine: "reference",
      batchSize: 2,
    });
    const patterns = session.load({ inputs: Float32Array.of(0, 1, 1, 0), desired: Float32Array.of(0, 1) });
    const given = {
      model,
      rows,
      row: { x: 3, w: 1 },
      table: rows,
      path: folder.file("model.gradus"),
      session,
      patterns,
    };
    scope = { ...gradus, ...given, train, tune };
    return () => folder.remove();
  });

  const async = Object.getPrototypeOf(async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  const table = [...rowsOf("Layers"), ...rowsOf("Using a model")];

  test.each(table)("%s of %s is %s, which runs", async (_elsewhere, _where, code) => {
    const isStatement = code.startsWith("await saveModel") || code.includes("session.update");
    const run = new async(...Object.keys(scope), `return (${code});`);
    const answer = await run(...Object.values(scope));
    if (!isStatement) expect(answer).toBeDefined();
  });

  test("there are rows of both tables", () => {
    expect(table.length).toBeGreaterThan(20);
  });
});
