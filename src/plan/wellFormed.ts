/**
 * Whether a plan is well formed, by the table of `ops.ts`: every region is written before it is read, lies in the memory, and
 * the shapes of an operation's regions agree. Knows no network.
 */
import type { OperationEntry } from "./ops/entry.ts";
import { operations } from "./ops.ts";
import type { Operation, Plan, Region } from "./plan.ts";
import { sizeOf } from "./regions.ts";
import { touched } from "./touched.ts";
import { extentsOf } from "./words.ts";

/** What is there before a step begins. */
export type Given = readonly Region[];

/**
 * What is wrong with operations that run one after the other, a sentence each; none where they are well formed.
 *
 * @param given what is written before the first
 */
export function faults({ length }: Pick<Plan, "length">, given: Given, all: readonly Operation[]): string[] {
  const written: Region[] = [...given];
  const found: string[] = [];
  for (const [index, operation] of all.entries()) {
    const entry: OperationEntry = operations[operation.op];
    const fields = { ...operation };
    const where = `operation ${index + 1}, ${operation.op}`;
    extentsOf(entry.arguments, fields, (letter, { name, shape }) => {
      found.push(
        `${where}: the shape [${shape.join("×")}] of ${name} doesn't agree with the other regions in ${letter || "its length"}.`,
      );
    });
    const { reads, writes } = touched(entry, fields);
    for (const region of reads) {
      if (!isWritten(region, written)) found.push(`${where}: ${region.name} is read before it is written.`);
    }
    for (const region of [...reads, ...writes]) {
      if (!(region.offset >= 0 && endOf(region) <= length))
        found.push(`${where}: ${region.name} lies outside the memory.`);
    }
    written.push(...writes);
  }
  return found;
}

/** Whether every number of a region was written, in one piece or in several. */
function isWritten(region: Region, written: readonly Region[]): boolean {
  let end = region.offset;
  for (;;) {
    const next = written.find((other) => other.offset <= end && endOf(other) > end);
    if (next === undefined) return end >= endOf(region);
    end = endOf(next);
    if (end >= endOf(region)) return true;
  }
}

function endOf(region: Region): number {
  return region.offset + sizeOf(region);
}
