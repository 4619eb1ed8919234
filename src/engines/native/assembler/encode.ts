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
  readonly destination: Operand | undefined;
  /** The bits by which registers beyond the first eight are named: of reg, of an index, and of r/m or a base. */
  readonly r: number;
  readonly x: number;
  readonly b: number;
  /** The width of its vectors. */
  readonly length: number;
}

/** Writes an instruction. @param operands that the form takes @returns the hole of one with a label */
export function encode(form: Form, operands: readonly Operand[], bytes: Bytes): Hole | undefined {
  const fields = fieldsOf(form, operands);
  const isEvex = form.isEvex || (form.hasEvex && needsEvex(operands, fields));
  if (isEvex) pushEvex(form, fields, bytes);
  else if (form.prefixes[0] === "VEX") pushVex(form, fields, bytes);
  else pushRex(form, operands, fields, bytes);
  bytes.push(form.roles === "O" ? form.opcode + (idOf(fields.rm) & 7) : form.opcode);
  const hole = hasPlace(form) ? pushPlace(form, fields, isEvex, bytes) : undefined;
  return pushImmediate(form, operands, bytes) ?? hole;
}

/** Whether ModRM follows the opcode: where no operand is named by it, its reg may be part of the opcode. */
function hasPlace({ roles, digit }: Form): boolean {
  return roles === "" ? digit !== undefined : roles !== "O";
}

function fieldsOf(form: Form, operands: readonly Operand[]): Fields {
  const { roles } = form;
  let reg = form.digit ?? 0;
  let vvvv = 0;
  let rm: Fields["rm"];
  for (let n = 0; n < roles.length; n++) {
    const role = roles[n];
    if (role === "R") reg = idOf(operands[n]);
    else if (role === "V") vvvv = idOf(operands[n]);
    else rm = operands[n] as Fields["rm"];
  }
  const x = isAddress(rm) ? idOf(rm.index) >> 3 : idOf(rm) >> 4;
  const b = idOf(isAddress(rm) ? rm.base : rm) >> 3;
  return {
    reg,
    vvvv,
    rm,
    destination: operands[0],
    r: (reg >> 3) & 1,
    x: x & 1,
    b: b & 1,
    length: lengthOf(form, operands),
  };
}

function idOf(operand: Operand | undefined): number {
  if (typeof operand !== "object" || operand.kind === "address" || operand.kind === "label") return 0;
  return operand.id;
}

function isAddress(operand: Operand | undefined): operand is Address {
  return typeof operand === "object" && operand.kind === "address";
}

/** Of a form that VEX has too: masks, broadcasts, vectors of 512 bits and registers beyond the first sixteen. */
function needsEvex(operands: readonly Operand[], { rm, destination, length }: Fields): boolean {
  if (length === 512 || (isAddress(rm) && rm.broadcast)) return true;
  if (destination !== undefined && isMasked(destination)) return true;
  for (const operand of operands) if (isA(operand, "vector") && (operand.id > 15 || operand.bits === 512)) return true;
  return false;
}

const PP: Readonly<Record<number, number>> = { 0: 0, 102: 1, 243: 2, 242: 3 };

/** The bytes that lead to a map of opcodes. */
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];

function pushRex(
  { mandatory, map, w }: Form,
  operands: readonly Operand[],
  { rm, r, x, b }: Fields,
  bytes: Bytes,
): void {
  let wide = w.vex ?? 0;
  if (w.vex === undefined) {
    for (const operand of operands) if (isA(operand, "general") && operand.bits === 64) wide = 1;
  }
  const rex = (wide << 3) | (r << 2) | ((isAddress(rm) ? x : 0) << 1) | b;
  if (mandatory !== 0) bytes.push(mandatory);
  if (rex !== 0) bytes.push(0x40 | rex);
  for (const byte of ESCAPES[map]) bytes.push(byte);
}

function pushVex(form: Form, { vvvv, r, x, b, length }: Fields, bytes: Bytes): void {
  const w = form.w.vex ?? 0;
  const last = ((~vvvv & 15) << 3) | (length === 256 ? 4 : 0) | PP[form.mandatory];
  if (!x && !b && !w && form.map === 1) {
    bytes.push(0xc5);
    bytes.push((r ? 0 : 0x80) | last);
    return;
  }
  bytes.push(0xc4);
  bytes.push((r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | form.map);
  bytes.push((w << 7) | last);
}

function pushEvex(form: Form, { destination, rm, reg, vvvv, r, x, b, length }: Fields, bytes: Bytes): void {
  const to = typeof destination === "object" && "mask" in destination ? destination : undefined;
  const mask = to?.mask?.id ?? 0;
  const zeroing = to !== undefined && "zeroing" in to && to.zeroing ? 1 : 0;
  const one = isAddress(rm) && rm.broadcast ? 1 : 0;
  bytes.push(0x62);
  bytes.push((r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | (reg & 16 ? 0 : 0x10) | form.map);
  bytes.push((form.w.evex << 7) | ((~vvvv & 15) << 3) | 4 | PP[form.mandatory]);
  // The length: 128 is 0, 256 is 1 and 512 is 2.
  bytes.push((zeroing << 7) | ((length >> 8) << 5) | (one << 4) | (vvvv & 16 ? 0 : 8) | mask);
}

/** The bytes that a displacement of 8 bits counts in EVEX. */
function unitOf(step: Step, length: number, broadcast: boolean): number {
  if (typeof step === "number") return step;
  if (step === "vector") return length / 8;
  if (step === "half") return length / 16;
  if (broadcast) return step.endsWith("8") ? 8 : 4;
  return step.startsWith("half") ? length / 16 : length / 8;
}

/** Writes ModRM, SIB and displacement. */
function pushPlace(form: Form, { reg, rm, length }: Fields, isEvex: boolean, bytes: Bytes): Hole | undefined {
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
  const hasSib = index !== undefined || low === 4 || form.kinds[0] === "t" || form.kinds[1] === "t";
  const short = isEvex ? displacement / unitOf(form.step, length, broadcast) : displacement;
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
  const kind = kinds[kinds.length - 1] ?? "";
  const last = operands[operands.length - 1] ?? 0;
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
