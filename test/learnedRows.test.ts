/** A model older than its table, and a table that has rows that the model was trained on: both are said. */
import { expect, test } from "vitest";
import { type Cell, createLearner, evaluate, type Row, train } from "../src/index.ts";
import { random } from "../src/random.ts";
import { folderOf, gradus } from "./commandLine.ts";

const quick = { folds: 1, epochs: 2, hidden: [4], threads: 1, health: false } as const;
const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

function rows(count: number, seed: number): { x: number; y: number }[] {
  const { normal } = random(seed, "learned rows");
  return Array.from({ length: count }, () => ({ x: normal(), y: normal() }));
}

test("evaluate says that a table has rows that the model was trained on, in any order and together with others", async () => {
  const table = rows(60, 1);
  const { model } = await train({ table, target: "y", ...quick });
  const noted = (given: Row[]): boolean =>
    codes(evaluate(model, given).warnings).includes("evaluated-on-training-rows");
  expect(noted(table)).toBe(true);
  expect(noted([...rows(30, 2), ...table.toReversed()])).toBe(true);
  expect(noted(rows(60, 3))).toBe(false);
  model.dispose();
});

test("of a model that has learned online, evaluate says that the table may have rows that it learned", async () => {
  using model = (await train({ table: rows(60, 1), target: "y", ...quick })).model;
  using learner = await createLearner({ model });
  const [row, ...others] = rows(60, 3);
  using before = await learner.toModel();
  expect(codes(evaluate(before, others).warnings)).not.toContain("learned-online");
  learner.learn(row);
  using after = await learner.toModel();
  const warning = evaluate(after, others).warnings.find(({ code }) => code === "learned-online");
  expect(warning?.message).toContain("The model has learned 1 row online");
});

test("the verdict's own sentence says that the rows are of the training, of either model that is compared", async () => {
  const table = rows(60, 1);
  using model = (await train({ table, target: "y", ...quick })).model;
  using other = (await train({ table: rows(60, 2), target: "y", ...quick })).model;
  const said = "trained on some of these rows, so this shows little about new rows.";
  expect(evaluate(model, table).verdict.sentence).toContain(` The model was ${said}`);
  expect(evaluate(model, rows(60, 3), { against: other }).verdict.sentence).not.toContain("trained on");
  const sentence = (one: typeof model, two: typeof model) =>
    evaluate(one, table, { against: two }).against?.verdict.sentence;
  expect(sentence(model, other)).toContain(` The model was ${said}`);
  expect(sentence(other, model)).toContain(` The other model was ${said}`);
  expect(sentence(model, model)).toContain(` Both models were ${said}`);
});

test("new rows of columns with few values aren't taken for the rows that the model learned from", async () => {
  const draw = random(4, "few values");
  const few = (): Row[] =>
    Array.from({ length: 60 }, () => ({ x: draw.integer(8), z: draw.integer(8), y: draw.uniform() < 0.5 ? "a" : "b" }));
  const table = few();
  const { model } = await train({ table, target: "y", ...quick });
  expect(codes(evaluate(model, few()).warnings)).not.toContain("evaluated-on-training-rows");
  expect(codes(evaluate(model, table).warnings)).toContain("evaluated-on-training-rows");
  model.dispose();
});

test("the training file itself is known again by evaluate, and predict says nothing of it", async () => {
  const lines = rows(40, 5).map(({ x, y }) => `${x},left out,${y}`);
  const folder = await folderOf({ "t.csv": `x,note,y\n${lines.join("\n")}\n` });
  const [table, model] = [folder.file("t.csv"), folder.file("m.gradus")];
  const args = ["--target", "y", "--out", model, "--folds", "1", "--epochs", "2", "--hidden", "4", "--threads", "1"];
  expect((await gradus("train", table, ...args)).code).toBe(0);
  const note = "has rows that the model was trained on";
  expect((await gradus("evaluate", model, table)).notes.join("\n")).toContain(note);
  expect((await gradus("predict", model, table)).notes.join("\n")).not.toContain(note);
});

test("a key of --row that the model's table did not have is noted with the nearest name", async () => {
  const lines = rows(40, 6).map(({ x, y }) => `${x},${y}`);
  const folder = await folderOf({ "t.csv": `width,y\n${lines.join("\n")}\n` });
  const model = folder.file("m.gradus");
  const args = ["--target", "y", "--out", model, "--folds", "1", "--epochs", "2", "--hidden", "4", "--threads", "1"];
  await gradus("train", folder.file("t.csv"), ...args);
  const { notes, code } = await gradus("predict", model, "--row", '{"width": 1, "widht": 2}');
  expect(code).toBe(0);
  expect(notes.join("\n")).toMatch(/The given rows have a column that wasn't there .*"widht".* Did you mean "width"\?/);
  expect((await gradus("predict", model, "--row", '{"width": 1, "y": 2}')).notes.join("\n")).not.toContain(
    "wasn't there",
  );
});

const values: Readonly<Record<string, readonly Cell[]>> = {
  number: [1.5, 2.25, 3.75],
  boolean: [true, false, true],
  date: ["2024-01-05", "2024-02-06", "2024-03-07"].map((day) => new Date(day)),
  text: ["red", "green", "blue"],
};
// True is 1 and false is 0 in a column of numbers: `numberColumn` says so.
const pairs = Object.keys(values).flatMap((learned) =>
  Object.keys(values).flatMap((found) =>
    learned === found || (learned === "number" && found === "boolean") ? [] : [[learned, found] as const],
  ),
);

test.each(pairs)(
  "a column that was learned as %s and is %s now is refused with its name, or noted",
  async (learned, found) => {
    const tableOf = (type: string) =>
      Array.from({ length: 24 }, (_, row) => ({ c: values[type][row % 3], x: row / 7, y: row % 2 === 0 ? "a" : "b" }));
    const { model } = await train({ table: tableOf(learned), target: "y", ...quick, epochs: 1 });
    try {
      const noted = codes(evaluate(model, tableOf(found)).warnings);
      expect(noted).toEqual(expect.arrayContaining(["unseen-categories"]));
    } catch (error) {
      expect(error).toMatchObject({ name: "DataError", message: expect.stringContaining('"c"') });
    }
    model.dispose();
  },
);
