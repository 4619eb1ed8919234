/**
 * What a search varies where the user names nothing: for each recipe its own ranges.
 *
 * Source of RealMLP's: the space of its hyperparameter search in Holzmüller, Grinsztajn & Steinwart, "Better by Default",
 * NeurIPS 2024. Knows nothing of drawing.
 */

import { nameOf } from "../aliases.ts";
import { type Task, taskKind } from "../data/encoding.ts";
import { object, requireKind, requireName } from "../kinds.ts";
import { type MetricEntry, metrics } from "../metrics/metricTable.ts";
import type { Settings } from "../tabular/recipe.ts";
import type { RecipeName } from "../tabular/recipes/recipes.ts";
import type { ObjectiveLike } from "./objective.ts";
import { rangeOfText, type Space } from "./space.ts";
import { isDecided } from "./tunable.ts";

export interface RecipeSpace {
  /** Ranges as short texts. */
  readonly space: Readonly<Record<string, string>>;
  /** What holds for one task alone. */
  readonly of: Readonly<Record<Task, Readonly<Record<string, string>>>>;
}

const realmlp: RecipeSpace = {
  space: {
    learningRate: "0.02..0.3:log",
    hidden: "256x256x256,64x64x64x64x64,512",
    activation: "relu,selu,mish",
    dropout: "0,0.15,0.3",
    weightDecay: "0,0.02",
    batchSize: "64,128,256",
  },
  of: { classification: { labelSmoothing: "0,0.1" }, multilabel: { labelSmoothing: "0,0.1" }, regression: {} },
};

export const recipeSpaces: Readonly<Record<RecipeName, RecipeSpace>> = {
  realmlp,
  "realmlp-s": { ...realmlp, space: { ...realmlp.space, learningRate: "0.01..0.2:log" } },
  small: { ...realmlp, space: { ...realmlp.space, hidden: "64x64x64,32x32x32,64x64" } },
  plain: {
    space: {
      learningRate: "0.0005..0.02:log",
      hidden: "64x64,128x128,256x256,128x128x128",
      activation: "relu,silu,selu,mish",
      dropout: "0,0.1,0.2,0.3",
      weightDecay: "0.0001..0.1:log",
      batchSize: "32,64,128,256",
    },
    of: {
      classification: { labelSmoothing: "0,0.05,0.1" },
      multilabel: { labelSmoothing: "0,0.05,0.1" },
      regression: {},
    },
  },
};

/** A recipe's ranges, but for the settings that are decided already. */
export function defaultSpace(recipe: RecipeName, task: Task, objective: ObjectiveLike, settings: Settings): Space {
  requireName(recipe, recipeSpaces, "recipe");
  requireKind("defaultSpace's task", task, taskKind);
  const entry: MetricEntry = metrics[nameOf("metric", metrics, objective)];
  requireKind("defaultSpace's settings", settings, object);
  const { space, of } = recipeSpaces[recipe];
  // Smoothed labels lower the probabilities on purpose: a search for good ones leaves them alone.
  const suits = (name: string): boolean => name !== "labelSmoothing" || !entry.ofProbabilities;
  const left = Object.entries({ ...space, ...of[task] }).filter(([name]) => suits(name) && !isDecided(settings, name));
  return Object.fromEntries(left.map(([name, text]) => [name, rangeOfText(name, text)]));
}
