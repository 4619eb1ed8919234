/**
 * The BLAS device: the kernels of WebAssembly, which call the system's BLAS for their products, on the same memory.
 *
 * Knows nothing of sessions and threads.
 */
import { placesOf } from "../../../plan/ops/places.ts";
import type { Device, DeviceMemory } from "../../memory/device.ts";
import { machineCalls } from "../../memory/layouts.ts";
import { createMemory, instantiate, type KernelBuild, kernelCode, variantOf } from "../../wasm/kernelModule.ts";
import { wasmWorker } from "../../wasm/worker.ts";
import { koffi, koffiFile } from "../foreign.ts";
import { findBlas, SGEMM } from "./library.ts";
import { productBy, type Sgemm } from "./product.ts";

const START_BYTES = 2 ** 20;

/** Below so many multiplications the call takes longer than the kernels' own product. */
const LEAST_PRODUCT = 8192;

/** What the kernels are told besides: there are no other functions, and products take no scratch of ours. */
const PRODUCTS_ALONE = [-1, 0, 0, 0, 1] as const;

/** A worker's own kernels, and its own functions of the library. Its memory never moves, because it is shared. */
const WORKER_SOURCE = `({ kernels, foreign, file, settings, sgemm, places, begin, least }, memory) => {
  const library = require(foreign).load(file);
  for (const { declaration, value } of settings) library.func(declaration)(value);
  const machine = (${productBy})(library.func(sgemm), memory, () => begin, places);
  const { exports } = new WebAssembly.Instance(kernels, { env: { memory, abort() {}, machine } });
  exports.useMachineCode(...least);
  return exports.run;
}`;

/**
 * @param least multiplications of a product that the BLAS computes
 * @throws {GradusError} where there is no BLAS @throws {OutOfMemoryError}
 */
export async function createBlasDevice(
  build: KernelBuild,
  shared: boolean,
  { least = LEAST_PRODUCT, blas: { file, settings } = findBlas() } = {},
): Promise<Device> {
  const variant = variantOf(build, shared);
  const kernels = await kernelCode(build, variant);
  const memory = createMemory(START_BYTES, variant);
  const beginning = (): number => Number(koffi().address(new Uint8Array(memory.buffer)));
  let begin = beginning();
  const places = placesOf(machineCalls.product);
  const sgemm = koffi().load(file).func(SGEMM) as Sgemm;
  const instance = instantiate(
    kernels,
    memory,
    productBy(sgemm, memory, () => begin, places),
  );
  const use = [least, ...PRODUCTS_ALONE] as const;
  instance.useMachineCode(...use);
  const code = { kernels, foreign: koffiFile(), file, settings, sgemm: SGEMM, places, begin, least: use };
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
  return {
    ...instance,
    engine: "blas",
    memory: shared ? memory : growing,
    start: instance.heapBase(),
    worker: shared ? { source: WORKER_SOURCE, stamp: wasmWorker.stamp, code } : undefined,
  };
}
