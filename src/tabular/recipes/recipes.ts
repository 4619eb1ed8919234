/** The recipes by name; the first is what a table is trained with when nothing is said. */
import type { RecipeEntry } from "../recipe.ts";
import { plain } from "./plain.ts";
import { realmlp, realmlpS } from "./realmlp.ts";

export const recipes = {
  realmlp,
  "realmlp-s": realmlpS,
  plain,
} as const satisfies Readonly<Record<string, RecipeEntry>>;

export type RecipeName = keyof typeof recipes;
