/** Whether the engines native and blas can run here, as far as that can be known at once: no code is made and nothing is loaded. */
import { GradusError } from "../../errors.ts";
import { builtin, environment } from "../memory/nodeModule.ts";
import { supportsRelaxedSimd } from "../wasm/kernelModule.ts";
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
  if (!supportsRelaxedSimd())
    return "this runtime's WebAssembly has no fused multiply-add, which its smaller products need";
  return whyNoKoffi();
}

/** The same of the engine blas, on any processor and system. */
export function whyNoBlas(): string | undefined {
  return builtin("node:process") === undefined ? "it needs Node" : whyNoKoffi();
}

/**
 * Whether each run of the engine native is also done without machine code and compared: the environment variable GRADUS_CHECK.
 *
 * @throws {GradusError} where it is neither 1 nor empty
 */
export function isChecked(): boolean {
  const asked = environment("GRADUS_CHECK");
  if (asked !== undefined && asked !== "1") throw new GradusError(`GRADUS_CHECK is "${asked}". Expected 1 or nothing.`);
  return asked === "1";
}
