/** What is wrong with a model's file: an error that is none of gradus' own, or an answer that is not finite. */

import type { Engine } from "../../../src/engines/engine.ts";
import { GradusError, ModelFileError } from "../../../src/errors.ts";
import { explain } from "../../../src/explain/attribution/explain.ts";
import { type Model, modelFromBytes } from "../../../src/models/model.ts";
import { reference } from "../../../src/reference/reference.ts";
import { evaluate } from "../../../src/tabular/evaluate.ts";

export interface Tried {
  /** In words; undefined where the file is refused, or its answers are finite or refused. */
  readonly wrong?: string;
  readonly loaded: boolean;
}

export interface Trial {
  /** The reference engine when absent. */
  readonly engine?: Engine;
  /** False where what was changed is not computed with: the model is loaded and written again, and asked nothing else. */
  readonly used?: boolean;
  /** False where no prediction is to be explained, which takes longest. */
  readonly explained?: boolean;
}

/** Loads a file, and if that goes, asks the model everything. @param rows with the target's values */
export async function tryFile(
  bytes: Uint8Array,
  rows: readonly object[],
  { engine = reference, used = true, explained = true }: Trial = {},
): Promise<Tried> {
  let model: Model;
  try {
    model = await modelFromBytes(bytes, engine);
  } catch (error) {
    return error instanceof ModelFileError
      ? { loaded: false }
      : { loaded: false, wrong: `loading: ${described(error)}` };
  }
  const questions: Readonly<Record<string, () => unknown>> = {
    toBytes: () => model.toBytes().length,
    predict: () => model.predict(rows),
    responses: () => (model.task === "regression" ? model.values(rows) : model.probabilities(rows)),
    intervals: () => (model.task === "regression" ? model.intervals(rows, 0.5) : []),
    explain: () => (explained ? explain(model, rows.slice(0, 1)) : []),
    evaluate: () => ({ ...evaluate(model, rows), warnings: undefined }),
  };
  try {
    for (const [name, ask] of Object.entries(questions).slice(0, used ? undefined : 1)) {
      const wrong = answerWrong(ask);
      if (wrong !== undefined) return { loaded: true, wrong: `${name}: ${wrong}` };
    }
    return { loaded: true };
  } finally {
    model.dispose();
  }
}

function answerWrong(ask: () => unknown): string | undefined {
  try {
    const place = notFinite(ask());
    return place === undefined ? undefined : `not finite: ${place}`;
  } catch (error) {
    return error instanceof GradusError ? undefined : described(error);
  }
}

/** The first number that is not finite, with its place. */
function notFinite(value: unknown, place = "answer"): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = notFinite(part, `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function described(error: unknown): string {
  return error instanceof Error ? `${error.stack}`.split("\n").slice(0, 4).join(" | ") : String(error);
}
