// The kernels' entry: what JavaScript and the tests may call.
export { run, runRow } from "./run";
export { gemm, gemmKept, gemmScratch, setTile } from "./gemm";
export { forwardOne, gradientOne, pullBackOne } from "./onePattern";
export { columnSums } from "./columnSums";
export { areFinite, packWeights, packedWeightsSize, predictRow } from "./predictRow";
export { activate, derive } from "./activations";
export { softmaxBackward, softmaxRows } from "./softmax";
export { rowLoss } from "./losses";
export { cosineOfTurns, sineOfTurns } from "./cosine";
export { dropoutRows } from "./dropout";
export { embedBack, embedGradient, embedRows } from "./embedding";
export { gather } from "./gather";
export { callWith, useMachineCode } from "./machineCode";
export { useBf16 } from "./bf16Product";
export { layerNormBack, layerNormRows } from "./layerNorm";
export { parametricBack, parametricRows } from "./parametricActivation";
export { periodicBack, periodicRows } from "./periodic";
export { periodicGradient } from "./periodicGradient";
export { scale, squaredNorms, sum } from "./reductions";
export { followSpeeds, nextPart, noteWait } from "./share";
export { differenceSums, productSums, scaleRows } from "./scaleLayer";
export { turnRound } from "./swappedProduct";
export { addPenalties, update } from "./updates";

/** Where the memory is free from. */
export function heapBase(): usize {
  return __heap_base;
}
