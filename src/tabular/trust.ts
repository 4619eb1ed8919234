/**
 * What makes a model hard to trust: which warnings of a training its file keeps, and are repeated to whoever uses the model.
 *
 * Knows no statistics: what is found elsewhere is sorted here.
 */
import type { Warning } from "../data/table.ts";
import { listOf, optional, requireKind, text, withFields } from "../kinds.ts";
import type { ModelDocument } from "../models/document.ts";

/** The codes that a model's file keeps. */
const KEPT: ReadonlySet<string> = new Set([
  "untrained",
  "constant-predictions",
  "worse-than-baseline",
  "no-better-than-baseline",
  "time-too-short",
  "time-order",
  "chosen-by-validation",
  "divided-anew",
  "learned-online",
  "learned-elsewhere",
]);

/**
 * Warning: `untrained`, of a model whose networks all have their starting parameters.
 *
 * @param atBaseline whether these predict as the baseline does, as those of a training that is cut to the time
 */
export function untrainedWarning(atBaseline: boolean): Warning {
  const meaning = atBaseline
    ? "Its predictions are those of the baseline, the same for every row. Give the training more time, or use another learning rate."
    : "Its predictions are meaningless. Train longer, or use another learning rate.";
  const message = `The model has its initial parameters: no epoch was finished, or none was better. ${meaning}`;
  return { code: "untrained", columns: [], message };
}

/** Warning: `not-improved`, of a training that went on from a model and has its parameters at the end. */
export const unimprovedWarning: Warning = {
  code: "not-improved",
  columns: [],
  message:
    "The parameters are those of the model that the training went on from: no epoch was finished, or none was better on the validation rows. Train for more epochs, or use another learning rate.",
};

/** Those of a training's warnings that whoever uses the model has to know, as its document has them. */
export function keptWarnings(warnings: readonly Warning[]): Pick<ModelDocument, "warnings"> {
  const kept = warnings.filter(({ code }) => KEPT.has(code)).map(({ code, message }) => ({ code, message }));
  return kept.length === 0 ? {} : { warnings: kept };
}

const keptKind = listOf(withFields("a warning", { code: text, message: text }), "warnings");
const documentKind = withFields("a model's document", { warnings: optional(keptKind) });

/** Those of a model's warnings that hold whatever its parameters are: none that its training or its evaluation gave. */
export function lastingWarnings({
  warnings = [],
}: Pick<ModelDocument, "warnings">): NonNullable<ModelDocument["warnings"]> {
  return warnings.filter(({ code }) => !KEPT.has(RENAMED[code] ?? code));
}

/** Codes that files of earlier versions have under another name. */
const RENAMED: Readonly<Record<string, string>> = { "constant-answers": "constant-predictions" };

/** Codes of what a model got after its training. */
const LATER: ReadonlySet<string> = new Set(["weights-replaced"]);

/** What a model's training found, as warnings of its use. @param found what is warned of already: not twice */
export function trainingWarnings(document: Pick<ModelDocument, "warnings">, found: readonly Warning[] = []): Warning[] {
  requireKind("trainingWarnings' document", document, documentKind);
  requireKind("the warnings that were found", found, keptKind);
  const { warnings: kept = [] } = document;
  const warnings = kept.map(({ code, message }) => ({ code: RENAMED[code] ?? code, message }));
  const foundCodes = new Set(found.map(({ code }) => code));
  const left = warnings.filter(({ code }) => !foundCodes.has(code));
  return left.map(({ code, message }) => ({
    code,
    columns: [],
    message: LATER.has(code) ? message : `From the model's training: ${message}`,
  }));
}
