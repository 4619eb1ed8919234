/**
 * Checks of what an engine has computed, before a call returns it: numbers beyond what the engine computes with, and what
 * comes of them, are an error and never an answer.
 *
 * Part of the contract, `engine.ts`, which hands these names on; knows no engine.
 */
import { NotFiniteError } from "../errors.ts";
import { isFiniteInFloat32 } from "./operands.ts";

/** The index of the first number that is NaN or infinite, or −1. */
export function firstNonFinite(numbers: ArrayLike<number>): number {
  // Parameters and slots are scanned after every epoch, which may be one short step.
  if (numbers instanceof Float32Array && areFinite(numbers)) return -1;
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) return i;
  }
  return -1;
}

/** 0 · x is NaN where x is NaN or infinite, and so is the sum then. Four sums, because an addition waits for the one before. */
function areFinite(numbers: Float32Array): boolean {
  const fours = numbers.length - (numbers.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < fours; i += 4) {
    a += 0 * numbers[i];
    b += 0 * numbers[i + 1];
    c += 0 * numbers[i + 2];
    d += 0 * numbers[i + 3];
  }
  for (let i = fours; i < numbers.length; i++) a += 0 * numbers[i];
  return a + b + c + d === 0;
}

/**
 * The index of the first number that is not finite in float32, or −1: parameters that are kept must be, because models and
 * predictors hold them so, whatever the engine computes with.
 */
export function firstBeyondFloat32(numbers: ArrayLike<number>): number {
  if (numbers instanceof Float32Array) return firstNonFinite(numbers);
  for (let i = 0; i < numbers.length; i++) {
    if (!isFiniteInFloat32(numbers[i])) return i;
  }
  return -1;
}

/** @param outputs [N, width] @returns the same @throws {NotFiniteError} the first that is not finite, with its place */
export function requireFiniteOutputs<Outputs extends ArrayLike<number>>(outputs: Outputs, width: number): Outputs {
  const bad = firstNonFinite(outputs);
  if (bad < 0) return outputs;
  throw new NotFiniteError("outputs", outputs[bad], bad, {
    place: `in row ${Math.floor(bad / width)}, output ${bad % width}`,
    remedy: TOO_LARGE_FOR_OUTPUTS,
  });
}

/** @param activations one array a layer, [N, width] @returns the same @throws {NotFiniteError} the first that is not finite */
export function requireFiniteActivations<Layers extends readonly ArrayLike<number>[]>(
  activations: Layers,
  widths: readonly number[],
): Layers {
  for (const [layer, outputs] of activations.entries()) {
    const bad = firstNonFinite(outputs);
    if (bad < 0) continue;
    const [row, unit] = [Math.floor(bad / widths[layer]), bad % widths[layer]];
    throw new NotFiniteError("outputs", outputs[bad], bad, {
      place: `in layer ${layer}, row ${row}, unit ${unit}`,
      remedy: TOO_LARGE_FOR_OUTPUTS,
    });
  }
  return activations;
}

/**
 * Checked instead of each loss. A function of its own, because a loop in a generator is slow compared with a small step; four
 * sums, because an addition waits for the one before.
 */
export function sumOf(losses: Float64Array): number {
  const fours = losses.length - (losses.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < fours; i += 4) {
    a += losses[i];
    b += losses[i + 1];
    c += losses[i + 2];
    d += losses[i + 3];
  }
  for (let i = fours; i < losses.length; i++) a += losses[i];
  return a + b + c + d;
}

/** @param losses of one step each @returns the same @throws {NotFiniteError} the first that is not finite, with its step */
export function requireFiniteLosses<Losses extends ArrayLike<number>>(losses: Losses): Losses {
  const bad = firstNonFinite(losses);
  if (bad < 0) return losses;
  throw new NotFiniteError("losses", losses[bad], bad, { place: `at step ${bad}`, remedy: TOO_LARGE });
}

/**
 * @param what "gradients", or "parameters" after an update
 * @throws {NotFiniteError} the first that is not finite, with its index
 */
export function requireFiniteState(what: "gradients" | "parameters", values: ArrayLike<number>): void {
  const bad = firstNonFinite(values);
  if (bad < 0) return;
  throw new NotFiniteError(what, values[bad], bad, { place: `at index ${bad}`, remedy: TOO_LARGE });
}

const TOO_LARGE_FOR_OUTPUTS =
  "The inputs or the parameters are too large for the engine's numbers, or parameters were set to NaN or a variance to " +
  "less than 0: scale the inputs, set other parameters, or train again.";
const TOO_LARGE =
  "The inputs, the targets, the parameters or the learning rate are too large. " +
  "The session is invalid now: restore its earlier parameters, or create another session.";
