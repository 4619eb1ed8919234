/** Yes and no for every lane: AVX-512 has registers for that; in AVX2 it is a vector of all ones or zeros. */
import type { Assembler } from "../assembler/assembler.ts";
import { type Address, type MaskRegister, masked, type VectorRegister, zeroed } from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";

type Source = VectorRegister | Address;

/** What is done with masks `M`. The destination may be one of the sources, but where it says otherwise. */
export interface Masks<M> {
  compare(code: Assembler, to: M, a: VectorRegister, b: Source, predicate: number): void;
  /** a ≥ b of integers without a sign. */
  atLeast(code: Assembler, to: M, a: VectorRegister, b: VectorRegister): void;
  both(code: Assembler, to: M, a: M, b: M): void;
  /** to = where ? a : b */
  select(code: Assembler, to: VectorRegister, a: Source, b: VectorRegister, where: M): void;
  /** to = where ? a : 0 */
  keep(code: Assembler, to: VectorRegister, a: Source, where: M): void;
  /** to = where ? 0 : to */
  drop(code: Assembler, to: VectorRegister, where: M): void;
}

/** `atLeast` of vpcmpud. */
const NOT_LESS = 5;

export const vectorMasks: Masks<VectorRegister> = {
  compare: (code, to, a, b, predicate) => code.emit("vcmpps", to, a, b, predicate),
  atLeast(code, to, a, b) {
    code.emit("vpmaxud", to, a, b);
    code.emit("vpcmpeqd", to, to, a);
  },
  both: (code, to, a, b) => code.emit("vandps", to, a, b),
  select: (code, to, a, b, where) => code.emit("vblendvps", to, b, a, where),
  keep: (code, to, a, where) => code.emit("vandps", to, where, a),
  drop: (code, to, where) => code.emit("vandnps", to, where, to),
};

export const registerMasks: Masks<MaskRegister> = {
  compare: (code, to, a, b, predicate) => code.emit("vcmpps", to, a, b, predicate),
  atLeast: (code, to, a, b) => code.emit("vpcmpud", to, a, b, NOT_LESS),
  both: (code, to, a, b) => code.emit("kandw", to, a, b),
  select: (code, to, a, b, where) => code.emit("vblendmps", masked(to, where), b, a),
  keep(code, to, a, where) {
    if (a.kind === "address") code.emit("vbroadcastss", zeroed(to, where), { ...a, broadcast: false });
    else code.emit("vmovups", zeroed(to, where), a);
  },
  drop: (code, to, where) => code.emit("vxorps", masked(to, where), to, to),
};

/** k1 is the mask of a part, and k0 none. */
export const maskRegisters = (isa: Isa): MaskRegister[] =>
  isa.registers === 32 ? [2, 3, 4, 5, 6, 7].map((id) => ({ kind: "mask", id })) : [];

/** Those that hold values; in AVX2 the last one is the mask of a part. */
export const vectorRegisters = (isa: Isa): VectorRegister[] =>
  Array.from({ length: isa.registers === 32 ? 32 : 15 }, (_, n) => isa.vector(n));
