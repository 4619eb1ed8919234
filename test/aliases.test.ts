/** Names of other libraries: an alias is the same thing under another name, and a name that is not gets a suggestion. */
import { describe, expect, test } from "vitest";
import { type AliasKind, aliases, optionSuggestions, suggestions } from "../src/fieldNames.ts";
import {
  activations,
  completeProblem,
  createSession,
  DescriptionError,
  dense,
  fit,
  initialisations,
  losses,
  metrics,
  network,
  optimizers,
  parametricActivation,
  schedules,
  scoreFor,
  train,
  tune,
} from "../src/node.ts";
import { completeOptimizer } from "../src/optimizers/completeOptimizer.ts";
import { completeSchedule } from "../src/training/schedules.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const tables = {
  activation: activations,
  loss: losses,
  optimizer: optimizers,
  initialisation: initialisations,
  schedule: schedules,
  metric: metrics,
} as const satisfies Record<AliasKind, object>;
const kinds = Object.keys(tables) as AliasKind[];

const small = network({ inputs: 2, layers: [dense(2, { activation: "tanh" }), dense(2)] });
const rows = Array.from({ length: 24 }, (_, i) => ({ x: i + 0.5, y: i < 12 ? "low" : "high" }));
const quick = { table: rows, target: "y", folds: 1, epochs: 2, hidden: [2], engine: "reference" } as const;

test.each(kinds)("an alias stands for a name that exists and is no name itself: %s", (kind) => {
  for (const [alias, name] of Object.entries(aliases[kind])) {
    expect(Object.keys(tables[kind])).toContain(name);
    expect(Object.keys(tables[kind])).not.toContain(alias);
    expect(Object.keys(suggestions[kind])).not.toContain(alias);
  }
  for (const { name } of Object.values(suggestions[kind])) {
    if (name !== undefined) expect(Object.keys(tables[kind])).toContain(name);
  }
});

test("layers, problems, schedules and scores take aliases, and what they describe has the library's own names", () => {
  expect(dense(2, { activation: "sigmoid", initialisation: "xavier_uniform" })).toEqual(
    dense(2, { activation: "logistic", initialisation: "glorotUniform" }),
  );
  expect(parametricActivation("swish")).toEqual(parametricActivation("silu"));
  const problem = completeProblem({ network: small, loss: "mse", optimizer: "rmsprop" });
  expect(problem).toEqual(completeProblem({ network: small, loss: "meanSquaredError", optimizer: "rmsProp" }));
  const smoothed = completeProblem({ network: small, loss: { name: "softmaxCrossEntropy", labelSmoothing: 0.1 } });
  expect(smoothed.loss).toEqual({ name: "crossEntropy", labelSmoothing: 0.1 });
  expect(completeSchedule({ name: "cosineDecay", floor: 0.1 })).toEqual(
    completeSchedule({ name: "cosine", floor: 0.1 }),
  );
  const score = scoreFor("log_loss", {
    loss: "softmaxCrossEntropy" as const,
    outputs: 2,
    desired: Float64Array.of(0, 1),
  });
  expect(score).toMatchObject({ name: "logLoss", better: "lower" });
});

test("rho is the decay of rmsProp, and not both may be given", () => {
  expect(completeOptimizer({ name: "rmsProp", rho: 0.9 })).toEqual(completeOptimizer({ name: "rmsProp", decay: 0.9 }));
  const both = { name: "rmsProp", rho: 0.9, decay: 0.9 } as const;
  expect(() => completeOptimizer(both)).toThrow(
    "rho and decay are two names of the same option. Leave one of them out.",
  );
});

test("a model that was trained with aliases is the same to the bit, and its file has the library's own names", async () => {
  const named = await train({
    ...quick,
    activation: "logistic",
    loss: "crossEntropy",
    optimizer: { name: "rmsProp", decay: 0.9 },
    schedule: "cosine",
    metric: "balancedAccuracy",
  });
  const aliased = await train({
    ...quick,
    activation: "sigmoid",
    loss: "sparse_categorical_crossentropy",
    optimizer: { name: "RMSprop", rho: 0.9 },
    schedule: "CosineDecay",
    metric: "balanced_accuracy",
  });
  expect(aliased.model.document).toEqual(named.model.document);
  expect(aliased.model.predict(rows)).toEqual(named.model.predict(rows));
  expect(aliased.model.document.provenance.options).toMatchObject({
    activation: "logistic",
    loss: "crossEntropy",
    optimizer: { name: "rmsProp", decay: 0.9 },
    schedule: "cosine",
    metric: "balancedAccuracy",
  });
});

test("a session and fit take aliases", async () => {
  using session = await createSession({ network: small, loss: "CrossEntropyLoss", optimizer: "Adam", batchSize: 4 });
  const training = { inputs: Float32Array.of(0, 1, 1, 0), desired: Float32Array.of(0, 1) };
  expect(session.problem.optimizer.name).toBe("adam");
  expect((await fit(session, { training, epochs: 1, schedule: "CosineDecay" })).history).toHaveLength(1);
});

test("a search takes aliases in its options, its space and its metric, and its trials have the library's own names", async () => {
  const { activation: _, ...options } = { ...quick, activation: undefined };
  const { trials, metric } = await tune({
    ...options,
    metric: "balanced_accuracy",
    space: { activation: "sigmoid,relu" },
    optimizer: "adamw",
    trials: 3,
  });
  expect(metric).toBe("balancedAccuracy");
  const tried = new Set(trials.map(({ values }) => values.activation).filter((value) => value !== undefined));
  expect([...tried].sort()).toEqual(["logistic", "relu"]);
});

test("the command line takes aliases, and its model file has the library's own names", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("model.gradus");
  const flags = [
    "--activation",
    "sigmoid",
    "--optimizer",
    "Adam",
    "--metric",
    "log_loss",
    "--loss",
    "softmaxCrossEntropy",
  ];
  const settings = [
    "--folds",
    "1",
    "--epochs",
    "1",
    "--hidden",
    "2",
    "--engine",
    "reference",
    "--schedule",
    "CosineDecay",
  ];
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", model, ...settings, ...flags];
  const { code, notes } = await gradus(...args);
  expect(notes.join("\n")).not.toContain("Unknown");
  expect(code).toBe(0);
  const { out } = await gradus("show", model, "--json");
  expect(JSON.parse(out.join("\n")).provenance.options).toMatchObject({
    activation: "logistic",
    optimizer: "adam",
    metric: "logLoss",
    loss: "crossEntropy",
    schedule: "cosine",
  });
});

test("a complete description has no aliases, and says which name it has instead", () => {
  const layer = { ...dense(2), activation: "sigmoid" } as const;
  // @ts-expect-error a layer's own activation is no alias
  expect(() => network({ inputs: 2, layers: [layer] })).toThrow(
    'Unknown activation in layer 0 (dense) "sigmoid". Did you mean "logistic"?',
  );
});

test("a name that means something a little different elsewhere is refused, with the name and the difference", () => {
  const of = (loss: string) => () => completeProblem({ network: small, loss: loss as "mse" });
  expect(of("squared_error")).toThrow(
    'Unknown loss "squared_error". Did you mean "meanSquaredError"? scikit-learn\'s squared_error is half of it',
  );
  expect(of("msee")).toThrow('Did you mean "mse"?');
  const activated = () => network({ inputs: 2, layers: [dense(2, { activation: "leaky_relu" as "relu" })] });
  expect(activated).toThrow('Did you mean "leakyRelu"? Its slope below 0 is 0.01');
});

describe("a loss that applies softmax or the logistic function itself", () => {
  const names = Object.entries({
    ...aliases.loss,
    crossEntropy: "crossEntropy",
    binaryCrossEntropy: "binaryCrossEntropy",
  });
  const ofLogits = names.filter(([, name]) => name === "crossEntropy" || name === "binaryCrossEntropy");

  test.each(ofLogits)("%s refuses a softmax or logistic output layer, where that would act twice", (loss, name) => {
    for (const activation of ["softmax", "logistic"] as const) {
      const probabilities = network({ inputs: 2, layers: [dense(2), dense(2, { activation })] });
      const refused = () => completeProblem({ network: probabilities, loss: loss as "mse" });
      expect(refused).toThrow(DescriptionError);
      expect(refused).toThrow(
        `itself: expected a linear output layer, found the activation ${activation} in layer 1 (dense). Leave that activation out; losses.${name}.response makes`,
      );
    }
    expect(completeProblem({ network: small, loss: loss as "mse" }).loss.name).toBe(name);
  });

  test("a session of such a loss and layer is refused too, and losses of values take any output layer", async () => {
    const probabilities = network({ inputs: 2, layers: [dense(2, { activation: "logistic" })] });
    await expect(createSession({ network: probabilities, loss: "binaryCrossEntropy" })).rejects.toThrow(
      "The loss binaryCrossEntropy applies the logistic function itself",
    );
    for (const loss of ["halfSquaredError", "meanSquaredError", "huber"] as const) {
      expect(completeProblem({ network: probabilities, loss }).loss.name).toBe(loss);
    }
  });
});

test("options of other libraries get the library's own name, and how it differs", async () => {
  const unknown = (option: object): Promise<unknown> => train({ ...quick, ...option } as typeof quick);
  await expect(unknown({ lr: 0.1 })).rejects.toThrow('Unknown option of train "lr". Did you mean "learningRate"?');
  await expect(unknown({ hidden_layer_sizes: [4] })).rejects.toThrow('Did you mean "hidden"?');
  await expect(unknown({ validation_split: 0.2 })).rejects.toThrow(
    'Did you mean "validationFraction"? The rows are drawn at random by the seed; Keras takes the last ones.',
  );
  await expect(unknown({ alpha: 1e-4 })).rejects.toThrow('Did you mean "l2"? It is not divided by the rows of a batch');
  const session = { network: small, loss: "mse", learningRate: 0.1 } as const;
  await expect(createSession(session as Omit<typeof session, "learningRate">)).rejects.toThrow(
    'Did you mean "optimizer"? It is an option of the optimizer: { name: "sgd", learningRate: 0.1 }.',
  );
});

test("an option of another library on the command line gets the command's own, and not one that only looks like it", async () => {
  const hint = async (...args: string[]): Promise<string> => {
    const { code, notes } = await gradus("train", "table.csv", "--target", "y", ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await hint("--lr", "0.1")).toBe("error: unknown option '--lr'\n(Did you mean --learning-rate?)");
  expect(await hint("--hidden_layer_sizes", "8")).toContain("(Did you mean --hidden?)");
  expect(await hint("--max-iter", "8")).toContain("(Did you mean --epochs?)");
  expect(await hint("--validation_split", "0.1")).toContain("(Did you mean --validation-fraction? The rows are drawn");
  expect(await hint("--momentum", "0.1")).toContain("(Did you mean --optimizer?)");
  expect(await hint("--epoch", "1")).toContain("(Did you mean --epochs?)");
});

test("each suggestion of an option ends in a full stop where it says more than a name", () => {
  for (const { note } of Object.values(optionSuggestions).flat()) if (note !== undefined) expect(note).toMatch(/[.}]$/);
});
