/** Options of which one would win, or that would say nothing, are refused: a command does what its line says. */
import { beforeAll, expect, test } from "vitest";
import { whyNoPrecision, whyNoSharing } from "../src/engines/factory.ts";
import {
  continueTraining,
  createSession,
  DescriptionError,
  dense,
  engineOf,
  evaluate,
  network,
  readTable,
  tableFromRows,
  train as trainOn,
  tune,
} from "../src/node.ts";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";
import { hasTileUnit } from "./tileUnit.ts";

const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4", "--engine", "reference"];
let folder: Folder;
let model: string;

beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable() });
  model = folder.file("model.gradus");
  const args = ["--target", "class", "--out", model, ...quick];
  expect(await gradus("train", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
  return () => folder.remove();
});

const refusal = async (...args: string[]): Promise<string> => {
  const { code, notes } = await gradus(...args);
  expect(code, args.join(" ")).toBe(2);
  return notes.at(-1) ?? "";
};

test("an option that is given twice is refused, and so are two that are contraries", async () => {
  const train = ["train", folder.file("table.csv"), "--out", folder.file("none.gradus"), "--target", "class"];
  expect(await refusal(...train, "--target", "x")).toBe(
    "gradus: --target is given twice, but takes one value. Leave one out.",
  );
  expect(await refusal(...train, "--metric", "accuracy", "--metric", "logLoss")).toContain("--metric is given twice");
  expect(await refusal(...train, "--calibrate", "--no-calibrate")).toBe(
    "gradus: --calibrate and --no-calibrate contradict each other. Leave one out.",
  );
  expect(await refusal(...train, "--type", "x=category", "--type", "x=number")).toBe(
    'gradus: --type: "x" is given twice. Remove one of them.',
  );
  expect(await refusal("tune", ...train.slice(1), "--set", "dropout=0,0.1", "--set", "dropout=0.2,0.3")).toBe(
    'gradus: --set: "dropout" is given twice. Remove one of them.',
  );
  const twice = ["--type", "x=number", "--type", "y=number", "--json", "--json", "--force", "--force"];
  expect(await gradus(...train, ...quick, ...twice)).toMatchObject({ code: 0 });
});

test("a misspelt --target is told as misspelt, and an absent one as absent", async () => {
  const { code, notes } = await gradus("train", folder.file("table.csv"), "--targte", "class");
  expect(code).toBe(2);
  expect(notes.join("\n")).toBe("error: unknown option '--targte'\n(Did you mean --target?)");
  for (const command of ["train", "tune"]) {
    expect(await refusal(command, folder.file("table.csv"))).toBe(
      "gradus: --target <columns> is not given: the column to predict, or several: a,b,c, all of numbers, or all of two values such as yes and no.",
    );
  }
});

test("a row that names a column twice is refused", async () => {
  expect(await refusal("predict", model, "--row", '{"x": 1, "y": 2, "\\u0078": 3}')).toBe(
    'gradus: --row: "x" is given twice. Remove one of them.',
  );
  const nested = '{"x": 1, "y": 2, "more": {"x": 1, "y": ["x"]}, "text": "\\"x\\": 1"}';
  expect(await gradus("predict", model, "--row", nested)).toMatchObject({ code: 0 });
});

test("what shows neither a plan nor machine code takes no option of these", async () => {
  const [plan, code] = ["--plan", "--machine-code"];
  expect(await refusal("show", model, "--unfused")).toBe(
    "gradus: --unfused has no effect without --plan. Add --plan, or leave it out.",
  );
  expect(await refusal("show", model, code, "--unfused")).toContain("--unfused has no effect without --plan.");
  expect(await refusal("show", model, "--batch-size", "7")).toBe(
    "gradus: --batch-size has no effect without --plan or --machine-code. Add one of them, or leave it out.",
  );
  expect(await refusal("show", model, plan, "--cpu", "avx2")).toBe(
    "gradus: --cpu has no effect without --machine-code. Add --machine-code, or leave it out.",
  );
  expect(await refusal("show", model, plan, code)).toBe(
    "gradus: --plan and --machine-code contradict each other. Leave one out.",
  );
  expect(await refusal("show", model, code, "--cpu", "sse")).toContain('Unknown value of --cpu "sse"');
});

test("a search has as long as it is given, though that is more than a month", async () => {
  const args = [
    "--target",
    "class",
    "--trials",
    "2",
    "--time",
    "1000h",
    "--out",
    folder.file("tuned.gradus"),
    ...quick,
  ];
  expect(await gradus("tune", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
});

test("a target or a feature that its type leaves out is refused for that, not as a column that isn't there", async () => {
  const train = ["train", folder.file("table.csv"), "--out", folder.file("none.gradus"), "--target", "class"];
  expect(await refusal(...train, "--type", "class=skip")).toBe(
    'gradus: Column "class" is a target, but its type "skip" leaves it out. Remove the type or the target.',
  );
  expect(await refusal(...train, "--features", "x", "--type", "x=skip")).toContain('Column "x" is a feature');
  const rows = [1, 2, 3, 4, 5].map((x) => ({ x, y: 2 * x }));
  await expect(trainOn({ table: rows, target: ["y"], types: { y: "skip" } })).rejects.toThrow('Column "y" is a target');
});

test("classes that are joined or dropped until one is left are refused in the table's words", async () => {
  const rare = async (csv: string, choice: string): Promise<string> => {
    const one = await folderOf({ "t.csv": csv });
    return refusal("train", one.file("t.csv"), "--target", "y", "--rare", choice, "--out", one.file("m"), ...quick);
  };
  expect(await rare("x,y\n1.5,a\n2.5,b\n", "join")).toContain("joining them leaves one class");
  expect(await rare(`x,y\n${"1.5,a\n2.5,a\n".repeat(6)}3.5,b\n`, "drop")).toBe(
    'gradus: Only one class of "y" occurs in more than one row, so dropping the class "b" leaves one. Expected at least two: keep them.',
  );
});

test("a hole in a list of rows is no row of missing values", async () => {
  const rows: { x: number; y: number }[] = [1, 2, 3, 4, 5].map((x) => ({ x, y: 2 * x }));
  const { model: line } = await trainOn({ table: rows, target: "y", folds: 1, epochs: 1, hidden: [2] });
  const holes = new Array<{ x: number }>(2);
  holes[1] = { x: 1 };
  expect(() => line.predict(holes)).toThrow("expected row 1 to be an object of column names and values");
  expect(() => tableFromRows(holes)).toThrow("expected row 1 to be an object of column names and values");
});

/** Rows of two numbers, from which a class follows in one table and a number in the other. */
const numbers = Array.from({ length: 40 }, (_, at) => ({ x: (at * 7) % 10, y: (at * 3) % 11, z: (at * 5) % 13 }));
const few = { table: numbers, target: "z", task: "regression", folds: 1, epochs: 1, hidden: [2] } as const;

test.each<[Record<string, unknown>, string]>([
  [
    { hidden: [], activation: "relu" },
    "Option activation has no effect together with option hidden: there is no hidden layer.",
  ],
  [{ hidden: [], dropout: 0.1 }, "Option dropout has no effect together with option hidden: there is no hidden layer."],
  [
    { folds: 2, validationFraction: 0.3 },
    "Option validationFraction has no effect together with option folds: each fold has its own validation rows.",
  ],
  [{ rare: "drop" }, "Option rare has no effect: it is for classes, and the task is regression. Leave it out."],
  [
    { optimizer: { name: "sgd", learningRate: 0.1 }, learningRate: 0.2 },
    "Option learningRate has no effect together with option optimizer: the optimizer sets learningRate itself.",
  ],
  [
    { optimizer: { name: "adamW", weightDecay: 0.1 }, weightDecay: 0.2 },
    "Option weightDecay has no effect together with option optimizer: the optimizer sets weightDecay itself.",
  ],
  [
    { task: "classification", loss: { name: "crossEntropy", labelSmoothing: 0.1 }, labelSmoothing: 0.2 },
    "Option labelSmoothing has no effect together with option loss: the loss sets labelSmoothing itself.",
  ],
  [{ read: { skip: 1 } }, "Option skip has no effect: no table is read from a file or a query. Leave it out."],
  [
    { table: tableFromRows(numbers), missing: ["9"] },
    "Option missing has no effect: the table is already read. Give the option to the function that reads it.",
  ],
])("a training refuses %j, of which a part would have no effect", async (wrong, message) => {
  const options = { ...few, ...wrong };
  await expect(trainOn(options)).rejects.toThrow(DescriptionError);
  await expect(trainOn(options)).rejects.toThrow(message);
  if (wrong.folds === undefined) await expect(tune({ ...options, trials: 2 })).rejects.toThrow(message);
});

test("a plan that is repeated takes neither a time nor other numbers of networks", async () => {
  const { folds: _folds, epochs: _epochs, ...free } = few;
  const { report } = await trainOn({ ...free, time: 0.3, folds: 1, ensemble: 1 });
  const { planned: plan } = report;
  await expect(trainOn({ ...free, plan, time: 1 })).rejects.toThrow("a plan is repeated without a time limit");
  await expect(trainOn({ ...free, plan, ensemble: 2 })).rejects.toThrow("the plan has another number");
  expect((await trainOn({ ...free, plan, folds: 1 })).report.networks).toBe(1);
});

test.each<[Record<string, unknown>, string]>([
  [{ threads: 2, engine: "reference" }, "Option threads has no effect: the engine reference computes on one thread."],
  [{ features: ["x"], types: { y: "number" } }, 'Option types has no effect on "y": not among the columns of option'],
  [{ patience: 5 }, "Option patience of 5 has no effect: there is 1 epoch."],
  [{ batchSize: 1000 }, "Option batchSize of 1000 is more than the 26 training rows"],
  [{ split: { time: "x" }, testFraction: 0, validationFraction: 0 }, "Option split has no effect: there are no test"],
  [{ group: "x", testFraction: 0, validationFraction: 0 }, "Option group has no effect: there are no test"],
])("a training notes of %j that a part has no effect on these rows", async (idle, message) => {
  const { report } = await trainOn({ ...few, ...idle });
  const told = report.warnings.filter(({ code }) => code === "option-without-effect");
  expect(told.map((warning) => warning.message)).toEqual([expect.stringContaining(message)]);
});

test("options that do what they say are neither refused nor noted", async () => {
  const fine = { threads: 1, engine: "reference", features: ["x"], types: { y: "skip" }, batchSize: 8 } as const;
  for (const options of [fine, { hidden: [], dropout: 0 }, { rare: "keep" as const }, { threads: 2 }]) {
    const { report } = await trainOn({ ...few, ...options });
    expect(report.warnings.map(({ code }) => code)).not.toContain("option-without-effect");
  }
});

test("words for missing values beside a table that was read before are refused, though the test table is open", async () => {
  const options = { ...few, table: tableFromRows(numbers), test: numbers, missing: ["9"] };
  await expect(trainOn(options)).rejects.toThrow("Option missing has no effect: the table is already read.");
});

test("a search that tries large batches is not told that they are", async () => {
  const { report } = await tune({ ...few, trials: 2, set: { batchSize: "500,600" } });
  expect(report?.warnings.map(({ code }) => code)).not.toContain("option-without-effect");
});

test("a search varies nothing that has no effect", async () => {
  const flat = { ...few, hidden: [] };
  expect(Object.keys((await tune({ ...flat, trials: 2 })).space)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/dropout|activation/)]),
  );
  await expect(tune({ ...flat, set: { dropout: "0,0.1" } })).rejects.toThrow(
    "dropout is in the search space, but has no effect with option hidden: there is no hidden layer.",
  );
  await expect(tune({ ...few, set: { classWeights: "none,balanced" } })).rejects.toThrow(
    "classWeights is in the search space, but is for classes and labels, and the task is regression.",
  );
});

test("a command names options without effect by their flags", async () => {
  const train = ["train", folder.file("table.csv"), "--out", folder.file("none.gradus"), "--target", "class"];
  expect(await refusal(...train, "--hidden", "0", "--dropout", "0.1")).toBe(
    "gradus: --dropout has no effect together with --hidden: there is no hidden layer. Leave one of them out.",
  );
  expect(await refusal(...train, "--folds", "2", "--validation-fraction", "0.1")).toContain(
    "gradus: --validation-fraction has no effect together with --folds",
  );
  const { notes } = await gradus(...train, ...quick, "--threads", "2");
  expect(notes.join("\n")).toContain("--threads has no effect: the engine reference computes on one thread");
});

test("options of text that is not written are refused where JSON is asked for", async () => {
  const table = folder.file("table.csv");
  expect(await refusal("explain", model, table, "--json", "--top", "1")).toContain("--top is for text");
  expect(await refusal("trace", model, table, "--json", "--terms", "3")).toContain(
    "--terms is for text, LaTeX and HTML",
  );
  const both = ["--neuron", "2.0", "--weight", "2.0.bias"];
  expect(await refusal("trace", model, table, "--json", ...both)).toContain("--neuron together with --weight");
  expect(await gradus("trace", model, table, ...both)).toMatchObject({ code: 0 });
});

test("a type of a column that is not to be read is refused", async () => {
  const table = folder.file("table.csv");
  await expect(readTable(table, { columns: ["x"], types: { y: "category" } })).rejects.toThrow(
    'Option types has no effect on "y", which is not among the columns to read.',
  );
  expect(await readTable(table, { columns: ["x"], types: { x: "category", y: "skip" } })).toMatchObject({ rows: 40 });
});

test("a table from memory is judged without options for reading files", async () => {
  const { model: line } = await trainOn(few);
  await expect(evaluate(line, numbers, { skip: 1 })).rejects.toThrow("Option skip has no effect: no table is read");
  expect(await evaluate(line, numbers, {})).toMatchObject({ rows: 40 });
  const copied = { copy: "all" } as object;
  await expect(evaluate(line, folder.file("table.csv"), copied)).rejects.toThrow('Unknown option of evaluate "copy"');
});

test.each<[string[], string]>([
  [["--target", ""], '--target: expected the name of a column, found "".'],
  [["--features", ""], '--features: expected the name of a column, found "".'],
  [["--features", "x,x"], 'Expected different features, found "x" twice. Leave one out.'],
  [["--comment", "1"], '--comment: expected one character that begins no value, such as "#", found "1".'],
  [["--comment", ","], '--comment: "," is the delimiter. Expected another character.'],
  [["--comment", ";", "--delimiter", ";"], '--comment: ";" is the delimiter.'],
  [["--split", "time=class"], '--split: "class" is a target'],
])("%j, which would leave out rows or columns without a word, is refused", async (words, message) => {
  const target = words.includes("--target") ? [] : ["--target", "class"];
  const out = ["--out", folder.file("none.gradus"), "--force"];
  expect(await refusal("train", folder.file("table.csv"), ...target, ...words, ...quick, ...out)).toContain(message);
});

test("threads beside an engine that has one are refused by createSession; an engine that the machine chooses takes them", async () => {
  const problem = { network: network({ inputs: 2, layers: [dense(1)] }), loss: "halfSquaredError" } as const;
  await expect(createSession({ ...problem, engine: "reference", threads: 4 })).rejects.toThrow(
    "Option threads has no effect: the engine reference computes on one thread.",
  );
  await expect(createSession({ ...problem, engine: "blas", threads: 2 })).rejects.toThrow(
    "Option threads has no effect: the engine blas computes each network on one thread.",
  );
  await expect(createSession({ ...problem, precision: "high", engine: "native" })).rejects.toThrow(
    'Option precision "high" has no effect: layers and batches are too small for it: it needs a dense layer and a batch',
  );
  for (const fine of [{ engine: "reference", threads: 1 }, { engine: "reference" }, { threads: 2 }] as const) {
    (await createSession({ ...problem, ...fine })).dispose();
  }
});

test("threads have an effect on an engine of one thread a network where there are several networks", () => {
  expect(whyNoSharing(engineOf("blas"))).toBe("the engine blas computes each network on one thread");
  expect(whyNoSharing(engineOf("blas"), 2)).toBeUndefined();
  expect(whyNoSharing(engineOf("reference"), 2)).toBe("the engine reference computes on one thread");
  expect(whyNoSharing(engineOf("wasm"))).toBeUndefined();
});

test("a precision by bf16 has an effect where a dense layer and the batch are large enough", () => {
  const why = (inputs: number, units: number, batchSize: number) =>
    whyNoPrecision(engineOf("native"), "high", { network: network({ inputs, layers: [dense(units)] }), batchSize });
  expect(why(64, 64, 64)).toBeUndefined();
  expect(why(32, 256, 32)).toBeUndefined();
  for (const [inputs, units, rows] of [
    [64, 63, 64],
    [31, 512, 512],
    [512, 512, 31],
  ])
    expect(why(inputs, units, rows)).toContain("too small");
  expect(
    whyNoPrecision(engineOf("native"), "float32", {
      network: network({ inputs: 1, layers: [dense(1)] }),
      batchSize: 1,
    }),
  ).toBe(undefined);
});

test.skipIf(!hasTileUnit)("a training tells that no layer is large enough for its precision", async () => {
  const { model: small, report } = await trainOn({ ...few, precision: "high" });
  const told = report.warnings.filter(({ code }) => code === "option-without-effect");
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringContaining("Option precision of high has no effect: layers and batches are too small for it"),
  ]);
  await expect(continueTraining({ model: small, table: numbers, precision: "high" })).rejects.toThrow(
    'Option precision "high" has no effect',
  );
});

test("startedAt without a time is refused", async () => {
  const message = "Option startedAt has no effect without option time";
  await expect(trainOn({ ...few, startedAt: 0 })).rejects.toThrow(message);
  await expect(tune({ ...few, startedAt: 0, trials: 2 })).rejects.toThrow(message);
});

test("a metric of the other task is refused before the training begins", async () => {
  const args = ["train", folder.file("table.csv"), "--out", folder.file("metric.gradus"), ...quick];
  for (const [target, metric, message] of [
    [
      "x",
      "accuracy",
      "--metric accuracy is for classification, and the task is regression. Use one of: rmse, mae, r2.",
    ],
    ["class", "rmse", "--metric rmse is for regression, and the task is classification. Use one of: accuracy"],
  ]) {
    const { code, notes } = await gradus(
      ...args,
      "--target",
      target,
      "--task",
      target === "x" ? "regression" : "classification",
      "--metric",
      metric,
    );
    expect(code).toBe(2);
    expect(notes.at(-1)).toContain(message);
    expect(notes).not.toContain("Training …");
  }
});
