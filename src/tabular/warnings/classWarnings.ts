/**
 * Classes that come too rarely: the network may neglect them, or no row is left to judge them by.
 *
 * Looks at how many rows each class has in each part, and at nothing else.
 */

import { counted } from "../../counted.ts";
import type { ClassificationTarget } from "../../data/encoding.ts";
import { shownLabel } from "../../data/labels.ts";
import { listedClasses } from "../../data/rareClasses.ts";
import { BALANCED_METRIC, BALANCED_WEIGHTS, valuedOption } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import { rounded } from "../../rounded.ts";
import { classCounts } from "../classWeights.ts";
import type { FoldParts } from "../fold.ts";

/** From so many rows of the most frequent class for one of the rarest on, the classes are out of balance. */
const IMBALANCE = 10;

/** Warnings: `single-row-classes`, `rare-classes`, `imbalanced-classes`. */
export function classWarnings({ target, training, validation, test }: FoldParts): Warning[] {
  if (target.task !== "classification") return [];
  const countsOf = (part: FoldParts["test"]): number[] | undefined =>
    part && classCounts(part.patterns.desired, target.classes.length);
  const learned = countsOf(training) as number[];
  const evaluated = { validation: countsOf(validation), test: countsOf(test) };
  const single = shownWhere(
    target,
    (index) => learned[index] === 1 && !evaluated.validation?.[index] && !evaluated.test?.[index],
  );
  return [
    ...singleWarning(target, single),
    ...rareWarning(target, learned, evaluated, single),
    ...imbalanceWarning(target, learned),
  ];
}

/** Classes as messages show them. */
function shownWhere(target: ClassificationTarget, isOne: (index: number) => boolean): string[] {
  return target.classes.flatMap((_, index) => (isOne(index) ? [shownLabel(target, index)] : []));
}

/** Classes of one row in all parts together. */
function singleWarning({ column }: ClassificationTarget, single: readonly string[]): Warning[] {
  if (single.length === 0) return [];
  const [occur, rows] = single.length === 1 ? ["occurs", "it is a training row"] : ["occur", "these are training rows"];
  const message =
    `${capital(listedClasses(single))} of ${column} ${occur} in only one row: ${rows} and never evaluated. ` +
    `Add rows, leave such rows out, ${valuedOption("rare", "drop")}, or join such classes into one, "other", ${valuedOption("rare", "join")}.`;
  return [{ code: "single-row-classes", columns: [column], message }];
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

function imbalanceWarning(target: ClassificationTarget, counts: readonly number[]): Warning[] {
  const { column } = target;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  if (most < IMBALANCE * least) return [];
  const of = (count: number): string =>
    `${shownLabel(target, counts.indexOf(count))} has ${count} of ${rows} training rows (${percent(count / rows)})`;
  const message =
    `The classes of ${column} are imbalanced: ${of(most)}, ${of(least)}. A model that ignores rare classes can still have a high accuracy: ` +
    `use balanced accuracy as the metric, ${BALANCED_METRIC}, and, if rare classes matter as much as frequent ones, ${BALANCED_WEIGHTS}.`;
  return [{ code: "imbalanced-classes", columns: [column], message }];
}

/** Classes that a part for judging lacks. */
function rareWarning(
  target: ClassificationTarget,
  learned: readonly number[],
  evaluated: Readonly<Record<string, readonly number[] | undefined>>,
  single: readonly string[],
): Warning[] {
  const { column } = target;
  const alreadyNamed = new Set(single);
  const absent = Object.entries(evaluated).flatMap(([part, counts]) => {
    const labels = shownWhere(target, (index) => counts?.[index] === 0).filter((label) => !alreadyNamed.has(label));
    if (labels.length === 0) return [];
    const list = `${labels.slice(0, 5).join(", ")}${labels.length > 5 ? ", …" : ""}`;
    return [
      `no ${part} row has ${labels.length === 1 ? `the class ${list}` : `one of ${labels.length} classes (${list})`}`,
    ];
  });
  if (absent.length === 0) return [];
  const fewest = Math.min(...learned);
  const message =
    `Some classes of ${column} have too few rows for every part: ${absent.join("; ")}, so the metrics there do not cover ` +
    `${absent.length > 1 ? "such classes" : "it"}. The rarest class has ${counted(fewest, "training row")}. ` +
    "Add rows of rare classes, or join them into one class in the table.";
  return [{ code: "rare-classes", columns: [column], message }];
}

/** A share with two digits that count. */
function percent(share: number): string {
  return `${rounded(100 * share, 2)} %`;
}
