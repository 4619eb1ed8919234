/**
 * Advice where a training goes on from a model: what names an option that is refused there says what it takes, a training anew.
 *
 * Knows messages alone.
 */
import { namedOptions, optionName } from "../../data/remedies.ts";
import { GradusError } from "../../errors.ts";
import type { RowDivision } from "../division.ts";
import { dividing, refused } from "./warmStartOptions.ts";

/** @param division of the training that goes on, where it is known */
function remedied(message: string, division?: RowDivision): string {
  const anew = `train anew without ${optionName("from")}.`;
  if (message.includes(anew)) return message;
  const names = [...Object.keys(refused), ...(division === "training" ? dividing : [])];
  const named = namedOptions(message, names).map((name) => optionName(name));
  return named.length === 0 ? message : `${message} For ${named.join(" and ")}, ${anew}`;
}

/** A warning whose advice may be an option that is refused here. */
export function withRemedyAnew<W extends { readonly message: string }>(warning: W, division: RowDivision): W {
  return { ...warning, message: remedied(warning.message, division) };
}

/** The same of what a training throws. @param run with options that were checked */
export async function withRemediesAnew<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // The same error: it may have a place, or a model.
    if (error instanceof GradusError) error.message = remedied(error.message);
    throw error;
  }
}
