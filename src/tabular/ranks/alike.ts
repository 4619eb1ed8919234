/** What each rank does by itself between two exchanges: where it fails on one, it fails on all, so that none waits for another. */
import { type Collective, gatherData, memberText } from "../../distributed/collective.ts";
import { DataError, GradusError, RunFailedError } from "../../errors.ts";

interface Failure {
  readonly message: string;
  /** What kind of error it is, which decides an exit code. */
  readonly kind: "input" | "run";
}

/** @throws the own error, or one with the message of the first rank that failed; every rank comes here, with or without one */
export function failAlike(ranks: Collective, own: unknown): void {
  const all = gatherData(ranks, own === undefined ? null : failureOf(own), "whether a rank has failed");
  if (own !== undefined) throw own;
  const rank = all.findIndex((failure) => failure !== null);
  if (rank < 0) return;
  const { message, kind } = all[rank] as Failure;
  throw kind === "input"
    ? new DataError(message)
    : new RunFailedError(`${memberText(ranks.members[rank])}: ${message}`);
}

/** The result of something that exchanges nothing. @throws as `failAlike` */
export async function alike<Result>(ranks: Collective, work: () => Result | Promise<Result>): Promise<Result> {
  let result: Result | undefined;
  let own: unknown;
  try {
    result = await work();
  } catch (error) {
    own = error;
  }
  failAlike(ranks, own);
  return result as Result;
}

/** The same of something that returns at once. @throws as `failAlike` */
export function alikeAtOnce<Result>(ranks: Collective, work: () => Result): Result {
  let result: Result | undefined;
  let own: unknown;
  try {
    result = work();
  } catch (error) {
    own = error;
  }
  failAlike(ranks, own);
  return result as Result;
}

function failureOf(error: unknown): Failure {
  const isInput = error instanceof GradusError && !(error instanceof RunFailedError);
  return { message: error instanceof Error ? error.message : String(error), kind: isInput ? "input" : "run" };
}
