/** Arithmetic on values of a graph in a few letters: what encoders and targets are written with. Knows no model. */
import { type ElementType, int } from "../graph.ts";
import type { GraphBuilder } from "./graphBuilder.ts";

/** A value of the graph by its name, a constant number, or a row of them, [1, W]. */
export type Operand = string | number | readonly number[];

/** TensorProto.DataType, as the operator Cast has it. */
const CAST_TO = { float: 1, int64: 7, double: 11 } as const;

/** What the functions here compute with: numbers become constants of one type. */
export interface Arithmetic {
  readonly builder: GraphBuilder;
  add(a: Operand, b: Operand): string;
  subtract(a: Operand, b: Operand): string;
  multiply(a: Operand, b: Operand): string;
  divide(a: Operand, b: Operand): string;
  floor(a: Operand): string;
  root(a: Operand): string;
  /** The lesser of the two. */
  least(a: Operand, b: Operand): string;
  greatest(a: Operand, b: Operand): string;
  equal(a: Operand, b: Operand): string;
  greater(a: Operand, b: Operand): string;
  /** One of two values, row by row. @param condition truth values */
  choose(condition: string, then: Operand, other: Operand): string;
  /** Any operator of the domain "". */
  apply(operator: string, ...of: readonly Operand[]): string;
}

/** Arithmetic in float64, or in float32. */
export function arithmetic(builder: GraphBuilder, type: ElementType = "double"): Arithmetic {
  const named = (of: Operand): string => {
    if (typeof of === "string") return of;
    return typeof of === "number" ? builder.number(of, type) : builder.constant("row", type, [1, of.length], of);
  };
  const apply = (operator: string, ...of: readonly Operand[]): string => builder.node(operator, of.map(named));
  return {
    builder,
    apply,
    add: (a, b) => apply(isLost(a) || isLost(b) ? "Sum" : "Add", a, b),
    subtract: (a, b) => (isLost(b) ? apply("Sum", a, negated(b)) : apply("Sub", a, b)),
    multiply: (a, b) => apply("Mul", a, b),
    divide: (a, b) => apply("Div", a, b),
    floor: (a) => apply("Floor", a),
    root: (a) => apply("Sqrt", a),
    least: (a, b) => apply("Min", a, b),
    greatest: (a, b) => apply("Max", a, b),
    equal: (a, b) => apply("Equal", a, b),
    greater: (a, b) => apply("Greater", a, b),
    choose: (condition, then, other) => apply("Where", condition, then, other),
  };
}

/**
 * Whether onnxruntime would leave out an Add or a Sub of this constant: its optimizer (noop_elimination.cc) compares constants with 0 in
 * float32, where those below 7e-46 are 0; scaled up, the difference is any size. Sum adds what it is given. A factor that float32 rounds
 * to 1 is left out too, which changes a product by no more than the rounding of float32, 6e-8.
 */
function isLost(of: Operand): of is number | readonly number[] {
  const isTiny = (value: number): boolean => value !== 0 && Math.fround(value) === 0;
  return typeof of === "number" ? isTiny(of) : typeof of !== "string" && of.some(isTiny);
}

const negated = (of: number | readonly number[]): Operand => (typeof of === "number" ? -of : of.map((value) => -value));

/** The value as another type. */
export function cast(builder: GraphBuilder, value: string, to: keyof typeof CAST_TO): string {
  return builder.node("Cast", [value], { to: int(CAST_TO[to]) });
}
