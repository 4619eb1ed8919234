/**
 * Activations as nodes: one operator where ONNX has it, else the operators that the activation's tree is made of.
 *
 * Float32. Knows nothing of layers.
 */
import { GradusError } from "../../../errors.ts";
import { type ActivationName, activationOf } from "../../../network/activations.ts";
import type { Expression, NamedFunction, Operation } from "../../../network/expression/expression.ts";
import { put } from "../../../network/expression/expression.ts";
import {
  ABS,
  ERF,
  EXP,
  LN,
  MAX,
  MIN,
  NORMAL,
  NORMAL_IS,
  SIGMA,
  SIGN,
  SOFTPLUS,
  TANH,
} from "../../../network/expression/functions.ts";
import { activationOperators } from "../operators.ts";
import { type Arithmetic, arithmetic, type Operand } from "./arithmetic.ts";
import type { GraphBuilder } from "./graphBuilder.ts";

/** @param fields v, [N, units] float32. @returns y = φ(v) */
export function activationNodes(builder: GraphBuilder, activation: ActivationName, fields: string): string {
  if (activation === "identity") return fields;
  const own = activationOperators[activation];
  if (own !== undefined) return builder.node(own.operator, [fields], own.attributes);
  const { expression } = activationOf(activation);
  return treeNodes(expression, fields, arithmetic(builder, "float")) as string;
}

const functionOperators = new Map<NamedFunction, string>([
  [ABS, "Abs"],
  [ERF, "Erf"],
  [EXP, "Exp"],
  [LN, "Log"],
  [MAX, "Max"],
  [MIN, "Min"],
  [SIGMA, "Sigmoid"],
  [SIGN, "Sign"],
  [SOFTPLUS, "Softplus"],
  [TANH, "Tanh"],
]);

/** A tree in the letter v as nodes. */
function treeNodes(tree: Expression, v: string, number: Arithmetic): Operand {
  if (typeof tree === "number") return tree;
  if (tree.kind === "letter" && tree.name === "v") return v;
  if (tree.kind === "letter" && tree.is !== undefined) return treeNodes(tree.is, v, number);
  if (tree.kind === "letter" || tree.kind === "rest") throw unknown(tree.kind);
  return operationNodes(tree, v, number);
}

function operationNodes(tree: Operation, v: string, number: Arithmetic): Operand {
  const part = (at: number): Operand => treeNodes(tree.of[at], v, number);
  const joined = (join: (a: Operand, b: Operand) => string): Operand =>
    tree.of.map((_, at) => part(at)).reduce((left, right) => join(left, right));
  switch (tree.kind) {
    case "sum":
      return joined(number.add);
    case "product":
      return joined(number.multiply);
    case "difference":
      return number.subtract(part(0), part(1));
    case "quotient":
      return number.divide(part(0), part(1));
    case "negative":
      return number.apply("Neg", part(0));
    case "power":
      return number.apply("Pow", part(0), part(1));
    case "root":
      return number.root(part(0));
    case "careful":
      return part(1);
    case "cases":
      return number.choose(
        number.apply(tree.sign === ">" ? "Greater" : "LessOrEqual", part(0), part(1)),
        part(2),
        part(3),
      );
    case "apply":
      return functionNodes(tree.function, tree.of, v, number);
    default:
      throw unknown(tree.kind);
  }
}

function functionNodes(named: NamedFunction, of: readonly Expression[], v: string, number: Arithmetic): string {
  if (named === NORMAL)
    return treeNodes(
      put(NORMAL_IS, () => of[0]),
      v,
      number,
    ) as string;
  const operator = functionOperators.get(named);
  if (operator === undefined) throw unknown(named.name.text);
  return number.apply(operator, ...of.map((each) => treeNodes(each, v, number)));
}

function unknown(what: string): GradusError {
  return new GradusError(`An activation with ${what} in its formula can't be written as ONNX.`);
}
