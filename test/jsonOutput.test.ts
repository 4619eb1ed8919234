/** --json of every command: one document on standard output, whose fields docs/json.md lists; --jsonl: a line each. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { arrayLines } from "../src/cli/jsonOption.ts";
import { COMMANDS, type Folder, folderOf, gradus, type Outcome, sharedFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
let page: string;
const quick = ["--target", "class", "--folds", "1", "--epochs", "2", "--hidden", "4"];

beforeAll(async () => {
  folder = await sharedFolder({ "table.csv": smallTable(), "rows.ndjson": '{"x":1,"y":2,"class":"low"}\n' });
  page = await readFile(new URL("../docs/json.md", import.meta.url), "utf8");
  expect(await gradus("train", folder.file("table.csv"), ...quick, "--out", folder.file("m.gradus"))).toMatchObject({
    code: 0,
  });
});

/** A command line of each command, without --json. */
function line(command: (typeof COMMANDS)[number]): string[] {
  const [table, model] = ["table.csv", "m.gradus"].map((name) => folder.file(name));
  switch (command) {
    case "train":
      return ["train", table, ...quick, "--out", folder.file("other.gradus")];
    case "tune":
      return ["tune", table, ...quick, "--trials", "2", "--set", "dropout=0,0.1", "--out", folder.file("best.gradus")];
    case "show":
    case "derive":
    case "check":
      return [command, model];
    case "engines":
      return [command];
    case "learn":
      return [command, model, folder.file("rows.ndjson"), "--out", folder.file("learned.gradus"), "--force"];
    default:
      return [command, model, table];
  }
}

/** The one document of a command's standard output. */
const documentOf = ({ out }: Outcome): unknown => JSON.parse(out.join("\n"));

test.each(COMMANDS)("%s --json prints one document, and each of its fields stands in docs/json.md", async (command) => {
  const found = await gradus(...line(command), "--json");
  expect(found.code).toBe(0);
  const document = documentOf(found);
  const section = page.split(/^## /m).find((part) => part.startsWith(`\`gradus ${command}\``)) ?? "";
  for (const entry of Array.isArray(document) ? document : [document]) {
    const fields = Object.keys(entry as object);
    expect(fields.filter((field) => !section.includes(`\`${field}\``))).toEqual([]);
  }
});

test("progress of --json goes to standard error, where people read it", async () => {
  const { notes } = await gradus(...line("train"), "--json");
  for (const shown of [/^Reading /, /^ {2}rows {6}\d+ training/m, /epoch 2\/2/]) {
    expect(notes.join("\n")).toMatch(shown);
  }
  expect((await gradus(...line("tune"), "--json")).notes.join("\n")).toContain("trial 1");
});

test("each event of train and tune, and each of its fields, stands in docs/json.md", async () => {
  const [opening] = page.split(/^## /m);
  for (const command of ["train", "tune"] as const) {
    const own = page.split(/^## /m).find((part) => part.startsWith(`\`gradus ${command}\``)) ?? "";
    const { code, out } = await gradus(...line(command), "--jsonl");
    expect(code).toBe(0);
    const events = out.map((text) => JSON.parse(text) as { event: string });
    expect(events[0].event).toBe("start");
    for (const { event, ...fields } of events) {
      const missing = [event, ...Object.keys(fields)].filter((name) => !`${opening}${own}`.includes(`\`${name}\``));
      expect(missing, event).toEqual([]);
    }
  }
});

test("an error leaves standard output empty with --json, and is an event of --jsonl", async () => {
  for (const flag of ["--json", "--jsonl"]) {
    const { code, out, notes } = await gradus("train", folder.file("none.csv"), "--target", "y", flag);
    expect(code).toBe(2);
    expect(notes.join("\n")).toMatch(/^gradus: /m);
    if (flag === "--json") expect(out).toEqual([]);
    else expect(JSON.parse(out[0])).toMatchObject({ event: "error", name: "DataError" });
  }
  const { out } = await gradus("predict", folder.file("m.gradus"), "--row", "{}", "--jsonl");
  expect(JSON.parse(out[0])).toMatchObject({ event: "error", row: 1, columns: ["x", "y"] });
});

test("predict and explain print an array with --json and its elements with --jsonl", async () => {
  for (const command of ["predict", "explain"] as const) {
    const rows = command === "explain" ? ["--rows", "1,2"] : [];
    const array = documentOf(await gradus(...line(command), ...rows, "--json"));
    const { out } = await gradus(...line(command), ...rows, "--jsonl");
    expect(out.map((text) => JSON.parse(text))).toEqual(array);
    const both = await gradus(...line(command), "--json", "--jsonl");
    expect(both.code).toBe(2);
    expect(both.notes.join("")).toContain("--json is one document, --jsonl a line each");
  }
});

test("an array has a line an element, also of none and of one", () => {
  const lines = (...elements: string[]) => [...arrayLines(elements, { first: true, last: true })].join("\n");
  expect(lines()).toBe("[\n]");
  expect(lines("1")).toBe("[\n1\n]");
  expect(lines("1", "2")).toBe("[\n1,\n2\n]");
});

test.each([
  ["classes", "class"],
  ["several labels", "class,even"],
  ["numbers", "x,y"],
])(
  "each metric and each field of the verdict of %s stands in docs/json.md, with weights and groups",
  async (_, target) => {
    const lines = smallTable().trim().split("\n");
    const table = lines.map(
      (line, row) => `${line},${row === 0 ? "even,w,g" : `${row % 2 ? "yes" : "no"},${1 + (row % 3)},${row % 12}`}`,
    );
    const own = await folderOf({ "w.csv": `${table.join("\n")}\n` });
    try {
      const asked = [
        "--target",
        target,
        "--weights",
        "w",
        "--group",
        "g",
        "--folds",
        "2",
        "--epochs",
        "2",
        "--hidden",
        "2",
      ];
      const found = await gradus("train", own.file("w.csv"), ...asked, "--out", own.file("m.gradus"), "--json");
      expect(found.code, found.notes.join("\n")).toBe(0);
      const document = documentOf(found) as Record<string, unknown> & {
        metrics: { validation: object };
        verdict: object;
      };
      const [opening, section] = page.split(/^## /m);
      const missing = (part: string, fields: object) =>
        Object.keys(fields).filter((field) => !part.includes(`\`${field}\``));
      expect(missing(opening, document.metrics.validation)).toEqual([]);
      expect(missing(opening, document.verdict)).toEqual([]);
      expect(missing(section, document)).toEqual([]);
      expect(document).toMatchObject({ weights: "w", group: "g", verdict: { weights: "w", group: "g" } });
    } finally {
      await own.remove();
    }
  },
);
