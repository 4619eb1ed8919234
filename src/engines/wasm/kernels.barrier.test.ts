/** Where threads meet: who fell asleep while it waited goes on when all have come, and not before. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { GradusError } from "../../errors.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import { ownWords } from "../../plan/words.ts";
import { barrierBytes, CONTROL_BYTES, type ControlPlaces, writeBarrier, writeControl } from "../memory/control.ts";
import { THREAD_BYTES } from "../memory/layouts.ts";
import { type Runtime, runtimeOf } from "../memory/runtime.ts";
import { deviceOf } from "./device.ts";
import { predictionKernels } from "./generated/predictionKernels.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { createMemory, type KernelTexts, kernelBytes, supportsRelaxedSimd } from "./kernelModule.ts";
import type { Variant } from "./loadedKernels.ts";
import { type WasmModule, webAssembly } from "./webAssembly.ts";

const THREADS = 2;
/** A thread that waits looks at the barrier again after 50 ms. */
const LATE = 200; // milliseconds

/** A run of two threads that meet once and do nothing else. @returns where its control block and its barrier lie */
function placeMeeting({ arena, device: { memory } }: Runtime): Pick<ControlPlaces, "control" | "barrier"> {
  const words = [...ownWords(engineOperations.barrier, { counters: 0, count: 0 }), ...ownWords(engineOperations.end)];
  const program = arena.allocate(4 * words.length);
  const places = {
    ...{ indices: 0, losses: 0, rowLosses: 0, scratch: 0, scratchBytes: 0 },
    control: arena.allocate(CONTROL_BYTES),
    schedule: arena.allocate(64),
    barrier: arena.allocate(barrierBytes(THREADS)),
    hyperparameters: arena.allocate(THREADS * THREAD_BYTES),
  };
  const none = { inputs: 0, desired: 0, weights: 0, outputs: 0, before: 0, batches: 0, learns: false };
  const run = { ...none, program, steps: 1, rowCount: 1, batchSize: 1, constant: true };
  new Int32Array(memory.buffer, program, words.length).set(words);
  writeControl(memory.buffer, places, run, { inputWidth: 1, desiredWidth: 1, seed: 0, threads: THREADS });
  writeBarrier(memory.buffer, places.barrier, THREADS, 1); // on one core, so that they sleep at once
  return places;
}

/** Compiled anew: V8 has one code for modules of the same bytes, and this one has run for no test. */
function freshCode(build: KernelTexts, variant: Variant): WasmModule {
  const section = [0, 2, 1, 97]; // called "a", without content
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  return new webAssembly.Module(Uint8Array.from([...kernelBytes(build, variant), ...section]));
}

// In the code that V8 11.3 compiles first, a wait ended early in every round but the first (`barrier.ts`).
test.each([trainingKernels, predictionKernels])("a thread that sleeps waits for one that is late", async (build) => {
  const variant = { relaxed: supportsRelaxedSimd(), shared: true };
  const runtime = runtimeOf(deviceOf(freshCode(build, variant), createMemory(2 ** 20, variant), variant));
  const { threads: pool, device } = runtime;
  const { control, barrier } = placeMeeting(runtime);
  await pool?.start(1);
  for (let round = 0; round < 3; round++) {
    let over = false;
    const first = pool?.run(control, barrier, 1).then(() => {
      over = true;
    });
    await pause(LATE);
    expect(over, `round ${round} is over before both have come`).toBe(false);
    device.run(control, 1);
    await first;
  }
  pool?.dispose();
});
