/** Engines throw where a number is not finite; a training finds the likely cause first. */
import type { Awaitable } from "../engines/engine.ts";
import { NotFiniteError } from "../errors.ts";

/** What work of a session gives, or its error where that is about numbers that are not finite. */
export async function unlessNotFinite<Result>(work: () => Awaitable<Result>): Promise<Result | NotFiniteError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotFiniteError) return error;
    throw error;
  }
}
