/**
 * The problem that a model was trained on, completed again from its document.
 *
 * A document records the options as the user wrote them; what they left open, the recipe decides again. Knows nothing of
 * parameters or data.
 */

import { inputColumns } from "../data/encoder.ts";
import type { Problem } from "../engines/engine.ts";
import { readResults } from "../givenResult.ts";
import { type Kinds, requireKind, requireOptions } from "../kinds.ts";
import { documentKind, type ModelDocument } from "../models/document.ts";
import { namedSettings, problemOfRecipe, type Settings, settingKinds } from "./recipe.ts";
import { recipeOf } from "./recipes/recipes.ts";

/** Settings of the step that may differ from those of the training. */
export type StepSettings = Pick<Settings, "optimizer" | "learningRate" | "batchSize" | "l1" | "l2" | "clipNorm">;

const { optimizer: optimizerKind, learningRate, batchSize, l1, l2, clipNorm } = settingKinds;
export const stepKinds = {
  optimizer: optimizerKind,
  learningRate,
  batchSize,
  l1,
  l2,
  clipNorm,
} as const satisfies Kinds<StepSettings>;

export type ProblemDocument = Pick<ModelDocument, "task" | "encoder" | "network" | "loss" | "provenance">;

/**
 * A model's problem: its network, its loss, and the optimizer, penalties and batch size of its training.
 *
 * @param changes another optimizer takes its own learning rate unless one is given
 * @throws {DescriptionError} a setting that is unknown or out of range
 *
 * @example
 * import { train } from "gradus";
 * import { problemOf } from "gradus/network";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", recipe: "plain", epochs: 5 });
 * const { optimizer } = problemOf(model.document, { learningRate: 0.001 });
 * optimizer.learningRate; // 0.001
 */
export function problemOf(document: ProblemDocument, changes: StepSettings = {}): Problem {
  requireKind("problemOf's document", document, documentKind);
  requireOptions(changes, stepKinds, "problemOf");
  return readResults("train", { document }, (results) => problemWith(results.document, changes));
}

/** Of a network that another program trained, for a usual batch size. */
const UNKNOWN_ROWS = 1000;

function problemWith({ task, encoder, network, loss, provenance }: ProblemDocument, changes: StepSettings): Problem {
  const { optimizer, learningRate, weightDecay, batchSize, l1, l2, clipNorm } = provenance.options;
  // JSON has no Infinity: a null is a clipNorm that clips nothing.
  const recorded = { optimizer, weightDecay, batchSize, l1, l2, clipNorm: clipNorm ?? undefined } as Settings;
  const rate = changes.optimizer === undefined ? { learningRate: learningRate as number | undefined } : {};
  const given = Object.fromEntries(Object.entries(namedSettings(changes)).filter(([, value]) => value !== undefined));
  const { outputs } = network;
  const size = {
    task,
    rows: provenance.rows.training || UNKNOWN_ROWS,
    inputs: inputColumns(encoder),
    outputs,
    folds: 1,
  };
  const decided = recipeOf(provenance).decide(size, { ...recorded, ...rate, ...given });
  return problemOfRecipe({ ...decided, network, loss }, provenance.seed);
}
