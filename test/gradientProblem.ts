/**
 * Problems for the gradient check: small random networks and patterns, away from every point where a derivative jumps.
 */
import { completeProblem, type LoadedPatterns, type ProblemOptions } from "../src/engines/engine.ts";
import { activationOf, activations, type ElementwiseActivation } from "../src/network/activations.ts";
import type { Layer } from "../src/network/layers.ts";
import { type DesiredKind, desiredWidth, type Loss, lossOf, outputsEach, targetOf } from "../src/network/losses.ts";
import { type Network, validateNetwork } from "../src/network/network.ts";
import { type Random, random } from "../src/random.ts";
import { reference } from "../src/reference/reference.ts";
import type { ReferenceSession } from "../src/reference/session.ts";
import { REACH } from "./centralDifferences.ts";

const INPUTS = 3;
const PATTERNS = 7;
/** A batch that is not all the patterns and has a row twice. */
const ROWS = [4, 0, 6, 0, 2];

/** Puts layers behind three inputs. */
export function networkOf(layers: readonly Layer[]): Network {
  const last = layers[layers.length - 1];
  return validateNetwork({ inputs: INPUTS, layers, outputs: last.kind === "dense" ? last.units : 0 });
}

export interface GradientVariant {
  readonly rows?: readonly number[];
  /** Whether each pattern has a weight of its own; true when absent. */
  readonly weighted?: boolean;
}

export interface GradientProblem {
  readonly session: ReferenceSession;
  readonly patterns: LoadedPatterns;
  /** The batch whose gradient the session holds. */
  readonly rows: Uint32Array;
  /** d of all the patterns. */
  readonly desired: Float64Array;
}

/**
 * A session with random parameters, biases too, and its gradient over a batch of random patterns.
 *
 * The first seed is taken whose numbers keep off every kink, so that there are derivatives to find, and whose neurons are
 * alive, so that most are not 0. The same options give the same problem.
 */
export function gradientProblem(options: ProblemOptions, variant: GradientVariant = {}): GradientProblem {
  const { rows = ROWS, weighted = true } = variant;
  for (let seed = 0; seed < 1000; seed++) {
    const session = reference.create(completeProblem({ ...options, batchSize: rows.length, seed }));
    const { network, loss } = session.problem;
    const draws = random(seed, "gradient problem");
    for (let i = 0; i < session.parameters.length; i++) session.parameters[i] += 0.3 * draws.normal();
    const desired = drawDesired(network, loss, draws);
    const patterns = session.load({
      inputs: drawInputs(network, draws),
      desired,
      sampleWeights: weighted ? Float64Array.from({ length: PATTERNS }, () => 0.2 + 2 * draws.uniform()) : undefined,
    });
    const problem = { session, patterns, rows: Uint32Array.from(rows), desired };
    session.gradient(patterns, problem.rows);
    if (isAlive(session) && isSmooth(problem)) return problem;
  }
  throw new Error("No seed below 1000 gives a problem that is alive and away from the kinks.");
}

/** Normal numbers, and codes where the first layer embeds them. */
function drawInputs({ inputs, layers }: Network, draws: Random): Float64Array {
  const drawn = Float64Array.from({ length: PATTERNS * inputs }, draws.normal);
  for (const layer of layers) {
    if (layer.kind !== "embedding" || layer !== layers[0]) continue;
    for (const { column, cardinality } of layer.columns) {
      for (let n = 0; n < PATTERNS; n++) drawn[n * inputs + column] = draws.integer(cardinality);
    }
  }
  return drawn;
}

function drawDesired({ outputs }: Network, loss: Loss, draws: Random): Float64Array {
  const draw: Readonly<Record<DesiredKind, () => number>> = {
    values: draws.normal,
    class: () => draws.integer(outputs),
    flags: () => [0, 1, 0, 1, 0.3][draws.integer(5)], // mostly 0 or 1, with a probability between here and there
  };
  return Float64Array.from({ length: PATTERNS * desiredWidth(loss, outputs) }, draw[lossOf(loss).desired]);
}

/** Whether more than half of the parameters have a gradient. */
function isAlive({ gradients }: ReferenceSession): boolean {
  return gradients.filter((gradient) => gradient !== 0).length > gradients.length / 2;
}

/** Whether every field, error and penalised weight is farther from its kinks than a stencil can move it. */
function isSmooth(problem: GradientProblem): boolean {
  const { session } = problem;
  const { network, loss, penalties } = session.problem;
  const margin = 10 * REACH; // a weight's change reaches a field multiplied by signals and weights of size 1 to 3
  const clear = (values: Iterable<number>, kinks: readonly number[]): boolean =>
    [...values].every((value) => kinks.every((kink) => Math.abs(value - kink) > margin));
  const fieldsClear = network.layers.every((layer, index) => {
    if (layer.kind === "parametricActivation") {
      const { kinks } = activations[layer.activation] as ElementwiseActivation;
      return clear(session.signals(index - 1).output, [0, ...kinks]);
    }
    if (layer.kind !== "dense") return true;
    const activation = activationOf(layer.activation);
    // 0 always, for jumps in the second derivative (ELU's), which cost the stencil its order.
    return activation.kind === "vector" || clear(session.signals(index).inducedField, [0, ...activation.kinks]);
  });
  const delta = loss.name === "huber" ? (loss.delta ?? 1) : 0;
  const hasKink = loss.name === "meanAbsoluteError" || loss.name === "quantile";
  const bends = loss.name === "huber" ? [-delta, delta] : hasKink ? [0] : [];
  const bendsClear = bends.length === 0 || clear(errorsOf(problem), bends);
  return fieldsClear && bendsClear && (penalties.l1 === 0 || clear(session.parameters, [0]));
}

/** e = d − y of every output over the batch, for a loss that wants values, [B, M]. */
export function errorsOf({ session, rows, desired }: GradientProblem): number[] {
  const { loss, network } = session.problem;
  const { outputs, layers } = network;
  const each = outputsEach(loss);
  const y = session.signals(layers.length - 1).output;
  return [...rows].flatMap((row, n) =>
    Array.from({ length: outputs }, (_, k) => desired[targetOf(row * outputs + k, each)] - y[n * outputs + k]),
  );
}
