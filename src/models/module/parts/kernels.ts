/** Emitted code: the WebAssembly kernels on a memory of their own, and networks that lie there. */
export const kernelParts = {
  fuses: `
/**
 * Whether the kernels with fused multiply-add run here and round once, as gradus asks. Node 20 has it behind a flag, which gradus sets too
 * where it may.
 */
function fuses() {
  const { WebAssembly, process } = globalThis;
  const roundsOnce = () => {
    try {
      const isThere = WebAssembly.validate(RELAXED_PROBE);
      return isThere && new WebAssembly.Instance(new WebAssembly.Module(RELAXED_PROBE)).exports.f() > 0;
    } catch {
      return false; // a policy forbids it
    }
  };
  if (WebAssembly === undefined) return false;
  if (roundsOnce()) return true;
  const { setFlagsFromString } = (maySetFlags() && process?.getBuiltinModule?.("node:v8")) || {};
  setFlagsFromString?.("--experimental-wasm-relaxed-simd");
  return setFlagsFromString !== undefined && roundsOnce();
}`,

  withDifference: `
/**
 * What a difference makes of bytes: numbers in 7 bits a byte, the lowest first. The length, and then again and again: how far to move in the
 * bytes, how many to copy from there, how many to take from the difference, and those.
 */
function withDifference(base, difference) {
  let read = 0;
  const next = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = difference[read++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const result = new Uint8Array(next());
  let end = 0;
  const append = (bytes) => {
    result.set(bytes, end);
    end += bytes.length;
  };
  let from = 0;
  while (read < difference.length) {
    const moved = next();
    from += moved % 2 === 0 ? moved / 2 : -(moved + 1) / 2;
    const [copied, added] = [next(), next()];
    append(base.subarray(from, from + copied));
    append(difference.subarray(read, read + added));
    from += copied;
    read += added;
  }
  return result;
}`,

  compiledKernels: `
/** Compiles the kernels. @throws {Error} a runtime that can't */
function compiledKernels(plain, relaxed) {
  const { WebAssembly } = globalThis;
  try {
    if (WebAssembly === undefined) throw new Error("there is no WebAssembly");
    const code = bytesIn(plain);
    return new WebAssembly.Module(fuses() ? withDifference(code, bytesIn(relaxed)) : code);
  } catch (error) {
    const found = (error instanceof Error ? error.message : String(error)).replace(/[.]+$/, "");
    const remedy = "Export the model in the form module (exportModule), which computes in JavaScript.";
    throw new Error("Expected a runtime that compiles WebAssembly with SIMD from bytes, found that this one can't: " + found + ". " + remedy);
  }
}`,

  kernelsIn: `
/**
 * The kernels on a memory of theirs.
 * @param plain base64 @param relaxed base64 of their difference where multiply-add rounds once
 * @param scratch its address, behind all that lies in the memory @param products of which the largest says how much of it is needed
 */
function kernelsIn(plain, relaxed, { scratch, leastScratch, products }) {
  const code = compiledKernels(plain, relaxed);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(scratch / 65536) });
  const { run, gemmScratch } = new WebAssembly.Instance(code, { env: { memory, abort() {}, machine() {} } }).exports;
  const bytes = Math.max(leastScratch, ...products.map((product) => gemmScratch(...product)));
  memory.grow(Math.ceil((scratch + bytes) / 65536) - Math.ceil(scratch / 65536));
  return { run, buffer: memory.buffer };
}`,

  inMemory: `
/**
 * A network in the kernels' memory: the outputs of each of a list of inputs, in batches.
 * @param words of the control block and of the program behind it @param at the address of the parameters
 */
function inMemory({ run, buffer }, { control, rowCount, rows, inputs, outputs }, words, at, parameters) {
  new Int32Array(buffer, control, words.length).set(words);
  new Float32Array(buffer, at, parameters.length).set(parameters);
  const count = new Int32Array(buffer, rowCount, 1);
  const x = new Float32Array(buffer, inputs.at, rows * inputs.width);
  const y = new Float32Array(buffer, outputs.at, rows * outputs.width);
  return (list) => {
    const all = [];
    for (let first = 0; first < list.length; first += rows) {
      const batch = list.slice(first, first + rows);
      for (const [row, numbers] of batch.entries()) x.set(numbers, row * inputs.width);
      count[0] = batch.length;
      run(control, 0);
      for (const row of batch.keys()) all.push(y.slice(row * outputs.width, (row + 1) * outputs.width));
    }
    return all;
  };
}`,
} as const;
