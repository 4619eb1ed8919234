/**
 * ln x in float64, for one number at a time.
 *
 * The language's own keeps tables in memory, which the engine's memory has no place for. Written in AssemblyScript.
 */

/** The high word of √½. */
const ROOT_HALF: i32 = 0x3fe6a09e;

/** ln x for normal x above 0, to 1e-12 of the result; Infinity and NaN for themselves. */
@inline
export function logOf(x: f64): f64 {
  if (!(x < Infinity)) return x;
  // x = 2ⁿ m with m from √½ to √2: subtracting √½ from the bits leaves the exponent of x / √½.
  const bits = reinterpret<i64>(x);
  const n = (<i32>(bits >> 32) - ROOT_HALF) >> 20;
  const m = reinterpret<f64>(bits - (<i64>n << 52));
  // ln m = 2 artanh s = 2 s (1 + s²/3 + s⁴/5 + …), |s| ≤ 0.172
  const s = (m - 1) / (m + 1);
  const u = s * s;
  const series = u * (1 / 3.0 + u * (1 / 5.0 + u * (1 / 7.0 + u * (1 / 9.0 + u * (1 / 11.0 + u * (1 / 13.0))))));
  return <f64>n * 0.6931471805599453 + 2 * (s + s * series);
}
