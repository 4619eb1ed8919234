/**
 * The content of a report on a training and its model, as plain data that JSON can hold.
 *
 * It only collects the parts; each is computed in its own file. No clock: the same training gives the same content. Knows nothing of pages.
 */

import { tableKind } from "../data/table.ts";
import { baselinePrediction, outputNames, outputUnits } from "../data/targetNames.ts";
import { readResults } from "../givenResult.ts";
import { type Kinds, list, needed, object, requireOptions, text, withFields } from "../kinds.ts";
import type { MetricLike } from "../metrics/metricTable.ts";
import { type Model, modelKind } from "../models/model.ts";
import type { PartSizes } from "../tabular/fold.ts";
import type { PartMetrics, Report, ReportWarning } from "../tabular/report.ts";
import { EFFECT_POINTS, effectRows, MOST_EFFECTS } from "../tabular/time/pageWork.ts";
import { type ColumnSummary, type ColumnUse, columnSummaries } from "./columnSummary.ts";
import { columnsRead, type HeldOut, heldOut, type PartName, pageModel, type ReportParts } from "./heldOut.ts";
import { type Mistakes, worstMistakes } from "./mistakes.ts";
import { type PartialDependence, partialDependence } from "./partialDependence.ts";
import { type Importance, permutationImportance } from "./permutationImportance.ts";
import { type Quality, qualityOf } from "./quality.ts";
import { type TrainingCurves, trainingCurves } from "./trainingCurves.ts";

/** The input of a report. */
export interface ReportInput {
  readonly model: Model;
  /** The report of the training that made the model. */
  readonly report: Report;
  /** The rows of each part, as `train` returns them. */
  readonly parts: ReportParts;
  /** The command that repeats the training, to be shown on the page; none when absent. */
  readonly command?: string | undefined;
  /** The metric of permutation importance. When absent, log loss for classes, RMSE for one target, R² for several. */
  readonly metric?: MetricLike | undefined;
}

export interface ReportContent {
  /** The targets' names and the table's source. */
  readonly targets: readonly string[];
  readonly source: string;
  readonly task: Report["task"];
  /** The rows of quality, importance and mistakes. `optimistic`: the model was trained on them or chosen by them. */
  readonly evaluated: { readonly part: PartName; readonly rows: number; readonly optimistic: boolean };
  readonly rows: PartSizes;
  readonly warnings: readonly ReportWarning[];
  readonly metrics: PartMetrics;
  /** The sample weight column of all metrics; absent where all rows have equal weight. */
  readonly weights?: string;
  /** The group column of the split; absent where each row is its own group. */
  readonly group?: string;
  /** The column whose latest rows are the test rows; absent where the split was another or the test rows came separately. */
  readonly time?: string;
  /** A sentence on how good the model is; absent where no rows were kept for evaluation. */
  readonly verdict?: string;
  /** The number of folds, their rows, and the standard deviation of each metric over them; absent with one fold. */
  readonly folds?: {
    readonly count: number;
    readonly rows: number;
    readonly deviations: Readonly<Record<string, number>>;
  };
  readonly quality: Quality;
  readonly mistakes: Mistakes;
  readonly importance: Importance;
  /** Partial dependence of the most important columns. */
  readonly effects: readonly PartialDependence[];
  /** What the baseline predicts for every row: class shares [K], or means [D]. */
  readonly baselinePrediction: readonly number[];
  /** The unit of the predictions: 1 for probabilities [K]; the standard deviations of the targets in training [D]. */
  readonly predictionUnits: readonly number[];
  readonly training: TrainingSummary;
  /** The columns of the training rows. */
  readonly columns: readonly ColumnSummary[];
  readonly settings: readonly NamedValue[];
  readonly provenance: readonly NamedValue[];
  readonly command?: string;
}

export interface TrainingSummary {
  readonly curves: TrainingCurves;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly stopped: Report["stopped"];
  /** How many networks the predictions are averaged over; all else here describes the first. */
  readonly networks: number;
  /** The number of inputs, then the units of each layer that has some. */
  readonly widths: readonly number[];
  readonly parameters: number;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

const SHOWN_CELLS = 10;

const reportKinds = {
  model: needed(modelKind),
  report: needed(
    withFields("a training's report", { task: text, history: list, warnings: list, metrics: object, rows: object }),
  ),
  parts: needed(withFields("a training's parts", { training: tableKind })),
  command: text,
  metric: text,
} as const satisfies Kinds<ReportInput>;

/**
 * Computes a report: evaluates the model on held-out rows, and computes importance and partial dependence. Takes about
 * as long as some thousands of predictions for each column.
 *
 * @throws {DataError} a part lacks a column of the model
 *
 * @example
 * import { train } from "gradus";
 * import { reportContent } from "gradus/report";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model, report, parts } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const { importance } = reportContent({ model, report, parts });
 * importance.columns; // 2
 */
export function reportContent(input: ReportInput): ReportContent {
  requireOptions(input, reportKinds, "reportContent");
  return readResults("train", { input }, (results) => contentOf(results.input));
}

function contentOf({ model, report, parts, command, metric }: ReportInput): ReportContent {
  const { target, provenance } = model.document;
  const { seed } = provenance;
  const held = heldOut(model, parts);
  const inputs = columnsRead(model).map(({ name }) => name);
  const importance = permutationImportance(model, held.table, { metric, seed });
  const ranked = importance.features.map(({ name }) => name);
  const { weights, group } = model.document;
  const uses = new Map<string, ColumnUse>([
    ...(weights ? [[weights.column, "weights"] as const] : []),
    ...(group ? [[group.column, "group"] as const] : []),
    ...inputs.map((name) => [name, "input"] as const),
    ...report.targets.map((name) => [name, "target"] as const),
  ]);
  return {
    targets: report.targets,
    source: provenance.source,
    task: report.task,
    evaluated: { part: held.part, rows: held.table.rows, optimistic: held.optimistic },
    rows: report.rows,
    warnings: report.warnings,
    metrics: report.metrics,
    ...(weights && { weights: weights.column }),
    ...(group && { group: group.column }),
    ...(report.split && parts.test?.source === parts.training.source && { time: report.split.time }),
    ...(report.verdict && { verdict: report.verdict.sentence }),
    ...(report.folds && { folds: foldsOf(report.folds) }),
    quality: qualityOf(model, held, seed),
    mistakes: worstMistakes(model, held, ranked.slice(0, SHOWN_CELLS)),
    importance,
    effects: effectsOf(model, held, importance, seed),
    baselinePrediction: baselinePrediction(target),
    predictionUnits: outputUnits(target) ?? outputNames(target).map(() => 1),
    training: trainingSummary(report),
    columns: columnSummaries(parts.training, uses),
    settings: settingsOf(model),
    provenance: provenanceOf(model),
    ...(command !== undefined && { command }),
  };
}

/** Of the columns that matter more than chance would have it: above one standard deviation of their repeats. */
function effectsOf(model: Model, { table }: HeldOut, { features }: Importance, seed: number): PartialDependence[] {
  const informative = features.filter(({ mean, deviation }) => mean > 0 && mean >= deviation);
  const options = { seed, rows: effectRows(pageModel(model)), points: EFFECT_POINTS };
  return informative.slice(0, MOST_EFFECTS).map(({ name }) => partialDependence(model, table, name, options));
}

function foldsOf({ rows, metrics, spread }: NonNullable<Report["folds"]>): ReportContent["folds"] {
  const deviations = Object.entries(spread).flatMap(([name, { deviation }]) =>
    deviation === null ? [] : [[name, deviation] as const],
  );
  return { count: metrics.length, rows, deviations: Object.fromEntries(deviations) };
}

function trainingSummary(report: Report): TrainingSummary {
  const { history, bestEpoch, epochs, stopped, network, networks, parameters } = report;
  const units = network.layers.flatMap((layer) => (layer.kind === "dense" ? [layer.units] : []));
  return {
    curves: trainingCurves(history, bestEpoch),
    epochs,
    bestEpoch,
    stopped,
    networks,
    widths: [network.inputs, ...units],
    parameters,
  };
}

/** What the training was asked for, and what it took where it was not asked. */
function settingsOf({ document }: Model): NamedValue[] {
  const { network, loss, provenance, temperature } = document;
  const asked = Object.entries(provenance.options)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => ({ name, value: shownSetting(value) }));
  const shownLoss = Object.entries(loss).map(([key, value]) =>
    key === "name" ? value : `${key} ${shownSetting(value)}`,
  );
  return [
    ...asked,
    { name: "layers", value: network.layers.map(shownLayer).join(" → ") },
    { name: "loss", value: shownLoss.join(", ") },
    ...(temperature === undefined ? [] : [{ name: "temperature", value: String(temperature) }]),
  ];
}

function shownLayer({ kind, ...settings }: { readonly kind: string }): string {
  const words = Object.entries(settings).flatMap(([name, value]) => {
    if (typeof value === "number" || typeof value === "string") return `${name} ${value}`;
    return value === true ? name : [];
  });
  return words.length === 0 ? kind : `${kind} (${words.join(", ")})`;
}

/** As the types of a table where none was given. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Words as they are, a list by its entries, an object by its fields: "date skip, price number". */
function shownSetting(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownSetting).join(", ");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, entry]) => `${name} ${shownSetting(entry)}`)
      .join(", ");
  }
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function provenanceOf({ document }: Model): NamedValue[] {
  const { provenance, libraryVersion } = document;
  const { source, fingerprint, seed, engine, rows } = provenance;
  const parts = Object.entries(rows).map(([part, count]) => `${count} ${part}`);
  return [
    { name: "table", value: source },
    { name: "fingerprint of the data", value: fingerprint },
    { name: "rows", value: parts.join(", ") },
    { name: "seed", value: String(seed) },
    { name: "engine", value: engine },
    { name: "gradus", value: libraryVersion },
  ];
}
