/** What the commands tell of new times whose zones are named otherwise than in the rows that a model was trained on. */
import { expect, test } from "vitest";
import { folderOf, gradus } from "./commandLine.ts";

const table = (zone: string): string =>
  [
    "when,x,y",
    ...Array.from({ length: 30 }, (_, at) => {
      const when = new Date(Date.UTC(2021, 2, 5, at * 7, 30)).toISOString().slice(0, 19);
      return `${when}${zone},${(at * 7) % 10},${at % 24}`;
    }),
    "",
  ].join("\n");

test("predict, evaluate and explain note new times without a zone, from a file and from --row", async () => {
  const folder = await folderOf({ "t.csv": table("Z"), "new.csv": table("") });
  const [model, fresh] = [folder.file("m.gradus"), folder.file("new.csv")];
  const quick = ["--folds", "1", "--epochs", "3", "--hidden", "8"];
  expect(await gradus("train", folder.file("t.csv"), "--target", "y", "--out", model, ...quick)).toMatchObject({
    code: 0,
  });
  const told = "times of when name no zone and are read as UTC; in training each time named its zone";
  const row = '{"when": "2021-03-05T02:30:00", "x": 3}';
  for (const command of [
    ["predict", model, fresh],
    ["predict", model, "--row", row],
    ["evaluate", model, fresh],
    ["explain", model, fresh],
    ["explain", model, "--row", row],
  ]) {
    const { code, out, notes } = await gradus(...command);
    expect({ command, code, text: [...out, ...notes].join(" ") }).toMatchObject({
      code: 0,
      text: expect.stringContaining(told),
    });
  }
  const same = await gradus("predict", model, folder.file("t.csv"));
  expect(same.notes.join(" ")).not.toContain("zone");
});

test("train notes the times of a table to test on that name no zone, where those to learn from do", async () => {
  const folder = await folderOf({ "t.csv": table("Z"), "new.csv": table("") });
  const [learned, fresh] = [folder.file("t.csv"), folder.file("new.csv")];
  const quick = ["--folds", "1", "--epochs", "1", "--hidden", "2", "--force"];
  const train = (test: string) =>
    gradus("train", learned, "--test", test, "--target", "y", "--out", folder.file("m.gradus"), ...quick);
  expect((await train(fresh)).notes.join(" ")).toContain("times of when name no zone and are read as UTC");
  expect((await train(learned)).notes.join(" ")).not.toContain("name no zone");
});
