/** Whether it is known how the columns of an encoder are read, which a model in another form has to know. */
import type { Encoder } from "../data/encoding.ts";
import { DescriptionError } from "../errors.ts";

/**
 * @param what what is made of the model: "a module"
 * @throws {DescriptionError} a column of a file from before version 3, whose only category may be written in several ways
 */
export function requireReadings(encoders: readonly Encoder[], what: string): void {
  const found = encoders
    .flatMap(({ columns }) => columns)
    .find((column) => column.kind === "category" && !column.reading && column.categories.length === 1);
  if (found === undefined) return;
  throw new DescriptionError(
    `The model's file is of an early version, without how ${JSON.stringify(found.name)} is read: ${what} can't be made of it. Train the model again.`,
  );
}
