/**
 * gradus/tune: a search over settings: many trainings, of which the best is chosen; any runtime.
 *
 * @module gradus/tune
 */

export type { Json, JsonObject } from "../models/json.ts";
export type { RecipeSpace } from "../tune/defaultSpace.ts";
export { recipeSpaces } from "../tune/defaultSpace.ts";
export { type HalvingOptions, halvingRungs, type Rung, type SearchName, searches } from "../tune/halving.ts";
export { type ObjectiveLike, type ObjectiveName, objectiveNames, type Scores } from "../tune/objective.ts";
export { rankTrials } from "../tune/search.ts";
export type { ChoiceRange, FloatRange, IntRange, Range, Space, SpaceLike } from "../tune/space.ts";
export type { TrialJob, TrialRecord } from "../tune/trial.ts";
export type { Tunable } from "../tune/tunable.ts";
export { tunable, type Value, type Values } from "../tune/tunable.ts";
export { type TuneResult, tune } from "../tune/tune.ts";
export type { Study, TuneOptions, TuneStart } from "../tune/tuneOptions.ts";
