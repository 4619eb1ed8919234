/**
 * Emitted code: float32 arithmetic with the bits of the WebAssembly kernels, and the weights.
 *
 * Every other operation of float32 follows from float64 and one rounding, because the quotient, the product, the sum and the square
 * root of float32 numbers, rounded first to 53 bits and then to 24, are those rounded once (Figueroa 1995). A product with a sum behind
 * it isn't, so `madd` looks for the one case that differs.
 */
export const arithmeticParts = {
  fround: `
/** Rounds to float32. */
const { fround } = Math;`,

  relaxedProbe: `
/** WebAssembly that gives relaxed_madd(a, a, -b), a = 1 + 2^-12 and b = 1 + 2^-11: 2^-24 where it rounds once, else 0. */
const RELAXED_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 31, 1, 29, 0, 67, 0, 8, 128,
  63, 253, 19, 67, 0, 8, 128, 63, 253, 19, 67, 0, 16, 128, 191, 253, 19, 253, 133, 2, 253, 31, 0, 11,
);`,

  maySetFlags: `
/** Whether gradus may set flags of V8 here. */
function maySetFlags() {
  try {
    return globalThis.process?.env?.GRADUS_V8_FLAGS !== "none";
  } catch {
    return true; // Deno without permission to read the environment
  }
}`,

  isFused: String.raw`
/**
 * Whether gradus rounds a * b + c once in this runtime: where WebAssembly has fused multiply-add, so that both predict the same bits.
 * Nothing is computed by WebAssembly here.
 */
function isFused() {
  const { WebAssembly, process } = globalThis;
  if (WebAssembly === undefined) return false;
  if (!WebAssembly.validate(RELAXED_PROBE)) {
    // Node 20 has it behind a flag that gradus sets, from version 20.16 on.
    return maySetFlags() && typeof process?.getBuiltinModule === "function" && /^20\./.test(process.versions?.node);
  }
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(RELAXED_PROBE)).exports.f() > 0;
  } catch {
    return true; // it is there, and a policy forbids trying it
  }
}`,

  madd: `
/** a * b + c of float32 numbers: rounded once where this runtime has fused multiply-add, else twice. */
const madd = isFused() ? fusedMadd : plainMadd;

function plainMadd(a, b, c) {
  return fround(fround(a * b) + c);
}

/**
 * The product is exact in float64; the sum is rounded to float64 and then to float32. That differs from rounding once only where the first
 * rounding ends halfway between two float32 numbers: then what it left out decides.
 */
function fusedMadd(a, b, c) {
  const product = a * b;
  const sum = product + c;
  const near = fround(sum);
  const other = sum + (sum - near); // as far on the other side of the sum
  if (fround(other) !== other || other === near) return near;
  const part = sum - product;
  const left = product - (sum - part) + (c - part); // what the first rounding left out, exactly (Knuth's two-sum)
  if (left === 0 || near - near !== 0) return near;
  return left > 0 ? Math.max(near, other) : Math.min(near, other);
}`,

  bytesIn: `
/** The bytes that a text holds in base64. */
function bytesIn(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at); // a callback a byte takes longer than all else
  return bytes;
}`,

  weightsIn: `
/** Gives the numbers that a text holds, one part after the other: float32, little-endian, in base64. */
function weightsIn(base64) {
  const bytes = new DataView(bytesIn(base64).buffer);
  let at = 0;
  return (count) => new Float32Array(count).map(() => bytes.getFloat32(4 * at++, true));
}`,

  halvesIn: `
/** The same of float16, whose numbers are n 2^(exponent - 25): the leading 1 of n is left out from the exponent 1 on. */
function halvesIn(base64) {
  const bytes = new DataView(bytesIn(base64).buffer);
  let at = 0;
  const next = () => {
    const bits = bytes.getUint16(2 * at++, true);
    const exponent = Math.max((bits >> 10) & 31, 1);
    const magnitude = ((bits & 0x7fff) - ((exponent - 1) << 10)) * 2 ** (exponent - 25);
    return bits > 0x7fff ? -magnitude : magnitude;
  };
  return (count) => new Float32Array(count).map(next);
}`,
} as const;
