/**
 * Loops of machine code that measure what one core can do at the full width of its vectors: multiply-adds, and adding arrays.
 *
 * Made by the assembler of the engine native, of the built package. Knows nothing of workloads.
 */

import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { root } from "../scripts/project.mjs";

/** A file of the package's own that no entry exports. @param {string} file @returns {Promise<any>} */
const built = (file) => import(pathToFileURL(join(root, "dist", "engines", "native", file)).href);

/**
 * @typedef {object} MachineLoops
 * @property {string} title of the instruction set
 * @property {import("../src/engines/native/cpu.ts").Cpu} cpu
 * @property {() => number} multiplyAdds GFLOP/s: the best of some short runs, 20 ms in all
 * @property {(bytes: number) => number} bandwidth GB/s of y += s·x over two arrays that take so many bytes together: 12 bytes an element
 */

/**
 * The loops for each instruction set that the core has, narrowest first; none where machine code can't run.
 *
 * @returns {Promise<MachineLoops[]>}
 */
export async function machineLoops() {
  const found = [];
  for (const name of ["avx2", "avx512"]) {
    try {
      found.push(await loopsFor(name));
    } catch {
      // This processor or system has it not; `gradus engines` tells why.
    }
  }
  return found;
}

/** @param {string} name of an instruction set @returns {Promise<MachineLoops>} */
async function loopsFor(name) {
  const [{ machineCode }, { Assembler }, operands, { executable }, { koffi }] = await Promise.all(
    ["machineCode.js", "assembler/assembler.js", "assembler/operands.js", "executable.js", "foreign.js"].map(built),
  );
  /** @type {{ isa: import("../src/engines/native/kernels/isa.ts").Isa, cpu: import("../src/engines/native/cpu.ts").Cpu }} */
  const { isa, cpu } = machineCode(name);
  const code = new Assembler();
  const chains = emitMultiplyAdds(code, isa, operands);
  const sum = emitScaledSum(code, isa, operands);
  const finished = code.finish();
  const placed = executable(finished.bytes, koffi(), "linux");
  const multiplyAdd = placed.functionAt(finished.placeOf(chains.start), "void (uint64_t turns)");
  const scaledSum = placed.functionAt(finished.placeOf(sum), "void (float *y, const float *x, uint64_t bytes)");
  return {
    title: isa.title,
    cpu,
    multiplyAdds: () => {
      const turns = 100_000;
      const seconds = Math.min(...Array.from({ length: 20 }, () => secondsOf(() => multiplyAdd(turns))));
      return (turns * chains.count * isa.lanes * 2) / seconds / 1e9;
    },
    bandwidth: (bytes) => {
      const count = Math.floor(bytes / 8 / UNROLLED / isa.lanes) * UNROLLED * isa.lanes;
      const [y, x] = [new Float32Array(count).fill(1), new Float32Array(count).fill(1)];
      const again = Math.ceil(2e7 / (12 * count));
      const seconds = Math.min(
        ...Array.from({ length: 9 }, () =>
          secondsOf(() => {
            for (let n = 0; n < again; n++) scaledSum(y, x, 4 * count);
          }),
        ),
      );
      return (again * 12 * count) / seconds / 1e9;
    },
  };
}

/** @param {() => void} act */
function secondsOf(act) {
  const begun = performance.now();
  act();
  return (performance.now() - begun) / 1000;
}

/** Vectors in one turn of the loop that adds arrays. */
const UNROLLED = 4;

/**
 * acc_c = acc_c · factor + term for each chain c, in every turn: they tend to term/(1 − factor) = 1. Enough chains to fill the
 * pipeline (4 cycles of latency, 2 units).
 *
 * @param {import("../src/engines/native/assembler/assembler.ts").Assembler} code
 * @param {import("../src/engines/native/kernels/isa.ts").Isa} isa
 * @param {typeof import("../src/engines/native/assembler/operands.ts")} operands
 */
function emitMultiplyAdds(code, isa, { at, rdi }) {
  const [start, turn] = [code.label("multiplyAdds"), code.label("turn")];
  const count = 12;
  const [factor, term] = [isa.vector(count), isa.vector(count + 1)];
  code.align(64);
  code.bind(start);
  for (const [vector, value] of /** @type {const} */ ([
    [factor, 0.999],
    [term, 0.001],
  ])) {
    code.emit("vbroadcastss", vector, at(code.constant(Float32Array.of(value))));
  }
  for (let chain = 0; chain < count; chain++) isa.clear(code, isa.vector(chain));
  code.align(64);
  code.bind(turn);
  for (let chain = 0; chain < count; chain++) code.emit("vfmadd213ps", isa.vector(chain), factor, term);
  code.emit("dec", rdi);
  code.emit("jne", turn);
  code.emit("vzeroupper");
  code.emit("ret");
  return { start, count };
}

/**
 * y += s·x: rdi y, rsi x, rdx bytes, a multiple of `UNROLLED` vectors. It reads as much as it writes twice, as updates of parameters do,
 * and what it writes lies in the cache already.
 *
 * @param {import("../src/engines/native/assembler/assembler.ts").Assembler} code
 * @param {import("../src/engines/native/kernels/isa.ts").Isa} isa
 * @param {typeof import("../src/engines/native/assembler/operands.ts")} operands
 */
function emitScaledSum(code, isa, { at, rdi, rsi, rdx }) {
  const [start, turn] = [code.label("scaledSum"), code.label("next")];
  const factor = isa.vector(UNROLLED);
  code.align(64);
  code.bind(start);
  code.emit("vbroadcastss", factor, at(code.constant(Float32Array.of(1e-9))));
  code.align(64);
  code.bind(turn);
  for (let v = 0; v < UNROLLED; v++) {
    const place = v * isa.bytes;
    code.emit("vmovups", isa.vector(v), at(rsi, place));
    code.emit("vfmadd213ps", isa.vector(v), factor, at(rdi, place));
    code.emit("vmovups", at(rdi, place), isa.vector(v));
  }
  code.emit("add", rdi, UNROLLED * isa.bytes);
  code.emit("add", rsi, UNROLLED * isa.bytes);
  code.emit("sub", rdx, UNROLLED * isa.bytes);
  code.emit("jne", turn);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}
