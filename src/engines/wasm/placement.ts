/**
 * Where a session keeps what it computes with: the plan's memory, its programs, and what goes with each run.
 *
 * Everything is laid out once, when the session begins, and filled with what doesn't change. Knows nothing of patterns.
 */
import type { Plan } from "../../plan/plan.ts";
import type { Problem } from "../engine.ts";
import {
  BARRIER_BYTES,
  CONTROL_BYTES,
  type ControlPlaces,
  fixedHyperparameters,
  HYPERPARAMETER_BYTES,
  SCHEDULE_BYTES,
  SCHEDULE_LENGTH,
  writeBarrier,
} from "./control.ts";
import { counterBytes, encodePrograms, lossOptionBytes, type Programs } from "./program.ts";
import type { Runtime } from "./runtime.ts";
import { availableThreads } from "./threads.ts";

/** What is to be laid out. */
export interface Laid {
  readonly problem: Problem;
  readonly plan: Plan;
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
}

/** @param allocate gives so many bytes of the runtime's arena; the memory's buffer may be another one after it */
export function placeSession(laid: Laid, allocate: (bytes: number) => number): SessionPlaces {
  const { plan, runtime } = laid;
  const base = allocate(4 * plan.length);
  new Uint8Array(runtime.memory.buffer, base, 4 * plan.length).fill(0);
  return { base, places: controlPlaces(laid, allocate), programs: loadPrograms(laid, base, allocate) };
}

function controlPlaces(laid: Laid, allocate: (bytes: number) => number): ControlPlaces {
  const { problem, runtime, threads, mostSteps } = laid;
  const { batchSize, optimizer } = problem;
  const scratchBytes = mostScratchBytes(laid);
  const places: ControlPlaces = {
    control: allocate(CONTROL_BYTES),
    indices: allocate(4 * mostSteps * batchSize),
    schedule: allocate(SCHEDULE_BYTES * mostSteps),
    losses: allocate(8 * mostSteps),
    rowLosses: allocate(8 * batchSize),
    barrier: allocate(BARRIER_BYTES),
    scratch: allocate(threads * scratchBytes),
    scratchBytes,
    hyperparameters: allocate(threads * HYPERPARAMETER_BYTES),
  };
  writeBarrier(runtime.memory.buffer, places.barrier, threads, availableThreads());
  const fixed = fixedHyperparameters(optimizer);
  for (let thread = 0; thread < threads; thread++) {
    const block = places.hyperparameters + thread * HYPERPARAMETER_BYTES;
    new Float64Array(runtime.memory.buffer, block, HYPERPARAMETER_BYTES / 8).set(fixed, SCHEDULE_LENGTH);
  }
  return places;
}

/** What the largest of the plan's products needs to pack its operands, or a number's cosines. */
function mostScratchBytes({ problem, plan, runtime }: Laid): number {
  const { gemmScratch } = runtime.kernels;
  const { batchSize } = problem;
  const sizes = plan.predict.map((operation) => {
    if (operation.op === "periodic") return 4 * plan.regions[operation.frequencies].shape[1];
    if (operation.op !== "dense") return 0;
    const [units, inputs] = plan.regions[operation.weights].shape;
    const forward = gemmScratch(batchSize, units, inputs);
    return Math.max(forward, gemmScratch(batchSize, inputs, units), gemmScratch(units, inputs, batchSize));
  });
  return Math.ceil(Math.max(...sizes) / 64) * 64;
}

/** Room for φ(x) of each parametric activation. */
function keptValues({ forward, regions }: Plan, allocate: (bytes: number) => number): ReadonlyMap<number, number> {
  const layers = forward.filter(({ op }) => op === "parametric-activation");
  return new Map(
    layers.map(({ layer, output }) => [layer, allocate(4 * regions[output].shape[0] * regions[output].shape[1])]),
  );
}

function loadPrograms(
  { problem, plan, runtime, threads }: Laid,
  base: number,
  allocate: (bytes: number) => number,
): SessionPlaces["programs"] {
  const place = (bytes: Uint8Array): number => {
    const block = allocate(bytes.length);
    new Uint8Array(runtime.memory.buffer, block, bytes.length).set(bytes);
    return block;
  };
  const programs = encodePrograms(plan, {
    base,
    lossOptions: place(lossOptionBytes(problem.loss, problem.network.outputs)),
    squares: allocate(8 * Math.ceil(plan.layout.length / 4096)),
    counters: place(new Uint8Array(counterBytes(plan, threads))),
    threads,
    kept: keptValues(plan, allocate),
  });
  const load = (words: Int32Array): number => place(new Uint8Array(words.buffer));
  return {
    step: load(programs.step),
    gradient: load(programs.gradient),
    update: load(programs.update),
    evaluate: load(programs.evaluate),
    predict: load(programs.predict),
  };
}
