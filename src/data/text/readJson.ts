/** JSON text (one list of objects, or objects one after another) to columns. Knows no file. */
import { DataError } from "../../errors.ts";
import { noCell } from "../conversion.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { feed } from "./feed.ts";
import { JsonColumns, type JsonContent, joinedJson } from "./jsonColumns.ts";
import { findJsonFault, type JsonFault } from "./jsonFault.ts";
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
  const columns = jsonColumns(options);
  const records = new JsonRecords((members) => columns.add(members));
  await feed(cannotRead(file.name), file.pieces(), (piece, last) => records.split(piece, last));
  if (records.problem !== undefined) throw await problemError(file, records.problem);
  return jsonSource(file.name, columns, [columns.content], options);
}

/** The columns, still without rows, that are wanted of a text. */
export function jsonColumns({ roleOf, isCopied }: Pick<FileOptions, "roleOf" | "isCopied">): JsonColumns {
  return new JsonColumns((name) => ({ isRead: roleOf(name) !== "skip", isCopied: isCopied(name) }));
}

/**
 * The rows that are here, with the names and types of the whole text.
 *
 * @param parts what is in each part of the whole text, in their order
 * @throws {DataError} a text without rows; a list or an object for a value
 */
export function jsonSource(
  name: string,
  columns: JsonColumns,
  parts: readonly JsonContent[],
  { roleOf, mayLeaveOut }: Pick<FileOptions, "roleOf" | "mayLeaveOut">,
): ReadSource {
  const whole = joinedJson(parts);
  if (whole.rows === 0) throw new DataError(`${cannotRead(name)} it holds no rows.`);
  if (whole.rows === 1 && whole.columns.length > 0 && whole.columns.every(({ onlyLists }) => onlyLists)) {
    throw new DataError(
      `${cannotRead(name)} it holds one object of lists. Expected a list of objects, one for each row: [{…}, {…}].`,
    );
  }
  for (const { name: column, nested } of whole.columns) {
    if (nested === null || roleOf(column) === "skip") continue;
    throw noCell({ source: name, name: column, isOpen: mayLeaveOut }, nested.found, nested.row);
  }
  const names = whole.columns.map((column) => column.name);
  return { name, rows: columns.rows, names, ...columns.finish(whole), notes: [] };
}

/** The error for a text that is no table. */
export async function problemError(file: JsonText, problem: JsonProblem): Promise<DataError> {
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
      return syntaxError(file, problem.kind);
    default:
      return problem satisfies never;
  }
}

async function syntaxError(file: JsonText, kind: "no-object" | "invalid"): Promise<DataError> {
  const cannot = cannotRead(file.name);
  const { fault, above, isBlank } = await (file.ofLines ? faultOfLines(file) : faultOfText(file));
  if (fault !== undefined) {
    const { line, column, expected, found } = fault;
    return new DataError(
      `${cannot} it is not valid JSON in line ${above + line}, column ${column}: expected ${expected}, found ${found}.`,
    );
  }
  if (isBlank) return new DataError(`${cannot} it holds no rows.`);
  const found = kind === "no-object" ? "values that are not objects" : "more than one list";
  return new DataError(
    `${cannot} it holds ${found}. Expected an object for each row: [{"name": value, …}, …], or one per line.`,
  );
}

/** As much of a text as messages are made from. */
const LONGEST_TEXT = 2 ** 28;

interface FoundFault {
  readonly fault: JsonFault | undefined;
  /** How many lines are above the text in which it was found. */
  readonly above: number;
  readonly isBlank: boolean;
}

const isBlankText = (text: string): boolean => /^\s*$/.test(text);

async function faultOfText(file: JsonText): Promise<FoundFault> {
  let text = "";
  for await (const piece of file.pieces()) if (text.length < LONGEST_TEXT) text += piece;
  return { fault: findJsonFault(text), above: 0, isBlank: isBlankText(text) };
}

/** The first fault in a text whose every line is a value of its own. */
async function faultOfLines(file: JsonText): Promise<FoundFault> {
  let above = 0;
  let isBlank = true;
  for await (const line of linesOf(file.pieces())) {
    const fault = findJsonFault(line);
    if (fault !== undefined) return { fault, above, isBlank: false };
    isBlank &&= isBlankText(line);
    above++;
  }
  return { fault: undefined, above, isBlank };
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length >= LONGEST_TEXT) break;
  }
  yield rest;
}
