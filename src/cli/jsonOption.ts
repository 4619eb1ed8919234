/**
 * The options --json and --jsonl: a command's result for programs instead of people.
 *
 * --json is one document on standard output, printed when the command is done; progress, notes and errors stay on standard
 * error. --jsonl, of commands that have many results or events, is a JSON object a line as each is there. docs/json.md
 * lists the fields. Knows no command.
 */
import type { Command } from "commander";
import { DescriptionError } from "../node.ts";

export interface JsonFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/** Adds --json to a command. @param what the document is */
export function withJson(command: Command, what: string): Command {
  return command.option("--json", `print ${what} as one JSON document`);
}

/** Adds both options. @param line what a line of --jsonl is */
export function withJsonLines(command: Command, what: string, line: string): Command {
  return withJson(command, what).option("--jsonl", `print ${line} as a line of JSON, as soon as it is known`);
}

/** Which form was asked for. @throws {DescriptionError} both */
export function jsonForm({ json, jsonl }: JsonFlags): "json" | "jsonl" | undefined {
  if (json && jsonl) throw new DescriptionError("--json is one document, --jsonl a line each. Leave one out.");
  return json ? "json" : jsonl ? "jsonl" : undefined;
}

/** Elements that are JSON as the lines of one array, or of a part of it: all of them need not be held at once. */
export function* arrayLines(
  elements: Iterable<string>,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): Generator<string> {
  let open: string | undefined;
  if (first) yield "[";
  for (const element of elements) {
    if (open !== undefined) yield `${open},`;
    open = element;
  }
  if (open !== undefined) yield last ? open : `${open},`;
  if (last) yield "]";
}
