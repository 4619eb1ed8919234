/**
 * The texts of a table from a source that is no CSV file: they are read by the same rule, and a JSON file that is damaged is
 * refused or holds what `JSON.parse` finds in it.
 */
import { writeFileSync } from "node:fs";
import {
  type Cell,
  readTable,
  type Table,
  type TextColumn,
  tableFromColumns,
  tableFromRows,
} from "../../../src/node.ts";
import { type Random, random as seeded } from "../../../src/random.ts";
import type { TableInput } from "./generate.ts";
import type { Oracle } from "./oracle.ts";
import { orRefused, readingDifference } from "./reading.ts";
import { chance, pick } from "./values.ts";

/** The share of JSON files that are damaged. */
const DAMAGED = 0.3;

type Texts = readonly (readonly [name: string, texts: readonly (string | null)[]])[];

/** @param path of the file that the table was read from. @returns the first difference, in words. @throws what is no typed error */
export async function readOtherwise(
  seed: number,
  path: string,
  input: TableInput,
  table: Table,
  oracle: Oracle | undefined,
): Promise<string | undefined> {
  const random = seeded(seed, "source");
  const { types, decimal, missing } = input.options;
  const options = { ...(types && { types }), ...(decimal && { decimal }), ...(missing && { missing }) };
  const texts = (table.copied ?? []).map(({ name, values }) => [name, values] as const);
  const source = pick(random, ["JSON", "NDJSON", "rows", "columns"] as const);
  const file = `${path}.${source.toLowerCase()}`;
  if (source === "JSON" && chance(random, DAMAGED)) return damagedJson(random, file, jsonOf(texts, "JSON"));
  const read = await orRefused((): Table | Promise<Table> => {
    switch (source) {
      case "rows":
        return tableFromRows(rowsOf(texts), options);
      case "columns":
        return tableFromColumns(Object.fromEntries(texts), options);
      case "JSON":
      case "NDJSON":
        writeFileSync(file, jsonOf(texts, source));
        return readTable(file, options);
      default:
        return source satisfies never;
    }
  });
  const expected = await oracle?.ask(input, false);
  if (expected === undefined) return undefined;
  const difference = readingDifference(
    typeof read === "string" ? read : { ...read, columns: inOneOrder(read.columns) },
    "columns" in expected ? { columns: inOneOrder(expected.columns) } : expected,
  );
  return difference && `from ${source}: ${difference}`;
}

/** By name: objects have names like whole numbers before others. */
function inOneOrder<T extends { readonly name: string }>(columns: readonly T[]): T[] {
  return [...columns].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function rowsOf(texts: Texts): Record<string, Cell>[] {
  return texts[0][1].map((_, row) => Object.fromEntries(texts.map(([name, values]) => [name, values[row]])));
}

/** Written by hand, because an object has names like whole numbers before others. */
function jsonOf(texts: Texts, format: "JSON" | "NDJSON"): string {
  const rows = texts[0][1].map((_, row) => {
    const members = texts.map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values[row])}`);
    return `{${members.join(",")}}`;
  });
  return format === "JSON" ? `[${rows.join(",\n")}]` : `${rows.join("\n")}\n`;
}

async function damagedJson(random: Random, file: string, json: string): Promise<string | undefined> {
  const at = random.integer(json.length + 1);
  const until = at + random.integer(4);
  const by = pick(random, [
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "1",
    "-",
    "e",
    "\n",
    "null",
    "{}",
    "[[",
    " ",
    "\t",
  ]);
  const changed = pick(random, [
    json.slice(0, at),
    json.slice(0, at) + by + json.slice(until),
    json.slice(0, at) + json.slice(until),
    json.slice(0, until) + json.slice(at),
  ]);
  const text = Buffer.from(changed || "[").toString();
  writeFileSync(file, text);
  const read = await orRefused(() => readTable(file, { copy: "all" }));
  const wrong = damagedDifference(read, text);
  return wrong && `damaged JSON: ${wrong}: ${text.slice(0, 1000)}`;
}

function damagedDifference(read: Table | string, text: string): string | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return typeof read !== "string" && text.startsWith("[") ? "read, though it is no JSON" : undefined;
  }
  if (typeof read === "string") return undefined;
  if (!Array.isArray(found)) return "read, though it is no list";
  if (found.length !== read.rows) return `${read.rows} rows, expected ${found.length}`;
  for (const { name, values } of read.copied as TextColumn[]) {
    for (const [row, value] of values.entries()) {
      const object = found[row] as Record<string, unknown>;
      const expected = Object.hasOwn(object, name) ? textOf(object[name]) : null;
      if (value !== expected) return `${JSON.stringify(value)} in row ${row + 1}, expected ${JSON.stringify(expected)}`;
    }
  }
  return undefined;
}

/** A value as text; lists and objects as JSON. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).trim() || null;
}
