/**
 * One rank's share of a table in files that all ranks can read: no rank reads all of them.
 *
 * `divideFiles.ts` says which bytes are a rank's, the readers of parts (`readers.ts`) which rows these are. What one process decides by all rows,
 * ranks decide together: what the columns of a divided file are (`../readTogether.ts`), and those of all files (`concatenate.ts`).
 */
import { createHash } from "node:crypto";
import { DataError, GradusError } from "../../errors.ts";
import { exchangeItems, gatherData } from "../exchanges.ts";
import type { Together } from "../part.ts";
import { fileOptions, type ReadOptions } from "../readOptions.ts";
import type { FileOptions, ReadSource, SourceShare } from "../readSource.ts";
import { type Outcome, outcomeOf, readTogether } from "../readTogether.ts";
import { joinedParts, type SourceSummary, summaryOf } from "../sourceSummary.ts";
import type { Table } from "../table.ts";
import { tableOf } from "../tableOfSource.ts";
import { isDivisible } from "../text/byteSource.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { concatenate } from "./concatenate.ts";
import { dividedFiles, type FilePart, wholeFiles } from "./divideFiles.ts";
import { requireOptionsFor } from "./optionFormats.ts";
import { fileReaders } from "./readers.ts";
import { findFiles, requireReadTwice, type SourceFile } from "./sourceFiles.ts";
import { TemporaryFolder } from "./temporaryFolder.ts";

type Ranks = SourceShare["ranks"];

/**
 * Reads this rank's rows of a table, with the types that one process gives the columns which reads all of them. Every rank makes the
 * same call.
 *
 * @param path of a file, or a pattern of files, the same on every rank
 * @returns rows with the numbers that they have in the source; what is fitted on them is fitted on the rows of all ranks
 * @throws {DataError} on every rank, as `readTable`; files that can't be divided, or aren't the same everywhere
 */
export async function readTableShare(path: string, ranks: Ranks, options: ReadOptions = {}): Promise<Table> {
  const settings = fileOptions(options);
  await using scratch = new TemporaryFolder();
  const files = await sameFiles(path, ranks, scratch, options);
  const parts = partsOf(files, ranks.size, settings).filter(({ rank }) => rank === ranks.rank);
  const outcomes = await readParts(ranks, files, parts, { settings, scratch });
  const own = outcomes.flatMap(({ outcome }) => ("made" in outcome ? [outcome.made] : []));
  const { sources, before, all } = exchangeSummaries(ranks, outcomes);
  const whole = concatenate(path, own, sources);
  return tableOf({ ...whole, share: { ranks, before, all } }, sources, settings, options);
}

/** The files, where every rank finds the same. */
async function sameFiles(
  path: string,
  ranks: Ranks,
  scratch: TemporaryFolder,
  options: ReadOptions,
): Promise<SourceFile[]> {
  let files: SourceFile[] = [];
  let fault: Error | undefined;
  try {
    await requireReadTwice(path);
    files = await findFiles(path, { scratch, maxBytes: options.maxBytes });
    for (const { format, name } of files) requireOptionsFor(format, JSON.stringify(name), options);
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    fault = error;
  }
  const list = files.map(({ name, size }) => `${size} ${name}`).join("\n");
  const own = {
    fault: fault?.message ?? null,
    count: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    list: createHash("sha256").update(list).digest("hex"),
  };
  const all = gatherData(ranks, own, "which files are read");
  const failed = all.find((one) => one.fault !== null)?.fault ?? undefined;
  if (failed !== undefined) throw fault?.message === failed ? fault : new DataError(failed);
  const other = all.findIndex((one) => one.list !== all[0].list);
  if (other < 0) return files;
  const isOne = all[0].count === 1 && all[other].count === 1;
  const found = ({ count, bytes }: typeof own): string => `${isOne ? "" : `${count} files of `}${bytes} bytes`;
  const isListed = found(all[0]) !== found(all[other]);
  const difference = isListed
    ? `it has ${found(all[0])} on rank 0 and ${found(all[other])} on rank ${other}`
    : `its files have other names or sizes on rank ${other} than on rank 0`;
  throw new DataError(
    `${cannotRead(path)} ${difference}. Expected the same ${isOne ? "file" : "files"} on every rank: put ${isOne ? "it" : "them"} in a folder that all machines share.`,
  );
}

/** The parts of all ranks. @throws {DataError} fewer files than ranks, where a file can't be divided */
function partsOf(files: readonly SourceFile[], ranks: number, { encoding }: FileOptions): FilePart[] {
  const sizes = files.map(({ size }) => size);
  const [whole] = files.flatMap((file) => undividedForm(file, encoding) ?? []);
  if (whole === undefined) return dividedFiles(sizes, ranks);
  if (files.length >= ranks) return wholeFiles(sizes, ranks);
  throw new DataError(
    `${cannotRead(whole.name)} ${whole.what} cannot be divided among ${ranks} ranks. Expected at least ${ranks} files, or ${whole.expected}`,
  );
}

/** Why a file can't be divided, and what could; undefined where it can. */
function undividedForm(
  { name, format, gzipped }: SourceFile,
  encoding: string,
): { readonly name: string; readonly what: string; readonly expected: string } | undefined {
  if (gzipped) return { name, what: "a gzip file", expected: `one without compression: gunzip ${name}.` };
  if (fileReaders[format].readPart === undefined) {
    return {
      name,
      what: "a JSON file",
      expected: "an object in each line: write it as NDJSON, with a name that ends in .ndjson.",
    };
  }
  if (format === "parquet" || isDivisible(encoding)) return undefined;
  return {
    name,
    what: `text in ${encoding}`,
    expected: "UTF-8 or an encoding of one byte a character: convert it to UTF-8.",
  };
}

interface PartOutcome {
  /** Which of the files. */
  readonly file: number;
  readonly outcome: Outcome<ReadSource>;
}

/** What becomes of this rank's parts, in their order, up to the first whole file that can't be read. */
async function readParts(
  ranks: Ranks,
  files: readonly SourceFile[],
  parts: readonly FilePart[],
  { settings, scratch }: { readonly settings: FileOptions; readonly scratch: TemporaryFolder },
): Promise<PartOutcome[]> {
  const cut = new Map<number, (together: Together) => Promise<ReadSource>>();
  for (const { file, ...part } of parts) {
    const { readPart } = fileReaders[files[file].format];
    if (part.to - part.from === files[file].size || readPart === undefined) continue;
    cut.set(file, (together) => readPart(files[file], { ...part, together }, settings, scratch));
  }
  const outcomes = await readTogether(ranks, cut);
  for (const { file } of parts) {
    if (outcomes.has(file)) continue;
    const { read } = fileReaders[files[file].format];
    const outcome = await outcomeOf(read(files[file], settings, scratch));
    outcomes.set(file, outcome);
    if ("fault" in outcome) break;
  }
  return parts.flatMap(({ file }) => {
    const outcome = outcomes.get(file);
    return outcome === undefined ? [] : [{ file, outcome }];
  });
}

/** What became of one part. */
interface PartNews {
  readonly file: number;
  /** Why it can't be read. */
  readonly fault?: string;
  readonly summary?: SourceSummary;
}

/**
 * What all files hold, and where this rank's rows lie among theirs.
 *
 * @throws the error of the first part that has one, on every rank
 */
function exchangeSummaries(
  ranks: Ranks,
  outcomes: readonly PartOutcome[],
): { sources: SourceSummary[]; before: number; all: number } {
  const news = outcomes.map(
    ({ file, outcome }): PartNews =>
      "fault" in outcome ? { file, fault: outcome.fault.message } : { file, summary: summaryOf(outcome.made) },
  );
  const byRank = Array.from({ length: ranks.size }, (): PartNews[] => []);
  exchangeItems(ranks, news, { what: "what files hold" }, (items, from) => void byRank[from].push(...items));
  const failed = byRank.flat().find(({ fault }) => fault !== undefined)?.fault;
  if (failed !== undefined) {
    const own = outcomes.flatMap(({ outcome }) => ("fault" in outcome ? [outcome.fault] : []));
    throw own.find(({ message }) => message === failed) ?? new DataError(failed);
  }
  const byFile = new Map<number, SourceSummary[]>();
  for (const { file, summary } of byRank.flat()) {
    if (summary !== undefined) byFile.set(file, [...(byFile.get(file) ?? []), summary]);
  }
  const rows = byRank.map((parts) => parts.reduce((sum, { summary }) => sum + (summary?.rows ?? 0), 0));
  const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  return {
    sources: [...byFile.values()].map(joinedParts),
    before: sumOf(rows.slice(0, ranks.rank)),
    all: sumOf(rows),
  };
}
