/**
 * The native engine: plans run with machine code for the processor at hand, made in TypeScript when it is first needed.
 *
 * Needs Node on x64 and the package koffi. What makes the code is loaded when a session is made: a bundler puts it in a file of its
 * own, which a page never fetches.
 */
import { DescriptionError, GradusError } from "../../errors.ts";
import {
  type Engine,
  type EngineOptions,
  type Precision,
  type Problem,
  precisions,
  requirePrecision,
} from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { predictorWith } from "../memory/prediction.ts";
import { trainingWith, tryThreads } from "../memory/training.ts";
import { availableThreads } from "../memory/workers.ts";
import { loadedFor, whyNotShared } from "../wasm/loadedKernels.ts";
import { build } from "../wasm/wasm.ts";
import { askedIsa, isChecked, whyNoNative } from "./conditions.ts";
import type { ListingOptions, MachineCodeListing } from "./listing.ts";
import type { MachineCode } from "./machineCode.ts";

const load = () => import("./nativeDevices.ts");

/**
 * Asked before any code is made or a thread is started: another processor must not run it, and a worker that could not be started for want
 * of it says nothing about threads.
 *
 * @throws {GradusError} where it can't run here, or not in that precision, with the reason
 */
async function requireNative(precision: Precision = "float32"): Promise<void> {
  if (precision === "float32") return void (await requireCode());
  const code = await requireCode().catch((error) => {
    if (!(error instanceof GradusError) || error instanceof DescriptionError) throw error;
    throw new GradusError(`${error.message} It does not have the precision ${precision}: leave precision out.`);
  });
  (await load()).prepareTileUnit(precision, code);
}

/** The code that is made first. @throws {GradusError} where none can run; its message ends with the engine wasm */
async function requireCode(): Promise<MachineCode> {
  const why = whyNoNative();
  if (why !== undefined) throw new GradusError(`The engine native cannot run here: ${why}. Use the engine wasm.`);
  const code = (await load()).machineCode();
  isChecked();
  return code;
}

/** Devices that learn in a precision. */
function devicesOf(precision: Precision): Devices {
  // The kernels that they are made from; an object of its own, because those of other engines and precisions are others.
  const sourceNow = () => ({ files: loadedFor(build.purpose), check: isChecked() });
  let source: ReturnType<typeof sourceNow> = { files: undefined, check: false };
  return {
    source: () => {
      const now = sourceNow();
      if (now.files !== source.files || now.check !== source.check) source = now;
      return source;
    },
    whyNotShared: () =>
      isChecked() ? "GRADUS_CHECK compares machine code on one thread" : whyNotShared(build.purpose),
    create: async (shared) => {
      await requireNative(precision);
      return (await load()).createDevice(build, shared, { precision, check: isChecked() });
    },
  };
}

const devices = devicesOf("float32");
const called = { name: "native", precision: "float32", precisions } as const;
const training = trainingWith(devices, called, { high: devicesOf("high"), fast: devicesOf("fast") });

async function requireHere(precision?: Precision): Promise<void> {
  requirePrecision(called, precision);
  await requireNative(precision);
}

export const native = {
  ...called,
  ...training,
  requireHere,
  create: async <Inputs extends number, Outputs extends number>(
    problem: Problem<Inputs, Outputs>,
    options?: EngineOptions,
  ) => {
    await requireHere(options?.precision);
    return training.create(problem, options);
  },
  whyOneThread: async () => {
    await requireNative();
    return training.whyOneThread();
  },
  predictor: predictorWith(devices),
} as const satisfies Engine;

/** Its machine code for a problem, as a listing: on any machine. See `listing.ts`. */
export async function machineCodeListing(problem: Problem, options?: ListingOptions): Promise<MachineCodeListing> {
  return (await import("./listing.ts")).listingOf(problem, options);
}

/**
 * Why it can't run here; undefined where it can. It is tried: the first code is made.
 *
 * @throws {DescriptionError} what an environment variable asks for and can't be: then nothing else may run instead
 */
export async function whyNotNativeHere(): Promise<string | undefined> {
  try {
    await requireNative();
    return undefined;
  } catch (error) {
    if (error instanceof DescriptionError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether it runs here, and on what: code is made, and threads are tried. */
export async function nativeConditions(): Promise<{ readonly available: boolean; readonly reason: string }> {
  try {
    const { machineCode, whyNoTileUnit } = await load();
    const { cpu, isa } = machineCode();
    const precise = whyNoTileUnit(cpu, isa) === undefined ? "; precisions high and fast" : "";
    const whyOne = await tryThreads(devices);
    const chosen = askedIsa() === undefined ? "" : ", chosen by GRADUS_CPU";
    const threads = whyOne === undefined ? `${availableThreads(devices)} threads` : `one thread: ${whyOne}`;
    return { available: true, reason: `${isa.title} on ${cpu.name}${chosen}${precise}; ${threads}` };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
