/** The page of `gradus train --report`: in the words of the command line, and of the task and its weights. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { folderOf, gradus } from "./commandLine.ts";

async function pageOf(table: string, ...flags: string[]): Promise<string> {
  const folder = await folderOf({ "table.csv": table });
  const quick = ["--recipe", "plain", "--hidden", "4", "--epochs", "2", "--out", folder.file("m.gradus")];
  const { code, notes } = await gradus(
    "train",
    folder.file("table.csv"),
    ...flags,
    ...quick,
    "--report",
    folder.file("r.html"),
  );
  expect({ code, notes }).toMatchObject({ code: 0 });
  return readFile(folder.file("r.html"), "utf8");
}

test("the warnings of a report name the command's flags, and settings without a value are left out", async () => {
  const page = await pageOf("a,b,out\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "--target", "out");
  expect(page).toContain("If that is wrong: --task regression");
  expect(page).not.toContain("task: ");
  expect(page).not.toContain("<dd>{}</dd>");
});

test("the report of weighted labels calls sums of weights so, and its mistakes by their labels", async () => {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const yes = (is: boolean): string => (is ? "yes" : "no");
    return `${i % 7},${(i * 5) % 11},${yes(i % 7 > 3)},${yes((i * 5) % 11 > 4)},${(i % 3) + 1}`;
  });
  const page = await pageOf(`x,y,red,round,w\n${lines.join("\n")}\n`, "--target", "red,round", "--weights", "w");
  expect(page).toContain("weight is the sum of the weights of the rows that have it");
  expect(page).toContain("Numbers are sums of weights.");
  expect(page).toContain("rows have a wrong label");
  expect(page).toContain("least probability of a true value");
});
