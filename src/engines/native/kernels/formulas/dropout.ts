/** Dropout: the mask of `wasm/kernels/dropout.ts`. */
import type { Formula, Vector } from "../formula.ts";

/** The mixer of `random.ts`, mix32: Chris Wellons' "triple32". */
function mix(f: Formula, value: Vector): Vector {
  let x = f.xor(value, f.shiftRight(value, 17));
  x = f.mulIntegers(x, f.bits(0xed5ad4bb));
  x = f.xor(x, f.shiftRight(x, 11));
  x = f.mulIntegers(x, f.bits(0xac4c1b51));
  x = f.xor(x, f.shiftRight(x, 15));
  x = f.mulIntegers(x, f.bits(0x31848bab));
  return f.xor(x, f.shiftRight(x, 14));
}

/** to = from · (0 where the draw at the position is below the threshold, else the scale); `first` is the mixed place of the first number. */
export function dropout(f: Formula): void {
  const drawn = mix(f, f.xor(f.addIntegers(f.positions(), f.argument("first")), f.argument("key")));
  const factors = f.keep(f.argument("scale"), f.atLeast(drawn, f.argument("threshold")));
  f.store("to", f.mul(f.load("from"), factors));
}
