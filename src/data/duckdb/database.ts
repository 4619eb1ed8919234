/**
 * A DuckDB database in memory, for as long as one table is read: settings, queries, and errors as one sentence.
 *
 * Knows no file format and no table. The package is optional and loaded on first use.
 */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance, DuckDBResult } from "@duckdb/node-api";
import { GradusError } from "../../errors.ts";

export type DuckDB = typeof import("@duckdb/node-api");

/** What DuckDB objected to; callers turn it into a `DataError` that names the file. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
  /** DuckDB's whole message, for those who look for a known kind of error in it. */
  readonly details: string;
  /** Where in the statement, in characters from 0; undefined when the statement is not at fault. */
  readonly position: number | undefined;

  constructor(details: string, position?: number) {
    super(firstSentences(details));
    this.details = details;
    this.position = position;
  }
}

export interface Database {
  /** Runs a statement for its effect. @throws {DatabaseError} */
  run(statement: string): Promise<void>;
  /** The rows of a small result, as arrays. @throws {DatabaseError} */
  rows(query: string): Promise<unknown[][]>;
  /** A large result, to be fetched in chunks in the order of the rows. @throws {DatabaseError} */
  stream(query: string): Promise<DuckDBResult>;
  /** What the statements in a text are, without running them. @throws {DatabaseError} */
  describe(text: string): Promise<Statement>;
}

export interface Statement {
  /** How many statements the text holds; the rest is about the only one. */
  readonly count: number;
  readonly isSelect: boolean;
  readonly parameters: number;
  readonly columns: readonly string[];
}

/**
 * Opens a database, does the work with it, and closes it.
 *
 * @throws {GradusError} when the package is not installed, and whatever the work throws
 */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const duckdb = await loadDuckdb();
  // Extensions come from the network: a reader of local files must not wait for it or depend on it.
  const settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };
  const spill = join(tmpdir(), `gradus-${process.pid}-${randomUUID()}`);
  const instance: DuckDBInstance = await duckdb.DuckDBInstance.create(":memory:", settings);
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET errors_as_json = true");
      await connection.run("SET TimeZone = 'UTC'"); // the machine's own zone must not change a date
      // DuckDB makes this folder where something does not fit into memory, and empties it.
      await connection.run(`SET temp_directory = ${literal(spill)}`);
      return await work(databaseOver(duckdb, connection));
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

function databaseOver(duckdb: DuckDB, connection: DuckDBConnection): Database {
  return {
    run: (statement) => translated(async () => void (await connection.run(statement))),
    rows: (query) => translated(async () => (await connection.runAndReadAll(query)).getRowsJS()),
    stream: (query) => translated(() => connection.stream(query)),
    describe: (text) =>
      translated(async () => {
        const statements = await connection.extractStatements(text);
        if (statements.count !== 1) return { count: statements.count, isSelect: false, parameters: 0, columns: [] };
        const statement = await statements.prepare(0);
        try {
          return {
            count: 1,
            isSelect: statement.statementType === duckdb.StatementType.SELECT,
            parameters: statement.parameterCount,
            columns: Array.from({ length: statement.columnCount }, (_, at) => statement.columnName(at)),
          };
        } finally {
          statement.destroySync();
        }
      }),
  };
}

/** Loads the package. @throws {GradusError} saying what to install when it is missing or does not run here */
export async function loadDuckdb(load: () => Promise<DuckDB> = () => import("@duckdb/node-api")): Promise<DuckDB> {
  try {
    return await load();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new GradusError(
      "Reading files and SQL needs the package @duckdb/node-api, which could not be loaded. " +
        `Install it: npm install @duckdb/node-api. (${reason})`,
    );
  }
}

/** Runs something of DuckDB's, and makes its errors a `DatabaseError`. */
export async function translated<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof Error ? databaseError(error.message) : error;
  }
}

/** With errors_as_json, a message is JSON, in syntax errors after the words "Parser Error: ". */
function databaseError(message: string): DatabaseError {
  try {
    const { exception_message, position } = JSON.parse(message.slice(message.indexOf("{")));
    return new DatabaseError(String(exception_message), position === undefined ? undefined : Number(position));
  } catch {
    return new DatabaseError(message);
  }
}

/** Longer reasons are a list of everything that would have been possible. */
const LONGEST_REASON = 300;

/** The reason without DuckDB's advice on its own options, which the user cannot set here. */
function firstSentences(details: string): string {
  const reason = details
    .replace(/^Original Line: .*\n/m, "")
    .split(/\n\s*\n|\n\s*(?:Possible|Candidate functions|LINE \d)|\n +Try /)[0];
  const line = reason.replace(/\s*\n\s*/g, " ").trim();
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON - 1)}…` : line;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
