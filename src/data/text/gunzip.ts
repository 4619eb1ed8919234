/** Gzip unpacked by what every runtime has for it. */
import { DataError } from "../../errors.ts";
import { cannotRead } from "./cannotRead.ts";

/** @param message of whoever unpacks it */
export function gzipError(name: string, message: string): DataError {
  return new DataError(
    `${cannotRead(name)} its gzip compression is damaged or incomplete (${message}). Copy or download it again.`,
  );
}
