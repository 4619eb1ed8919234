/** Whether the engines native and blas can run here, as far as that can be known at once: no code is made and nothing is loaded. */
import { DescriptionError } from "../../errors.ts";
import { builtin, environment } from "../memory/nodeModule.ts";
import { supportsRelaxedSimd, whyNoWebAssembly } from "../wasm/kernelModule.ts";
import { loadedFor } from "../wasm/loadedKernels.ts";
import { whyNoKoffi } from "./foreign.ts";

interface Process {
  readonly platform: string;
  readonly arch: string;
}

/** Why there can be no engine native, a clause; undefined where there can. */
export function whyNoNative(process: Process | undefined = builtin<Process>("node:process")): string | undefined {
  if (process === undefined) return "it needs Node";
  const { platform, arch } = process;
  if (arch !== "x64" || platform !== "linux") {
    return `it makes machine code for x64 under Linux, and this is ${arch} under ${platform}`;
  }
  // Small products stay with the kernels of WebAssembly: with sums rounded differently there, bits would depend on the threads.
  if (loadedFor("training")?.relaxed === false)
    return "loadKernels was given plain kernels, or this runtime runs no others; its smaller products need those with fused multiply-add, relaxed";
  const why = whyNoWebAssembly();
  if (why !== undefined) return why;
  if (!supportsRelaxedSimd())
    return "this runtime's WebAssembly has no fused multiply-add, which its smaller products need";
  return whyNoKoffi();
}

/** The same of the engine blas, on any processor and system. */
export function whyNoBlas(): string | undefined {
  return builtin("node:process") === undefined ? "it needs Node" : whyNoKoffi();
}

/**
 * The instruction set that the environment variable GRADUS_CPU asks for; undefined where it asks for none.
 *
 * @throws {DescriptionError} a name that is none
 */
export function askedIsa(asked = environment("GRADUS_CPU")): "avx2" | "avx512" | undefined {
  if (asked === undefined || asked === "avx2" || asked === "avx512") return asked;
  throw new DescriptionError(`GRADUS_CPU is "${asked}". Expected avx2 or avx512.`);
}

/** @throws {DescriptionError} a value of an environment variable of the engine native that is none */
export function requireVariables(): void {
  askedIsa();
  isChecked();
}

/**
 * Whether each run of the engine native is also done without machine code and compared: the environment variable GRADUS_CHECK.
 *
 * @throws {DescriptionError} where it is neither 1 nor empty
 */
export function isChecked(): boolean {
  const asked = environment("GRADUS_CHECK");
  if (asked === undefined || asked === "1") return asked === "1";
  throw new DescriptionError(`GRADUS_CHECK is "${asked}". Expected 1 or nothing.`);
}
