/** Packed and binary files some bytes of which are lost or changed: refused, or, where a checksum guards them, read as before. */
import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import { withDatabase } from "../../../src/data/duckdb/database.ts";
import { readTable, type Table } from "../../../src/node.ts";
import { type Random, random as seeded } from "../../../src/random.ts";
import type { TableInput } from "./generate.ts";
import { orRefused } from "./reading.ts";
import { chance } from "./values.ts";

const GZIP = 0.2;
/** DuckDB takes a tenth of a second. */
const PARQUET = 0.02;

/** @param path of the file that the table was read from. @returns what is wrong, in words. @throws what is no typed error */
export async function readDamaged(
  seed: number,
  path: string,
  input: TableInput,
  table: Table,
): Promise<string | undefined> {
  const random = seeded(seed, "damage");
  if (chance(random, GZIP) && !path.endsWith(".gz")) {
    const file = `${path}.gz`;
    writeFileSync(file, damaged(random, gzipSync(input.bytes)));
    const read = await orRefused(() => readTable(file, input.options));
    const isSame = typeof read === "string" || isDeepStrictEqual(read.columns, table.columns);
    if (!isSame) return "a damaged gzip file is read otherwise";
  }
  if (!chance(random, PARQUET)) return undefined;
  const file = `${path}.damaged.parquet`;
  await withDatabase((database) => database.run(`COPY (${SELECT}) TO '${file}' (FORMAT parquet)`));
  writeFileSync(file, damaged(random, readFileSync(file)));
  await orRefused(() => readTable(file));
  return undefined;
}

const SELECT =
  "SELECT range AS a, range / 3 AS b, 'w' || (range % 5) AS c, DATE '2024-01-01' + range::INT AS d, range % 2 = 0 AS e FROM range(40)";

function damaged(random: Random, bytes: Buffer): Buffer {
  if (chance(random, 0.3)) return bytes.subarray(0, random.integer(bytes.length));
  const changed = Buffer.from(bytes);
  for (let times = 1 + random.integer(3); times > 0; times--)
    changed[random.integer(changed.length)] = random.integer(256);
  return changed;
}
