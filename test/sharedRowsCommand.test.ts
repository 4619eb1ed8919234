/** `gradus train --share rows` in one process, which then has all rows; `test/mpi/sharedRows.test.ts` has several. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "../src/node.ts";
import { type Folder, gradus, lastingFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
let table: string;
beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable(60) });
  table = folder.file("table.csv");
});
afterAll(() => folder.remove());

const NETWORK = ["--target", "class", "--recipe", "plain", "--epochs", "3", "--hidden", "4", "--threads", "1"];

test("alone it trains on all rows, says so and what was not looked for, and the record has it", async () => {
  const out = folder.file("model.gradus");
  const { code, notes } = await gradus("train", table, ...NETWORK, "--share", "rows", "--out", out);
  expect(code).toBe(0);
  expect(notes).toContain("  ranks     1, by one process: it has all rows");
  expect(notes.some((note) => note.includes("nothing was looked for that takes all of them"))).toBe(true);
  using model = await loadModel(out);
  const { options, rows } = model.document.provenance;
  expect(options.share).toBe("rows");
  expect(rows.training + rows.validation + rows.test).toBe(60);
});

test.each([
  ["--split", ["--share", "rows", "--split", "time=a"], "--split is not for ranks that share the rows of a table: "],
  ["--from", ["--share", "rows", "--from", "old.gradus"], "--from is not for ranks that share the rows"],
  [
    "--sync-every by itself",
    ["--sync-every", "5"],
    "--sync-every is for ranks that train one network: add --share rows",
  ],
  ["a page without test rows", ["--share", "rows", "--report", "page.html", "--test-fraction", "0"], "shows test rows"],
  ["no validation rows", ["--share", "rows", "--validation-fraction", "0"], "--validation-fraction is not for ranks"],
])("%s is refused", async (_, options, message) => {
  const out = folder.file("none.gradus");
  const { code, notes } = await gradus("train", table, ...NETWORK, ...options, "--out", out);
  expect(code).toBe(2);
  expect(notes.at(-1)).toContain(message);
});

test.each([
  ["--share", "rows"],
  ["--sync-every", "5"],
])("a search, whose trials are what ranks divide, refuses %s", async (...option) => {
  const out = folder.file("none.gradus");
  const { code, notes } = await gradus("tune", table, "--target", "class", "--trials", "2", ...option, "--out", out);
  expect(code).toBe(2);
  expect(notes.join("\n")).toContain(`unknown option '${option[0]}'`);
});
