/** What the errors of the file system mean for whoever named the file. */
import { DataError } from "../../errors.ts";
import { cannotRead } from "../text/cannotRead.ts";

/** What an error of the file system means for whoever named the file. */
export function fileError(path: string, error: unknown): DataError {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new MissingFileError(`${cannotRead(path)} there is no such file.`);
    case "EACCES":
    case "EPERM":
      return new DataError(`${cannotRead(path)} it is not permitted. Change its permissions (chmod u+r), or copy it.`);
    case "EISDIR":
      return folderError(path);
    default:
      return new DataError(`${cannotRead(path)} ${message}.`);
  }
}

/** No file is there. */
export class MissingFileError extends DataError {}

/** The error for a folder, with how to name the files in it. */
export function folderError(path: string): DataError {
  const pattern = JSON.stringify(`${path.replace(/\/+$/, "")}/*.csv`);
  return new DataError(`${cannotRead(path)} it is a folder. Give a file in it, or several by a pattern: ${pattern}.`);
}
