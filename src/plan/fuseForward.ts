/**
 * Fusions of the forward pass, which predicting has too: rewrites of its operations that compute the same bits with fewer passes
 * over the memory.
 *
 * Each takes operations and gives operations, so a plan prints before and after. Knows no network and no engine.
 */
import type { ForwardOperation, PredictOperation, RowOperation } from "./plan.ts";

/** What a dense layer sums up, and then its activation, as one operation: y is made while v is at hand. */
export function joinActivations<Op extends ForwardOperation | PredictOperation>(forward: readonly Op[]): Op[] {
  const joined: Op[] = [];
  for (const operation of forward) {
    const before = joined.at(-1);
    const isJoined =
      operation.op === "activation" &&
      before?.op === "dense" &&
      before.activation === "identity" &&
      before.output.offset === operation.input.offset;
    if (isJoined) {
      const { output, activation } = operation;
      joined[joined.length - 1] = { ...before, output, activation };
    } else joined.push(operation);
  }
  return joined;
}

/** The operations of one row whose parameters no longer change: the weights and the bias of a dense layer lie packed, and its fields are not kept. */
export function packWeights(predict: readonly PredictOperation[]): RowOperation[] {
  return predict.map((operation) => {
    if (operation.op !== "dense") return operation;
    const { field: _field, ...dense } = operation;
    return { ...dense, op: "packed-dense" };
  });
}
