/** Kernels by file instead of by bundle: what a page calls before it makes sessions. Knows no session. */
import { DescriptionError, KernelFileError } from "../errors.ts";
import { either, type Kinds, kind, requireOptions, text, withFields } from "../kinds.ts";
import { useWorkerFile } from "./memory/workers.ts";
import { type KernelFile, kernelsFrom } from "./wasm/kernelFiles.ts";
import { whyNoWebAssembly } from "./wasm/kernelModule.ts";
import { rememberFailure, setLoaded } from "./wasm/loadedKernels.ts";

export type { KernelFile };

/**
 * The kernels of the engine wasm as files of the package: all of `gradus/kernels/training/`, which predict too, or all of
 * `gradus/kernels/prediction/`. Each is an address or the file's bytes.
 */
export interface KernelFiles {
  /** plain.wasm: runs wherever there is SIMD. Those in the bundle when absent. */
  readonly plain?: KernelFile;
  /** relaxed.wasm: with fused multiply-add, for runtimes that have it. They run `plain` when absent. */
  readonly relaxed?: KernelFile;
  /** plainShared.wasm: `plain` for several threads. There is one when absent. */
  readonly plainShared?: KernelFile;
  /** relaxedShared.wasm: `relaxed` for several threads. There is one when absent. */
  readonly relaxedShared?: KernelFile;
  /** The address of worker.js, for a page whose policy forbids workers from a blob: (`worker-src 'self'`). From a blob: when absent. */
  readonly worker?: string | { readonly href: string };
}

const address = either(text, withFields("a URL", { href: text }));
const bytes = kind("the bytes of a file", (value) => value instanceof Uint8Array || value instanceof ArrayBuffer);
const file = either(address, bytes);

const fileKinds = {
  plain: file,
  relaxed: file,
  plainShared: file,
  relaxedShared: file,
  worker: address,
} as const satisfies Kinds<KernelFiles>;

/**
 * Has the engine wasm run kernels from files: call it before the first session, training or model. Of the files one is
 * fetched, that which this runtime can run; one more when a session needs several threads. They compute the same bits as
 * those in the bundle, which a bundler leaves out where the constant `GRADUS_EMBEDDED_KERNELS` is defined as `false`.
 *
 * Where WebAssembly can't run, nothing is fetched, and the engine reference computes.
 *
 * @throws {KernelFileError} a file that can't be fetched, is damaged, or is another file; what was in use stays in use
 * @throws {DescriptionError} no file, or others without `plain`
 *
 * @example
 * import { loadKernels } from "gradus";
 *
 * // With kernels in the bundle, workers from a file. docs/in-an-app.md shows a page that loads kernels from files.
 * await loadKernels({ worker: "https://example.org/kernels/worker.js" });
 */
export async function loadKernels(files: KernelFiles): Promise<void> {
  requireOptions(files, fileKinds, "loadKernels");
  const { worker, plain, ...others } = files;
  const hasOthers = Object.values(others).some((given) => given !== undefined);
  if (plain === undefined && (hasOthers || worker === undefined)) {
    throw new DescriptionError("Expected plain among the files of loadKernels: the kernels that run everywhere.");
  }
  if (plain !== undefined && whyNoWebAssembly() === undefined) {
    try {
      const { purpose, kernels } = await kernelsFrom({ plain, ...others });
      setLoaded(purpose, kernels);
    } catch (error) {
      if (error instanceof KernelFileError) rememberFailure(error.message.replace(/\.$/, ""));
      throw error;
    }
  }
  if (worker !== undefined) useWorkerFile(typeof worker === "string" ? worker : worker.href);
}
