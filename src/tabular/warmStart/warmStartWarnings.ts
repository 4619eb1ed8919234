/**
 * What new rows give reason to warn of where a training goes on from a model: its columns, scales, categories and target stay as they are.
 *
 * Knows no network.
 */
import { newlyMissingWarnings } from "../../data/newlyMissing.ts";
import { otherZoneWarnings } from "../../data/otherZones.ts";
import { selectRows } from "../../data/rows.ts";
import type { Table, Warning } from "../../data/table.ts";
import { rowsWithTarget, trueValues } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import { unitedEncoder } from "../../data/unitedEncoder.ts";
import { unseenWarnings } from "../../data/unseen.ts";
import {
  hasImportedBaseline,
  hasImportedScales,
  type ModelDocument,
  memberEncoders,
  withoutLearning,
} from "../../models/document.ts";
import type { RowDivision } from "../division.ts";
import type { Fold } from "../fold.ts";
import { learnedShare, unknownRowsWarnings } from "../warnings/learnedRows.ts";
import { newColumnWarnings } from "../warnings/newColumns.ts";
import { scaleDriftWarnings, targetDriftWarnings } from "./driftWarnings.ts";

/** Of another table than the model's. */
export interface NewRows {
  readonly table: Table;
  /** To test on; rows of `table` when absent. */
  readonly test: Table | undefined;
  readonly fold: Fold;
}

/** Warnings: `new-columns`, `unseen-categories`, `newly-missing`, `other-zones`, `scale-drift`, `target-drift`, `divided-anew`, `learned-online`, `learned-elsewhere`. */
export function warmStartWarnings(
  document: ModelDocument,
  division: RowDivision,
  { table, test, fold }: NewRows,
): Warning[] {
  const unknown = unknownRowsWarnings(withoutLearning(document), test ?? table);
  if (division === "training") return unknown;
  const encoder = unitedEncoder(memberEncoders(document));
  return [
    ...newColumnWarnings(document, table),
    ...unseenWarnings(encoder, table).map(withRemedy),
    ...newlyMissingWarnings(encoder, table),
    ...otherZoneWarnings(encoder, table),
    ...(hasImportedScales(document) ? [] : scaleDriftWarnings(fold)),
    ...(hasImportedBaseline(document) ? [] : targetDriftWarnings(fold)),
    ...learnedBeforeWarnings(document, test ?? table),
    ...unknown,
  ];
}

/** Rows that have a new category don't help: the encoder stays. */
function withRemedy(warning: Warning): Warning {
  return {
    ...warning,
    message: `${warning.message} Going on from a model keeps its categories: to learn others, train anew.`,
  };
}

/** Of the model's training rows, in a table; fewer may be equal by chance. */
const SHARE = 0.05;

/** Warning: `divided-anew`: rows that are held out now may have been training rows of the model. */
function learnedBeforeWarnings(document: ModelDocument, table: Table): Warning[] {
  const { target } = document;
  const { rows } = rowsWithTarget(table, targetNames(target));
  const known = selectRows(table, rows);
  const share = learnedShare(document, known, trueValues(target, known)) ?? 0;
  if (share < SHARE) return [];
  const message =
    `${table.source} has about ${Math.round(100 * share)} % of the rows that the model has learned from, and its rows are divided anew: metrics on held-out rows are too optimistic for new rows. ` +
    "Give only new rows, or evaluate the model on rows that no training used.";
  return [{ code: "divided-anew", columns: [], message }];
}
