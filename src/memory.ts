/**
 * Memory that could not be had, as an error that says how much was wanted and for what.
 *
 * A leaf beside errors.ts. JavaScript throws a RangeError, which a fault of ours may throw as well: it is translated here, around the allocation.
 */
import { isAllocationFailure, OutOfMemoryError } from "./errors.ts";

/**
 * Does what takes memory.
 *
 * @param what a noun with its verb: "a network of 12 parameters takes"
 * @param bytes how much it takes, at least
 * @throws {OutOfMemoryError} where it could not be had
 */
export function allocating<Result>(what: string, bytes: number, allocate: () => Result, remedy?: string): Result {
  try {
    return allocate();
  } catch (error) {
    if (!isAllocationFailure(error)) throw error;
    throw new OutOfMemoryError(what, bytes, remedy);
  }
}
