/**
 * What one core can multiply and add at most from WebAssembly: a loop of independent fused multiply-adds, measured.
 *
 * The module is small enough to be written as bytes here. Native code with wider vectors exceeds this peak: `machineLoops.mjs`
 * measures that. Source: the WebAssembly specification, binary format, with the relaxed SIMD instructions (finished 2024).
 */
import { performance } from "node:perf_hooks";
import v8 from "node:v8";

/** Enough independent chains to fill the pipeline (4 cycles of latency, 2 units), few enough for 16 registers. */
const CHAINS = 12;
const LANES = 4;

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const localGet = (/** @type {number} */ index) => [0x20, index];
const localSet = (/** @type {number} */ index) => [0x21, index];
const f32Const = (/** @type {number} */ value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const F32X4_SPLAT = [0xfd, 0x13];
const F32X4_EXTRACT_LANE_0 = [0xfd, 0x1f, 0x00];
const F32X4_ADD = [0xfd, 0xe4, 0x01];
const F32X4_MUL = [0xfd, 0xe6, 0x01];
const F32X4_RELAXED_MADD = [0xfd, 0x85, 0x02];

/**
 * The little of the API that is used, typed here because the project's types know no DOM, where it stands.
 *
 * @typedef {object} WebAssemblyApi
 * @property {(bytes: Uint8Array) => boolean} validate
 * @property {new (bytes: Uint8Array) => object} Module
 * @property {new (module: object) => { exports: Record<string, unknown> }} Instance
 */
const { WebAssembly } = /** @type {{ WebAssembly: WebAssemblyApi }} */ (/** @type {unknown} */ (globalThis));

/**
 * @typedef {object} Peak
 * @property {number} gigaflops multiplications and additions a second, in thousand millions
 * @property {boolean} fused whether the runtime has a fused multiply-add
 */

/**
 * Measures for less than a tenth of a second.
 *
 * @returns {Peak}
 */
export function measurePeak() {
  const fused = fusedAvailable();
  const module = new WebAssembly.Module(moduleBytes(fused));
  const chains = /** @type {(iterations: number) => number} */ (new WebAssembly.Instance(module).exports.chains);
  const iterations = 1_000_000;
  let best = 0;
  for (let run = 0; run < 25; run++) {
    const begun = performance.now(); // the first runs see the code before it is optimised; the best one counts
    chains(iterations);
    const nanoseconds = (performance.now() - begun) * 1e6;
    best = Math.max(best, (iterations * CHAINS * LANES * 2) / nanoseconds);
  }
  return { gigaflops: best, fused };
}

/** Whether relaxed SIMD is there; Node 20 has it behind a flag that may be set while it runs. */
function fusedAvailable() {
  const bytes = moduleBytes(true);
  if (WebAssembly.validate(bytes)) return true;
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(bytes);
}

/**
 * chains(iterations): acc_c = acc_c · factor + term for each chain c, in every iteration; returns a lane of their sum.
 *
 * @param {boolean} fused
 */
function moduleBytes(fused) {
  const [factor, term] = [1 + CHAINS, 2 + CHAINS]; // local 0 counts down, locals 1 … CHAINS accumulate
  const accumulators = Array.from({ length: CHAINS }, (_, c) => 1 + c);
  const step = (/** @type {number} */ acc) =>
    fused
      ? [...localGet(acc), ...localGet(factor), ...localGet(term), ...F32X4_RELAXED_MADD, ...localSet(acc)]
      : [...localGet(acc), ...localGet(factor), ...F32X4_MUL, ...localGet(term), ...F32X4_ADD, ...localSet(acc)];
  const body = [
    // The accumulators tend to term/(1 − factor) = 1: no overflow, no denormal number.
    ...[...f32Const(0.999), ...F32X4_SPLAT, ...localSet(factor)],
    ...[...f32Const(0.001), ...F32X4_SPLAT, ...localSet(term)],
    ...[0x03, 0x40], // loop
    ...accumulators.flatMap(step),
    ...[...localGet(0), 0x41, 0x01, 0x6b, 0x22, 0x00], // local 0 − 1, kept and tested
    ...[0x0d, 0x00, 0x0b], // br_if loop, end
    ...localGet(1),
    ...accumulators.slice(1).flatMap((acc) => [...localGet(acc), ...F32X4_ADD]),
    ...F32X4_EXTRACT_LANE_0,
    0x0b,
  ];
  const code = [0x01, CHAINS + 2, V128, ...body]; // one group of locals
  const name = new TextEncoder().encode("chains");
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x01, I32, 0x01, F32]), // one type: i32 → f32
    ...section(3, [0x01, 0x00]),
    ...section(7, [0x01, name.length, ...name, 0x00, 0x00]),
    ...section(10, [0x01, ...unsigned(code.length), ...code]),
  ]);
}

/** @param {number} id @param {readonly number[]} content */
function section(id, content) {
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128 of a number below 2¹⁴. @param {number} value */
function unsigned(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}
