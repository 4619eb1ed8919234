/**
 * An ONNX model as plain data: nodes in the order in which they compute, constants, inputs and outputs.
 *
 * Names and meanings are those of the ONNX specification, intermediate representation 8. Knows neither bytes, which are
 * `protobuf.ts`'s business, nor what operators compute.
 */

/** The types of elements that gradus writes or reads. */
export type ElementType = "float" | "double" | "int32" | "int64" | "string" | "bool";

/** Numbers or texts in the order of their places, the last axis first. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Texts of "string"; of "bool" 0 and 1; of "int64" whole numbers. */
  readonly values: ArrayLike<number> | readonly string[];
}

/** The value of an attribute, by its type. */
export type Attribute =
  | { readonly type: "int" | "float"; readonly value: number }
  | { readonly type: "ints" | "floats"; readonly value: readonly number[] }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "tensor"; readonly value: Tensor }
  /** A graph, a sparse tensor or another type that no operator here has. */
  | { readonly type: "other" };

export const int = (value: number): Attribute => ({ type: "int", value });
export const float = (value: number): Attribute => ({ type: "float", value });
export const strings = (value: readonly string[]): Attribute => ({ type: "strings", value });
export const floats = (value: readonly number[]): Attribute => ({ type: "floats", value });

/** The operators of classical machine learning; those of neural networks have the domain "". */
export const ML_DOMAIN = "ai.onnx.ml";

/** One operator at work on values, which have names. */
export interface Node {
  readonly operator: string;
  readonly domain: string;
  readonly name: string;
  /** The names of its inputs; "" for an optional one that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output of the model. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** A text is an extent that is known when the model runs. */
  readonly shape: readonly (number | string)[];
  readonly description?: string;
}

/** An output may be of another type: a list of maps from classes to probabilities, for example. */
export type OutputInfo = ValueInfo | (Omit<ValueInfo, "type"> & { readonly type: "other" });

export interface Graph {
  readonly nodes: readonly Node[];
  /** The constants by their names. */
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly OutputInfo[];
}

export interface OnnxModel {
  /** The version of each domain's operators. */
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: Graph;
}
