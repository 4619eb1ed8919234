/** Columns that are asked for and left out at once. Knows options, and no table. */
import type { ColumnRoles } from "../data/table.ts";
import { DescriptionError } from "../errors.ts";

interface Asked {
  readonly target: string | readonly string[];
  readonly features?: readonly string[] | undefined;
  readonly types?: ColumnRoles | undefined;
}

/** @throws {DescriptionError} a target or feature of type "skip", which no reader reads */
export function requireNoneSkipped({ target, features = [], types = {} }: Asked): void {
  const roles = new Map(Object.entries(types));
  const refuse = (names: readonly string[], what: string): void => {
    const found = names.find((name) => roles.get(name) === "skip");
    if (found === undefined) return;
    throw new DescriptionError(
      `Column ${JSON.stringify(found)} is ${what}, but its type "skip" leaves it out. Remove the type or the ${what.split(" ")[1]}.`,
    );
  };
  refuse(typeof target === "string" ? [target] : target, "a target");
  refuse(features, "a feature");
}
