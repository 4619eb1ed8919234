/**
 * The problem that a model was trained on, completed again from its document.
 *
 * A document records the options as the user wrote them; what they left open, the recipe decides again. Knows nothing of
 * parameters or data.
 */
import { completeProblem, type Problem } from "../engines/engine.ts";
import type { ModelDocument } from "../models/document.ts";
import { plainRecipe, type Settings } from "./recipe.ts";

/** Settings of the step that may be others than those of the training. */
export type StepSettings = Pick<Settings, "optimizer" | "learningRate" | "batchSize" | "l1" | "l2" | "clipNorm">;

/**
 * A model's problem: its network, its loss, and the optimizer, penalties and batch size of its training.
 *
 * @param changes another optimizer takes its own learning rate unless one is given
 * @throws {DescriptionError} a setting that is unknown or out of range
 */
export function problemOf(
  { task, network, loss, provenance }: Pick<ModelDocument, "task" | "network" | "loss" | "provenance">,
  changes: StepSettings = {},
): Problem {
  const size = { task, rows: provenance.rows.training, inputs: network.inputs, outputs: network.outputs };
  const { optimizer, learningRate, batchSize, l1, l2, clipNorm } = provenance.options;
  // JSON has no Infinity: a null is a clipNorm that clips nothing.
  const recorded = { optimizer, batchSize, l1, l2, clipNorm: clipNorm ?? undefined } as Settings;
  const rate = changes.optimizer === undefined ? { learningRate: learningRate as number | undefined } : {};
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const recipe = plainRecipe(size, { ...recorded, ...rate, ...given });
  return completeProblem({ ...recipe, network, loss, seed: provenance.seed });
}
