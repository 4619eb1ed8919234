/** Commands that look at one network say which, where a model averages several, and show any of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "../src/node.ts";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
let model: string;
let table: string;

beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable() });
  [model, table] = [folder.file("model.gradus"), folder.file("table.csv")];
  const few = ["--recipe", "plain", "--epochs", "2", "--hidden", "4", "--folds", "3"];
  expect((await gradus("train", table, "--target", "class", "--out", model, ...few)).code).toBe(0);
});
afterAll(() => folder.remove());

test.each(["derive", "trace", "check"])(
  "%s shows the first network, says that there are others, and shows them",
  async (command) => {
    const rows = command === "trace" ? [table] : [];
    const first = await gradus(command, model, ...rows);
    expect(first.code).toBe(0);
    expect(first.notes).toEqual([
      "The model averages 3 networks; this is the first. --network 2 shows the second, and so on.",
    ]);
    const named = await gradus(command, model, ...rows, "--network", "1");
    expect(named).toMatchObject({ code: 0, notes: [], out: first.out });
    const third = await gradus(command, model, ...rows, "--network", "3");
    expect(third.code).toBe(0);
    if (command !== "derive") expect(third.out).not.toEqual(first.out); // what is derived has no numbers
  },
);

test("a column that says nothing in one fold is still read for the networks of the others", async () => {
  // 40 rows, and one of them alone is 1: whichever fold holds it out, its network learns without the column.
  const rare = smallTable()
    .split("\n")
    .map((line, at) => (line === "" ? line : `${line},${at === 0 ? "rare" : at === 17 ? 1 : 0}`));
  const own = await folderOf({ "rare.csv": rare.join("\n") });
  const [path, out] = [own.file("rare.csv"), own.file("rare.gradus")];
  const few = ["--recipe", "plain", "--epochs", "2", "--hidden", "4", "--folds", "5", "--test-fraction", "0"];
  expect((await gradus("train", path, "--target", "class", "--out", out, ...few)).code).toBe(0);
  using model = await loadModel(out);
  const kept = [model.document, ...(model.document.further ?? [])].map(({ encoder }) => encoder.columns.length);
  expect(new Set(kept).size).toBe(2);
  expect(await gradus("evaluate", out, path)).toMatchObject({ code: 0 });
  expect((await gradus("predict", out, path)).out).toHaveLength(41);
  const row = JSON.stringify({ x: 0.2, y: 0.4, rare: 1 });
  expect((await gradus("predict", out, "--row", row)).out).toHaveLength(2);
  expect(await gradus("explain", out, path)).toMatchObject({ code: 0 });
});

test("a network that the model does not have is refused, and show tells how many there are", async () => {
  const { code, notes } = await gradus("derive", model, "--network", "4");
  expect(code).toBe(2);
  expect(notes.join()).toContain("--network: the model averages 3 networks, found 4.");
  expect((await gradus("show", model)).out.join("\n")).toContain("3 networks, whose predictions are averaged");
});
