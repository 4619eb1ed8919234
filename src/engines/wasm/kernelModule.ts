/**
 * The kernels as compiled code: which variant this runtime can run, compiled once and instantiated on a memory.
 *
 * Knows nothing of plans and sessions. The kernels' sources are in `kernels/`; `scripts/kernels.mjs` compiles them.
 */
import { GradusError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import { type Device, type DeviceMemory, PAGE_BYTES } from "../memory/device.ts";
import { builtin, environment } from "../memory/nodeModule.ts";
import { withDifference } from "./difference.ts";
import { loadedFor, type Purpose, type Variant, whyNotGiven } from "./loadedKernels.ts";
import { type WasmModule, webAssembly } from "./webAssembly.ts";

/** What all builds of the kernels export. */
export interface KernelExports extends Omit<Device, "engine" | "memory" | "start" | "worker"> {
  /** Where the memory is free from. */
  heapBase(): number;
  /** The functions of machine code are there: from how much work on, and how products use their scratch. @param least −1: products alone */
  useMachineCode(product: number, least: number, panel: number, depth: number, columns: number, wide: number): void;
  /** Products of batches that are learned from are those of so many bf16 terms, from so much work and such sizes on. */
  useBf16(terms: number, work: number, side: number, depth: number, block: number): void;
}

/**
 * One build of the kernels as `scripts/kernels.mjs` writes it, in base64: all of them, or those for prediction alone. One
 * variant is whole; `plainShared` and `relaxed` are differences from it, `relaxedShared` from `relaxed`.
 */
export interface KernelTexts {
  readonly purpose: Purpose;
  readonly plain: string;
  readonly plainShared: string;
  readonly relaxed: string;
  readonly relaxedShared: string;
}

/** A build, whose texts a bundle may leave out: its kernels are then loaded from files. */
export type KernelBuild = KernelTexts | { readonly purpose: Purpose; readonly plain?: undefined };

/**
 * A module whose function f gives relaxed_madd(a, a, −b) with a = 1 + 2⁻¹² and b = 1 + 2⁻¹¹: 2⁻²⁴ where the product isn't rounded on its
 * own, and 0 where it is, which the specification leaves to the runtime.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0],
  ...[10, 31, 1, 29, 0],
  ...[67, 0, 8, 128, 63, 253, 19, 67, 0, 8, 128, 63, 253, 19],
  ...[67, 0, 16, 128, 191, 253, 19, 253, 133, 2, 253, 31, 0, 11],
);
/** A module of one function that returns a vector of zeros, (module (func (result v128) …)): whether there is SIMD at all. */
const SIMD_PROBE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  8,
  1,
  6,
  0,
  65,
  0,
  253,
  17,
  11,
);

/** Why the kernels can't run here; undefined where they can. Tried, because a page's policy may forbid what is supported. */
export function whyNoKernels(purpose: Purpose): string | undefined {
  return whyNoWebAssembly() ?? whyNotGiven(purpose);
}

/** Why no code of WebAssembly with SIMD can run here, a clause; undefined where it can. */
export function whyNoWebAssembly(): string | undefined {
  if (webAssembly === undefined) return "this runtime has no WebAssembly";
  if (!webAssembly.validate(SIMD_PROBE)) return "this runtime has no WebAssembly SIMD";
  try {
    new webAssembly.Module(SIMD_PROBE);
    return undefined;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return `WebAssembly cannot be compiled here; a page needs 'wasm-unsafe-eval' in script-src of its Content-Security-Policy (${found})`;
  }
}

/** Whether V8 was asked for fused multiply-add: once a process is enough. */
let asked = false;

/**
 * Whether fused multiply-add is there. Node 20 has it behind a flag of V8 that can be set while running; newer ones and
 * browsers have it or not, and Bun has the instruction and rounds twice. Asked of the runtime, not guessed from versions.
 *
 * The flag is one of the whole process. It is set at most once, when the engine is first used and not when the library is
 * imported, and not at all where the environment variable GRADUS_V8_FLAGS is "none".
 */
export function supportsRelaxedSimd(): boolean {
  if (webAssembly === undefined) return false;
  if (fuses()) return true;
  if (asked || environment("GRADUS_V8_FLAGS") === "none") return false;
  asked = true;
  builtin<{ setFlagsFromString(flags: string): void }>("node:v8")?.setFlagsFromString(
    "--experimental-wasm-relaxed-simd",
  );
  return fuses();
}

/** Whether relaxed_madd, where it is there, rounds once: tried once a process. */
let roundsOnce: boolean | undefined;

function fuses(): boolean {
  if (!webAssembly?.validate(RELAXED_PROBE)) return false;
  try {
    const { Instance, Module } = webAssembly;
    roundsOnce ??= (new Instance(new Module(RELAXED_PROBE), {}).exports as { f(): number }).f() === 2 ** -24;
    return roundsOnce;
  } catch {
    return false; // a page's policy may forbid what is supported
  }
}

/** The code of a variant. */
export function kernelBytes(texts: KernelTexts, { relaxed, shared }: Variant): Uint8Array {
  const plain = decoded(texts.plain);
  const unshared = relaxed ? withDifference(plain, decoded(texts.relaxed)) : plain;
  if (!shared) return unshared;
  return withDifference(unshared, decoded(relaxed ? texts.relaxedShared : texts.plainShared));
}

function decoded(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** By build, and then by variant. */
const compiled = new Map<KernelTexts, Map<string, Promise<WasmModule>>>();

/** The variant of a build that runs here. */
export function variantOf({ purpose }: KernelBuild, shared: boolean): Variant {
  return { relaxed: loadedFor(purpose)?.relaxed ?? supportsRelaxedSimd(), shared };
}

/**
 * The kernels' code, compiled when first asked for: from the files that were loaded, else from the texts.
 *
 * @throws {GradusError} where they can't run, with the reason
 */
export async function kernelCode(build: KernelBuild, variant: Variant): Promise<WasmModule> {
  const why = whyNoKernels(build.purpose);
  const files = loadedFor(build.purpose);
  if (why === undefined && files !== undefined) return files.code(variant);
  if (webAssembly === undefined || why !== undefined || build.plain === undefined) {
    throw new GradusError(`The engine wasm cannot run: ${why}. Use the engine reference.`);
  }
  const variants = compiled.get(build) ?? new Map<string, Promise<WasmModule>>();
  compiled.set(build, variants);
  const key = JSON.stringify(variant);
  const known = variants.get(key);
  if (known !== undefined) return known;
  const code = webAssembly.compile(kernelBytes(build, variant));
  variants.set(key, code);
  code.catch(() => variants.delete(key)); // the next session tries again
  return code;
}

/** Code on a memory, ready to be called. @param machine what `machineCode.ts` of the kernels calls, once it is told to */
export function instantiate(
  code: WasmModule,
  memory: DeviceMemory,
  machine: (words: number) => void = () => {},
): KernelExports {
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  const env = { memory, abort: () => {}, machine };
  return new webAssembly.Instance(code, { env }).exports as KernelExports;
}

/** The runtime reserves addresses for so many pages, however few are used. */
const MOST_PAGES = 65536;

/** A memory of the given size in bytes, rounded up to pages. */
export function createMemory(bytes: number, { shared }: Pick<Variant, "shared">): DeviceMemory {
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  const { Memory } = webAssembly;
  const initial = Math.ceil(bytes / PAGE_BYTES);
  return allocating(
    "the engine wasm reserves addresses for",
    PAGE_BYTES * MOST_PAGES,
    () => new Memory(shared ? { initial, maximum: MOST_PAGES, shared } : { initial }),
    "Allow the process more addresses (ulimit -v), or use the engine reference.",
  );
}
