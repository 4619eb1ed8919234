/** The recipes by name, and the one that is used when none is named. */
import type { RecipeEntry } from "../recipe.ts";
import { plain } from "./plain.ts";
import { realmlp, realmlpS, small } from "./realmlp.ts";

export const recipes = {
  realmlp,
  "realmlp-s": realmlpS,
  small,
  plain,
} as const satisfies Readonly<Record<string, RecipeEntry>>;

export type RecipeName = keyof typeof recipes;

export const DEFAULT_RECIPE: RecipeName = "realmlp";
