/**
 * The activations that are one operator of ONNX each, for writing and for reading. The others are written as what they are
 * made of, which their trees say, and are recognized by their values.
 *
 * Source: ONNX Operator Schemas, version 17 of the domain "".
 */
import type { ActivationName } from "../../network/activations.ts";
import { type Attribute, float, int } from "./graph.ts";

export interface ActivationOperator {
  readonly operator: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export const activationOperators: Partial<Record<ActivationName, ActivationOperator>> = {
  logistic: { operator: "Sigmoid", attributes: {} },
  tanh: { operator: "Tanh", attributes: {} },
  relu: { operator: "Relu", attributes: {} },
  leakyRelu: { operator: "LeakyRelu", attributes: { alpha: float(0.01) } },
  elu: { operator: "Elu", attributes: { alpha: float(1) } },
  selu: { operator: "Selu", attributes: { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) } },
  softplus: { operator: "Softplus", attributes: {} },
  hardSwish: { operator: "HardSwish", attributes: {} },
  softmax: { operator: "Softmax", attributes: { axis: int(-1) } },
};
