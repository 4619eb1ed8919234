import { expect, test } from "vitest";
import { encodeTable, tableForEncoder } from "../../data/encoder.ts";
import { encodeTarget } from "../../data/target.ts";
import { createSession, type EngineName } from "../../engines/factory.ts";
import { random } from "../../random.ts";
import { loadModel } from "../loadModel.ts";
import { tableOf } from "../tableLike.ts";
import { train } from "../train.ts";
import { createLearner } from "./createLearner.ts";

const uniform = random(7, "online rows");
const towns = ["Bonn", "Köln", "Trier"];
const rows = Array.from({ length: 240 }, (_, at) => {
  const [size, age] = [50 + 100 * uniform.uniform(), Math.floor(80 * uniform.uniform())];
  const town = at % 17 === 0 ? null : towns[at % 3];
  return { size, age: at % 11 === 0 ? null : age, town, garden: at % 2 === 0, price: 2 * size - age + (at % 3) * 20 };
});
const named = rows.map(({ price, ...row }) => ({ ...row, dear: price > 150 ? "yes" : "no" }));
const shared = { recipe: "plain", epochs: 20, hidden: [6], testFraction: 0 } as const;
const regression = await train({ ...shared, table: rows.slice(0, 80), target: "price", folds: 1 });
const classes = await train({ ...shared, table: named.slice(0, 80), target: "dear", folds: 2 });

const stream = rows.slice(80);

test.each<EngineName>(["wasm", "reference"])(
  "learns as a session does that runs the same patterns one by one, on %s",
  async (engine) => {
    const { model } = regression;
    const optimizer = { name: "adam", learningRate: 0.01 } as const;
    using learner = await createLearner({ model, engine, optimizer });
    const { document, parameters } = model;
    const { network, loss, encoder, target, provenance } = document;
    using session = await createSession({ network, loss, optimizer, seed: provenance.seed, engine, threads: 1 });
    session.parameters.set(parameters);
    const inputs = encodeTable(encoder, tableForEncoder(encoder, stream));
    const desired = encodeTarget(target, tableOf(stream));
    const losses: number[] = [];
    const patterns = session.load({ inputs, desired });
    losses.push(
      ...(await session.run(
        patterns,
        stream.map((_, at) => at),
      )),
    );
    expect(stream.map((row) => learner.learn(row))).toEqual(losses);
    const [expected, found] = [session.predict(inputs.subarray(0, network.inputs)), learner.predict(stream[0])];
    const [mean, deviation] = target.task === "regression" ? [target.means[0], target.deviations[0]] : [];
    expect(found).toBe(Number((await expected)[0]) * Number(deviation) + Number(mean));
  },
);

test("a model in place of the options, or the name of its file, is refused with how it is given", async () => {
  await expect(createLearner(regression.model as never)).rejects.toThrow("A model is given as an option: { model }.");
  await expect(createLearner({ model: "prices.gradus" as never })).rejects.toThrow(
    "to be a model (loadModel reads a file), found",
  );
});

test("goes on from its file to the same bytes as without a stop", async () => {
  for (const { model, given } of [
    { model: regression.model, given: rows.slice(80) },
    { model: classes.model, given: named.slice(80) },
  ]) {
    using whole = await createLearner({ model });
    for (const row of given) whole.learn(row);
    using first = await createLearner({ model });
    for (const row of given.slice(0, 70)) first.learn(row);
    using loaded = await loadModel(first.toBytes());
    expect(loaded.document.learning?.rows).toBe(70);
    using second = await createLearner({ model: loaded });
    for (const row of given.slice(70)) second.learn(row);
    expect(second.rows).toBe(given.length);
    expect(second.scores).toEqual(whole.scores);
    expect(second.toBytes()).toEqual(whole.toBytes());
    using reloaded = await loadModel(second.toBytes());
    expect(reloaded.toBytes()).toEqual(whole.toBytes());
    expect(reloaded.predict(given[0])).toEqual(whole.predict(given[0]));
  }
});

test("predicts before the first row as its model, and before each row what predictThenLearn returns", async () => {
  const { temperature: _, ...document } = classes.model.document;
  using learner = await createLearner({ model: classes.model, learningRate: 0.01 });
  if (classes.model.document.temperature === undefined)
    expect(learner.predict(named[0])).toEqual(classes.model.predict(named[0]));
  expect(document.further).toHaveLength(1);
  for (const row of named.slice(80)) {
    const before = learner.predict(row);
    expect(learner.predictThenLearn(row)).toEqual(before);
  }
  expect(learner.scores?.model.logLoss).toBeLessThan(Number(learner.scores?.baseline.logLoss));
});

test("a row that is refused changes nothing", async () => {
  using learner = await createLearner({ model: classes.model });
  learner.learn(named[80]);
  const before = learner.toBytes();
  expect(() => learner.learn({ ...named[81], dear: "maybe" })).toThrow(/"maybe".*a class that does not occur/s);
  expect(() => learner.learn({ ...named[81], size: "large" })).toThrow(/column "size" is a number column/);
  expect(() => learner.learn({ ...named[81], dear: null })).toThrow(/is missing/);
  const { town: _, ...townless } = named[81];
  expect(() => learner.learn(townless)).toThrow(/no "town"/);
  expect(learner.toBytes()).toEqual(before);
});

test("a target that float32 can't learn is refused, and one that is far is warned of", async () => {
  for (const engine of ["native", "wasm"] as const) {
    using learner = await createLearner({ model: regression.model, engine });
    learner.learn(stream[0]);
    const before = learner.toBytes();
    for (const price of [1e22, -1e30, 1e99]) {
      expect(() => learner.learn({ ...stream[1], price })).toThrow(
        /near those of the model's training rows.* for "price"/,
      );
    }
    expect(learner.toBytes()).toEqual(before);
    learner.learn({ ...stream[1], price: 1e12 });
    learner.learn(stream[2]);
    expect(learner.warnings.at(-1)).toMatchObject({ code: "far-targets", columns: ["price"] });
    expect(learner.toBytes()).not.toEqual(before);
  }
});

test("the rate is the training's over its batch size, of Adam at most 0.003, and an optimizer goes on with its own state", async () => {
  const rateOf = async (model: typeof regression.model): Promise<unknown> => {
    using learner = await createLearner({ model });
    learner.learn(stream[0]);
    using learned = await loadModel(learner.toBytes());
    await expect(createLearner({ model: learned, optimizer: "sgd" })).rejects.toThrow(/adamW, whose state it keeps/);
    return learned.document.learning?.optimizer.learningRate;
  };
  expect(await rateOf(regression.model)).toBe(0.003 / 32);
  // RealMLP's rate for numbers is 0.2.
  const { model } = await train({ ...shared, recipe: "small", epochs: 1, table: rows.slice(0, 80), target: "price" });
  expect(await rateOf(model as typeof regression.model)).toBe(0.003);
});

test("what is given for a target, and isn't one, is named", async () => {
  using learner = await createLearner({ model: regression.model });
  expect(() => learner.learn(stream[0], new Map() as never)).toThrow(/found a Map/);
  const { price: _, ...open } = stream[0];
  expect(() => learner.learn(open, {})).toThrow('expected the target "price" in the row, found no columns.');
  const both = 'Expected the target "price" in the row or as the argument, found it in both. Leave one of them out.';
  expect(() => learner.learn(stream[0], 1)).toThrow(both);
  expect(() => learner.validate(stream[0], { price: 1 })).toThrow(both);
  learner.learn({ ...open, price: undefined }, 1);
});

test("warns once of a category and a number that the training rows do not have, and counts them", async () => {
  const codes: string[] = [];
  using learner = await createLearner({ model: regression.model, onWarning: ({ code }) => codes.push(code) });
  for (const row of stream.slice(0, 5)) {
    const unusual = { ...row, town: "Ulm", size: 1e6 };
    learner.predict(unusual);
    learner.learn(unusual);
  }
  expect(codes.filter((code) => code !== "calibration-left-out")).toEqual(["far-numbers", "unseen-categories"]);
  expect(learner.warnings.at(-1)?.message).toMatch(/^In 5 rows: column "town" holds "Ulm", first in row 1/);
});
