/**
 * What each thread needs for itself to multiply matrices: room for the blocks of one product at a time, and, where several
 * threads share out a batch, for operands that stay packed from one part of the work to the next. Packing takes as long as
 * the product of a few rows, so it must not be done for each part anew.
 */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import { layerOperations } from "../../plan/lower/lower.ts";
import type { OperationEntry } from "../../plan/ops/entry.ts";
import type { Plan, RegionName } from "../../plan/plan.ts";
import { extentsOf } from "../../plan/words.ts";
import type { Problem } from "../engine.ts";
import type { Device } from "./device.ts";

/** An operand that takes more is packed for each part anew: all threads keep their own, and the memory ends at 4 GiB. */
const MOST_KEPT_BYTES = 8 * 2 ** 20;

export interface Scratch {
  /** Of one thread, a multiple of 64. */
  readonly bytes: number;
  /**
   * Bytes from a thread's scratch to where an operand stays packed: W of δ·W under its own name, x of δᵀ·x under its
   * gradients'. Those not named are not kept.
   */
  readonly packed: ReadonlyMap<RegionName, number>;
}

export function scratchOf({ batchSize }: Problem, plan: Plan, device: Device, threads: number): Scratch {
  const packed = new Map<RegionName, number>();
  let bytes = inLines(mostForProduct(batchSize, plan, device));
  if (threads === 1) return { bytes, packed };
  // Layers take their gradients one after the other, so one place serves them all; rows go through all layers part by part.
  const gradients = bytes;
  for (const operation of plan.gradient) {
    if (operation.op !== "gradient") continue;
    const kept = keptBytes(device, operation.weightGradient.shape[1], batchSize);
    if (kept === undefined) continue;
    packed.set(operation.weightGradient.name, gradients);
    bytes = Math.max(bytes, gradients + inLines(kept));
  }
  for (const operation of plan.backward) {
    if (operation.op !== "pull-back") continue;
    const [units, inputs] = operation.weights.shape;
    const kept = keptBytes(device, inputs, units);
    if (kept === undefined) continue;
    packed.set(operation.weights.name, bytes);
    bytes += inLines(kept);
  }
  return { bytes, packed };
}

/** Bytes of a packed operand [k, n]; undefined where it isn't kept, or is too large for it: devices count in 32 bits. */
function keptBytes(device: Device, n: number, k: number): number | undefined {
  if (4 * n * k > MOST_KEPT_BYTES) return undefined;
  const bytes = device.gemmKept(n, k);
  return bytes === 0 || bytes > MOST_KEPT_BYTES ? undefined : bytes;
}

function inLines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** Bytes of scratch that each thread needs for a forward pass, a multiple of 64. */
export function forwardScratchBytes(plan: ForwardPlan, { gemmScratch }: Device): number {
  return inLines(largest(plan, (units, inputs) => gemmScratch(plan.batchSize, units, inputs)));
}

/** The same for one row, whose products need none. */
export function rowScratchBytes(plan: ForwardPlan): number {
  return inLines(signalScratchBytes(plan));
}

/** What the largest of the plan's products needs to pack its operands, or a number's cosines. */
function mostForProduct(batchSize: number, plan: Plan, { gemmScratch }: Device): number {
  return largest(plan, (units, inputs) => {
    const forward = gemmScratch(batchSize, units, inputs);
    return Math.max(forward, gemmScratch(batchSize, inputs, units), gemmScratch(units, inputs, batchSize));
  });
}

/** @param ofDense what a dense layer needs */
function largest(plan: ForwardPlan, ofDense: (units: number, inputs: number) => number): number {
  const sizes = plan.predict.map((operation) => {
    if (operation.op !== "dense") return 0;
    const [units, inputs] = operation.weights.shape;
    return ofDense(units, inputs);
  });
  return sizes.reduce((most, size) => Math.max(most, size), signalScratchBytes(plan));
}

/** What the largest of the layers that aren't dense needs for itself, by the table of operations. */
function signalScratchBytes({ predict }: ForwardPlan): number {
  const sizes = predict.map((operation) => {
    const entry: OperationEntry = layerOperations[operation.op];
    return entry.scratch === undefined ? 0 : 4 * (extentsOf(entry.arguments, { ...operation }).get(entry.scratch) ?? 0);
  });
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}
