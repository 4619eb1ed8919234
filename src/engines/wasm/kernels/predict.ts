// The entry of the kernels for prediction alone, which are built with TRAINING=0: see `run.ts`.
export { run, runRow } from "./run";
export { gemmKept, gemmScratch } from "./gemm";
export { areFinite, packWeights, packedWeightsSize } from "./predictRow";

/** Where the memory is free from. */
export function heapBase(): usize {
  return __heap_base;
}
