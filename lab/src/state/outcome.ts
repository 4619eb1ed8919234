/** What the reader looks at of the outcome: the view, the rows, the row that is marked in the map. */
import { signal } from "@preact/signals";
import type { CurveKind, CurveLook } from "../drawing/curves.ts";
import type { Baseline, Part } from "../outcomeAnswers.ts";
import { comparable } from "./runs.ts";

export const viewNames = ["output", "mistakes", "probabilities", "predict", "effects", "runs"] as const;
export type ViewName = (typeof viewNames)[number];

export const view = signal<ViewName>("output");
export const part = signal<Part>("validation");
/** A row of the data, from 0, that the map shows by a ring. */
export const marked = signal<number | undefined>(undefined);
/** The epoch at which the curves are read out. */
export const readAt = signal<number | undefined>(undefined);
export const isLogLoss = signal(false);
/** Of the validation rows, by predicting the training rows' class shares or mean. */
export const baseline = signal<Baseline | undefined>(undefined);

/** What the curves show beside the points. */
export function curveLook(kind: CurveKind): CurveLook {
  return { at: readAt.value, baseline: baseline.value?.[kind], isLog: isLogLoss.value, kept: comparable(kind) };
}
