/**
 * Models on a disk: saving one, and reading the bytes of one. Node only; the file's content is the business of
 * `modelFile.ts`, the safe way of writing that of `atomicWrite.ts`.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ModelFileError, nearest } from "../../errors.ts";
import type { Model } from "../model.ts";
import { writeAtomically } from "./atomicWrite.ts";

/**
 * Saves a model. Whenever the process stops, the path holds the model that was there or this one, whole.
 *
 * @throws {GradusError} when the path can't be written
 */
export async function saveModel(path: string, model: Pick<Model, "toBytes">): Promise<void> {
  await writeAtomically(path, model.toBytes());
}

/** The bytes of a model file, unchecked. @throws {ModelFileError} when there is none or it can't be read */
export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new ModelFileError(`Cannot read ${path}: it is ${found.isDirectory() ? "a folder" : "not a file"}.`);
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
      return `the system answered ${code}.`;
  }
}
