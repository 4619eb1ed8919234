/**
 * A session whose course a test writes down: for what decides about epochs, not for what learns.
 */
import {
  completeProblem,
  type LayerSignals,
  type LoadedPatterns,
  type Patterns,
  type RunOptions,
  type Session,
} from "../src/engines/engine.ts";
import { dense } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { reference } from "../src/reference/reference.ts";

/**
 * A session that learns nothing: its one parameter counts the steps, and its validation losses, one an epoch, are given.
 */
export function scriptedSession(validationLosses: readonly number[]) {
  const own = network({ inputs: 1, layers: [dense(1, { bias: false, initialisation: "zeros" })] });
  const session = reference.create(completeProblem({ network: own, loss: "halfSquaredError", batchSize: 2 }));
  const chunks: { rows: number[]; options: RunOptions }[] = [];
  const silence = new Float64Array(1);
  let live = 0;
  let epoch = 0;
  const scripted = Object.assign(Object.create(session) as Session<1, 1>, {
    chunks,
    live: () => live,
    load(patterns: Patterns): LoadedPatterns {
      live++;
      const dispose = (): void => {
        live--;
      };
      return { rows: patterns.desired.length, dispose, [Symbol.dispose]: dispose };
    },
    run(_: LoadedPatterns, rows: Uint32Array, options: RunOptions = {}): Float64Array {
      chunks.push({ rows: [...rows], options });
      const steps = Math.ceil(rows.length / (options.batchSize ?? 1));
      session.parameters[0] += steps;
      return new Float64Array(steps).fill(1);
    },
    evaluate: (): number => validationLosses[epoch++],
    predict: (): Float64Array => session.parameters.slice(),
    gradient: (): number => 0,
    signals: (): LayerSignals => ({ rows: 1, inducedField: silence, output: silence, localGradient: silence }),
  });
  // Getters of the real session need the real session as their `this`.
  for (const name of ["parameters", "gradients", "slots", "layout", "problem"] as const) {
    Object.defineProperty(scripted, name, { get: () => session[name] });
  }
  Object.defineProperty(scripted, "step", {
    get: () => session.step,
    set: (step: number) => {
      session.step = step;
    },
  });
  return scripted;
}

/** Three patterns that fit it. */
export const three: Patterns = { inputs: Float64Array.of(1, 2, 3), desired: Float64Array.of(1, 2, 3) };
