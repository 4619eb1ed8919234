/**
 * The processor at hand: which instructions it has that the system lets programs use, and its caches.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, CPUID; AMD64 Architecture Programmer's Manual,
 * volume 3, appendix E.
 */
import { Assembler, type MachineCode } from "./assembler/assembler.ts";
import { at, low, r8, rax, rbx, rcx, rdi, rdx, rsi } from "./assembler/operands.ts";

export interface Cpu {
  /** As it names itself, "AMD EPYC 9354P 32-Core Processor". */
  readonly name: string;
  /** AVX2 with fused multiply-add and BMI2. */
  readonly avx2: boolean;
  /** AVX-512 F, DQ, BW and VL. */
  readonly avx512: boolean;
  /** AMX tiles of bf16, and AVX-512's conversions to it. */
  readonly amx: boolean;
  /** Bytes of the first and of the second cache of a core; 0 where it doesn't say. */
  readonly caches: { readonly first: number; readonly second: number };
}

/** The four registers that CPUID answers with: eax, ebx, ecx, edx. */
export type Answer = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** Asks CPUID for a leaf and a subleaf; or XGETBV, for the leaf `STATE`. */
export type Ask = (leaf: number, subleaf?: number) => Answer;

/** Not a leaf of CPUID: which state of registers the system keeps, in eax. */
export const STATE = -1;

/**
 * void ask(uint32_t leaf, uint32_t subleaf, uint32_t *answer): CPUID, or XGETBV where the leaf is `STATE`.
 */
export function cpuidCode(): MachineCode {
  const code = new Assembler();
  const [state, store] = [code.label("state"), code.label("store")];
  code.emit("push", rbx);
  code.emit("mov", r8, rdx);
  code.emit("mov", low(rax), low(rdi));
  code.emit("mov", low(rcx), low(rsi));
  code.emit("cmp", low(rax), STATE);
  code.emit("je", state);
  code.emit("cpuid");
  code.emit("jmp", store);
  code.bind(state);
  code.emit("xor", low(rcx), low(rcx));
  code.emit("xor", low(rbx), low(rbx));
  code.emit("xgetbv");
  code.bind(store);
  [rax, rbx, rcx, rdx].forEach((register, n) => {
    code.emit("mov", at(r8, 4 * n), low(register));
  });
  code.emit("pop", rbx);
  code.emit("ret");
  return code.finish();
}

const bit = (word: number, n: number): boolean => ((word >>> n) & 1) === 1;
const bits = (word: number, ...places: readonly number[]): boolean => places.every((n) => bit(word, n));

/** @param ask the processor's answers; leaves that it lacks are not asked for */
export function cpuOf(ask: Ask): Cpu {
  const [last] = ask(0);
  const [, , features] = ask(1);
  const [, wide = 0, , narrow = 0] = last >= 7 ? ask(7) : [0, 0, 0, 0];
  const [converts] = last >= 7 ? ask(7, 1) : [0];
  // OSXSAVE: XGETBV may be asked which registers the system keeps when it switches from one program to another.
  const [kept] = bit(features, 27) ? ask(STATE) : [0];
  const keepsVectors = bits(kept, 1, 2);
  const keepsMasks = keepsVectors && bits(kept, 5, 6, 7);
  const avx2 = keepsVectors && bits(features, 12, 28) && bits(wide, 5, 8); // FMA, AVX; AVX2, BMI2
  const avx512 = avx2 && keepsMasks && bits(wide, 16, 17, 30, 31); // F, DQ, BW, VL
  const amx = avx512 && bits(kept, 17, 18) && bits(narrow, 22, 24) && bit(converts, 5); // AMX-BF16, AMX-TILE; AVX512_BF16
  return { name: nameOf(ask), avx2, avx512, amx, caches: cachesOf(ask, last) };
}

function nameOf(ask: Ask): string {
  const [lastOfName] = ask(0x80000000);
  if (lastOfName >>> 0 < 0x80000004) return "";
  const words = [0x80000002, 0x80000003, 0x80000004].flatMap((leaf) => ask(leaf));
  const characters = words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255));
  return String.fromCharCode(...characters.filter((character) => character !== 0))
    .trim()
    .replace(/\s+/g, " ");
}

/** Intel has its caches in leaf 4, AMD in leaf 8000001D, one a subleaf, in the same form. */
function cachesOf(ask: Ask, last: number): Cpu["caches"] {
  const [, b, c, d] = ask(0);
  const vendor = [b, d, c].flatMap((word) =>
    [0, 8, 16, 24].map((shift) => String.fromCharCode((word >>> shift) & 255)),
  );
  const leaf = vendor.join("") === "AuthenticAMD" ? 0x8000001d : last >= 4 ? 4 : undefined;
  const sizes = { first: 0, second: 0 };
  if (leaf === undefined) return sizes;
  for (let n = 0; n < 8; n++) {
    const [kind, shape, sets] = ask(leaf, n);
    const type = kind & 31; // 1 data, 2 instructions, 3 both
    if (type === 0) break;
    const level = (kind >>> 5) & 7;
    const bytes = ((shape & 0xfff) + 1) * (((shape >>> 12) & 0x3ff) + 1) * ((shape >>> 22) + 1) * (sets + 1);
    if (type !== 2 && level === 1) sizes.first = bytes;
    if (type !== 2 && level === 2) sizes.second = bytes;
  }
  return sizes;
}
