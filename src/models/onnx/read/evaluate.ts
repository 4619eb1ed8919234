/** The value of a node from those of its inputs, in float64; a constant's, or some rows'. */
import { ModelFileError } from "../../../errors.ts";
import { ML_DOMAIN, type Node, type Tensor } from "../graph.ts";
import type { Call, Operation } from "./call.ts";
import { elementwiseOperations } from "./elementwise.ts";
import { refusal, unknownOperator } from "./refusal.ts";
import { learningOperations, rowOperations } from "./rowOperations.ts";

/** @throws {ModelFileError} an operator that is not known, or other shapes than it takes */
export function evaluate(call: Call): Tensor {
  const { node, isData, rows } = call;
  const operation = operationOf(node);
  if (operation === undefined) throw unknownOperator(node);
  const found = attempt(operation, call);
  if (isData.some(Boolean) && found.shape[0] !== rows) {
    throw refusal(node, "it joins or changes rows, where each is an example of its own");
  }
  return found;
}

function attempt(operation: Operation, call: Call): Tensor {
  try {
    return operation(call);
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.message.startsWith("The node")) throw error;
    throw refusal(call.node, error.message.replace(/\.$/, ""));
  }
}

/** Whether a node acts on each number of a row by itself. */
export function isElementwise({ domain, operator }: Node): boolean {
  return domain === "" && Object.hasOwn(elementwiseOperations, operator);
}

function operationOf({ domain, operator }: Node): Operation | undefined {
  const tables =
    domain === "" ? [elementwiseOperations, rowOperations] : domain === ML_DOMAIN ? [learningOperations] : [];
  return tables.find((table) => Object.hasOwn(table, operator))?.[operator];
}
