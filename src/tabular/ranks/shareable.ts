/**
 * What a training on a shared table can't do yet: refused before anything is read, so that no option is ignored and no figure is that of
 * one rank's rows.
 *
 * One table. Knows options, and no rows.
 */
import { optionName } from "../../data/remedies.ts";
import { DescriptionError } from "../../errors.ts";
import type { TrainOptions } from "../trainOptions.ts";

type Options = Omit<TrainOptions<unknown>, "table" | "target">;

interface Refused {
  readonly option: keyof Options & Parameters<typeof optionName>[0];
  /** Whether the value is one that takes all rows or several networks; each that is given when absent. */
  holds?(options: Options): boolean;
  readonly why: string;
}

const refused: readonly Refused[] = [
  { option: "split", why: "each rank has rows of its own, and which are the latest takes all" },
  { option: "rare", holds: ({ rare }) => rare === "drop", why: "ranks don't drop rows of a class" },
  { option: "time", why: "each rank would plan by its own clock" },
  { option: "plan", why: "it is that of a training with a time" },
  { option: "precision", why: "ranks learn in full precision" },
  {
    option: "validationFraction",
    holds: ({ validationFraction }) => validationFraction === 0,
    why: "the validation rows choose the epoch and evaluate the model",
  },
];

/** @throws {DescriptionError} the first option that ranks which share a table can't do */
export function requireShareable(options: Options): void {
  const found = refused.find(({ option, holds = () => true }) => options[option] !== undefined && holds(options));
  if (found === undefined) return;
  throw new DescriptionError(
    `${optionName(found.option, "Option")} is not for ranks that share the rows of a table: ${found.why}. Leave it out, or let every rank read the whole table.`,
  );
}
