/**
 * Dropout over part of a batch: the very mask of `network/dropout.ts`, four positions at a time.
 *
 * Written in AssemblyScript. Whether a signal is dropped depends on the key and its position alone. Knows nothing of
 * seeds, steps or layers: they are in the key.
 */
import { isDropoutForMachine, machineDropout } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";

/** The mixer of `random.ts`, mix32, in each lane; its constants are Chris Wellons' "triple32". */
@inline
function mix(value: v128): v128 {
  let x = v128.xor(value, i32x4.shr_u(value, 17));
  x = i32x4.mul(x, i32x4.splat(0xed5ad4bb));
  x = v128.xor(x, i32x4.shr_u(x, 11));
  x = i32x4.mul(x, i32x4.splat(0xac4c1b51));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x31848bab));
  return v128.xor(x, i32x4.shr_u(x, 14));
}

/**
 * to = factor · from: the factor is 0 where the draw at the position is below `threshold`, else `scale`.
 *
 * Used for the signals and, with the same arguments, for the signals on their way back.
 * @param threshold rate · 2³², rounded @param scale 1 / (1 − rate)
 * @param positionOffset the position of the first number: row in the batch × width + unit
 * @param to may be `from` itself
 */
export function dropoutRows(
  from: usize,
  to: usize,
  key: u32,
  threshold: u32,
  scale: f32,
  positionOffset: u32,
  count: i32,
): void {
  const first = positionOffset + 0x9e3779b9;
  if (isDropoutForMachine(count)) return machineDropout(from, to, key, threshold, scale, first, count);
  const keys = i32x4.splat(key);
  const thresholds = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  let positions = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  const end = wholeVectorsEnd(from, count);
  while (from < end) {
    const dropped = i32x4.lt_u(mix(v128.xor(positions, keys)), thresholds);
    // A product, not a mask of the signal: NaN times 0 stays NaN, as in the reference.
    v128.store(to, f32x4.mul(v128.load(from), v128.andnot(scales, dropped)));
    positions = i32x4.add(positions, i32x4.splat(4));
    from += 16;
    to += 16;
  }
  const left = count & 3;
  if (left == 0) return;
  const dropped = i32x4.lt_u(mix(v128.xor(positions, keys)), thresholds);
  storePart(to, f32x4.mul(loadPart(from, left, scales), v128.andnot(scales, dropped)), left);
}
