/**
 * Where a session keeps what it computes with: the plan's memory, its programs, and what goes with each run.
 *
 * Everything is laid out once, when the session begins, and filled with what doesn't change. Knows nothing of patterns.
 */
import type { GradientPart } from "../../plan/gradientParts.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Problem } from "../engine.ts";
import {
  barrierBytes,
  CONTROL_BYTES,
  type ControlPlaces,
  fixedHyperparameters,
  SCHEDULE_BYTES,
  SCHEDULE_LENGTH,
  writeBarrier,
} from "./control.ts";
import { HYPERPARAMETER_BYTES, KEPT_HEAD_BYTES, SQUARES_CHUNK, THREAD_BYTES } from "./layouts.ts";
import { lossOptionBytes } from "./lossOptions.ts";
import { counterBytes, encodeParts, encodePrograms, type Placement, type Programs } from "./program.ts";
import type { Runtime } from "./runtime.ts";
import { type Scratch, scratchOf } from "./scratch.ts";
import { coreCount } from "./workers.ts";

/** What is to be laid out. */
export interface SessionSetup {
  readonly problem: Problem;
  readonly plan: Plan;
  /** The parts that the backward pass is to have a program each for. */
  readonly parts: readonly GradientPart[];
  readonly runtime: Runtime;
  readonly threads: number;
  /** The most steps of one call into the kernels. */
  readonly mostSteps: number;
}

/** Addresses in the memory, in bytes. */
export interface SessionPlaces {
  /** Of the plan's memory, all 0. */
  readonly base: number;
  readonly places: ControlPlaces;
  readonly programs: Readonly<Record<keyof Programs, number>>;
  /** Of each part of the backward pass, its program. */
  readonly parts: readonly number[];
}

/** @param allocate gives so many bytes of the runtime's arena; the memory's buffer may be another one after it */
export function placeSession(setup: SessionSetup, allocate: (bytes: number) => number): SessionPlaces {
  const { problem, plan, runtime, threads } = setup;
  runtime.device.prepare?.(plan);
  const base = allocate(4 * plan.length);
  new Uint8Array(runtime.device.memory.buffer, base, 4 * plan.length).fill(0);
  runtime.device.placed?.(plan, ({ offset }) => base + 4 * offset);
  const scratch = scratchOf(problem, plan, runtime.device, threads);
  const places = controlPlaces(setup, scratch, allocate);
  return { base, places, ...loadPrograms(setup, { base, packed: scratch.packed }, allocate) };
}

function controlPlaces(
  { problem, runtime, threads, mostSteps }: SessionSetup,
  { bytes: scratchBytes, packed }: Scratch,
  allocate: (bytes: number) => number,
): ControlPlaces {
  const { batchSize, optimizer } = problem;
  const places: ControlPlaces = {
    control: allocate(CONTROL_BYTES),
    indices: allocate(4 * mostSteps * batchSize),
    schedule: allocate(SCHEDULE_BYTES * mostSteps),
    losses: allocate(8 * mostSteps),
    rowLosses: allocate(8 * batchSize),
    barrier: allocate(barrierBytes(threads)),
    scratch: allocate(threads * scratchBytes),
    scratchBytes,
    hyperparameters: allocate(threads * THREAD_BYTES),
  };
  writeBarrier(runtime.device.memory.buffer, places.barrier, threads, coreCount());
  const fixed = fixedHyperparameters(optimizer);
  for (let thread = 0; thread < threads; thread++) {
    const block = places.hyperparameters + thread * THREAD_BYTES;
    new Float64Array(runtime.device.memory.buffer, block, HYPERPARAMETER_BYTES / 8).set(fixed, SCHEDULE_LENGTH);
    // Nothing is packed yet.
    for (const offset of packed.values()) {
      new Int32Array(
        runtime.device.memory.buffer,
        places.scratch + thread * scratchBytes + offset,
        KEPT_HEAD_BYTES / 4,
      ).fill(0);
    }
  }
  return places;
}

function loadPrograms(
  { problem, plan, parts, runtime, threads }: SessionSetup,
  { base, packed }: Pick<Placement, "base" | "packed">,
  allocate: (bytes: number) => number,
): Pick<SessionPlaces, "programs" | "parts"> {
  const place = (bytes: Uint8Array): number => {
    const block = allocate(bytes.length);
    new Uint8Array(runtime.device.memory.buffer, block, bytes.length).set(bytes);
    return block;
  };
  const placement = {
    base,
    lossOptions: place(lossOptionBytes(problem.loss, problem.network.outputs)),
    squares: allocate(8 * Math.ceil(plan.layout.length / SQUARES_CHUNK)),
    packed,
    counters: place(new Uint8Array(counterBytes(plan, threads))),
    threads,
  };
  const { step, gradient, update, evaluate } = encodePrograms(plan, placement);
  const load = (words: Int32Array): number => place(new Uint8Array(words.buffer));
  return {
    programs: { step: load(step), gradient: load(gradient), update: load(update), evaluate: load(evaluate) },
    parts: encodeParts(plan, parts, placement).map(load),
  };
}
