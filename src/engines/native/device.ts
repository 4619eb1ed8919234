/**
 * The native device: the kernels of WebAssembly, which call machine code for what takes longest, on the same memory.
 *
 * Knows nothing of sessions and threads.
 */
import { GradusError } from "../../errors.ts";
import type { Precision } from "../engine.ts";
import { CONTROL_BYTES } from "../memory/control.ts";
import type { Device, DeviceMemory } from "../memory/device.ts";
import { createMemory, instantiate, type KernelBuild, kernelCode, variantOf } from "../wasm/kernelModule.ts";
import { wasmWorker } from "../wasm/worker.ts";
import { CheckedRun } from "./check.ts";
import { koffi, koffiFile } from "./foreign.ts";
import { kindsOf, MACHINE } from "./functions.ts";
import { inHugePages } from "./hugePages.ts";
import { type MachineCode, machineCode } from "./machineCode.ts";
import { OnlineProgram, onlineNetworkOf } from "./onlineProgram.ts";
import { PlacedPlans } from "./placedPlans.ts";
import { prepareTileUnit } from "./tileUnit.ts";

const START_BYTES = 2 ** 20;

/**
 * A worker's own kernels. Its memory never moves, because it is shared. koffi 3.3.4 prepares what calls need when a library is loaded:
 * without that the first call ends the process.
 */
const WORKER_SOURCE = `({ kernels, foreign, address, declaration, begin, layout, bf16 }, memory) => {
  const koffi = require(foreign);
  koffi.load(null);
  const call = koffi.decode(address, koffi.proto(declaration));
  const machine = (words) => {
    if (call(begin, words) !== 0) throw new Error("A function of machine code was called that isn't made.");
  };
  const env = { memory, abort() {}, machine };
  const { exports } = new WebAssembly.Instance(kernels, { env });
  exports.useMachineCode(...layout);
  if (bf16) exports.useBf16(...bf16);
  return exports.run;
}`;

/** Below so many operations the call takes longer than what WebAssembly does in its place. */
const LEAST_WORK = 8192;
/** For what machine code is not to do: work of products that is more than nearly all have, and of other functions `NEVER`. */
const MOST_WORK = 2 ** 31 - 1;
const NEVER = -1;

interface NativeOptions {
  /** For tests, as the next two: when machine code is used, and which. */
  readonly least?: number;
  /** Steps of a program that is one whole step before it has code of its own. */
  readonly warmUp?: number;
  readonly code?: MachineCode;
  /** What products of batches that are learned from are computed with. */
  readonly precision?: Precision;
  /** Whether each run is done without machine code too, and compared: on one thread. */
  readonly check?: boolean;
}

/** @throws {GradusError} where it can't run here @throws {OutOfMemoryError} */
export async function createDevice(
  build: KernelBuild,
  shared: boolean,
  { least = LEAST_WORK, warmUp, code: made = machineCode(), precision = "float32", check = false }: NativeOptions = {},
): Promise<Device> {
  const { machine, address, isa, blocks, make } = made;
  const variant = variantOf(build, shared);
  if (!variant.relaxed)
    throw new GradusError("The engine native needs kernels with fused multiply-add: use the engine wasm.");
  const kernels = await kernelCode(build, variant);
  const memory = inHugePages(createMemory(START_BYTES, variant));
  const beginning = (): number => Number(koffi().address(new Uint8Array(memory.buffer)));
  let begin = beginning();
  const instance = instantiate(kernels, memory, (words) => machine(begin, words));
  const { panel, depth, columns, wide } = blocks;
  const layout = [least, least, panel, depth, columns, wide] as const;
  instance.useMachineCode(...layout);
  const bf16 = precision === "float32" ? undefined : prepareTileUnit(precision, made);
  if (bf16 !== undefined) instance.useBf16(...bf16);
  const code = { kernels, foreign: koffiFile(), address, declaration: MACHINE, begin, layout, bf16 };
  // A memory that threads share stays where it is, and is sent to them; one that isn't may move when it grows.
  const growing: DeviceMemory = {
    get buffer() {
      return memory.buffer;
    },
    grow(pages) {
      memory.grow(pages);
      begin = beginning();
    },
  };
  const programs = new Map<number, OnlineProgram>();
  // Kept until the memory grows, because making a view takes as long as a small step.
  let words = new Int32Array(memory.buffer);
  const run: Device["run"] = (control, thread) => {
    if (programs.size === 0) return instance.run(control, thread);
    if (control + CONTROL_BYTES > words.byteLength) words = new Int32Array(memory.buffer);
    const own = programs.get(words[control / 4]);
    return own?.run(words, begin, control) ? 0 : instance.run(control, thread);
  };
  const plans = new PlacedPlans();
  const checking = (): Pick<Device, "run" | "placed"> => {
    const plain = instantiate(kernels, memory, (words) => machine(begin, words));
    if (bf16 !== undefined) {
      // Terms of bf16 have other bits than the kernels' products: these calls alone are the same on both sides.
      plain.useMachineCode(MOST_WORK, NEVER, panel, depth, columns, wide);
      plain.useBf16(...bf16);
    }
    const checked = new CheckedRun(memory, run, plain.run, plans);
    return {
      run: (control) => checked.run(control),
      placed: (plan, addressOf) => plans.add(plan, addressOf),
    };
  };
  return {
    ...instance,
    ...(check ? checking() : { run }),
    compile(program) {
      const network = onlineNetworkOf(memory.buffer, program);
      if (network === undefined) return undefined;
      const own = new OnlineProgram(network, isa, warmUp);
      programs.set(program, own);
      return () => {
        programs.delete(program);
        own.free();
      };
    },
    engine: "native",
    memory: shared ? memory : growing,
    start: instance.heapBase(),
    prepare: (plan) => make(kindsOf(plan)),
    worker: shared ? { source: WORKER_SOURCE, stamp: wasmWorker.stamp, code } : undefined,
  };
}
