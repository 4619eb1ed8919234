/**
 * The gradient check: each of a session's gradients beside the difference quotient of its loss, in float64.
 *
 * What is differenced is the loss that the session reports, which dropout and sample weights are part of, plus the
 * penalties, which are not and whose gradient the update adds. The problem must be smooth around its parameters, and not be clipped.
 */
import type { LoadedPatterns } from "../src/engines/engine.ts";
import type { ReferenceSession } from "../src/reference/session.ts";
import { regularised } from "../src/reference/update.ts";
import { centralDifference, relativeError } from "./centralDifferences.ts";

/**
 * A derivative much smaller than the loss drowns in the loss's own rounding: the differences know it to about 2e-13 of
 * the loss. So what is below 1e-5 of the loss is compared as if it were that large, to 1e-12 of the loss.
 */
const FLOOR = 1e-5;

/**
 * Compares every gradient with its difference quotient.
 *
 * @param gradients what is checked; when absent those by which the session would update for these rows
 * @returns the largest relative error, and a message with its tensor, its place and both values
 */
export function worstGradient(
  session: ReferenceSession,
  patterns: LoadedPatterns,
  rows: Uint32Array,
  gradients?: Float64Array,
): { error: number; message: string } {
  const { parameters, layout } = session;
  const loss = session.gradient(patterns, rows);
  const floor = FLOOR * Math.abs(loss);
  const checked = gradients ?? regularised(session.problem, layout, parameters, session.gradients).slice();
  const lossNow = lossOf(session, patterns, rows);
  if (lossNow() !== loss) throw new Error(`A step reports the loss ${loss}, an evaluation ${lossNow()}.`);
  let worst = { error: -1, message: "" };
  for (const { name, shape, offset, length } of layout.tensors) {
    for (let i = offset; i < offset + length; i++) {
      const kept = parameters[i];
      const quotient = centralDifference((p) => {
        parameters[i] = p;
        return lossNow() + penaltyOf(session);
      }, kept);
      parameters[i] = kept;
      const error = relativeError(checked[i], quotient, floor);
      if (error <= worst.error) continue;
      const place =
        shape.length === 2 ? `${Math.floor((i - offset) / shape[1])}, ${(i - offset) % shape[1]}` : i - offset;
      worst = { error, message: `${name}[${place}] = ${kept}: gradient ${checked[i]}, differences ${quotient}` };
    }
  }
  return worst;
}

/** The loss of a step at the parameters of the moment; found without the gradients where prediction's is the same. */
function lossOf(session: ReferenceSession, patterns: LoadedPatterns, rows: Uint32Array): () => number {
  const drops = session.problem.network.layers.some(({ kind }) => kind === "dropout");
  const keeps = session.layout.tensors.some(({ kept }) => kept !== undefined);
  return () => (drops || keeps ? session.gradient(patterns, rows) : session.evaluate(patterns, rows));
}

/** l1 Σ|w| + (l2/2) Σ w² over the weights. */
function penaltyOf({ problem, layout, parameters }: ReferenceSession): number {
  const { l1, l2 } = problem.penalties;
  let penalty = 0;
  for (const { role, offset, length } of layout.tensors) {
    if (role !== "weights") continue;
    for (const w of parameters.subarray(offset, offset + length)) penalty += l1 * Math.abs(w) + (l2 / 2) * w * w;
  }
  return penalty;
}
