/** JSON text (one list of objects, or objects one after another) to columns. Knows no file. */
import { DataError } from "../../errors.ts";
import { noCell } from "../conversion.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { feed } from "./feed.ts";
import { JsonColumns } from "./jsonColumns.ts";
import { findJsonFault } from "./jsonFault.ts";
import { type JsonProblem, JsonRecords, MOST_LEVELS } from "./jsonRecords.ts";

export interface JsonText {
  /** What messages call it. */
  readonly name: string;
  /** Whether every line is a value of its own. */
  readonly ofLines: boolean;
  /** The text in pieces, from its beginning each time: a fault is looked for in a second reading. */
  pieces(): AsyncIterable<string>;
}

/** @throws {DataError} naming the line that is at fault, or the column and row of a list or an object */
export async function readJson(file: JsonText, options: FileOptions): Promise<ReadSource> {
  const { roleOf, isCopied, mayLeaveOut } = options;
  const columns = new JsonColumns((name) => ({ isRead: roleOf(name) !== "skip", isCopied: isCopied(name) }));
  const records = new JsonRecords((members) => columns.add(members));
  await feed(cannotRead(file.name), file.pieces(), (piece, last) => records.split(piece, last));
  if (records.problem !== undefined) throw await problemError(file, records.problem);
  if (columns.rows === 0) throw new DataError(`${cannotRead(file.name)} it holds no rows.`);
  if (columns.rows === 1 && columns.onlyLists()) {
    throw new DataError(
      `${cannotRead(file.name)} it holds one object of lists. Expected a list of objects, one for each row: [{…}, {…}].`,
    );
  }
  const nested = columns.nested();
  if (nested !== undefined) {
    throw noCell({ source: file.name, name: nested.name, isOpen: mayLeaveOut }, nested.found, nested.row);
  }
  const { rows } = columns;
  const read = { names: columns.names(), columns: columns.finish(), copied: columns.copied() };
  return { name: file.name, rows, ...read, notes: [] };
}

async function problemError(file: JsonText, problem: JsonProblem): Promise<DataError> {
  const cannot = cannotRead(file.name);
  switch (problem.kind) {
    case "deep":
      return new DataError(
        `${cannot} the object in line ${problem.line} nests lists and objects deeper than ${MOST_LEVELS} levels. Move the values you need to the top level.`,
      );
    case "duplicate":
      return new DataError(
        `${cannot} the object in line ${problem.line} has the key ${JSON.stringify(problem.name)} twice. Rename or remove one.`,
      );
    case "no-object":
    case "invalid":
      return syntaxError(file, await wholeText(file), problem.kind);
    default:
      return problem satisfies never;
  }
}

/** As much of a text as messages are made from. */
const LONGEST_TEXT = 2 ** 28;

async function wholeText(file: JsonText): Promise<string> {
  let text = "";
  for await (const piece of file.pieces()) if (text.length < LONGEST_TEXT) text += piece;
  return text;
}

function syntaxError(file: JsonText, text: string, kind: "no-object" | "invalid"): DataError {
  const cannot = cannotRead(file.name);
  const [fault, above] = file.ofLines ? ndjsonFault(text) : [findJsonFault(text), 0];
  if (fault !== undefined) {
    const { line, column, expected, found } = fault;
    return new DataError(
      `${cannot} it is not valid JSON in line ${above + line}, column ${column}: expected ${expected}, found ${found}.`,
    );
  }
  if (/^\s*$/.test(text)) return new DataError(`${cannot} it holds no rows.`);
  const found = kind === "no-object" ? "values that are not objects" : "more than one list";
  return new DataError(
    `${cannot} it holds ${found}. Expected an object for each row: [{"name": value, …}, …], or one per line.`,
  );
}

/** The first fault in a text whose every line is a value of its own, and the lines above. */
function ndjsonFault(text: string): [fault: ReturnType<typeof findJsonFault>, above: number] {
  const lines = text.split("\n");
  for (const [above, line] of lines.entries()) {
    const fault = findJsonFault(line);
    if (fault !== undefined) return [fault, above];
  }
  return [undefined, 0];
}
