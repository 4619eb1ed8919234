// The kernels' entry: what JavaScript and the tests may call.
export { run } from "./run";
export { gemm, gemmScratch, setTile } from "./gemm";
export { forwardOne, gradientOne, pullBackOne } from "./onePattern";
export { columnSums } from "./columnSums";
export { packWeights, packedWeightsSize, predictRow } from "./predictRow";
export { activate, derive } from "./activations";
export { softmaxBackward, softmaxRows } from "./softmax";
export { rowLoss } from "./losses";
export { dropoutRows } from "./dropout";
export { gather } from "./gather";
export { scale, squaredNorms, sum } from "./reductions";
export { addPenalties, update } from "./updates";

/** Where the memory is free from. */
export function heapBase(): usize {
  return __heap_base;
}
