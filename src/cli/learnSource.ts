/** The rows of `gradus learn`: a file of NDJSON or standard input, as bytes, and what to do with a table of another form. Knows no model. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { type FileFormat, fileError, formOfName } from "../entries/internal.ts";
import { shellWord } from "./shellWord.ts";

/** @param path of a file; standard input when absent */
export function openInput(path: string | undefined): Readable {
  if (path === undefined) return process.stdin;
  const stream = createReadStream(path);
  const fail = stream.destroy.bind(stream);
  stream.destroy = (error) => fail(error && fileError(path, error));
  return stream;
}

/** What makes NDJSON of a table, so that its values stay the texts that they are: the model reads them as those of its training. */
const COMMANDS: Readonly<Record<FileFormat, (file: string) => string>> = {
  csv: (file) => `FROM read_csv(${file}, all_varchar = true)`,
  tsv: (file) => `FROM read_csv(${file}, all_varchar = true)`,
  json: (file) => `FROM read_json(${file})`,
  ndjson: (file) => `FROM read_json(${file})`,
  parquet: (file) => `FROM read_parquet(${file})`,
};

/** The remedy where the first line is no row: the rows have another form. @param path as of `openInput` */
export function formHint(path: string | undefined): string {
  const { format = "csv", gzipped } = formOfName(path ?? "");
  const expected = ' gradus learn reads NDJSON: each line is a row, as {"size": 60, "price": 130}.';
  if (path !== undefined && format === "ndjson") {
    return gzipped ? `${expected} Unpack the file: gunzip -c ${shellWord(path)} | gradus learn MODEL.` : expected;
  }
  const file = `'${(path ?? "rows.csv").replaceAll("'", "''")}'`;
  const query = `COPY (${COMMANDS[format](file)}) TO 'rows.ndjson' (FORMAT json)`;
  return `${expected} A table of another form has to be converted, with DuckDB for example: duckdb -c ${shellWord(query)}`;
}
