/** Ranks that read one file or several, each a part, by each MPI. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { literal, withDatabase } from "../../src/data/duckdb/database.ts";
import { readTable } from "../../src/data/duckdb/readTable.ts";
import { fitEncoder } from "../../src/data/fitEncoder.ts";
import { fitTarget } from "../../src/data/target.ts";
import { random } from "../../src/random.ts";
import { launch, launchers } from "./launch.ts";

const ROWS = 5000;
let path: string;
/** The same rows in several files. */
let pattern: string;
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), "gradus-mpi-")), "flats.csv");
  const draw = random(5, "flats");
  const line = (row: number): string =>
    `${row},${row % 9 === 0 ? "" : draw.normal().toFixed(4)},"town ${draw.integer(30)}\n",2024-0${1 + draw.integer(9)}-11,${draw.integer(1000) / 4}`;
  await writeFile(path, `id,size,town,sold,price\n${Array.from({ length: ROWS }, (_, row) => line(row)).join("\n")}`);
  pattern = path.replace("flats.csv", "*.parquet");
  await withDatabase(async (database) => {
    await database.run(`CREATE TABLE flats AS FROM read_csv(${literal(path)}, types = {'town': 'VARCHAR'})`);
    for (const [file, rows] of ["id < 1000", "id BETWEEN 1000 AND 1200", "id > 1200"].entries()) {
      const to = literal(pattern.replace("*", String(file)));
      await database.run(`COPY (FROM flats WHERE ${rows}) TO ${to} (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    }
  });
});
afterAll(() => rm(join(path, ".."), { recursive: true }));

describe.each(launchers)("with $name", (launcher) => {
  test.each([
    ["one CSV file", () => path],
    ["three Parquet files", () => pattern],
  ])(
    "three ranks that share %s fit the encoder and the target of one process, and each reads a third",
    async (_, source) => {
      const args = [source(), "price"];
      const { code, output, errors } = await launch(launcher, { program: "shares.mjs", ranks: 3, args });
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      const { rows, same, fitted } = JSON.parse(output);
      const table = await readTable(source());
      const expected = { target: fitTarget(table, ["price"]), encoder: fitEncoder(table, { exclude: ["price"] }) };
      expect(same).toBe(true);
      expect(JSON.stringify(fitted)).toBe(JSON.stringify(expected));
      for (const own of rows) expect(Math.abs(own - ROWS / 3)).toBeLessThan(300);
      expect(rows.reduce((sum: number, own: number) => sum + own, 0)).toBe(ROWS);
    },
  );
});
