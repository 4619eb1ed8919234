/**
 * One rank's share of a table in a CSV file that all ranks can read: no rank reads the whole file.
 *
 * Which records are a rank's is `../text/csvShare.ts`'s business. Files of other kinds can't be divided yet, and are refused.
 */
import { open } from "node:fs/promises";
import { DataError, GradusError } from "../../errors.ts";
import { gatherData } from "../exchanges.ts";
import { fileOptions, type ReadOptions } from "../readOptions.ts";
import type { SourceShare } from "../readSource.ts";
import type { Table } from "../table.ts";
import { tableOf } from "../tableOfSource.ts";
import type { ByteSource } from "../text/byteSource.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { readCsvShare } from "../text/csvShare.ts";
import { requireSize } from "../text/sizeLimit.ts";
import { fileError } from "./fileErrors.ts";
import { findFiles, requireReadTwice, type SourceFile } from "./sourceFiles.ts";
import { TemporaryFolder } from "./temporaryFolder.ts";

/**
 * Reads this rank's rows of a table, with the types that one process gives the columns which reads all of them. Every rank makes the
 * same call.
 *
 * @param path of an uncompressed CSV or TSV file, the same on every rank
 * @returns rows with the numbers that they have in the file; what is fitted on them is fitted on the rows of all ranks
 * @throws {DataError} on every rank, as `readTable`; a file that can't be divided, or isn't the same everywhere
 */
export async function readTableShare(
  path: string,
  ranks: SourceShare["ranks"],
  options: ReadOptions = {},
): Promise<Table> {
  const settings = fileOptions(options);
  const file = await sameFile(path, ranks, options);
  const bytes = await open(file.path);
  try {
    const usual = file.format === "tsv" ? "\t" : undefined;
    const source = await readCsvShare(bytesOf(file, bytes), ranks, { ...settings, usual });
    return tableOf(source, [source], settings, options);
  } finally {
    await bytes.close();
  }
}

/** The file, where it can be divided and every rank finds the same. */
async function sameFile(path: string, ranks: SourceShare["ranks"], { maxBytes }: ReadOptions): Promise<SourceFile> {
  let found: SourceFile | undefined;
  let fault: Error | undefined;
  try {
    found = await divisibleFile(path, maxBytes);
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    fault = error;
  }
  const all = gatherData(ranks, { size: found?.size ?? 0, fault: fault?.message ?? null }, "which file is read");
  const failed = all.find((one) => one.fault !== null)?.fault ?? undefined;
  if (failed !== undefined) throw fault?.message === failed ? fault : new DataError(failed);
  const other = all.findIndex(({ size }) => size !== all[0].size);
  if (other >= 0) {
    throw new DataError(
      `${cannotRead(path)} it has ${all[0].size} bytes on rank 0 and ${all[other].size} on rank ${other}. Expected the same file on every rank: put it in a folder that all machines share.`,
    );
  }
  return found as SourceFile;
}

async function divisibleFile(path: string, maxBytes: number | undefined): Promise<SourceFile> {
  await requireReadTwice(path);
  await using scratch = new TemporaryFolder();
  const [file, ...others] = await findFiles(path, { scratch, maxBytes });
  const { name, format, gzipped, size } = file;
  const expected = "Expected one uncompressed CSV or TSV file, whose bytes are divided";
  if (others.length > 0) {
    throw new DataError(`${cannotRead(path)} ranks cannot share ${others.length + 1} files. ${expected}: join them.`);
  }
  if (gzipped) throw new DataError(`${cannotRead(name)} ranks cannot share a gzip file. ${expected}: gunzip ${name}.`);
  if (format !== "csv" && format !== "tsv") {
    throw new DataError(`${cannotRead(name)} ranks cannot share a file of this format. ${expected}: export it as CSV.`);
  }
  requireSize(name, size, maxBytes);
  return file;
}

function bytesOf({ name, size }: SourceFile, file: Awaited<ReturnType<typeof open>>): ByteSource {
  return {
    name,
    size,
    async read(from, to) {
      try {
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
        if (bytesRead === to - from) return buffer;
      } catch (error) {
        throw fileError(name, error);
      }
      throw new DataError(
        `${cannotRead(name)} it became shorter while it was read. Read it again when it is complete.`,
      );
    },
  };
}
