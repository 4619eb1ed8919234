/**
 * What a model's document says of its training, but for the networks: task, loss, columns that count rows, provenance.
 *
 * Knows nothing of how the training went beyond its epochs.
 */
import { fingerprint } from "../data/fingerprint.ts";
import type { Table } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import { FORMAT_VERSION, type ModelDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { version } from "../version.ts";
import type { BegunTraining } from "./beginTraining.ts";
import type { Common } from "./members/gatherMembers.ts";
import { DEFAULT_RECIPE } from "./recipes/recipes.ts";
import { keptColumn } from "./rowColumns.ts";
import type { TrainOptions } from "./trainOptions.ts";
import { learnedHashes } from "./warnings/learnedRows.ts";

/** The parts of the document that all networks share; the metrics come when the model has been evaluated. */
export function commonOf(
  { options, seed, first, engine, start }: BegunTraining,
  { epochs, bestEpoch }: { readonly epochs: number; readonly bestEpoch: number },
): Common {
  const { table, weights, group } = options;
  const { encoder, target, training } = first.fold;
  return {
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    task: target.task,
    loss: first.problem.loss,
    ...(weights !== undefined && { weights: keptColumn(training.table, weights) }),
    ...(group !== undefined && { group: keptColumn(training.table, group) }),
    metrics: {},
    provenance: {
      source: table.source,
      fingerprint: fingerprint(table),
      rows: start.rows,
      columns: columnNames(options),
      learned: learnedHashes(encoder, training.table, trueValues(target, training.table)),
      seed,
      engine: engine.name,
      options: askedFor(options),
      epochs,
      bestEpoch,
    },
  };
}

/** Of all columns that the table has, learned from or not. */
function columnNames({ table, types = {} }: TrainOptions<Table>): string[] {
  return [...new Set([...table.columns.map(({ name }) => name), ...(table.unread ?? []), ...Object.keys(types)])];
}

/** The options as plain data, for the record: without tables, callbacks, and what changes no bit. */
function askedFor(options: TrainOptions<Table>): ModelDocument["provenance"]["options"] {
  const {
    table: _table,
    test,
    engine: _engine,
    threads: _threads,
    health: _health,
    startedAt: _startedAt,
    report: _report,
    signal: _signal,
    onStart: _start,
    onProgress: _progress,
    ...plain
  } = options;
  return plainJson({ recipe: DEFAULT_RECIPE, ...plain, ...(test && { test: test.source }) });
}
