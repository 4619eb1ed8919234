/** The recipes by name, and the one that is used when none is named. */
import { lookUp } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";
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

/** The recipe of a model's training. Models of the first versions don't name it; there was but one. */
export function recipeOf({ options }: ModelDocument["provenance"]): RecipeEntry {
  return lookUp(recipes, String(options.recipe ?? "plain"), "recipe");
}
