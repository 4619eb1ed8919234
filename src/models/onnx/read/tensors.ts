/**
 * Arithmetic on tensors in float64, as ONNX's operators broadcast and reduce. Knows no operator by name.
 *
 * Source: ONNX Operator Schemas; "Multidirectional Broadcasting" of the specification.
 */
import { ModelFileError } from "../../../errors.ts";
import type { ElementType, Tensor } from "../graph.ts";

/** A tensor of numbers; truth values are 0 and 1. */
export interface Numbers extends Tensor {
  readonly values: ArrayLike<number>;
}

/** Of a value that is computed while a file is read: a small file must not ask for more. */
const MOST_VALUES = 2 ** 27;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A new array for a shape. @throws {ModelFileError} one that no dense network needs */
export function arrayFor(shape: readonly number[]): Float64Array {
  const size = sizeOf(shape);
  if (size <= MOST_VALUES && shape.every((extent) => extent >= 0)) return new Float64Array(size);
  throw new ModelFileError(`A value of the shape [${shape.join(", ")}] is too large to be computed.`);
}

/** The same values in another shape. */
export function reshaped<T extends Tensor>(tensor: T, shape: readonly number[]): T {
  return { ...tensor, shape };
}

/** How many values apart neighbours along each axis are. */
function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The joint shape; undefined where there is none. */
function broadcastShape(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(...shapes.map(({ length }) => length));
  const joint: number[] = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = 0; axis < shape.length; axis++) {
      const at = rank - shape.length + axis;
      if (shape[axis] === joint[at] || shape[axis] === 1) continue;
      if (joint[at] !== 1) return undefined;
      joint[at] = shape[axis];
    }
  }
  return joint;
}

/** Goes through the places of a shape. @param strides of each operand, 0 along an axis where it has one value */
function walk(shape: readonly number[], strides: readonly number[][], visit: (at: number, places: number[]) => void) {
  const size = sizeOf(shape);
  const places = strides.map(() => 0);
  const index: number[] = new Array(shape.length).fill(0);
  for (let at = 0; at < size; at++) {
    visit(at, places);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      for (let i = 0; i < places.length; i++) places[i] += strides[i][axis];
      if (index[axis] < shape[axis]) break;
      for (let i = 0; i < places.length; i++) places[i] -= index[axis] * strides[i][axis];
      index[axis] = 0;
    }
  }
}

/**
 * f of the operands' values, place by place.
 *
 * @throws {ModelFileError} shapes that don't fit each other
 */
export function mapped(f: (...values: number[]) => number, type: ElementType, operands: readonly Numbers[]): Numbers {
  const shapes = operands.map(({ shape }) => shape);
  const shape = broadcastShape(shapes);
  if (shape === undefined) {
    throw new ModelFileError(
      `Shapes don't fit each other: ${shapes.map((each) => `[${each.join(", ")}]`).join(" and ")}.`,
    );
  }
  const values = arrayFor(shape);
  const strides = shapes.map((own) => {
    const each = stridesOf(own);
    const missing = shape.length - own.length;
    return shape.map((_, axis) => (axis < missing || own[axis - missing] === 1 ? 0 : each[axis - missing]));
  });
  const arguments_: number[] = new Array(operands.length);
  walk(shape, strides, (at, places) => {
    for (let i = 0; i < operands.length; i++) arguments_[i] = operands[i].values[places[i]];
    values[at] = f(...arguments_);
  });
  return { type, shape, values };
}

/** Values from other places. @param from the place of each in the tensor */
function picked(tensor: Tensor, shape: readonly number[], strides: readonly number[], first: number): Tensor {
  const places: number[] = new Array(sizeOf(shape));
  walk(shape, [[...strides]], (at, [place]) => {
    places[at] = first + place;
  });
  return { type: tensor.type, shape, values: valuesAt(tensor, places) };
}

function valuesAt({ values }: Tensor, places: readonly number[]): Tensor["values"] {
  const of = values as ArrayLike<number | string>;
  const found = places.map((place) => of[place]);
  return typeof of[0] === "string" ? (found as string[]) : Float64Array.from(found as number[]);
}

/** @param order the old axis of each new one */
export function transposed(tensor: Tensor, order: readonly number[]): Tensor {
  const strides = stridesOf(tensor.shape);
  return picked(
    tensor,
    order.map((axis) => tensor.shape[axis]),
    order.map((axis) => strides[axis]),
    0,
  );
}

/** Some places along an axis, in the order in which they are listed. */
export function gathered(tensor: Tensor, axis: number, indices: readonly number[]): Tensor {
  const { shape } = tensor;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const places: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const index of indices) {
      for (let i = 0; i < inner; i++) places.push((o * shape[axis] + index) * inner + i);
    }
  }
  const found = shape.map((extent, at) => (at === axis ? indices.length : extent));
  return { type: tensor.type, shape: found, values: valuesAt(tensor, places) };
}

/** @throws {ModelFileError} shapes that differ in another axis */
export function concatenated(tensors: readonly Numbers[], axis: number): Numbers {
  const [{ type, shape: first }] = tensors;
  const fits = tensors.every(
    ({ shape }) => shape.length === first.length && shape.every((extent, at) => at === axis || extent === first[at]),
  );
  if (!fits) throw new ModelFileError("Shapes to be joined differ in more than one axis.");
  const total = tensors.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.map((extent, at) => (at === axis ? total : extent));
  const values = arrayFor(shape);
  const outer = sizeOf(first.slice(0, axis));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const tensor of tensors) {
      const block = sizeOf(tensor.shape.slice(axis));
      for (let i = 0; i < block; i++) values[at++] = tensor.values[o * block + i];
    }
  }
  return { type, shape, values };
}

/** f of all values along some axes. @param axes none for all of them */
export function reduced(
  { type, shape, values }: Numbers,
  axes: readonly number[],
  keep: boolean,
  f: (values: Float64Array) => number,
): Numbers {
  const over = axes.length === 0 ? shape.map((_, axis) => axis) : axes;
  const kept = shape.map((_, axis) => axis).filter((axis) => !over.includes(axis));
  const { values: ordered } = transposed({ type, shape, values }, [...kept, ...over]) as Numbers;
  const count = sizeOf(over.map((axis) => shape[axis]));
  const all = Float64Array.from(ordered);
  const found = Float64Array.from({ length: all.length / count }, (_, at) =>
    f(all.subarray(at * count, (at + 1) * count)),
  );
  const outer = keep
    ? shape.map((extent, axis) => (over.includes(axis) ? 1 : extent))
    : kept.map((axis) => shape[axis]);
  return { type, shape: outer, values: found };
}

/** [N, I] · [I, O] */
export function multiplied(a: Numbers, b: Numbers): Numbers {
  const [rows, inner] = a.shape;
  const outer = b.shape[1];
  const values = arrayFor([rows, outer]);
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < inner; i++) {
      const factor = a.values[n * inner + i];
      for (let o = 0; o < outer; o++) values[n * outer + o] += factor * b.values[i * outer + o];
    }
  }
  return { type: a.type, shape: [rows, outer], values };
}
