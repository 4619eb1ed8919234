/** Advice that takes an option which is refused where a training goes on from a model says so, in every form that messages have. */
import { expect, test } from "vitest";
import { readOptionKinds } from "../../data/readOptions.ts";
import * as remedies from "../../data/remedies.ts";
import { DataError, GradusError } from "../../errors.ts";
import { random } from "../../random.ts";
import { train } from "../train.ts";
import { trainOptionKinds } from "../trainOptions.ts";
import { withRemediesAnew, withRemedyAnew } from "./remedyAnew.ts";
import { refused, warmStartKinds } from "./warmStartOptions.ts";

const { valuedOption } = remedies;
type Valued = Parameters<typeof valuedOption>[0];

/** Values as messages give them: every option that has one. */
const values: Readonly<Record<Valued, string | number>> = {
  decimal: ",",
  task: "regression",
  rare: "drop",
  testFraction: 0,
  validationFraction: 0.2,
  folds: 5,
  skip: 3,
  comment: "#",
  delimiter: ";",
  encoding: "latin1",
  maxBytes: 1e9,
  time: 12,
};

/** Every form of an option in messages, with the option's name. */
const forms = {
  typeOption: [["types", remedies.typeOption("a b", "skip")]],
  valuedOption: Object.entries(values).map(([name, value]) => [name, valuedOption(name as Valued, value)]),
  quantilesOption: [["quantiles", remedies.quantilesOption([0.1, 0.5])]],
  splitOption: [["split", remedies.splitOption("when")]],
  missingOption: [
    ["missing", remedies.missingOption(["n.d."], false)],
    ["missing", remedies.missingOption([], true)],
  ],
  NO_HEADER: [["header", remedies.NO_HEADER]],
  QUERY: [["table", remedies.QUERY]],
  NO_WEIGHTS: [["weights", remedies.NO_WEIGHTS]],
  NO_GROUP: [["group", remedies.NO_GROUP]],
  PLAIN_RECIPE: [["recipe", remedies.PLAIN_RECIPE]],
  BALANCED_WEIGHTS: [["classWeights", remedies.BALANCED_WEIGHTS]],
  LOG_LOSS_METRIC: [["metric", remedies.LOG_LOSS_METRIC]],
  BALANCED_METRIC: [["metric", remedies.BALANCED_METRIC]],
  NO_MISSING_WORDS: [["missing", remedies.NO_MISSING_WORDS]],
  optionName: Object.keys(trainOptionKinds).map((name) => [name, remedies.optionName(name)]),
} satisfies Readonly<Record<Exclude<keyof typeof remedies, "namedOptions">, string[][]>>;

test.each(Object.values(forms).flat())("advice to give %s, as %s", (name, form) => {
  const accepted = { ...warmStartKinds, ...readOptionKinds };
  const isRefused = Object.hasOwn(refused, name);
  expect(isRefused || Object.hasOwn(accepted, name)).toBe(true);
  const message = `It is so. If that is wrong: ${form}.`;
  const anew = isRefused ? ` For option ${name}, train anew without option from.` : "";
  const once = withRemedyAnew({ message }, "anew");
  expect(once.message).toBe(message + anew);
  expect(withRemedyAnew(once, "anew")).toEqual(once);
});

test("an error stays what it is, with its place, and other errors stay as they are", async () => {
  const error = new DataError(`Take them as classes: ${remedies.typeOption("x", "category")}.`, { columns: ["x"] });
  const thrown = withRemediesAnew(async () => {
    throw error;
  });
  await expect(thrown).rejects.toBe(error);
  expect(error).toMatchObject({ columns: ["x"], message: expect.stringMatching(/ For option types, train anew/) });
  const other = new Error("folds: 5");
  await expect(withRemediesAnew(() => Promise.reject(other))).rejects.toThrow(/^folds: 5$/);
  expect(other).not.toBeInstanceOf(GradusError);
});

test("what is found after the training, and what ends one, is told in the same way", async () => {
  const { uniform } = random(3, "remedies anew");
  const rows = (slope: number) =>
    Array.from({ length: 200 }, () => uniform()).map((x) => ({ x, y: 0.5 + slope * (x - 0.5) }));
  const { model } = await train({ table: rows(1), target: "y", recipe: "plain", hidden: [4], epochs: 60, folds: 1 });
  const { report } = await train({ from: model, table: rows(-1), epochs: 1, learningRate: 1e-6 });
  const worse = report.warnings.find(({ code }) => code === "worse-than-baseline");
  expect(worse?.message).toMatch(
    /another recipe \(option recipe\)\. For option recipe, train anew without option from\.$/,
  );
  const words = rows(1).map(({ x, y }, i) => ({ x, y: i === 3 ? "n.d." : y }));
  await expect(train({ from: model, table: words, epochs: 1 })).rejects.toThrow(/"n\.d\."/);
});
