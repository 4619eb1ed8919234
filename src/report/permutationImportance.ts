/**
 * Permutation importance: how much worse a model gets on held-out rows when one column's values are shuffled.
 *
 * A column that the model does not use changes nothing; one that it needs costs much. Columns with the same information share
 * their importance, since each can stand in for the other. Works with any model; knows nothing of pages.
 * Sources: Breiman 2001, "Random forests", section 10; Fisher, Rudin & Dominici 2019 for models of any kind.
 */

import { nameOf } from "../aliases.ts";
import type { Target } from "../data/encoding.ts";
import { selectRows } from "../data/rows.ts";
import type { Column, Table } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import { DataError, DescriptionError, requireWhole } from "../errors.ts";
import { number, requireKind, requireOptions, text, whole } from "../kinds.ts";
import {
  type MetricEntry,
  type MetricLike,
  type MetricName,
  metricFor,
  metricNames,
  metrics,
} from "../metrics/metricTable.ts";
import { type Model, modelKind, responseTo } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import { random } from "../random.ts";
import { type TableLike, tableOf } from "../tabular/tableLike.ts";
import { importanceExtent } from "../tabular/time/pageWork.ts";
import { columnsRead, countingBy, drawRows, type HeldOut, pageModel, withTargets } from "./heldOut.ts";
import { likelyColumns } from "./likelyColumns.ts";

export interface ImportanceOptions {
  /** The metric; log loss for classes, RMSE for one target (of the median, of a model of quantiles), R² for several (their units differ). */
  readonly metric?: MetricLike | undefined;
  /** The number of shuffles of each column; when absent 5, or 2 if that takes too long. */
  readonly repeats?: number;
  /**
   * The maximum number of rows to evaluate on, drawn by the seed; when absent so many that all takes a few seconds, at
   * most 2,000.
   */
  readonly rows?: number | undefined;
  readonly seed?: number;
}

export interface FeatureImportance {
  readonly name: string;
  /** How much worse the metric got, on average over the repeats; negative if shuffling improved it by chance. */
  readonly mean: number;
  /** Standard deviation over the repeats. */
  readonly deviation: number;
}

export interface Importance {
  readonly metric: MetricName;
  /** The metric of the model on the rows without shuffling. */
  readonly score: number;
  /** The number of rows evaluated, and of shuffles of each column. */
  readonly rows: number;
  readonly repeats: number;
  /** The number of columns that the model uses. */
  readonly columns: number;
  /**
   * One for each column that the model uses, the most important first. If the model has so many columns that shuffling
   * each would take minutes, only those that correlate most with the predictions.
   */
  readonly features: readonly FeatureImportance[];
}

/**
 * Permutation importance: shuffles one column after the other and evaluates the model each time.
 *
 * @throws {DataError} a column of the model is missing, no row has a target, or the metric has no value on these rows
 * @throws {DescriptionError} an unknown metric, or one of the other task; repeats or rows below 1
 *
 * @example
 * import { train } from "gradus";
 * import { permutationImportance } from "gradus/report";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const { metric, features } = permutationImportance(model, rows);
 * metric; // "rmse"
 * features.length; // 2
 */
export function permutationImportance(model: Model, rows: TableLike, options: ImportanceOptions = {}): Importance {
  requireKind("permutationImportance's model", model, modelKind);
  requireOptions(options, { metric: text, repeats: number, rows: number, seed: whole(0) }, "permutationImportance");
  const { seed = 0 } = options;
  if (options.repeats !== undefined) requireWhole("repeats", options.repeats, 1);
  if (options.rows !== undefined) requireWhole("rows", options.rows, 1);
  const known = withTargets(model, tableOf(rows, { readings: modelReadings(model.document, true) }));
  const names = columnsRead(model).map(({ name }) => name);
  const { columns, repeats, rows: most } = importanceExtent(pageModel(model), options);
  const drawn = drawRows(known.rows, most, seed, "importance");
  const table = drawn.length === known.rows ? known : selectRows(known, drawn);
  const truth = trueValues(model.document.target, table);
  const metric = nameOf("metric", metrics, options.metric ?? usualMetric(model));
  const entry = metricOfTask(model, metric);
  const { sampleWeights } = countingBy(model, table);
  const score = (answers: Float64Array): number => scoreOf(model, entry, answers, { truth, sampleWeights });
  const scoreOn = (rows: Table): number => score(responseTo(model, rows));
  const responses = responseTo(model, table);
  const asItIs = score(responses);
  const looked = columns < names.length ? likelyColumns(model, table, { responses, count: columns }) : names;
  const sign = entry.better === "higher" ? -1 : 1;
  const features = looked.map((name) => {
    const losses = Array.from(
      { length: repeats },
      (_, repeat) => sign * (scoreOn(shuffled(table, name, seed, repeat)) - asItIs),
    );
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / repeats;
    const deviation = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / repeats);
    return { name, mean, deviation };
  });
  features.sort((a, b) => b.mean - a.mean);
  return { metric, score: asItIs, rows: table.rows, repeats, columns: names.length, features };
}

function usualMetric(model: Model): MetricName {
  if (model.task !== "regression") return "logLoss";
  return model.targets.length === 1 ? "rmse" : "r2";
}

/** Classes, labels or numbers of a row's response. */
function widthOf(target: Target): number {
  return target.task === "classification" ? target.classes.length : targetNames(target).length;
}

function scoreOf(
  model: Model,
  metric: MetricEntry,
  responses: Float64Array,
  { truth, sampleWeights }: Pick<HeldOut, "truth" | "sampleWeights">,
): number {
  const width = widthOf(model.document.target);
  const value = metricFor(metric, model.task)?.(responses, truth, width, sampleWeights);
  if (value !== null && value !== undefined) return value;
  throw new DataError(
    `The metric ${metric.label} is undefined on these rows, because all have the same target. Use another metric.`,
  );
}

/** @throws {DescriptionError} an unknown metric, or one of another task */
function metricOfTask({ task }: Model, name: MetricName): MetricEntry {
  const metric: MetricEntry = metrics[name];
  if (metricFor(metric, task) !== undefined) return metric;
  throw new DescriptionError(
    `Expected a metric of ${task}, found ${name}, one of ${metric.task}. Known: ${metricNames(task).join(", ")}.`,
  );
}

/** The table with one column's values in another order, which seed, name and repeat decide. */
function shuffled(table: Table, name: string, seed: number, repeat: number): Table {
  const order = random(seed, "report", "shuffle", name, repeat).permutation(table.rows);
  const columns = table.columns.map((column) => (column.name === name ? reordered(column, order) : column));
  return { ...table, columns };
}

function reordered(column: Column, order: Uint32Array): Column {
  const { columns } = selectRows({ source: "", rows: order.length, columns: [column] }, order);
  return columns[0];
}
