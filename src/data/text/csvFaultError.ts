/** The error for a text that is no CSV. */
import { DataError } from "../../errors.ts";
import type { CsvFault } from "./csvSplitter.ts";

/** @param source how the message begins */
export function csvFaultError(source: string, fault: CsvFault): DataError {
  switch (fault.kind) {
    case "unclosed":
      return new DataError(
        `${source} a quote (") opens in line ${fault.line} and is never closed. Close it, or remove it.`,
      );
    case "text-after-quote":
      return new DataError(
        `${source} the value in quotes that begins in line ${fault.line} is closed in line ${fault.closedLine}, but text follows it. Write quotes inside quotes twice: "".`,
      );
    default:
      return fault satisfies never;
  }
}
