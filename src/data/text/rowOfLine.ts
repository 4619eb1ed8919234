/**
 * A line of NDJSON as a row: an object with the values of the columns.
 *
 * Whole numbers that a double would round come as text, as from a file. Knows no column.
 */
import { DataError } from "../../errors.ts";
import type { Cell, Row } from "../table.ts";
import { findJsonFault } from "./jsonFault.ts";
import { JsonRecords, MOST_LEVELS } from "./jsonRecords.ts";
import type { JsonMember } from "./plainRecord.ts";

/** Reads lines, mostly with the same names in the same order. */
export class RowReader {
  #records = this.#newRecords();
  #rows: Row[] = [];

  /** @returns undefined for a line of spaces @throws {DataError} a line that is no object, without naming the line */
  read(line: string): Row | undefined {
    const from = /\S/.exec(line)?.index;
    if (from === undefined) return undefined;
    this.#rows = [];
    const isObject = line[from] === "{";
    const used = isObject ? this.#records.split(line, false) : 0;
    if (used === line.length && this.#rows.length === 1) return this.#rows[0];
    const { problem } = this.#records;
    this.#records = this.#newRecords();
    if (problem?.kind === "deep")
      throw new DataError(`lists and objects are nested deeper than ${MOST_LEVELS} levels.`);
    if (problem?.kind === "duplicate") {
      throw new DataError(`the key ${JSON.stringify(problem.name)} stands twice. Rename or remove one.`);
    }
    throw new DataError(faultOf(line.trimEnd()));
  }

  #newRecords(): JsonRecords {
    return new JsonRecords((members) => {
      const row: Record<string, Cell> = {};
      for (const member of members) {
        const { name } = member;
        if (Object.hasOwn(row, name)) return name;
        if (name !== "__proto__") row[name] = cellOf(member);
        else Object.defineProperty(row, name, { value: cellOf(member), enumerable: true });
      }
      this.#rows.push(row);
      return undefined;
    });
  }
}

/** A list or an object is no cell, and refused by whoever needs the column. */
function cellOf({ kind, value }: JsonMember): Cell {
  return kind === "nested" ? (JSON.parse(String(value)) as Cell) : value;
}

function faultOf(line: string): string {
  const fault = findJsonFault(line);
  if (fault !== undefined) {
    return `it is not valid JSON in column ${fault.column}: expected ${fault.expected}, found ${fault.found}.`;
  }
  const first = line.trimStart()[0];
  const found = first === "{" ? "several values" : first === "[" ? "a list" : "a single value";
  return `expected one object with the values of the columns, as {"size": 1.5, "town": "Bonn"}, found ${found}.`;
}
