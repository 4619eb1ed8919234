/** The file that `gradus lab` is given: a model or a table, read once before anything is served, so that the page can open it. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { requireReadTwice, unknownColumn } from "../entries/internal.ts";
import { DataError, DescriptionError, readTable, type Table } from "../node.ts";
import { isModel, modelFrom } from "./modelArgument.ts";
import { inCommandOptions } from "./optionNames.ts";

/** What the page calls a model by; any other file is a table to it. */
const MODEL = ".gradus";

export interface LabFile {
  readonly path: string;
  /** What the page calls it; a model's ends in .gradus. */
  readonly name: string;
}

/**
 * Checks the file.
 *
 * @param target the column to predict
 * @throws {GradusError} a file that is not there, cannot be read or is neither a model nor a table; a target that the table
 * lacks, or one of a model
 */
export async function labFile(path: string, target: string | undefined): Promise<LabFile> {
  await requireReadTwice(path);
  await requireOneFile(path);
  const name = basename(path);
  const isNamedModel = name.toLowerCase().endsWith(MODEL);
  if (isNamedModel || (await isModel(path))) {
    using _checked = await modelFrom(path);
    if (target !== undefined) {
      throw new DescriptionError(
        `--target is for a table, but ${path} is a model, which has its target. Leave it out.`,
      );
    }
    return { path: resolve(path), name: isNamedModel ? name : name + MODEL };
  }
  const { columns } = await tableAt(path);
  const names = columns.map((column) => column.name);
  if (target !== undefined && !names.includes(target)) throw unknownColumn(path, target, names);
  return { path: resolve(path), name };
}

async function requireOneFile(path: string): Promise<void> {
  const cannot = `Cannot read ${JSON.stringify(path)}:`;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new DataError(`${cannot} it is a folder. Give one file in it.`);
  if (found === undefined && !path.includes("://") && /[*?[]/.test(path)) {
    throw new DataError(`${cannot} there is no such file, and the lab takes no pattern. Give one file.`);
  }
  if (/\.sql(\.gz)?$/i.test(path)) {
    throw new DataError(`${cannot} it holds SQL, and the lab opens tables. Write the rows as a CSV or Parquet file.`);
  }
}

/** As `gradus train` reads it; what an option would mend there is to be mended in the file. */
async function tableAt(path: string): Promise<Table> {
  try {
    return await readTable(path);
  } catch (error) {
    const option = error instanceof DataError ? /--[a-z-]+/.exec(inCommandOptions(error.message))?.[0] : undefined;
    if (!(error instanceof DataError) || option === undefined) throw error;
    throw new DataError(
      `${error.message} gradus lab has no ${option}: write the table as a CSV file in UTF-8, or as a Parquet file.`,
      { cause: error },
    );
  }
}
