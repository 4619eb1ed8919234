/**
 * A model's document from its training: task, loss, columns that count rows, provenance, and the networks that learned.
 *
 * Knows nothing of how the training went beyond its epochs.
 */
import { fingerprint } from "../data/fingerprint.ts";
import { type ColumnRoles, namesOf, type Table } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import {
  type EarlierTraining,
  FORMAT_VERSION,
  importedBy,
  learnedOnline,
  type ModelDocument,
} from "../models/document.ts";
import { version } from "../version.ts";
import type { BegunTraining } from "./beginTraining.ts";
import { type Fold, sizesOf } from "./fold.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import type { RowsProvenance } from "./ranks/sharedRows.ts";
import type { Request } from "./request.ts";
import { keptColumn } from "./rowColumns.ts";
import type { WarmStart } from "./warmStart/warmStart.ts";
import { learnedHashes } from "./warnings/learnedRows.ts";

/** A network that has learned, as a document needs it. */
export type DocumentedMember = Pick<TrainedMember, "description" | "target">;

/** The networks' part of a document. @param members at least one; the first one's target is the model's */
export function networksOf(
  members: readonly DocumentedMember[],
): Pick<ModelDocument, "encoder" | "background" | "target" | "network" | "further"> {
  const [{ description, target }, ...others] = members;
  const { encoder, background, network } = description;
  const text = JSON.stringify(target);
  const further = others.map((member) => ({
    ...member.description,
    ...(JSON.stringify(member.target) !== text && { target: member.target }),
  }));
  return {
    encoder,
    ...(background && { background }),
    target,
    network,
    ...(further.length > 0 && { further }),
  };
}

/** The document of the model that averages these networks' predictions; the metrics come when the model has been evaluated. */
export function documentOf(
  { rows, record, seed, first, engine, warmStart, shared }: BegunTraining,
  members: readonly DocumentedMember[],
  { epochs, bestEpoch }: { readonly epochs: number; readonly bestEpoch: number },
  calibration: Pick<ModelDocument, "temperature" | "interval"> = {},
): ModelDocument {
  const { weights, group } = rows;
  const { target, training } = first.fold;
  const online = warmStart === undefined ? 0 : learnedOnline(warmStart.model.document);
  return {
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    task: target.task,
    loss: first.problem.loss,
    ...(weights !== undefined && { weights: keptColumn(training.table, weights) }),
    ...(group !== undefined && { group: keptColumn(training.table, group) }),
    metrics: {},
    provenance: {
      ...(shared?.provenance ?? provenanceOf(rows, first.fold)),
      seed,
      engine: engine.name,
      options: record,
      epochs,
      bestEpoch,
      ...(warmStart && { earlier: earlierTrainings(warmStart) }),
      ...(online > 0 && { online }),
    },
    ...calibration,
    ...networksOf(members),
  };
}

/** The trainings of the model that this one went on from. */
function earlierTrainings({ model, checksum, division }: WarmStart): EarlierTraining[] {
  const { document } = model;
  const { source, fingerprint: ofTable, rows, epochs, learned, earlier = [] } = document.provenance;
  const imported = importedBy(document);
  const training = {
    model: checksum,
    source,
    fingerprint: ofTable,
    rows: rows.training,
    epochs,
    ...(division === "anew" && learned !== undefined && { learned }),
    ...(imported !== undefined && { imported }),
  };
  return [...earlier, training];
}

/** What the record has of a table, of all of its columns, learned from or not, and of the rows of a fold. */
export function provenanceOf({ table, types }: Pick<Request["rows"], "table" | "types">, fold: Fold): RowsProvenance {
  const { encoder, target, training } = fold;
  return {
    source: table.source,
    fingerprint: fingerprint(table),
    rows: sizesOf(fold),
    columns: columnsOf(table, types),
    learned: learnedHashes(encoder, training.table, trueValues(target, training.table)),
  };
}

/** The names of all columns of a table's source. */
export function columnsOf(table: Table, types: ColumnRoles): string[] {
  return [...new Set([...namesOf(table.columns), ...(table.unread ?? []), ...Object.keys(types)])];
}
