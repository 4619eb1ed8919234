/** Instructions as text, as Intel writes them and a disassembler prints them. */
import type { Address, Operand, Register } from "./operands.ts";

const LOW_NAMES = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const VECTOR_NAMES = { 128: "xmm", 256: "ymm", 512: "zmm" } as const;

/** @example instructionText("vaddps", [zmm(0), zmm(1), at(rsi, 64)]); // "vaddps zmm0,zmm1,[rsi+0x40]" */
export function instructionText(name: string, operands: readonly Operand[]): string {
  return operands.length === 0 ? name : `${name} ${operands.map(operandText).join(",")}`;
}

function operandText(operand: Operand): string {
  if (typeof operand !== "object") return hexadecimal(operand);
  if (operand.kind === "label") return operand.name;
  const own = operand.kind === "address" ? addressText(operand) : registerText(operand);
  const mask = "mask" in operand && operand.mask ? `{${registerText(operand.mask)}}` : "";
  return `${own}${mask}${"zeroing" in operand && operand.zeroing ? "{z}" : ""}`;
}

function registerText(register: Register): string {
  const { kind, id } = register;
  if (kind === "vector") return `${VECTOR_NAMES[register.bits]}${id}`;
  if (kind === "mask") return `k${id}`;
  if (kind === "tile") return `tmm${id}`;
  if (id < 8) return `${register.bits === 64 ? "r" : "e"}${LOW_NAMES[id]}`;
  return `r${id}${register.bits === 64 ? "" : "d"}`;
}

function addressText({ base, index, scale, displacement, broadcast }: Address): string {
  const start = base.kind === "label" ? base.name : registerText(base);
  const moved = index === undefined ? "" : `+${registerText(index)}*${scale}`;
  const offset =
    displacement < 0 ? hexadecimal(displacement) : displacement === 0 ? "" : `+${hexadecimal(displacement)}`;
  return `[${start}${moved}${offset}]${broadcast ? "{bcst}" : ""}`;
}

function hexadecimal(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
