/** The option --example of trace and derive: one of the small networks instead of a model. Knows nothing of what they are. */
import type { Option } from "commander";
import { DescriptionError } from "../node.ts";
import { choiceOption } from "./options.ts";
import { type TraceExampleName, traceExamples } from "./traceExamples.ts";

export const exampleNames = Object.keys(traceExamples) as TraceExampleName[];

/** --example NAME. */
export function exampleOption(): Option {
  return choiceOption(
    "--example <name>",
    `a small network instead of a model: ${exampleNames.join(", ")}`,
    exampleNames,
  );
}

/** @throws {DescriptionError} a model or --network together with an example */
export function requireExampleAlone(file: string | undefined, { network }: { readonly network?: unknown }): void {
  if (file !== undefined) throw new DescriptionError(`--example is a network of its own; leave ${file} out.`);
  if (network !== undefined) throw new DescriptionError("--network is for models; --example is one network.");
}
