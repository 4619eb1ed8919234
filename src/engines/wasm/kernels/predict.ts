// The entry of the kernels for prediction alone, which are built with TRAINING=0: see `run.ts`.
export { run } from "./run";
export { gemmKept, gemmScratch } from "./gemm";
export { areFinite, packWeights, packedWeightsSize, predictRow } from "./predictRow";
export { signalRow } from "./signalOperation";

/** Where the memory is free from. */
export function heapBase(): usize {
  return __heap_base;
}
