/**
 * Models on a disk: saving one, and reading the bytes of one. Node only; the file's content is the business of
 * `modelFile.ts`, the safe way of writing that of `atomicWrite.ts`.
 */

import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { targetNames } from "../../data/targetNames.ts";
import { ModelFileError, nearest } from "../../errors.ts";
import { func, requireKind, withFields } from "../../kinds.ts";
import type { Model } from "../model.ts";
import { readModelFile } from "../modelFile.ts";
import { writeAtomically } from "./atomicWrite.ts";

/**
 * Saves a model. The write is atomic: if the process stops, the file is either the old or the new model.
 *
 * @throws {GradusError} when the path can't be written
 *
 * @example
 * import { loadModel, saveModel, train } from "gradus/node";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", epochs: 2, folds: 1 });
 * await saveModel("penguins.gradus", model);
 * (await loadModel("penguins.gradus")).task; // "classification"
 */
export async function saveModel(path: string, model: Pick<Model, "toBytes">): Promise<void> {
  requireKind("saveModel's model", model, withFields("a model", { toBytes: func }));
  await writeAtomically(path, model.toBytes());
}

/** What is at a path where a file is to be written: nothing, some file, or a model. */
export type SavedFile = "nothing" | "other" | { readonly targets: readonly string[] };

/**
 * Finds what would be lost if a file were written to a path. An empty file is nothing; a model that cannot be read is a file
 * like any other.
 */
export async function savedFile(path: string): Promise<SavedFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.isFile() && found.size === 0)) return "nothing";
  if (!found.isFile() || !(await beginsLikeModel(path))) return "other";
  try {
    const { target } = readModelFile(await readFile(path), path).document;
    return { targets: targetNames(target) };
  } catch {
    return "other";
  }
}

/** Whether a JSON object follows the eight bytes of its length: of other files, however long, no more is read. */
async function beginsLikeModel(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await handle?.read({ buffer: new Uint8Array(9), position: 0 })) ?? { bytesRead: 0 };
    return bytesRead === 9 && buffer?.[8] === 0x7b;
  } finally {
    await handle?.close();
  }
}

/** The bytes of a model file, unchecked. @throws {ModelFileError} when there is none or it can't be read */
export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) {
      const kind = found.isDirectory() ? "a folder" : "not a file";
      throw new ModelFileError(`Cannot read ${path}: it is ${kind}. Give the path of a file.`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof ModelFileError || !(error instanceof Error) || !("code" in error)) throw error;
    throw new ModelFileError(`Cannot read ${path}: ${await causeOf(String(error.code), path)}`, { cause: error });
  }
}

async function causeOf(code: string, path: string): Promise<string> {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR": {
      const near = nearest(basename(path), await readdir(dirname(path)).catch(() => []));
      return `there is no such file.${near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`}`;
    }
    case "EACCES":
    case "EPERM":
      return "it is not permitted. Change the file's permissions.";
    default:
      return `the system reported ${code}.`;
  }
}
