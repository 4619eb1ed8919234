/** How a file of each format is read: whole, and a part of it where it can be divided. */
import { open } from "node:fs/promises";
import { DataError } from "../../errors.ts";
import type { FileFormat } from "../fileFormats.ts";
import type { Part } from "../part.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import type { TextColumn } from "../table.ts";
import type { ByteSource } from "../text/byteSource.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { readCsv } from "../text/readCsv.ts";
import { readCsvPart } from "../text/readCsvPart.ts";
import { readJson } from "../text/readJson.ts";
import { readJsonPart } from "../text/readJsonPart.ts";
import { requireSize } from "../text/sizeLimit.ts";
import { planColumns, planCopies } from "./columnPlan.ts";
import { type Database, DatabaseError, withDatabase } from "./database.ts";
import { fetchColumns } from "./fetchColumns.ts";
import { fileError } from "./fileErrors.ts";
import type { Gathered } from "./gather.ts";
import { type FilePlace, stageParquet } from "./readParquet.ts";
import type { SourceFile } from "./sourceFiles.ts";
import type { TemporaryFolder } from "./temporaryFolder.ts";
import { textOf } from "./textFile.ts";

export interface FileReader {
  read(file: SourceFile, options: FileOptions, scratch: TemporaryFolder): Promise<ReadSource>;
  /** Of an uncompressed file. Absent where files of the format can't be divided. */
  readPart?(file: SourceFile, part: FilePlace, options: FileOptions, scratch: TemporaryFolder): Promise<ReadSource>;
}

export const fileReaders: Readonly<Record<FileFormat, FileReader>> = {
  csv: csvReader(),
  tsv: csvReader("\t"),
  json: { read: (file, options) => readJson(jsonText(file, options, false), options) },
  ndjson: {
    read: (file, options) => readJson(jsonText(file, options, true), options),
    readPart: (file, part, options) => withBytes(file, (bytes) => readJsonPart(bytes, part, options)),
  },
  parquet: { read: (file, options, scratch) => readParquet(file, undefined, options, scratch), readPart: readParquet },
};

function csvReader(usual?: string): FileReader {
  return {
    read: (file, options) => readCsv(file.name, textOf(file, options.encoding), options, usual),
    readPart: (file, part, options) => withBytes(file, (bytes) => readCsvPart(bytes, part, { ...options, usual })),
  };
}

const jsonText = (file: SourceFile, { encoding }: FileOptions, ofLines: boolean): Parameters<typeof readJson>[0] => ({
  name: file.name,
  ofLines,
  pieces: () => textOf(file, encoding),
});

function readParquet(
  file: SourceFile,
  part: FilePlace | undefined,
  options: FileOptions,
  scratch: TemporaryFolder,
): Promise<ReadSource> {
  return withDatabase(async (database) => {
    const isWanted = (name: string): boolean => options.roleOf(name) !== "skip" || options.isCopied(name);
    const { names, gathered } = await stageParquet(database, file, scratch, { isWanted, part });
    return { ...(await columnsOf(database, gathered, options, part)), names };
  }).catch((error) => {
    // What no stage has a better word for: a disk or a memory that is full.
    throw error instanceof DatabaseError ? new DataError(`${cannotRead(file.name)} ${error.message}.`) : error;
  });
}

/** The columns of what is in the database. @param part where that is a part of a source */
export async function columnsOf(
  database: Database,
  gathered: Gathered,
  options: FileOptions,
  part?: Pick<Part, "together">,
): Promise<ReadSource> {
  const { source, rows, columns } = gathered;
  const names = columns.map(({ name }) => name);
  const read = await fetchColumns(database, gathered, await planColumns(database, gathered, options, part?.together));
  const copied = await fetchColumns(database, gathered, planCopies(gathered, options.isCopied));
  return { name: source, rows, names, columns: read, copied: copied as TextColumn[], notes: [] };
}

async function withBytes<Made>(
  { name, path, size, maxBytes }: SourceFile,
  use: (bytes: ByteSource) => Promise<Made>,
): Promise<Made> {
  requireSize(name, size, maxBytes);
  const file = await open(path).catch((error) => {
    throw fileError(name, error);
  });
  const read: ByteSource["read"] = async (from, to) => {
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
      if (bytesRead === to - from) return buffer;
    } catch (error) {
      throw fileError(name, error);
    }
    throw new DataError(`${cannotRead(name)} it became shorter while it was read. Read it again when it is complete.`);
  };
  try {
    return await use({ name, size, read });
  } finally {
    await file.close();
  }
}
