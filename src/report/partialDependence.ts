/**
 * Partial dependence: the model's mean prediction when one column has the same value in every row, value by value.
 *
 * It shows how the prediction changes with a column, the other columns as they are in the rows. Where columns are correlated,
 * it uses rows that do not exist (a penguin of 3 kg with flippers of 23 cm). Knows nothing of pages.
 * Source: Friedman 2001, "Greedy function approximation: a gradient boosting machine", section 8.2.
 */

import { column as columnNamed, selectRows } from "../data/rows.ts";
import { type Column, isMissing, type Table } from "../data/table.ts";
import { requireWhole } from "../errors.ts";
import { type Kinds, number, requireKind, requireOptions, text, whole } from "../kinds.ts";
import { totalWeight } from "../metrics/sampleWeights.ts";
import { type Model, modelKind, responseTo } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import { type TableLike, tableOf } from "../tabular/tableLike.ts";
import { columnsRead, countingBy, drawRows, withoutUncounted } from "./heldOut.ts";

export interface DependenceOptions {
  /** The number of values of a numeric or date column, spread over its quantiles; 16 when absent. */
  readonly points?: number;
  /** The maximum number of rows to average over, drawn by the seed; 300 when absent. */
  readonly rows?: number;
  readonly seed?: number;
}

export interface DependencePoint {
  /** The column's value: a number, milliseconds since 1970 for a date, a category or a boolean as text. */
  readonly value: number | string;
  /** The mean prediction: probabilities [K], or values in the targets' units [D]. */
  readonly mean: readonly number[];
}

export interface PartialDependence {
  readonly feature: string;
  /** The axis of the values: numbers, time or categories. */
  readonly scale: "number" | "date" | "category";
  /** Numbers in ascending order; categories by frequency, at most 12. */
  readonly points: readonly DependencePoint[];
  /** The mean prediction with the value missing; absent if no row lacks it. */
  readonly missing?: readonly number[];
  readonly rows: number;
  /**
   * The sample weight column, by which the means are weighted; absent where the model was trained without one or the rows
   * lack it: then all rows have equal weight.
   */
  readonly weights?: string;
}

const MOST_CATEGORIES = 12;
/** The tails are left out: a few far values would stretch the axis and hide the rest. */
const TAIL = 0.02;

const dependenceKinds = { points: number, rows: number, seed: whole(0) } as const satisfies Kinds<DependenceOptions>;

/**
 * Partial dependence: the mean prediction over the same rows with one column set to each of several values.
 *
 * @throws {DataError} an unknown column, or one of the model's columns is missing
 * @throws {DescriptionError} points or rows below 1
 *
 * @example
 * import { train } from "gradus";
 * import { partialDependence } from "gradus/report";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const { points } = partialDependence(model, rows, "size", { points: 5 });
 * points.length; // 5
 */
export function partialDependence(
  model: Model,
  rows: TableLike,
  feature: string,
  options: DependenceOptions = {},
): PartialDependence {
  requireKind("partialDependence's model", model, modelKind);
  requireKind("partialDependence's feature", feature, text);
  requireOptions(options, dependenceKinds, "partialDependence");
  const { points = 16, rows: most = 300, seed = 0 } = options;
  requireWhole("points", points, 1);
  requireWhole("rows", most, 1);
  const whole = withoutUncounted(model, tableOf(rows, { readings: modelReadings(model.document, true) }));
  const column = columnNamed(whole, feature);
  const table = selectRows(whole, drawRows(whole.rows, most, seed, "dependence"));
  const kind = columnsRead(model).find(({ name }) => name === feature)?.kind;
  const scale = kind !== "category" && (column.type === "number" || column.type === "date") ? column.type : "category";
  const values = scale === "category" ? commonest(column) : quantiles(column, points);
  const { sampleWeights } = countingBy(model, table);
  const ask = (value: Value): number[] => meanPrediction(model, withValue(table, feature, value), sampleWeights);
  const gap = column.type === "number" || column.type === "date" ? Number.NaN : null;
  return {
    feature,
    scale,
    points: values.map((value) => ({ value: scale === "category" ? String(value) : Number(value), mean: ask(value) })),
    ...(Array.from<Value>(column.values).some(isMissing) && { missing: ask(gap) }),
    rows: table.rows,
    ...(sampleWeights && { weights: model.document.weights?.column }),
  };
}

type Value = Column["values"][number];

/** Different values at evenly spaced quantiles between the tails; all values where there are few. */
function quantiles({ values }: Column, points: number): Value[] {
  const sorted = Float64Array.from(values as ArrayLike<number>)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const different = [...new Set(sorted)];
  if (different.length <= points) return different;
  const at = (i: number): number => {
    const share = TAIL + (1 - 2 * TAIL) * (points === 1 ? 0.5 : i / (points - 1));
    return sorted[Math.round(share * (sorted.length - 1))];
  };
  return [...new Set(Array.from({ length: points }, (_, i) => at(i)))];
}

/** The commonest values first; equals in the order in which they come. */
function commonest({ values }: Column): Value[] {
  const counts = new Map<Value, number>();
  for (const value of values) if (!isMissing(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, MOST_CATEGORIES).map(([value]) => value);
}

function withValue(table: Table, name: string, value: Value): Table {
  const columns = table.columns.map((column) => {
    if (column.name !== name) return column;
    const values: unknown =
      column.type === "number" || column.type === "date"
        ? new Float64Array(table.rows).fill(Number(value))
        : new Array<Value>(table.rows).fill(value);
    return { ...column, values } as Column; // the value came from this very column, so it is of its type
  });
  return { ...table, columns };
}

/** The mean of each output over the rows. @param weights [N]; all rows have equal weight when absent */
function meanPrediction(model: Model, table: Table, weights: Float64Array | undefined): number[] {
  const responses = responseTo(model, table);
  const width = responses.length / table.rows;
  const total = totalWeight(weights, table.rows);
  return Array.from({ length: width }, (_, output) => {
    let sum = 0;
    for (let row = 0; row < table.rows; row++) sum += (weights?.[row] ?? 1) * responses[row * width + output];
    return sum / total;
  });
}
