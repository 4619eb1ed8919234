/** What an operation reads and writes, by its entry in the table of `ops.ts`. */
import type { Argument } from "./ops/argument.ts";
import type { OperationEntry } from "./ops/entry.ts";
import type { LocalStep, Region } from "./plan.ts";

/** What has the fields of an operation. */
type Fields = Readonly<Record<string, unknown>>;

/** The regions that an operation reads, and those that it writes. */
export function touched(
  entry: OperationEntry,
  fields: Fields,
): {
  readonly reads: readonly Region[];
  readonly writes: readonly Region[];
} {
  const reads: Region[] = [];
  const writes: Region[] = [];
  for (const [name, argument] of Object.entries(entry.arguments)) {
    if (argument.kind === "step") reads.push(...ofStep(fields[name] as LocalStep));
    if (!hasAccess(argument)) continue;
    if (argument.access !== "write") reads.push(...regionsOf(fields[name]));
    if (argument.access !== "read") writes.push(...regionsOf(fields[name]));
  }
  return { reads, writes };
}

function hasAccess(argument: Argument): argument is Extract<Argument, { access: unknown }> {
  return argument.kind === "region" || argument.kind === "regions";
}

function ofStep(step: LocalStep): readonly Region[] {
  return step.by === "activation" ? [step.field, step.output] : [];
}

/** The regions that a field holds: one, several, or none. */
export function regionsOf(field: unknown): readonly Region[] {
  if (Array.isArray(field)) return field as readonly Region[];
  return field === null || field === undefined ? [] : [field as Region];
}
