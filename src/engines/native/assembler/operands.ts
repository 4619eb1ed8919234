/**
 * What x64 instructions work on: registers, places in memory, labels and immediate numbers.
 *
 * Names are those of the manuals: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 */
import { GradusError } from "../../../errors.ts";

/** An integer register: rax as 64 bits, eax as its lower 32, which clears the upper ones when written. */
export interface GeneralRegister {
  readonly kind: "general";
  readonly id: number;
  readonly bits: 64 | 32;
}

/** xmm, ymm and zmm: the same 16 registers of AVX2, or 32 of AVX-512, so many bits of them. */
export interface VectorRegister {
  readonly kind: "vector";
  readonly id: number;
  readonly bits: 128 | 256 | 512;
  /** As a destination: elements whose bit in this register is 0 stay as they are, or become 0 with `zeroing`. */
  readonly mask?: MaskRegister;
  readonly zeroing?: boolean;
}

/** k0 to k7 of AVX-512: a bit an element. k0 can't mask a destination: its number there says that nothing is masked. */
export interface MaskRegister {
  readonly kind: "mask";
  readonly id: number;
  /** As the destination of a comparison: bits that are 0 here are 0 in the result. */
  readonly mask?: MaskRegister;
}

/** tmm0 to tmm7 of AMX: up to 16 rows of 64 bytes. */
export interface TileRegister {
  readonly kind: "tile";
  readonly id: number;
}

/** A place in the code, known once it is bound. */
export interface Label {
  readonly kind: "label";
  readonly name: string;
}

/** base + index · scale + displacement in bytes, or a label's place + displacement. */
export interface Address {
  readonly kind: "address";
  readonly base: GeneralRegister | Label;
  readonly index: GeneralRegister | undefined;
  readonly scale: Scale;
  readonly displacement: number;
  /** One element is read, and stands in every place of the vector (AVX-512). */
  readonly broadcast: boolean;
  /** As a destination: only the elements are written whose bit is 1. */
  readonly mask?: MaskRegister;
}

export type Scale = 1 | 2 | 4 | 8;
export type Register = GeneralRegister | VectorRegister | MaskRegister | TileRegister;
export type Operand = Register | Address | Label | number | bigint;

const general = (id: number): GeneralRegister => ({ kind: "general", id, bits: 64 });

export const [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi] = [0, 1, 2, 3, 4, 5, 6, 7].map(general);
export const [r8, r9, r10, r11, r12, r13, r14, r15] = [8, 9, 10, 11, 12, 13, 14, 15].map(general);

/** The lower 32 bits of an integer register. */
export const low = (register: GeneralRegister): GeneralRegister => ({ ...register, bits: 32 });

export const xmm = (id: number): VectorRegister => ({ kind: "vector", id, bits: 128 });
export const ymm = (id: number): VectorRegister => ({ kind: "vector", id, bits: 256 });
export const zmm = (id: number): VectorRegister => ({ kind: "vector", id, bits: 512 });

export const [k0, k1, k2, k3, k4, k5, k6, k7] = [0, 1, 2, 3, 4, 5, 6, 7].map(
  (id): MaskRegister => ({ kind: "mask", id }),
);

export const tmm = (id: number): TileRegister => ({ kind: "tile", id });

/** A destination of which only the elements are written whose bit in `mask` is 1. */
export function masked<To extends VectorRegister | MaskRegister | Address>(destination: To, mask: MaskRegister): To {
  return { ...destination, mask };
}

/** The same, with 0 in the other elements. */
export const zeroed = (register: VectorRegister, mask: MaskRegister): VectorRegister => ({
  ...register,
  mask,
  zeroing: true,
});

/** The memory at base + index · scale + displacement. @throws {GradusError} rsp as the index, which has no encoding */
export function at(
  base: GeneralRegister | Label,
  displacement = 0,
  { index, scale = 1 }: { readonly index?: GeneralRegister; readonly scale?: Scale } = {},
): Address {
  if (index?.id === rsp.id) throw new GradusError("An address cannot have rsp as its index.");
  if (index !== undefined && base.kind === "label") throw new GradusError("An address in the code has no index.");
  return { kind: "address", base, index, scale, displacement, broadcast: false };
}

/** One element of the memory in every place of a vector. */
export const broadcast = (address: Address): Address => ({ ...address, broadcast: true });
