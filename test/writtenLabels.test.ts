/** Labels come back as the training table writes them, whatever values they are read as. */
import { describe, expect, test } from "vitest";
import { evaluate, readTable, tableFromColumns, train } from "../src/node.ts";
import { folderOf, gradus } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "3", "--hidden", "8"];

/** Two numbers and a label that follows from the first; the labels of a class take turns. */
function csvOf(labels: readonly (readonly string[])[], rows = 40): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const texts = labels[row % labels.length];
    return `${row % labels.length};${row * 3};${texts[Math.floor(row / labels.length) % texts.length]}`;
  });
  return ["a;b;y", ...lines, ""].join("\n");
}

describe.each([
  { written: "TRUE and FALSE", labels: [["FALSE"], ["TRUE"]], texts: ["FALSE", "TRUE"] },
  { written: "1.0 and 2.0", labels: [["1.0"], ["2.0"]], texts: ["1.0", "2.0"] },
  { written: "+1 and -1", labels: [["-1"], ["+1"]], texts: ["-1", "+1"] },
  { written: "1,5 and 2,5", labels: [["1,5"], ["2,5"]], texts: ["1,5", "2,5"] },
  {
    written: "days of two forms of a month",
    labels: [["13/01/2020"], ["14/01/2020"]],
    texts: ["13/01/2020", "14/01/2020"],
  },
])("labels written $written", ({ labels, texts }) => {
  test("every command shows a class as the table writes it, and reads it so", async () => {
    const folder = await folderOf({ "t.csv": csvOf(labels) });
    const [table, model] = [folder.file("t.csv"), folder.file("t.gradus")];
    const shown = async (...words: string[]): Promise<string> => (await gradus(...words)).out.join("\n");
    const settings = ["--target", "y", "--task", "classification", "--out", model, ...quick];
    expect(await shown("train", table, ...settings)).toContain(`\n  ${texts[1]} `);
    expect(await shown("predict", model, "--row", '{"a": 0, "b": 0}')).toContain(`p(${texts[1]})`);
    const [line] = (await shown("predict", model, table, "--jsonl")).split("\n");
    const answer = JSON.parse(line) as { label: string; ranked: { label: string }[]; probabilities: object };
    expect(texts).toContain(answer.label);
    expect(answer.ranked.map(({ label }) => label).sort()).toEqual([...texts].sort());
    expect(Object.keys(answer.probabilities).sort()).toEqual([...texts].sort());
    expect(await shown("evaluate", model, table)).toContain(`\n  ${texts[1]} `);
    expect(await shown("show", model)).toContain(texts[1]);
    expect(await shown("explain", model, table, "--class", texts[1])).toContain(`y = ${texts[1]} with`);
    expect(await shown("trace", model, table)).toContain(texts[1]);
  });
});

test("where a class is written in two ways, the more frequent is shown and a note says so", async () => {
  const folder = await folderOf({ "t.csv": csvOf([["FALSE"], ["true", "TRUE", "TRUE"]]) });
  const words = ["train", folder.file("t.csv"), "--target", "y", "--out", folder.file("t.gradus"), ...quick];
  const { out, notes } = await gradus(...words);
  expect([...out, ...notes].join("\n")).toMatch(/"TRUE" \(\d+ rows\), "true" \(\d+ rows\)/);
  const table = await readTable(folder.file("t.csv"));
  const { model } = await train({ table, target: "y", epochs: 1, hidden: [4] });
  expect(model.document.target).toMatchObject({ classes: [false, true], written: ["FALSE", "TRUE"] });
});

test("a program gets the labels' values, and rows from memory keep how their texts are written", async () => {
  const columns = {
    a: Array.from({ length: 40 }, (_, row) => row % 2),
    y: Array.from({ length: 40 }, (_, row) =>
      (row % 2 === 0 ? "No" : "Yes").replace("No", "False").replace("Yes", "True"),
    ),
  };
  const { model } = await train({ table: tableFromColumns(columns), target: "y", epochs: 1, hidden: [4] });
  expect(model.document.target).toMatchObject({ classes: [false, true], written: ["False", "True"] });
  const [first] = model.predict([{ a: 0 }]) as { label: unknown }[];
  expect([false, true]).toContain(first.label);
  const typed = tableFromColumns({ a: columns.a, y: columns.y.map((text) => text === "True") });
  expect((await evaluate(model, typed)).rows).toBe(40);
  expect((await evaluate(model, tableFromColumns(columns))).rows).toBe(40);
});

test("labels that are written as their values are have no second text", async () => {
  const table = tableFromColumns({
    a: Array.from({ length: 40 }, (_, row) => row % 2),
    y: Array.from({ length: 40 }, (_, row) => String(row % 2)),
  });
  const { model } = await train({ table, target: "y", epochs: 1, hidden: [4] });
  expect(model.document.target).not.toHaveProperty("written");
});
