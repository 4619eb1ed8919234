/**
 * What a precision did to the loss: that of the finished network on one batch, and its gradient, in the precision that learned and in
 * float32. A whole training in float32 beside it would take as long again.
 */
import type { Engine, Numbers, Patterns, Precision, Problem } from "../engines/engine.ts";
import { desiredWidth } from "../network/losses.ts";

/** The first rows of the training, without dropout, in the first network with the model's parameters. */
export interface PrecisionReport {
  readonly name: Exclude<Precision, "float32">;
  readonly rows: number;
  readonly loss: number;
  readonly float32Loss: number;
  /** ‖g − g₃₂‖ / ‖g₃₂‖ of the gradients of that loss; 0 where they are the same numbers: no layer and batch was large enough. */
  readonly gradientDifference: number;
}

/** @param learned the network, and the rows that it learned from @returns undefined where it learned in full precision */
export async function precisionReport(
  precision: Precision | undefined,
  engine: Engine,
  learned: { readonly problem: Problem; readonly parameters: Numbers; readonly patterns: Patterns },
): Promise<PrecisionReport | undefined> {
  if (precision === undefined || precision === "float32") return undefined;
  const { problem, parameters, patterns: all } = learned;
  const { inputs, desired, sampleWeights } = all;
  const { network, loss } = problem;
  const rows = Math.min(problem.batchSize, inputs.length / network.inputs);
  const batch = {
    inputs: inputs.subarray(0, rows * network.inputs),
    desired: desired.subarray(0, rows * desiredWidth(loss, network.outputs)),
    ...(sampleWeights && { sampleWeights: sampleWeights.subarray(0, rows) }),
  };
  const measure = async (of: Precision) => {
    using session = await engine.create(problem, { precision: of, threads: 1, parameters });
    using patterns = session.load(batch);
    const value = await session.gradient(
      patterns,
      Array.from({ length: rows }, (_, row) => row),
      0,
    );
    return { value, gradients: session.gradients.slice() };
  };
  const [own, exact] = [await measure(precision), await measure("float32")];
  return {
    name: precision,
    rows,
    loss: own.value,
    float32Loss: exact.value,
    gradientDifference: relativeDistance(own.gradients, exact.gradients),
  };
}

/** ‖a − b‖ / ‖b‖; 0 where both are 0. */
function relativeDistance(a: Numbers, b: Numbers): number {
  let distance = 0;
  let length = 0;
  for (let i = 0; i < b.length; i++) {
    distance += (a[i] - b[i]) ** 2;
    length += b[i] ** 2;
  }
  return distance === 0 ? 0 : Math.sqrt(distance / length);
}
