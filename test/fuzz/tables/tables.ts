/**
 * Tables to try: each is read as an independent reader says, and a model trained on it answers for the table's own file, in
 * every format, as it did in training.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Table } from "../../../src/node.ts";
import { random } from "../../../src/random.ts";
import type { Driver } from "../driver.ts";
import { readInAnyRuntime } from "./anyRuntime.ts";
import { readDamaged } from "./damagedBytes.ts";
import { generate, type TableInput } from "./generate.ts";
import { hasPython, Oracle, type OracleAnswer } from "./oracle.ts";
import { readOtherwise } from "./otherSources.ts";
import { readingDifference, readOrRefused } from "./reading.ts";
import { roundTrip } from "./roundTrip.ts";
import { chance } from "./values.ts";

/** The share of tables that a model is trained on: it takes ten times as long as reading one. A third of them can be. */
const TRAINED = 0.25;

/** The share of tables whose texts are read from another source too. */
const OTHER_SOURCES = 0.2;

/** What was seen so far. */
export interface TableCounts {
  read: number;
  refused: number;
  models: number;
}

export class TableDriver implements Driver {
  readonly lanes = 8;
  readonly counts: TableCounts = { read: 0, refused: 0, models: 0 };
  readonly #folder: string;
  readonly #oracle: Oracle | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#oracle = hasPython() ? new Oracle() : undefined;
    if (this.#oracle === undefined)
      console.log("No python3 here: what was read is not compared with the independent reader.");
  }

  static async start(): Promise<TableDriver> {
    return new TableDriver(mkdtempSync(join(tmpdir(), "gradus-fuzz-")));
  }

  /** Tries the table of a seed. @returns what is wrong, in words. @throws what is no typed error */
  async run(seed: number): Promise<string | undefined> {
    const input = generate(seed);
    // Inputs that are tried at once have files of their own; those that follow write over them.
    const path = join(this.#folder, `${seed % this.lanes}.${input.extension}`);
    const answer = this.#oracle?.ask(input);
    writeFileSync(path, input.bytes);
    const table = await readOrRefused(path, input.options);
    const expected = await answer;
    const difference = differenceOf(table, input, expected) ?? (await readInAnyRuntime(seed, path, input, table));
    if (difference !== undefined) return difference;
    if (typeof table === "string") {
      this.counts.refused++;
      return undefined;
    }
    this.counts.read++;
    if (chance(random(seed, "other source"), OTHER_SOURCES)) {
      const other =
        (await readOtherwise(seed, path, input, table, this.#oracle)) ?? (await readDamaged(seed, path, input, table));
      if (other !== undefined) return other;
    }
    if (table.columns.length === 0 || !chance(random(seed, "trained"), TRAINED)) return undefined;
    const { trained, difference: answered } = await roundTrip(seed, path, input, table);
    if (trained) this.counts.models++;
    return answered;
  }

  async stop(): Promise<void> {
    this.#oracle?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function differenceOf(
  table: Table | string,
  { isNoText, isGuess, options }: TableInput,
  expected: OracleAnswer | undefined,
): string | undefined {
  if (isNoText) return typeof table === "string" ? undefined : "read, though it is no text";
  if (expected === undefined || isGuess) return undefined;
  // A damaged header may lack columns that types are given for. Those to skip are never among the columns.
  const absent = Object.entries(options.types ?? {}).filter(([name]) => !has(expected, name));
  if (absent.some(([name]) => typeof table === "string" && table.includes(`no column ${JSON.stringify(name)}`))) return;
  const [lacking] = absent.find(([, type]) => type !== "skip") ?? [];
  if (lacking !== undefined) return `a type is given for ${lacking}, which it lacks, and this is not said: ${table}`;
  return readingDifference(table, expected);
}

function has(expected: OracleAnswer, column: string): boolean {
  return !("columns" in expected) || expected.columns.some(({ name }) => name === column);
}
