/**
 * The instructions that our code is made of, with the forms that each has; one table for the assembler, its types and its test.
 *
 * Of several forms that take the operands the first is used. AVX2 and FMA where VEX is among a form's prefixes, AVX-512 where it is
 * not; AMX below. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 */
import { type Form, form, type OperandsOf, type Step, unmasked } from "./form.ts";

/** Two sources and a destination of vectors: of single and of double precision. */
const packedSingle = (opcode: string) =>
  [form(`VEX+EVEX.NP.0F.W0 ${opcode}`, "RVM", ["v", "v", "v/m"], "full4")] as const;
const packedDouble = (opcode: string) =>
  [form(`VEX+EVEX.66.0F.W0/1 ${opcode}`, "RVM", ["v", "v", "v/m"], "full8")] as const;
/** The lowest element alone. */
const scalarSingle = (opcode: string) =>
  [form(`VEX+EVEX.128.F3.0F.W0 ${opcode}`, "RVM", ["x", "x", "x/m"], 4)] as const;
const scalarDouble = (opcode: string) =>
  [form(`VEX+EVEX.128.F2.0F.W0/1 ${opcode}`, "RVM", ["x", "x", "x/m"], 8)] as const;

/** Multiply-adds, whose opcodes lie so: packed, and scalar one above. */
const fusedSingle = (opcode: string) =>
  [form(`VEX+EVEX.66.0F38.W0 ${opcode}`, "RVM", ["v", "v", "v/m"], "full4")] as const;
const fusedDouble = (opcode: string) =>
  [form(`VEX+EVEX.66.0F38.W1 ${opcode}`, "RVM", ["v", "v", "v/m"], "full8")] as const;
const fusedScalar = (opcode: string) =>
  [form(`VEX+EVEX.128.66.0F38.W0 ${opcode}`, "RVM", ["x", "x", "x/m"], 4)] as const;
const fusedScalarDouble = (opcode: string) =>
  [form(`VEX+EVEX.128.66.0F38.W1 ${opcode}`, "RVM", ["x", "x", "x/m"], 8)] as const;

/** Integers of 32 bits in vectors: `avx` where VEX has it under the same opcode. */
const integers = (opcode: string, map: "0F" | "0F38" = "0F") =>
  [form(`VEX+EVEX.66.${map}.W0 ${opcode}`, "RVM", ["v", "v", "v/m"], "full4")] as const;
const shift = (digit: number) =>
  [
    form(`VEX.66.0F.W0 72 /${digit}`, "VM", ["v", "v", "u8"]),
    form(`EVEX.66.0F.W0 72 /${digit}`, "VM", ["v", "v/m", "u8"], "full4"),
  ] as const;

/** Bits: VEX has an instruction without the size of elements in its name, EVEX has it for masks' sake. */
const bitsVex = (opcode: string) => [form(`VEX.66.0F.W0 ${opcode}`, "RVM", ["v", "v", "v/m"])] as const;
const bitsEvex = (opcode: string) => [form(`EVEX.66.0F.W0 ${opcode}`, "RVM", ["v", "v", "v/m"], "full4")] as const;

/** Loads and stores of one element. */
const moveScalar = (mandatory: "F3" | "F2", w: "W0" | "W0/1", step: Step) =>
  [
    form(`VEX+EVEX.128.${mandatory}.0F.${w} 10`, "RM", ["x", "m"], step),
    form(`VEX+EVEX.128.${mandatory}.0F.${w} 11`, "MR", ["m", "x"], step),
  ] as const;

const load = (encoding: string, stored: string, step: Step = "vector") =>
  [form(encoding, "RM", ["v", "v/m"], step), form(stored, "MR", ["m", "v"], step)] as const;

/** Integer arithmetic: the eight instructions whose opcodes lie eight apart. */
const arithmetic = (digit: number) => {
  const opcode = (offset: number): string => (8 * digit + offset).toString(16);
  return [
    form(`REX.NP.1B.W ${opcode(3)}`, "RM", ["r", "r/m"]),
    form(`REX.NP.1B.W ${opcode(1)}`, "MR", ["m", "r"]),
    form(`REX.NP.1B.W 83 /${digit}`, "M", ["r", "i8"]),
    form(`REX.NP.1B.W 81 /${digit}`, "M", ["r", "i32"]),
  ] as const;
};
const shifted = (digit: number) => [form(`REX.NP.1B.W C1 /${digit}`, "M", ["r", "u8"])] as const;
const one = (opcode: string, digit: number) => [form(`REX.NP.1B.W ${opcode} /${digit}`, "M", ["r"])] as const;

/** Jumps behind and close by take two bytes, others six. */
const jumpIf = (condition: string) =>
  [form(`REX.NP.1B.W0 7${condition}`, "", ["near"]), form(`REX.NP.0F.W0 8${condition}`, "", ["label"])] as const;

/** Masks: of 8, 16, 32 or 64 bits. */
const masks = (opcode: string) => [form(`VEX.256.NP.0F.W0 ${opcode}`, "RVM", ["k", "k", "k"])] as const;

const prefetch = (digit: number) => [form(`REX.NP.0F.W0 18 /${digit}`, "M", ["m"])] as const;

const general = {
  mov: [
    form("REX.NP.1B.W 8B", "RM", ["r", "r/m"]),
    form("REX.NP.1B.W 89", "MR", ["m", "r"]),
    form("REX.NP.1B.W C7 /0", "M", ["r", "i32"]),
  ],
  movabs: [form("REX.NP.1B.W1 B8", "O", ["r64", "i64"])],
  movsxd: [form("REX.NP.1B.W1 63", "RM", ["r64", "r32/m"])],
  lea: [form("REX.NP.1B.W1 8D", "RM", ["r64", "m"])],
  add: arithmetic(0),
  or: arithmetic(1),
  and: arithmetic(4),
  sub: arithmetic(5),
  xor: arithmetic(6),
  cmp: arithmetic(7),
  test: [form("REX.NP.1B.W 85", "MR", ["r", "r"])],
  imul: [
    form("REX.NP.0F.W AF", "RM", ["r", "r/m"]),
    form("REX.NP.1B.W 6B", "RM", ["r", "r/m", "i8"]),
    form("REX.NP.1B.W 69", "RM", ["r", "r/m", "i32"]),
  ],
  mul: one("F7", 4),
  div: one("F7", 6),
  neg: one("F7", 3),
  not: one("F7", 2),
  inc: one("FF", 0),
  dec: one("FF", 1),
  shl: shifted(4),
  shr: shifted(5),
  sar: shifted(7),
  cmovl: [form("REX.NP.0F.W 4C", "RM", ["r", "r/m"])],
  cmovg: [form("REX.NP.0F.W 4F", "RM", ["r", "r/m"])],
  cmovb: [form("REX.NP.0F.W 42", "RM", ["r", "r/m"])],
  cmova: [form("REX.NP.0F.W 47", "RM", ["r", "r/m"])],
  tzcnt: [form("REX.F3.0F.W BC", "RM", ["r", "r/m"])],
  popcnt: [form("REX.F3.0F.W B8", "RM", ["r", "r/m"])],
  bzhi: [
    form("VEX.128.NP.0F38.W0 F5", "RMV", ["r32", "r32/m", "r32"]),
    form("VEX.128.NP.0F38.W1 F5", "RMV", ["r64", "r64/m", "r64"]),
  ],
  push: [form("REX.NP.1B.W0 50", "O", ["r64"])],
  pop: [form("REX.NP.1B.W0 58", "O", ["r64"])],
  xchg: [form("REX.NP.1B.W 87", "MR", ["m", "r"])],
  call: [form("REX.NP.1B.W0 E8", "", ["label"]), form("REX.NP.1B.W0 FF /2", "M", ["r64"])],
  ret: [form("REX.NP.1B.W0 C3", "", [])],
  jmp: [
    form("REX.NP.1B.W0 EB", "", ["near"]),
    form("REX.NP.1B.W0 E9", "", ["label"]),
    form("REX.NP.1B.W0 FF /4", "M", ["r64"]),
  ],
  jb: jumpIf("2"),
  jae: jumpIf("3"),
  je: jumpIf("4"),
  jne: jumpIf("5"),
  jbe: jumpIf("6"),
  ja: jumpIf("7"),
  js: jumpIf("8"),
  jns: jumpIf("9"),
  jl: jumpIf("C"),
  jge: jumpIf("D"),
  jle: jumpIf("E"),
  jg: jumpIf("F"),
  pause: [form("REX.F3.1B.W0 90", "", [])],
  cpuid: [form("REX.NP.0F.W0 A2", "", [])],
  /** Which state the system keeps of registers: edx:eax of the register ecx. */
  xgetbv: [form("REX.NP.0F.W0 01 /2", "", [])],
  prefetchnta: prefetch(0),
  prefetcht0: prefetch(1),
  prefetcht1: prefetch(2),
  /** The line is taken from other cores, so that it can be written at once. */
  prefetchw: [form("REX.NP.0F.W0 0D /1", "M", ["m"])],
} as const;

const vectors = {
  vmovups: load("VEX+EVEX.NP.0F.W0 10", "VEX+EVEX.NP.0F.W0 11"),
  vmovaps: load("VEX+EVEX.NP.0F.W0 28", "VEX+EVEX.NP.0F.W0 29"),
  vmovntps: [unmasked(form("VEX+EVEX.NP.0F.W0 2B", "MR", ["m", "v"]))],
  vmovupd: load("VEX+EVEX.66.0F.W0/1 10", "VEX+EVEX.66.0F.W0/1 11"),
  vmovdqu: load("VEX.F3.0F.W0 6F", "VEX.F3.0F.W0 7F"),
  vmovdqu32: load("EVEX.F3.0F.W0 6F", "EVEX.F3.0F.W0 7F"),
  vmovss: moveScalar("F3", "W0", 4),
  vmovsd: moveScalar("F2", "W0/1", 8),
  vmovd: [
    unmasked(form("VEX+EVEX.128.66.0F.W0 6E", "RM", ["x", "r32/m"], 4)),
    unmasked(form("VEX+EVEX.128.66.0F.W0 7E", "MR", ["r32/m", "x"], 4)),
  ],
  vmovq: [
    unmasked(form("VEX+EVEX.128.66.0F.W1 6E", "RM", ["x", "r64"], 8)),
    unmasked(form("VEX+EVEX.128.66.0F.W1 7E", "MR", ["r64", "x"], 8)),
  ],
  vmaskmovps: [form("VEX.66.0F38.W0 2C", "RVM", ["v", "v", "m"]), form("VEX.66.0F38.W0 2E", "MVR", ["m", "v", "v"])],
  vbroadcastss: [form("VEX+EVEX.66.0F38.W0 18", "RM", ["v", "x/m"], 4)],
  vpbroadcastd: [form("VEX+EVEX.66.0F38.W0 58", "RM", ["v", "x/m"], 4), form("EVEX.66.0F38.W0 7C", "RM", ["v", "r32"])],
  vaddps: packedSingle("58"),
  vmulps: packedSingle("59"),
  vsubps: packedSingle("5C"),
  vminps: packedSingle("5D"),
  vdivps: packedSingle("5E"),
  vmaxps: packedSingle("5F"),
  vandps: [
    form("VEX.NP.0F.W0 54", "RVM", ["v", "v", "v/m"]),
    form("EVEX.NP.0F.W0 54", "RVM", ["v", "v", "v/m"], "full4"),
  ],
  vandnps: [
    form("VEX.NP.0F.W0 55", "RVM", ["v", "v", "v/m"]),
    form("EVEX.NP.0F.W0 55", "RVM", ["v", "v", "v/m"], "full4"),
  ],
  vorps: [
    form("VEX.NP.0F.W0 56", "RVM", ["v", "v", "v/m"]),
    form("EVEX.NP.0F.W0 56", "RVM", ["v", "v", "v/m"], "full4"),
  ],
  vxorps: [
    form("VEX.NP.0F.W0 57", "RVM", ["v", "v", "v/m"]),
    form("EVEX.NP.0F.W0 57", "RVM", ["v", "v", "v/m"], "full4"),
  ],
  vaddpd: packedDouble("58"),
  vmulpd: packedDouble("59"),
  vsubpd: packedDouble("5C"),
  vdivpd: packedDouble("5E"),
  vaddss: scalarSingle("58"),
  vmulss: scalarSingle("59"),
  vsubss: scalarSingle("5C"),
  vminss: scalarSingle("5D"),
  vdivss: scalarSingle("5E"),
  vmaxss: scalarSingle("5F"),
  vaddsd: scalarDouble("58"),
  vmulsd: scalarDouble("59"),
  vsubsd: scalarDouble("5C"),
  vdivsd: scalarDouble("5E"),
  vsqrtps: [form("VEX+EVEX.NP.0F.W0 51", "RM", ["v", "v/m"], "full4")],
  vsqrtsd: scalarDouble("51"),
  vfmadd132ps: fusedSingle("98"),
  vfmadd213ps: fusedSingle("A8"),
  vfmadd231ps: fusedSingle("B8"),
  vfnmadd132ps: fusedSingle("9C"),
  vfnmadd213ps: fusedSingle("AC"),
  vfnmadd231ps: fusedSingle("BC"),
  vfmsub213ps: fusedSingle("AA"),
  vfmsub231ps: fusedSingle("BA"),
  vfmadd213ss: fusedScalar("A9"),
  vfmadd231ss: fusedScalar("B9"),
  vfnmadd213ss: fusedScalar("AD"),
  vfnmadd231ss: fusedScalar("BD"),
  vfmadd213pd: fusedDouble("A8"),
  vfmadd231pd: fusedDouble("B8"),
  vfmadd231sd: fusedScalarDouble("B9"),
  vcmpps: [
    form("VEX.NP.0F.W0 C2", "RVM", ["v", "v", "v/m", "u8"]),
    form("EVEX.NP.0F.W0 C2", "RVM", ["k", "v", "v/m", "u8"], "full4"),
  ],
  vblendvps: [form("VEX.66.0F3A.W0 4A", "RVM", ["v", "v", "v/m", "is4"])],
  vblendmps: [form("EVEX.66.0F38.W0 65", "RVM", ["v", "v", "v/m"], "full4")],
  vmovmskps: [form("VEX.NP.0F.W0 50", "RM", ["r32", "v"])],
  vucomiss: [unmasked(form("VEX+EVEX.128.NP.0F.W0 2E", "RM", ["x", "x/m"], 4))],
  vucomisd: [unmasked(form("VEX+EVEX.128.66.0F.W0/1 2E", "RM", ["x", "x/m"], 8))],
  vpaddd: integers("FE"),
  vpsubd: integers("FA"),
  vpmulld: integers("40", "0F38"),
  vpminud: integers("3B", "0F38"),
  vpmaxud: integers("3F", "0F38"),
  vpslld: shift(6),
  vpsrld: shift(2),
  vpsrad: shift(4),
  vpand: bitsVex("DB"),
  vpor: bitsVex("EB"),
  vpxor: bitsVex("EF"),
  vpandd: bitsEvex("DB"),
  vpord: bitsEvex("EB"),
  vpxord: bitsEvex("EF"),
  vpternlogd: [form("EVEX.66.0F3A.W0 25", "RVM", ["v", "v", "v/m", "u8"], "full4")],
  vpcmpeqd: [form("VEX.66.0F.W0 76", "RVM", ["v", "v", "v/m"])],
  vpcmpgtd: [form("VEX.66.0F.W0 66", "RVM", ["v", "v", "v/m"])],
  vpcmpud: [form("EVEX.66.0F3A.W0 1E", "RVM", ["k", "v", "v/m", "u8"], "full4")],
  vcvtps2dq: [form("VEX+EVEX.66.0F.W0 5B", "RM", ["v", "v/m"], "full4")],
  vcvtdq2ps: [form("VEX+EVEX.NP.0F.W0 5B", "RM", ["v", "v/m"], "full4")],
  vcvttps2dq: [form("VEX+EVEX.F3.0F.W0 5B", "RM", ["v", "v/m"], "full4")],
  vcvtps2pd: [form("VEX+EVEX.NP.0F.W0 5A", "RM", ["v", "half/m"], "half4")],
  vcvtpd2ps: [form("VEX+EVEX.66.0F.W0/1 5A", "RM", ["half", "v"], "full8")],
  vcvtss2sd: [form("VEX+EVEX.128.F3.0F.W0 5A", "RVM", ["x", "x", "x/m"], 4)],
  vcvtsd2ss: [form("VEX+EVEX.128.F2.0F.W0/1 5A", "RVM", ["x", "x", "x/m"], 8)],
  vcvtsi2sd: [
    unmasked(form("VEX+EVEX.128.F2.0F.W0 2A", "RVM", ["x", "x", "r32"], 4)),
    unmasked(form("VEX+EVEX.128.F2.0F.W1 2A", "RVM", ["x", "x", "r64"], 8)),
  ],
  vroundps: [form("VEX.66.0F3A.W0 08", "RM", ["v", "v/m", "u8"])],
  vrndscaleps: [form("EVEX.66.0F3A.W0 08", "RM", ["v", "v/m", "u8"], "full4")],
  vscalefps: [form("EVEX.66.0F38.W0 2C", "RVM", ["v", "v", "v/m"], "full4")],
  vpermilps: [form("VEX+EVEX.66.0F3A.W0 04", "RM", ["v", "v/m", "u8"], "full4")],
  vshufps: [form("VEX+EVEX.NP.0F.W0 C6", "RVM", ["v", "v", "v/m", "u8"], "full4")],
  vunpcklps: packedSingle("14"),
  vunpckhps: packedSingle("15"),
  vunpcklpd: packedDouble("14"),
  vunpckhpd: packedDouble("15"),
  vmovshdup: [form("VEX+EVEX.F3.0F.W0 16", "RM", ["v", "v/m"])],
  vmovhlps: [unmasked(form("VEX+EVEX.128.NP.0F.W0 12", "RVM", ["x", "x", "x"]))],
  vperm2f128: [form("VEX.256.66.0F3A.W0 06", "RVM", ["v", "v", "v/m", "u8"])],
  vextractf128: [form("VEX.256.66.0F3A.W0 19", "MR", ["half/m", "v", "u8"])],
  vinsertf128: [form("VEX.256.66.0F3A.W0 18", "RVM", ["v", "v", "half/m", "u8"])],
  vextractf32x4: [form("EVEX.256/512.66.0F3A.W0 19", "MR", ["x/m", "v", "u8"], 16)],
  vextractf64x4: [form("EVEX.512.66.0F3A.W1 1B", "MR", ["half/m", "v", "u8"], "half")],
  vinsertf32x4: [form("EVEX.256/512.66.0F3A.W0 18", "RVM", ["v", "v", "x/m", "u8"], 16)],
  vshuff32x4: [form("EVEX.256/512.66.0F3A.W0 23", "RVM", ["v", "v", "v/m", "u8"], "full4")],
  vpermps: [form("VEX+EVEX.256/512.66.0F38.W0 16", "RVM", ["v", "v", "v/m"], "full4")],
  vpermw: [form("EVEX.66.0F38.W1 8D", "RVM", ["v", "v", "v/m"])],
  vzeroupper: [form("VEX.128.NP.0F.W0 77", "", [])],
  kmovw: [
    form("VEX.128.NP.0F.W0 92", "RM", ["k", "r32"]),
    form("VEX.128.NP.0F.W0 93", "RM", ["r32", "k"]),
    form("VEX.128.NP.0F.W0 90", "RM", ["k", "k"]),
  ],
  kandw: masks("41"),
  korw: masks("45"),
  knotw: [form("VEX.128.NP.0F.W0 44", "RM", ["k", "k"])],
  kortestw: [form("VEX.128.NP.0F.W0 98", "RM", ["k", "k"])],
} as const;

/** bf16 as AVX-512 converts to it, and the tile unit. */
const tiles = {
  vcvtneps2bf16: [form("EVEX.F3.0F38.W0 72", "RM", ["half", "v"], "full4")],
  vcvtne2ps2bf16: [form("EVEX.F2.0F38.W0 72", "RVM", ["v", "v", "v/m"], "full4")],
  ldtilecfg: [form("VEX.128.NP.0F38.W0 49 /0", "M", ["m"])],
  tilerelease: [form("VEX.128.NP.0F38.W0 49 /0", "", [])],
  tilezero: [form("VEX.128.F2.0F38.W0 49", "R", ["t"])],
  tileloadd: [form("VEX.128.F2.0F38.W0 4B", "RM", ["t", "m"])],
  tileloaddt1: [form("VEX.128.66.0F38.W0 4B", "RM", ["t", "m"])],
  tilestored: [form("VEX.128.F3.0F38.W0 4B", "MR", ["m", "t"])],
  /** t0 += t1 · t2, of bf16 in pairs, into float32: t1 is r/m and t2 vvvv. */
  tdpbf16ps: [form("VEX.128.F3.0F38.W0 5C", "RMV", ["t", "t", "t"])],
} as const;

export const instructions = { ...general, ...vectors, ...tiles } as const satisfies Record<string, readonly Form[]>;

export type Mnemonic = keyof typeof instructions;

/** The operands that an instruction takes. */
export type OperandsFor<Name extends Mnemonic> = OperandsOf<(typeof instructions)[Name][number]>;
