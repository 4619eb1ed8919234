/**
 * A model's networks before they go on: each with its parameters, its encoder and its target, and the rows that it learns from.
 *
 * On the table of the model's training they are that training's rows again; another table is divided anew. Knows nothing of sessions.
 */
import type { Table } from "../../data/table.ts";
import { refitTarget, rowsWithTarget, withRanges } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import { importedBy, type ModelDocument, memberCount, memberDocument } from "../../models/document.ts";
import { memberParameters } from "../../models/members.ts";
import type { Model } from "../../models/model.ts";
import { type Dataset, datasetOf } from "../dataset.ts";
import type { RowDivision } from "../division.ts";
import type { Fold } from "../fold.ts";
import type { MemberCounts } from "../members/memberTasks.ts";
import type { Request } from "../request.ts";
import { dividedRows, TrainingDivision } from "../rowsOfModel.ts";

/** The rows of a model's networks. */
export interface GoingOn {
  readonly division: RowDivision;
  readonly counts: MemberCounts;
  readonly dataset: Dataset;
  /** The place of each network's fold among the dataset's. */
  readonly folds: readonly number[];
  /** Made when it is asked for. @param member a network's place in the model */
  fold(member: number): Fold;
}

/** Of the table of the model's training, the rows that it did not learn from; undefined for another table, or where there are none. */
export const ownTestRows = (model: Model, table: Table): Table | undefined =>
  ownRows(model, table)?.fold(0).test?.table;

/** The rows as the training of the model divided them; undefined for another table, or where they are not found again. */
export function ownRows(model: Model, table: Table): GoingOn | undefined {
  const { document } = model;
  const networks = memberCount(document);
  // New rows may have one class alone, or one number, from which no target could be fitted.
  const { rows } = rowsWithTarget(table, targetNames(document.target));
  if (rows.length < dividedRows(document)) return undefined;
  if (rows.length > dividedRows(document) && !leavesOut(document)) return undefined;
  const division = new TrainingDivision(document, table);
  const ofMember = (member: number) =>
    division.foldOf({ document, member, parameters: memberParameters(model, member) });
  const first = ofMember(0);
  if (first === undefined) return undefined;
  const folds = [first.at];
  for (let member = 1; member < networks; member++) {
    const own = ofMember(member);
    if (own === undefined) return undefined;
    folds.push(own.at);
  }
  const { dataset } = first;
  const isWhole = networks % dataset.folds === 0;
  return {
    division: "training",
    counts: isWhole ? { folds: dataset.folds, ensemble: networks / dataset.folds } : { folds: networks, ensemble: 1 },
    dataset,
    folds,
    fold: (member) => (member === 0 ? first.fold : (ofMember(member)?.fold ?? first.fold)),
  };
}

/** Whether the model's training left out rows that have a target. */
function leavesOut({ weights, provenance: { options } }: ModelDocument): boolean {
  return weights !== undefined || options.rare === "drop";
}

/** The rows of another table, divided as the options ask: in the model's number of folds, unless one part is to validate. */
export function newRows({ document }: Model, { rows, settings }: Request): GoingOn {
  const networks = memberCount(document);
  const wanted = settings.validationFraction === undefined ? foldsOf(document) : 1;
  const asked = datasetOf({ ...rows, folds: undefined, usualFolds: () => wanted, known: document.target });
  // Too few rows, or groups, for so many folds.
  const dataset = networks % asked.folds === 0 ? asked : asked.inFolds(1);
  const folds = Array.from({ length: networks }, (_, member) => member % dataset.folds);
  return {
    division: "anew",
    counts: { folds: dataset.folds, ensemble: networks / dataset.folds },
    dataset,
    folds,
    fold: (member) => {
      const fold = withinRanges(dataset.fold(folds[member], undefined, memberDocument(document, member)));
      return importedBy(document) === undefined ? fold : withShares(fold);
    },
  };
}

/** The usual number of folds, of a model whose training had a limited time. */
const USUAL_FOLDS = 5;

/** How many folds a model's training had: as recorded or, where the recipe or the time decided, as many as the networks allow. */
function foldsOf(document: ModelDocument): number {
  const networks = memberCount(document);
  const { folds, ensemble } = document.provenance.options;
  const recorded = [folds, typeof ensemble === "number" ? networks / ensemble : undefined, USUAL_FOLDS];
  const found = recorded.find(
    (count) => typeof count === "number" && Number.isInteger(count) && networks % count === 0,
  );
  return (found as number | undefined) ?? (networks < USUAL_FOLDS ? networks : 1);
}

/** The class shares of an imported model are those of no rows; no number of a network depends on them. */
function withShares(fold: Fold): Fold {
  const { target, training } = fold;
  if (target.task === "regression") return fold;
  return { ...fold, target: refitTarget(target, training.table) };
}

/** Predictions are held within the numbers that were learned, where the model holds them: these too. */
function withinRanges(fold: Fold): Fold {
  const { target, training } = fold;
  if (target.task !== "regression" || target.ranges === undefined) return fold;
  const known = target.ranges;
  const { ranges = known } = withRanges(target, training.table);
  const wider = ranges.map(([least, greatest], at): [number, number] => [
    Math.min(least, known[at][0]),
    Math.max(greatest, known[at][1]),
  ]);
  return { ...fold, target: { ...target, ranges: wider } };
}
