/** What the kernels take from an instruction set: how wide its vectors are, how many there are, and how a part of one is moved. */
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  k1,
  low,
  masked,
  r10,
  type VectorRegister,
  ymm,
  zeroed,
  zmm,
} from "../assembler/operands.ts";

export interface Isa {
  readonly name: "avx2" | "avx512";
  readonly title: string;
  /** Of a vector. */
  readonly bytes: 32 | 64;
  readonly lanes: 8 | 16;
  readonly registers: 16 | 32;
  vector(n: number): VectorRegister;
  /** Keeps the mask of the first `count` lanes, in k1 or as an address in r10. Overwrites `count` and r10. */
  keepMask(code: Assembler, count: GeneralRegister): void;
  /** Makes the mask that is kept ready for `loadPart` and `storePart`. In AVX2 it takes the last vector. */
  useMask(code: Assembler): void;
  /** The lanes of the mask; 0 in the others. */
  loadPart(code: Assembler, to: VectorRegister, from: Address): void;
  storePart(code: Assembler, to: Address, from: VectorRegister): void;
  /** The lanes of the mask; the others stay as they are. Overwrites `spare`. */
  mergePart(code: Assembler, to: VectorRegister, from: Address, spare: VectorRegister): void;
  /** 0 in the lanes that are not of the mask. */
  clearRest(code: Assembler, vector: VectorRegister): void;
  clear(code: Assembler, vector: VectorRegister): void;
}

const MASK = ymm(15);

/** Eight words of ones and eight of zeros: the mask of n lanes begins 8 − n words behind the start. */
const slidingMask = Int32Array.from({ length: 16 }, (_, n) => (n < 8 ? -1 : 0));

export const avx2: Isa = {
  name: "avx2",
  title: "AVX2",
  bytes: 32,
  lanes: 8,
  registers: 16,
  vector: ymm,
  keepMask(code, count) {
    code.emit("neg", count);
    code.emit("lea", r10, at(code.constant(slidingMask), 32));
    code.emit("lea", r10, at(r10, 0, { index: count, scale: 4 }));
  },
  useMask: (code) => code.emit("vmovups", MASK, at(r10)),
  loadPart: (code, to, from) => code.emit("vmaskmovps", to, MASK, from),
  storePart: (code, to, from) => code.emit("vmaskmovps", to, MASK, from),
  mergePart(code, to, from, spare) {
    code.emit("vmaskmovps", spare, MASK, from);
    code.emit("vblendvps", to, to, spare, MASK);
  },
  clearRest: (code, vector) => code.emit("vandps", vector, vector, MASK),
  clear: (code, vector) => code.emit("vxorps", vector, vector, vector),
};

export const avx512: Isa = {
  name: "avx512",
  title: "AVX-512",
  bytes: 64,
  lanes: 16,
  registers: 32,
  vector: zmm,
  keepMask(code, count) {
    code.emit("mov", low(r10), -1);
    code.emit("bzhi", low(r10), low(r10), low(count));
    code.emit("kmovw", k1, low(r10));
  },
  useMask() {},
  loadPart: (code, to, from) => code.emit("vmovups", zeroed(to, k1), from),
  storePart: (code, to, from) => code.emit("vmovups", masked(to, k1), from),
  mergePart: (code, to, from) => code.emit("vmovups", masked(to, k1), from),
  clearRest: (code, vector) => code.emit("vmovaps", zeroed(vector, k1), vector),
  clear: (code, vector) => code.emit("vpxord", vector, vector, vector),
};
