/** Commands that look at one network say which, where a model averages several, and show any of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Folder, gradus, lastingFolder, smallTable } from "./commandLine.ts";

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

test("a network that the model does not have is refused, and show tells how many there are", async () => {
  const { code, notes } = await gradus("derive", model, "--network", "4");
  expect(code).toBe(2);
  expect(notes.join()).toContain("--network: the model averages 3 networks, found 4.");
  expect((await gradus("show", model)).out.join("\n")).toContain("3 networks, whose answers are averaged");
});
