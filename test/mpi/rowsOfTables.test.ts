/** Commands that divide the rows of a table among ranks: the results of one process, one message where something is wrong, and no half of a file. */
import { readdir, readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { gradus, sharedFolder } from "../commandLine.ts";
import { type Ended, launch, launchers } from "./launch.ts";

const HEADING = "id,size,town,weight,price";
const line = (row: number): string =>
  `${row},${row % 7 === 0 ? "" : (row * 31) % 50},"${["Bonn", "Köln", "Ulm, by\nthe river"][row % 3]}",${row % 4},${((row * 31) % 50) + (row % 3)}`;
const rows = (count: number): string[] => Array.from({ length: count }, (_, row) => line(row));
const strange = rows(25_000).map((own, row) => (row % 6000 === 5000 ? `${row},,Bern,1,90` : own));
const folder = await sharedFolder({
  "training.csv": [HEADING, ...rows(200)].join("\n"),
  "new.csv": [HEADING, ...strange].join("\n"),
  "wrong.csv": [HEADING, ...strange.slice(0, -1), "24999,large,Ulm,1,3"].join("\n"),
});
const [model, table] = ["model.gradus", "new.csv"].map((name) => folder.file(name));
const [one, other = one] = launchers;

beforeAll(async () => {
  const settings = ["--hidden", "8", "--epochs", "3", "--folds", "2", "--threads", "1", "--out", model];
  expect((await gradus("train", folder.file("training.csv"), "--target", "price", ...settings)).code).toBe(0);
});

const onRanks = (launcher: typeof one, ranks: number, args: readonly string[], act = {}): Promise<Ended> => {
  const environment = { GRADUS_TEST_ACT: JSON.stringify(act) };
  return launch(launcher, { program: "commandLine.mjs", ranks, args, environment });
};

test.each([
  [3, one, ["--append", "--interval", "0.9"]],
  [2, other, ["--json"]],
])("predictions of %i ranks are those of one process, byte for byte", async (ranks, launcher, options) => {
  const out = folder.file(`predictions-${ranks}`);
  const alone = await gradus("predict", model, table, ...options, "--out", out);
  const expected = await readFile(out);
  const { code, output, errors } = await onRanks(launcher, ranks, ["predict", model, table, ...options, "--out", out]);
  expect({ code, output, errors: errors.trimEnd().split("\n") }).toEqual({ code: 0, output: "", errors: alone.notes });
  expect((await readFile(out)).equals(expected)).toBe(true);
  expect(alone.notes.join()).toMatch(/4 of 25000 rows have the category "Bern"/);
});

test("an evaluation has the figures, the warnings and the text of one process, and nothing of the other ranks", async () => {
  const args = ["evaluate", model, table, "--weights", "weight", "--group", "town", "--against", model, "--json"];
  const { code, output, errors } = await onRanks(one, 3, args);
  const { out, notes } = await gradus(...args);
  expect({ code, output: output.trimEnd(), errors: errors.trimEnd().split("\n") }).toEqual({
    code: 0,
    output: out.join("\n"),
    errors: notes,
  });
  expect(JSON.parse(output)).toMatchObject({ rows: 18_754, weights: "weight", group: "town" });
});

test("a wrong value in the rows of one rank is one message", async () => {
  const out = folder.file("wrong.predictions");
  const args = ["predict", model, folder.file("wrong.csv"), "--out", out];
  const { code, errors } = await onRanks(other, 3, args);
  const { notes } = await gradus(...args);
  const faults = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.startsWith("gradus: "));
  expect(code).toBe(2);
  expect(faults(errors.split("\n"))).toEqual(faults(notes));
  expect(faults(notes)).toHaveLength(1);
});

test("a rank that is killed ends all, and leaves no half of a file", async () => {
  const act = { rank: 1, signal: "SIGKILL", file: folder.file("begun") };
  const { code } = await onRanks(one, 2, ["predict", model, table, "--json", "--out", folder.file("killed.json")], act);
  expect(code).toBeGreaterThan(0);
  expect(await readdir(folder.path)).toContain("begun");
  expect(await readdir(folder.path)).not.toContain("killed.json");
});
