/** One node that is computed: its inputs with their values, and readers for its attributes. */
import type { Attribute, Node, Tensor } from "../graph.ts";
import { refusal } from "./refusal.ts";
import type { Numbers } from "./tensors.ts";

export interface Call {
  readonly node: Node;
  /** Undefined for an optional one that is absent. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Which of them depend on the model's inputs: their first axis is that of the rows. */
  readonly isData: readonly boolean[];
  /** How many rows are computed, and how many the file says there are, where it does. */
  readonly rows: number;
  readonly batch: number | undefined;
  /** The version of the operators of the domain "". */
  readonly version: number;
}

export type Operation = (call: Call) => Tensor;

/** A numeric input. @throws {ModelFileError} where it is absent or holds texts */
export function numbersIn(call: Call, at = 0): Numbers {
  const found = call.inputs[at];
  if (found !== undefined && found.type !== "string") return found as Numbers;
  throw refusal(call.node, `its input ${at + 1} is ${found === undefined ? "missing" : "a text, expected numbers"}`);
}

/** The one number of an input; undefined where the input is absent. */
export function scalarIn(call: Call, at: number): number | undefined {
  if (call.inputs[at] === undefined) return undefined;
  const { values } = numbersIn(call, at);
  if (values.length === 1) return values[0];
  throw refusal(call.node, `its input ${at + 1} has ${values.length} values, expected one`);
}

/** An attribute of one type; undefined where it is absent. @throws {ModelFileError} one of another type */
function attribute<Found>(
  { node }: Call,
  name: string,
  type: Attribute["type"],
): { readonly value: Found } | undefined {
  const found = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
  if (found === undefined || found.type === type) return found as { readonly value: Found } | undefined;
  throw refusal(node, `its attribute ${name} is of the type ${found.type}, expected ${type}`);
}

export const intOf = (call: Call, name: string, absent: number): number =>
  attribute<number>(call, name, "int")?.value ?? absent;
export const floatOf = (call: Call, name: string, absent: number): number =>
  attribute<number>(call, name, "float")?.value ?? absent;
export const textOf = (call: Call, name: string, absent: string): string =>
  attribute<string>(call, name, "string")?.value ?? absent;
export const intsOf = (call: Call, name: string): readonly number[] | undefined =>
  attribute<readonly number[]>(call, name, "ints")?.value;
export const floatsOf = (call: Call, name: string): readonly number[] | undefined =>
  attribute<readonly number[]>(call, name, "floats")?.value;
export const tensorOf = (call: Call, name: string): Tensor | undefined =>
  attribute<Tensor>(call, name, "tensor")?.value;

/** An axis counted from the first. @throws {ModelFileError} one that a value of this rank doesn't have, or the axis of the rows */
export function axisOf(call: Call, axis: number, rank: number, ofRows = call.isData[0]): number {
  const found = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(found) || found < 0 || found >= rank) {
    throw refusal(call.node, `its axis ${axis} is none of a value with ${rank} axes`);
  }
  if (ofRows && found === 0) throw refusal(call.node, "it joins or changes rows, where each is an example of its own");
  return found;
}

/** The axes that an attribute lists in older versions and an input in newer ones. */
export function axesOf(call: Call, at = 1): readonly number[] | undefined {
  const input = call.inputs[at] === undefined ? undefined : Array.from(numbersIn(call, at).values);
  return input ?? intsOf(call, "axes");
}
