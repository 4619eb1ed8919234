/**
 * Numbers in float16, IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction; the greatest is 65504, the least above 0 is 2^-24.
 *
 * Knows nothing of files.
 */
import { DescriptionError } from "../errors.ts";
import { parameterLayout } from "../network/parameters.ts";
import { type ModelDocument, memberCount, memberDocument } from "./document.ts";

/** The bits of infinity, which are those after the greatest number's. */
const INFINITY = 0x7c00;
/** Of the least normal number, 2^-14; those below have its unit. */
const LEAST_EXPONENT = -14;
/** 2^52: a number from 0 on that is added to it is rounded to an integer, halves to the even one. */
const TO_INTEGER = 2 ** 52;

const float32 = new Float32Array(1);
const float32Bits = new Uint32Array(float32.buffer);

/**
 * The bits of the float16 number nearest to a float32 number; of two equally near ones the even one. At least 0x7c00 (infinity) without the
 * sign where there is none.
 *
 * |v| = n 2^(e-10) with e from -14 on; n, from 1024 to 2047 for normal numbers, has the leading 1 that the format leaves out, and so adds 1 to
 * the exponent's field, which therefore begins at e + 14.
 */
export function float16Bits(value: number): number {
  float32[0] = value;
  const exponent = Math.max(((float32Bits[0] >>> 23) & 255) - 127, LEAST_EXPONENT);
  const n = Math.abs(value) / 2 ** (exponent - 10) + TO_INTEGER - TO_INTEGER;
  const sign = float32Bits[0] >>> 31;
  return (sign << 15) | Math.min(((exponent - LEAST_EXPONENT) << 10) + n, INFINITY);
}

/** The number of some bits; they are no infinity and no NaN. */
export function float16Value(bits: number): number {
  const exponent = Math.max((bits >>> 10) & 31, 1);
  const n = (bits & 0x7fff) - ((exponent - 1) << 10);
  const magnitude = n * 2 ** (exponent - 25);
  return bits >>> 15 === 1 ? -magnitude : magnitude;
}

/**
 * All parameters of a model as bits of float16, network by network.
 *
 * @throws {DescriptionError} a parameter beyond float16, with its tensor
 */
export function parametersInFloat16(document: ModelDocument, networks: readonly Float32Array[]): Uint16Array[] {
  return networks.map((parameters, member) => {
    const bits = Uint16Array.from(parameters, float16Bits);
    const at = bits.findIndex((own) => (own & INFINITY) === INFINITY);
    if (at >= 0) throw beyondFloat16(document, member, at, parameters[at]);
    return bits;
  });
}

function beyondFloat16(document: ModelDocument, member: number, at: number, value: number): DescriptionError {
  const { tensors } = parameterLayout(memberDocument(document, member).network);
  const tensor = tensors.find(({ offset, length }) => at >= offset && at < offset + length);
  const where = memberCount(document) === 1 ? "" : ` of network ${member}`;
  return new DescriptionError(
    `Expected parameters that float16 can hold, from -65504 to 65504, found ${value} in ${tensor?.name}${where}. Keep the weights in float32.`,
  );
}
