import { expect, test } from "vitest";
import { GradusError } from "../../errors.ts";
import { DatabaseError, literal, loadDuckdb, withDatabase } from "./database.ts";

test("without the package, the error says which one to install", async () => {
  const missing = (): Promise<never> =>
    Promise.reject(new Error("Cannot find package '@duckdb/node-api'\nand a stack"));
  const error: unknown = await loadDuckdb(missing).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(GradusError);
  expect(error).toHaveProperty(
    "message",
    "Reading files and SQL needs the package @duckdb/node-api, which could not be loaded. " +
      "Install it: npm install @duckdb/node-api. (Cannot find package '@duckdb/node-api')",
  );
});

test("quotes texts so that they end where they should", async () => {
  const hostile = `'; DROP TABLE "x"; --`;
  const [[text]] = await withDatabase((database) => database.rows(`SELECT ${literal(hostile)}`));
  expect(text).toBe(hostile);
});

test("errors are one sentence, with the place in the statement", async () => {
  const error: unknown = await withDatabase((database) => database.run("SELECT 1 + x")).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({
    message: 'Referenced column "x" was not found because the FROM clause is missing',
    position: 11,
  });
});

test("describes a statement without running it", async () => {
  await withDatabase(async (database) => {
    expect(await database.describe("CREATE TABLE t AS SELECT 1")).toMatchObject({ count: 1, isSelect: false });
    await expect(database.rows("FROM t")).rejects.toThrow("t does not exist");
    expect(await database.describe("SELECT 1 AS a, 2 AS A")).toEqual({
      count: 1,
      isSelect: true,
      parameters: 0,
      columns: ["a", "A"],
    });
    expect(await database.describe("SELECT ? AS a")).toMatchObject({ parameters: 1 });
    expect(await database.describe("SELECT 1; SELECT 2")).toMatchObject({ count: 2 });
  });
});

test("dates are in UTC and the network is never asked for an extension", async () => {
  await withDatabase(async (database) => {
    const [[zone, install, load]] = await database.rows(
      "SELECT current_setting('TimeZone'), current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')",
    );
    expect([zone, install, load]).toEqual(["UTC", false, false]);
  });
});
