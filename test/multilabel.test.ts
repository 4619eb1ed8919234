/** Several labels from the command line: learned together, judged one by one, and answered beside their probabilities. */
import { expect, test } from "vitest";
import { folderOf, gradus } from "./commandLine.ts";

/** Two numbers and two labels that follow from them: "spam" as true and false, "urgent" as yes and no. */
function mails(rows = 80): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const [links, shout] = [(row * 7) % 10, (row * 3) % 11];
    return `${links},${shout},${links > 4 ? "TRUE" : "FALSE"},${links + shout > 12 ? "yes" : "no"}`;
  });
  return ["links,shout,spam,urgent", ...lines, ""].join("\n");
}

const quick = ["--recipe", "plain", "--epochs", "60", "--hidden", "16"];

test("several labels are trained, judged each by itself, shown, explained and answered with probabilities", async () => {
  const folder = await folderOf({ "mail.csv": mails(), "new.csv": "links,shout\n9,10\n0,0\n" });
  const model = folder.file("mail.gradus");
  const table = folder.file("mail.csv");
  const trained = await gradus("train", table, "--target", "spam,urgent", "--out", model, ...quick);
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.notes.join("\n")).toMatch(/task {6}multilabel: spam, urgent/);
  const report = trained.out.join("\n");
  expect(report).toMatch(/Better than always predicting the more frequent value of each label: Hamming loss/);
  expect(report).toMatch(/label\s+rows\s+accuracy\s+precision\s+recall\s+F1\s+log loss\s+Brier score\n.*spam/);

  expect((await gradus("show", model)).out.join("\n")).toMatch(
    /Target: 2 labels\n.*share of yes.*\n.*spam\s+FALSE, TRUE/,
  );

  const evaluated = await gradus("evaluate", model, table, "--json");
  const { task, metrics } = JSON.parse(evaluated.out.join(""));
  expect(task).toBe("multilabel");
  expect(metrics.perLabel).toHaveLength(2);

  const predicted = await gradus("predict", model, folder.file("new.csv"));
  expect(predicted.out[0]).toBe("spam,urgent,p(spam),p(urgent)");
  expect(predicted.out[1]).toMatch(/^TRUE,yes,0\.\d+,0\.\d+$/);
  expect(predicted.out[2]).toMatch(/^FALSE,no,/);
  const row = await gradus("predict", model, "--row", '{"links": 9, "shout": 10}', "--json");
  expect(JSON.parse(row.out.join(""))).toMatchObject([
    { labels: ["spam", "urgent"], values: { spam: "TRUE", urgent: "yes" } },
  ]);
  expect((await gradus("predict", model, folder.file("new.csv"), "--interval", "0.9")).notes.join("\n")).toMatch(
    /--interval is for models that predict numbers; this one predicts labels/,
  );

  const explained = await gradus("explain", model, table);
  expect(explained.out.join("\n")).toMatch(/spam = TRUE with probability[\s\S]*urgent = yes with probability/);
  const one = await gradus("explain", model, table, "--target", "urgent", "--json");
  expect(JSON.parse(one.out.join(""))).toMatchObject([{ target: "urgent", class: "yes" }]);

  for (const command of ["derive", "check"]) expect((await gradus(command, model)).code, command).toBe(0);
  expect((await gradus("trace", model, table)).code).toBe(0);
});

test("a column of several labels in a cell is refused, and columns of 0 and 1 say that they were taken as labels", async () => {
  const tags = Array.from({ length: 20 }, (_, row) => `${row},${["a;b", "a", "b;c"][row % 3]},${row % 2}`);
  const folder = await folderOf({ "t.csv": ["x,tags,y", ...tags].join("\n") });
  const args = ["--out", folder.file("m.gradus"), ...quick];
  const refused = await gradus("train", folder.file("t.csv"), "--target", "tags", "--task", "multilabel", ...args);
  expect(refused.code).toBe(2);
  expect(refused.notes.join("\n")).toMatch(
    /the target "tags" must be a label with two values, but has more: "a;b", "a", "b;c"\. If a cell lists several labels, make a column of true and false for each/,
  );
  const mixed = await gradus("train", folder.file("t.csv"), "--target", "tags,y", ...args);
  expect(mixed.notes.join("\n")).toMatch(/"tags" has more than two values \("a;b", "a", "b;c"\)/);
});

test("several labels with weights and groups: both are named in training, in evaluation and in the model", async () => {
  const lines = Array.from(
    { length: 80 },
    (_, row) => `${(row * 7) % 10},s${row % 16},${1 + (row % 3)},${row % 10 > 4},${row % 3 > 0}`,
  );
  const folder = await folderOf({ "mail.csv": ["links,sender,copies,spam,urgent", ...lines, ""].join("\n") });
  const [model, table] = [folder.file("mail.gradus"), folder.file("mail.csv")];
  const counted = ["--weights", "copies", "--group", "sender", "--folds", "1", "--epochs", "2", "--hidden", "2"];
  const trained = await gradus("train", table, "--target", "spam,urgent", "--out", model, ...counted);
  expect(trained.code, trained.notes.join("\n")).toBe(0);
  const text = [...trained.notes, ...trained.out].join("\n");
  expect(text).toMatch(/split by groups of sender: \d+ training, \d+ validation, \d+ test groups, weighted by copies/);
  expect(text).toMatch(/Hamming loss .* rows in \d+ groups of sender, weighted by copies/);
  const evaluated = await gradus("evaluate", model, table);
  expect(evaluated.out.join("\n")).toMatch(/80 rows in 16 groups of sender, weighted by copies/);
  const shown = (await gradus("show", model)).out.join("\n");
  expect(shown).toContain("Metrics, weighted by copies:");
  expect((await gradus("predict", model, "--row", '{"links": 9}')).code).toBe(0);
});
