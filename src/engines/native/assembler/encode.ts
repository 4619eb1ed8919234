/**
 * One instruction as bytes: prefixes, opcode, ModRM, SIB, displacement and immediate number.
 *
 *   REX    [66|F3|F2] [0100WRXB] [0F [38|3A]] opcode
 *   VEX    C5 [R̄ v̄v̄v̄v̄ L pp] opcode, or C4 [R̄X̄B̄ mmmmm] [W v̄v̄v̄v̄ L pp] opcode
 *   EVEX   62 [R̄X̄B̄R̄' 0mmm] [W v̄v̄v̄v̄ 1 pp] [z L'L b V̄' aaa] opcode
 *
 * and behind each the operands: ModRM [mod reg r/m], SIB [scale index base]. Knows nothing of what instructions do.
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2.
 */
import type { Bytes } from "./bytes.ts";
import { type Form, isA, isMasked, lengthOf, type Step } from "./form.ts";
import type { Address, Label, Operand, Register } from "./operands.ts";

/** Where a displacement to a label stands: it counts from the instruction's end. */
export interface Hole {
  readonly at: number;
  readonly bytes: number;
  readonly label: Label;
  readonly addend: number;
}

/** What goes into the fields of an instruction. */
interface Fields {
  readonly reg: number;
  readonly vvvv: number;
  /** What r/m is, or what the opcode holds. */
  readonly rm: Register | Address | undefined;
  readonly destination: Register | Address | undefined;
  /** The bits by which registers beyond the first eight are named: of reg, of an index, and of r/m or a base. */
  readonly r: number;
  readonly x: number;
  readonly b: number;
}

/** Writes an instruction. @param operands that the form takes @returns the hole of one with a label */
export function encode(form: Form, operands: readonly Operand[], bytes: Bytes): Hole | undefined {
  const fields = fieldsOf(form, operands);
  const prefix = prefixOf(form, operands, fields);
  prefixes[prefix](form, operands, fields, bytes);
  bytes.push(form.roles === "O" ? form.opcode + (idOf(fields.rm) & 7) : form.opcode);
  const hole = hasPlace(form) ? pushPlace(form, operands, fields, prefix, bytes) : undefined;
  return pushImmediate(form, operands, bytes) ?? hole;
}

/** Whether ModRM follows the opcode: where no operand is named by it, its reg may be part of the opcode. */
function hasPlace({ roles, digit }: Form): boolean {
  return roles === "" ? digit !== undefined : roles !== "O";
}

function fieldsOf({ roles, digit }: Form, operands: readonly Operand[]): Fields {
  let reg = digit ?? 0;
  let vvvv = 0;
  let rm: Fields["rm"];
  for (let n = 0; n < roles.length; n++) {
    if (roles[n] === "R") reg = idOf(operands[n]);
    else if (roles[n] === "V") vvvv = idOf(operands[n]);
    else rm = operands[n] as Fields["rm"];
  }
  const [r, destination] = [(reg >> 3) & 1, operands[0] as Fields["destination"]];
  if (isAddress(rm)) {
    return { reg, vvvv, rm, destination, r, x: (idOf(rm.index) >> 3) & 1, b: (idOf(rm.base) >> 3) & 1 };
  }
  return { reg, vvvv, rm, destination, r, x: (idOf(rm) >> 4) & 1, b: (idOf(rm) >> 3) & 1 };
}

function idOf(operand: Operand | undefined): number {
  return typeof operand === "object" && "id" in operand ? operand.id : 0;
}

function isAddress(operand: Operand | undefined): operand is Address {
  return operand !== undefined && isA(operand, "address");
}

function prefixOf({ prefixes: possible }: Form, operands: readonly Operand[], { rm, destination }: Fields): Prefix {
  if (!possible.includes("EVEX")) return possible[0];
  if (!possible.includes("VEX")) return "EVEX";
  if ((destination !== undefined && isMasked(destination)) || (isAddress(rm) && rm.broadcast)) return "EVEX";
  const isBeyond = operands.some((operand) => isA(operand, "vector") && (operand.id > 15 || operand.bits === 512));
  return isBeyond ? "EVEX" : "VEX";
}

type Prefix = keyof typeof prefixes;

const PP: Readonly<Record<number, number>> = { 0: 0, 102: 1, 243: 2, 242: 3 };

/** The bytes that lead to a map of opcodes. */
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];

const prefixes = {
  REX({ mandatory, map, w }: Form, operands: readonly Operand[], { rm, r, x, b }: Fields, bytes: Bytes): void {
    const is64 = (operand: Operand): boolean => isA(operand, "general") && operand.bits === 64;
    const wide = w.vex ?? (operands.some(is64) ? 1 : 0);
    const rex = (wide << 3) | (r << 2) | ((isAddress(rm) ? x : 0) << 1) | b;
    if (mandatory !== 0) bytes.push(mandatory);
    if (rex !== 0) bytes.push(0x40 | rex);
    for (const byte of ESCAPES[map]) bytes.push(byte);
  },
  VEX(form: Form, operands: readonly Operand[], { vvvv, r, x, b }: Fields, bytes: Bytes): void {
    const w = form.w.vex ?? 0;
    const length = lengthOf(form, operands) === 256 ? 1 : 0;
    const last = ((~vvvv & 15) << 3) | (length << 2) | PP[form.mandatory];
    if (!x && !b && !w && form.map === 1) {
      bytes.push(0xc5);
      bytes.push((r ? 0 : 0x80) | last);
      return;
    }
    bytes.push(0xc4);
    bytes.push((r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | form.map);
    bytes.push((w << 7) | last);
  },
  EVEX(form: Form, operands: readonly Operand[], fields: Fields, bytes: Bytes): void {
    const { destination, rm, reg, vvvv, r, x, b } = fields;
    const mask = destination !== undefined && "mask" in destination ? (destination.mask?.id ?? 0) : 0;
    const zeroing = destination !== undefined && "zeroing" in destination && destination.zeroing ? 1 : 0;
    const length = lengthOf(form, operands) >> 8; // 128: 0, 256: 1, 512: 2
    const one = isAddress(rm) && rm.broadcast ? 1 : 0;
    bytes.push(0x62);
    bytes.push((r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | (reg & 16 ? 0 : 0x10) | form.map);
    bytes.push((form.w.evex << 7) | ((~vvvv & 15) << 3) | 4 | PP[form.mandatory]);
    bytes.push((zeroing << 7) | (length << 5) | (one << 4) | (vvvv & 16 ? 0 : 8) | mask);
  },
} as const;

/** The bytes that a displacement of 8 bits counts in EVEX. */
function unitOf(step: Step, length: number, broadcast: boolean): number {
  if (typeof step === "number") return step;
  if (step === "vector") return length / 8;
  if (step === "half") return length / 16;
  if (broadcast) return step.endsWith("8") ? 8 : 4;
  return step.startsWith("half") ? length / 16 : length / 8;
}

/** Writes ModRM, SIB and displacement. */
function pushPlace(
  form: Form,
  operands: readonly Operand[],
  { reg, rm }: Fields,
  prefix: Prefix,
  bytes: Bytes,
): Hole | undefined {
  const middle = (reg & 7) << 3;
  if (!isAddress(rm)) {
    bytes.push(0xc0 | middle | (idOf(rm) & 7));
    return undefined;
  }
  const { base, index, scale, displacement, broadcast } = rm;
  if (base.kind === "label") {
    bytes.push(middle | 5);
    bytes.pushNumber(0, 4);
    return { at: bytes.length - 4, bytes: 4, label: base, addend: displacement };
  }
  const low = base.id & 7;
  // r/m 4 says that a SIB follows, in which index 4 says that there is none; mod 0 with base 5 is taken by other addresses. The tile
  // unit wants a SIB always.
  const hasSib = index !== undefined || low === 4 || form.kinds.includes("t");
  const short =
    prefix === "EVEX" ? displacement / unitOf(form.step, lengthOf(form, operands), broadcast) : displacement;
  const mod = displacement === 0 && low !== 5 ? 0 : Number.isInteger(short) && short >= -128 && short <= 127 ? 1 : 2;
  bytes.push((mod << 6) | middle | (hasSib ? 4 : low));
  if (hasSib) bytes.push((Math.log2(scale) << 6) | ((index === undefined ? 4 : index.id & 7) << 3) | low);
  if (mod === 1) bytes.pushNumber(short, 1);
  else if (mod === 2) bytes.pushNumber(displacement, 4);
  return undefined;
}

const immediateBytes: Readonly<Record<string, number>> = { i8: 1, u8: 1, i32: 4, near: 1, label: 4 };

/** Writes what comes last: a number, a register's number, or the distance of a label. */
function pushImmediate({ kinds }: Form, operands: readonly Operand[], bytes: Bytes): Hole | undefined {
  const [kind, last] = [kinds.at(-1) ?? "", operands.at(-1) ?? 0];
  if (kind === "is4") bytes.push(idOf(last) << 4);
  else if (kind === "i64") {
    const whole = BigInt.asUintN(64, BigInt(last as number | bigint));
    for (let n = 0n; n < 64n; n += 8n) bytes.push(Number((whole >> n) & 255n));
  } else if (isA(last, "label")) {
    bytes.pushNumber(0, immediateBytes[kind]);
    return { at: bytes.length - immediateBytes[kind], bytes: immediateBytes[kind], label: last, addend: 0 };
  } else if (typeof last === "number") bytes.pushNumber(last, immediateBytes[kind] ?? 0);
  return undefined;
}
