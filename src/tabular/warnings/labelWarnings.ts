/**
 * Labels that too few rows have, or lack: the network may neglect them, or no row is left to judge them by.
 *
 * Looks at how many rows of each part have each label, and at nothing else.
 */
import { BALANCED_METRIC, BALANCED_WEIGHTS } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import { labelCounts } from "../classWeights.ts";
import type { FoldParts } from "../fold.ts";

/** From so many rows of a label's more frequent value for one of the other on, the label is out of balance. */
const IMBALANCE = 10;
/** So many labels are named. */
const LISTED = 5;

/** Warnings: `rare-labels`, `imbalanced-labels`. */
export function labelWarnings({ target, training, validation, test }: FoldParts): Warning[] {
  if (target.task !== "multilabel") return [];
  const names = target.labels.map(({ column }) => column);
  return [
    ...rareWarning(names, { training, validation, test }),
    ...imbalanceWarning(names, labelCounts(training.patterns.desired, names.length), training.table.rows),
  ];
}

/** Labels that all rows of a part have, or none has. */
function rareWarning(names: readonly string[], parts: Pick<FoldParts, "training" | "validation" | "test">): Warning[] {
  const absent = Object.entries(parts).flatMap(([part, rows]) => {
    if (rows === undefined) return [];
    const counts = labelCounts(rows.patterns.desired, names.length);
    const where = (what: string, isSo: (count: number) => boolean): string[] => {
      const found = names.filter((_, at) => isSo(counts[at]));
      return found.length === 0 ? [] : [`${what} ${part} row has ${listed(found)}`];
    };
    return [...where("no", (count) => count === 0), ...where("every", (count) => count === rows.table.rows)];
  });
  if (absent.length === 0) return [];
  const message =
    `Some labels have too few rows for every part: ${absent.join("; ")}. The metrics there do not cover such labels. ` +
    "Add rows with them, or leave such labels out of the targets.";
  return [{ code: "rare-labels", columns: names, message }];
}

function imbalanceWarning(names: readonly string[], counts: readonly number[], rows: number): Warning[] {
  const uneven = names.filter((_, at) => {
    const least = Math.min(counts[at], rows - counts[at]);
    return rows - least >= IMBALANCE * least;
  });
  if (uneven.length === 0) return [];
  const figures = uneven.map((name) => `${counts[names.indexOf(name)]} have ${name}`);
  const message =
    `Some labels are imbalanced: of ${rows} training rows, ${listed(figures)}. A model that ignores rare values can still have few wrong labels: ` +
    `check the F1 of each label, use balanced accuracy as the metric, ${BALANCED_METRIC}, and, if rare values matter as much, ${BALANCED_WEIGHTS}.`;
  return [{ code: "imbalanced-labels", columns: uneven, message }];
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, LISTED).join(", ")}${names.length > LISTED ? ", …" : ""}`;
}
