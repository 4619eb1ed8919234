/** Over which two inputs of a table the neurons are drawn, and which inputs are the pixels of an image. */
import type { TrainingData } from "gradus";
import { type Encoder, encodedNames, encodeTable, tableForEncoder } from "gradus/network";
import type { DataKind } from "../data/dataSets.ts";
import { isTable, ownTable, packagedTables } from "../data/tables.ts";
import type { InputImage, OpenedTable, Plane, PlaneAxis } from "../protocol.ts";
import type { Setting } from "../setting.ts";

type Axes = OpenedTable["axes"];
type Part = TrainingData["training"];

/** How far the plane goes beyond the training rows' range, as a share of it. */
const MARGIN = 0.05;

/** The numbers among a table's columns, each with the input that it is. */
export function planeAxes(encoder: Encoder): Axes {
  const names = encodedNames(encoder);
  return encoder.columns.flatMap((encoding) => {
    if (encoding.kind !== "number" || encoding.range === undefined) return [];
    return [{ input: names.findIndex(({ column }) => column === encoding.name), name: encoding.name }];
  });
}

interface Rows {
  /** [N, inputs] */
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  /** The training rows, which come first. */
  readonly rows: number;
  readonly task: DataKind;
}

/** The plane of the two columns that the target varies most with, each by itself; undefined with fewer than two numbers. */
export function planeOf(encoder: Encoder, rows: Rows, axes: Axes): Plane | undefined {
  const [first, second] = axes
    .map((axis) => ({ axis, share: explainedShare(rows, axis.input) }))
    .sort((a, b) => b.share - a.share);
  if (second === undefined) return undefined;
  return planeOver(encoder, rows, [first.axis, second.axis]);
}

/** The plane of two columns, the other inputs held at their medians over the training rows. */
export function planeOver(
  encoder: Encoder,
  { inputs, rows }: Pick<Rows, "inputs" | "rows">,
  [x, y]: readonly [Axes[number], Axes[number]],
): Plane {
  const width = encodedNames(encoder).length;
  const held = Array.from({ length: width }, (_, input) => {
    const values = Float32Array.from({ length: rows }, (_, row) => inputs[row * width + input]).sort();
    return values[Math.floor((rows - 1) / 2)];
  });
  const [left, right, horizontal] = edges(encoder, x);
  const [bottom, top, vertical] = edges(encoder, y);
  return { x: x.input, y: y.input, left, right, bottom, top, held, axes: [horizontal, vertical] };
}

/** The ends of an axis as the network's input has them, and in the column's own units. */
function edges(encoder: Encoder, { input, name }: Axes[number]): [least: number, most: number, axis: PlaneAxis] {
  const encoding = encoder.columns.find((each) => each.name === name);
  const [least, most] = (encoding?.kind === "number" && encoding.range) || [0, 1];
  const margin = (most - least) * MARGIN;
  const [from, to] = [least - margin, most + margin];
  return [...encodedEnds(encoder, { input, name }, [from, to]), { name, from, to }];
}

/** Two values of a column of numbers as the network's input has them. */
export function encodedEnds(
  encoder: Encoder,
  { input, name }: Axes[number],
  ends: readonly [number, number],
): [least: number, most: number] {
  const rows = ends.map((value) =>
    Object.fromEntries(encoder.columns.map((each) => [each.name, each.name === name ? value : null])),
  );
  const encoded = encodeTable(encoder, tableForEncoder(encoder, rows));
  return [encoded[input], encoded[encoded.length / 2 + input]];
}

/** The share of an input's variation over the training rows that the classes, or a straight line, account for. */
function explainedShare({ inputs, targets, rows, task }: Rows, input: number): number {
  const width = inputs.length / targets.length;
  const values = Array.from({ length: rows }, (_, row) => inputs[row * width + input]);
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (spread === 0) return 0;
  if (task === "surface") {
    const middle = targets.subarray(0, rows).reduce((sum, value) => sum + value, 0) / rows;
    const both = values.reduce((sum, value, row) => sum + (value - mean) * (targets[row] - middle), 0);
    return both ** 2 / (spread * targets.subarray(0, rows).reduce((sum, value) => sum + (value - middle) ** 2, 0));
  }
  const classes = new Map<number, { sum: number; count: number }>();
  values.forEach((value, row) => {
    const of = classes.get(targets[row]) ?? { sum: 0, count: 0 };
    classes.set(targets[row], { sum: of.sum + value, count: of.count + 1 });
  });
  return [...classes.values()].reduce((sum, of) => sum + of.count * (of.sum / of.count - mean) ** 2, 0) / spread;
}

/** The images of a packaged table whose columns are pixels and that is read as it stands. */
export function imageOf(
  { data, types, target }: Setting,
  encoder: Encoder,
  parts: readonly Part[],
): InputImage | undefined {
  if (!isTable(data) || data === ownTable || target !== "" || Object.keys(types).length > 0) return undefined;
  const { image, target: own } = packagedTables[data];
  if (image === undefined) return undefined;
  const { width, height, most } = image;
  const columns = (part: Part) => part.table.columns.filter(({ name }) => name !== own);
  const place = new Map(columns(parts[0]).map(({ name }, pixel) => [name, pixel]));
  const images = parts.flatMap((part) =>
    Array.from({ length: part.table.rows }, (_, row) => columns(part).map(({ values }) => Number(values[row]) / most)),
  );
  return {
    width,
    height,
    pixels: encodedNames(encoder).map(({ column }) => place.get(column) ?? 0),
    images: Float32Array.from(images.flat()),
  };
}
