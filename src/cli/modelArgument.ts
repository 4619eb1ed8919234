/** The files that a command is given in a wrong place: a model where a table belongs, and the other way round. */
import { buffer } from "node:stream/consumers";
import { formatTitles, savedFile } from "../entries/internal.ts";
import { DescriptionError, loadModel, type Model } from "../node.ts";
import type { Place } from "./outputs.ts";

/** Names standard input, as a model and as a table. */
export const STANDARD_INPUT = "-";

/** Loads a model from a file, or from standard input. @throws as `loadModel` */
export async function modelFrom(file: string): Promise<Model> {
  if (file !== STANDARD_INPUT) return await loadModel(file);
  return await loadModel(new Uint8Array(await buffer(process.stdin)), { source: "standard input" });
}

/**
 * Loads a command's model.
 *
 * @param table the command's table, where one is named
 * @throws {DescriptionError} a table that is a model: the two have changed places, or a model is given twice
 * @throws as `loadModel`
 */
export async function openModel(command: string, file: string, table?: string): Promise<Model> {
  if (file === STANDARD_INPUT && table === STANDARD_INPUT) {
    throw new DescriptionError(
      "The model and the table are both -, but standard input can be read only once. Save one of them to a file, and give that file.",
    );
  }
  if (table === undefined || file === STANDARD_INPUT || !(await isModel(table))) return await modelFrom(file);
  if (await isModel(file)) throw noTable("the table", table);
  throw new DescriptionError(
    `${file} is not a gradus model, but ${table} is one. The model comes first: gradus ${command} ${table} ${file}`,
  );
}

/** @throws {DescriptionError} a model among the files of a table that is to be learned from */
export async function requireNoModels(tables: readonly Place[]): Promise<void> {
  for (const { name, path } of tables) if (await isModel(path)) throw noTable(name, path);
}

function noTable(name: string, path: string): DescriptionError {
  return new DescriptionError(
    `${path} is a gradus model, but ${name} must be a ${formatTitles()} file. Give such a file instead; "gradus show ${path}" shows what the model holds.`,
  );
}

export async function isModel(path: string): Promise<boolean> {
  return typeof (await savedFile(path)) === "object";
}
