/** What the commands tell of new times whose zones are named otherwise than in the rows that a model was trained on. */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { evaluate, type Model, readTable, type TableSource, train } from "../src/node.ts";
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
  const told = "times of when have no time zone and are read as UTC; in training every time had one";
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
  expect((await train(fresh)).notes.join(" ")).toContain("times of when have no time zone and are read as UTC");
  expect((await train(learned)).notes.join(" ")).not.toContain("have no time zone");
});

test("times of Parquet and SQL name a zone by their type, and are noted where training named it otherwise", async () => {
  const folder = await folderOf({ "zoned.csv": table("Z"), "local.csv": table("") });
  const [zoned, local] = [folder.file("zoned.csv"), folder.file("local.csv")];
  const typed = (type: string): string => `SELECT "when"::${type} AS "when", x, y FROM read_csv('${zoned}')`;
  const [parquet, localParquet] = [folder.file("zoned.parquet"), folder.file("local.parquet")];
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`COPY (${typed("TIMESTAMPTZ")}) TO '${parquet}'`);
  await connection.run(`COPY (${typed("TIMESTAMP")}) TO '${localParquet}'`);
  connection.closeSync();
  instance.closeSync();
  const settings = { target: "y", hidden: [4], epochs: 1, folds: 1, health: false, threads: 1 } as const;
  const [lacking, naming] = [
    "have no time zone and are read as UTC; in training",
    "have a time zone; in training none had",
  ];
  const sources = { zoned: [zoned, parquet, { sql: typed("TIMESTAMPTZ") }], local: [local, localParquet] };
  for (const [trained, [like, other, told]] of [
    [parquet, [sources.zoned, sources.local, lacking]],
    [localParquet, [[localParquet], [zoned, parquet], naming]],
    [zoned, [[parquet], [localParquet], lacking]],
  ] as const) {
    const { model } = await train({ ...settings, table: trained });
    using learned = model;
    for (const source of like) expect(await zoneNotes(learned, source)).toEqual([]);
    for (const source of other) expect(await zoneNotes(learned, source)).toEqual([expect.stringContaining(told)]);
  }
});

async function zoneNotes(model: Model, source: TableSource): Promise<string[]> {
  const { warnings } = await evaluate(model, source);
  return warnings.filter(({ code }) => code === "other-zones").map(({ message }) => message);
}

test("days without a time, and files of both kinds, tell what their times name", async () => {
  const folder = await folderOf({ "a.csv": "when\n2021-03-05 02:30\n2021-03-06\n" });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const parts = {
    b: "TIMESTAMP '2021-03-05 02:30'",
    c: "TIMESTAMP '2021-03-06'",
    d: "TIMESTAMPTZ '2021-03-05 02:30:00Z'",
  };
  for (const [name, value] of Object.entries(parts)) {
    await connection.run(`COPY (SELECT ${value} AS "when") TO '${folder.file(`${name}.parquet`)}'`);
  }
  connection.closeSync();
  instance.closeSync();
  const zones = async (pattern: string, types = {}): Promise<string | undefined> => {
    const read = await readTable(folder.file(pattern), { types });
    expect(read.notes).toEqual(undefined);
    return read.columns[0].reading?.zones;
  };
  expect(await zones("b.parquet")).toBe("none");
  expect(await zones("c.parquet")).toBe(undefined);
  expect(await zones("d.parquet")).toBe("all");
  expect(await zones("[bc].parquet")).toBe("none");
  expect(await zones("[cd].parquet")).toBe("all");
  expect(await zones("[bd].parquet")).toBe("some");
  expect(await zones("b.parquet", { when: "date:DD/MM/YYYY" })).toBe("none");
  expect(await zones("[abc].*")).toBe("none");
});

test("a time of day of SQL that names a zone is the time of UTC", async () => {
  const { columns } = await readTable({ sql: "SELECT TIMETZ '02:30:00+02' AS early, TIMETZ '02:30:00+00' AS late" });
  expect(columns.map(({ values, reading }) => [values[0], reading?.zones])).toEqual([
    [30 * 60_000, "all"],
    [150 * 60_000, "all"],
  ]);
});
