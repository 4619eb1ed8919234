/**
 * Forms of instructions: what operands one takes, and how it is encoded, in the notation of the manuals.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapters 2 and 3.
 */
import type {
  Address,
  GeneralRegister,
  Label,
  MaskRegister,
  Operand,
  TileRegister,
  VectorRegister,
} from "./operands.ts";

/** Kinds of operands, each with what it accepts. */
interface OperandOf {
  /** An integer register, of 64 or 32 bits: all of an instruction's are alike. */
  r: GeneralRegister;
  "r/m": GeneralRegister | Address;
  /** Of 32 bits, and of 64, whatever the others are. */
  r32: GeneralRegister;
  r64: GeneralRegister;
  "r32/m": GeneralRegister | Address;
  "r64/m": GeneralRegister | Address;
  m: Address;
  /** A vector: all of an instruction's are equally wide. */
  v: VectorRegister;
  "v/m": VectorRegister | Address;
  /** Half as wide as the others. */
  half: VectorRegister;
  "half/m": VectorRegister | Address;
  /** An xmm register, whatever the others are. */
  x: VectorRegister;
  "x/m": VectorRegister | Address;
  k: MaskRegister;
  t: TileRegister;
  /** A number of 8 bits that is extended to the operand's size with its sign. */
  i8: number;
  /** 8 bits as they are. */
  u8: number;
  i32: number;
  i64: number | bigint;
  /** A vector whose number stands in an immediate of 8 bits. */
  is4: VectorRegister;
  /** A label behind, at most 128 bytes away. */
  near: Label;
  label: Label;
}

export type Kind = keyof OperandOf;

/**
 * Which operand goes where: R the field reg of ModRM, M its field r/m, V the field vvvv of a prefix, O the opcode's lower bits,
 * in the order of the operands. An immediate number or a label comes last and is not named.
 */
export type Roles = "" | "R" | "M" | "O" | "RM" | "MR" | "VM" | "RV" | "RVM" | "MVR" | "RMV";

/**
 * The number of bytes that a displacement of 8 bits counts in EVEX: a whole vector, or one element of so many bytes where it is
 * broadcast ("full"), half of that, or a number of bytes whatever the vector.
 */
export type Step = "full4" | "full8" | "half4" | "vector" | "half" | number;

export interface Form<Kinds extends readonly Kind[] = readonly Kind[]> {
  readonly kinds: Kinds;
  readonly roles: Roles;
  readonly prefixes: readonly ("REX" | "VEX" | "EVEX")[];
  /** Whether EVEX is among them, and whether it is the only one. */
  readonly hasEvex: boolean;
  readonly isEvex: boolean;
  /** The lengths of vectors that it has; the first one stands in the prefix where no operand is as wide as the instruction. */
  readonly lengths: readonly number[];
  /** 0, 0x66, 0xF3 or 0xF2. */
  readonly mandatory: number;
  /** Which table of opcodes: 0 the one of a byte, 1 behind 0F, 2 behind 0F 38, 3 behind 0F 3A. */
  readonly map: number;
  /** The bit W of VEX and of EVEX; that of REX is undefined where registers decide. */
  readonly w: { readonly vex: number | undefined; readonly evex: number };
  readonly opcode: number;
  /** What stands in ModRM's reg where no operand does. */
  readonly digit: number | undefined;
  readonly step: Step;
  /** Whether a mask can say which elements of the destination are written. */
  readonly isMaskable: boolean;
  /** Whether one element of the memory can stand for all. */
  readonly canBroadcast: boolean;
  /** What each operand may be, made from its kind. */
  readonly slots: readonly Slot[];
}

interface Slot {
  readonly matches: Matcher;
  readonly isMemory: boolean;
  /** Whether it is as wide as the instruction, and whether it is as large as the other integers. */
  readonly isWide: boolean;
  readonly isSized: boolean;
}

/** The operands of a form, typed. */
export type OperandsOf<One extends Form> =
  One extends Form<infer Kinds> ? { readonly [At in keyof Kinds]: OperandOf[Kinds[At]] } : never;

const maps: Readonly<Record<string, number>> = { "1B": 0, "0F": 1, "0F38": 2, "0F3A": 3 };
const mandatories: Readonly<Record<string, number>> = { NP: 0, "66": 0x66, F3: 0xf3, F2: 0xf2 };
const widths: Readonly<Record<string, readonly [number | undefined, number]>> = {
  W: [undefined, 0],
  W0: [0, 0],
  W1: [1, 1],
  "W0/1": [0, 1],
};

/**
 * A form, from the manuals' notation of its encoding.
 *
 * @param encoding prefix, lengths where not all are possible, mandatory prefix, map of opcodes (1B: that of one byte) and W (W alone: as the
 * registers' size says; W0/1: 0 in VEX, where it mostly means nothing and then makes the prefix shorter, and 1 in EVEX); then the
 * opcode, then a digit
 *
 * @example form("VEX+EVEX.66.0F38.W0 B8", "RVM", ["v", "v", "v/m"], "full4"); // vfmadd231ps
 */
export function form<const Kinds extends readonly Kind[]>(
  encoding: string,
  roles: Roles,
  kinds: Kinds,
  step: Step = "vector",
): Form<Kinds> {
  const [where, opcode, digit] = encoding.split(" ");
  const parts = where.split(".");
  const [w, map, mandatory] = [parts.pop() ?? "", parts.pop() ?? "", parts.pop() ?? ""];
  const [prefix, length] = parts;
  const [vex, evex] = widths[w];
  const prefixes = prefix.split("+") as Form["prefixes"];
  return {
    kinds,
    roles,
    prefixes,
    hasEvex: prefixes.includes("EVEX"),
    isEvex: prefixes.length === 1 && prefixes[0] === "EVEX",
    lengths: length?.split("/").map(Number) ?? (prefixes.includes("EVEX") ? [128, 256, 512] : [128, 256]),
    mandatory: mandatories[mandatory],
    map: maps[map],
    w: { vex, evex },
    opcode: Number.parseInt(opcode, 16),
    digit: digit === undefined ? undefined : Number(digit.slice(1)),
    step,
    isMaskable: prefixes.includes("EVEX"),
    canBroadcast: prefixes.includes("EVEX") && /^(full|half)[48]$/.test(String(step)),
    slots: kinds.map(slotOf),
  };
}

function slotOf(kind: Kind): Slot {
  const [own, memory] = kind.split("/");
  return { matches: matchers[own], isMemory: memory === "m", isWide: own === "v", isSized: own === "r" };
}

/** A form of EVEX that has no mask all the same. */
export const unmasked = <One extends Form>(one: One): One => ({ ...one, isMaskable: false });

/** What a label is to a form: how far behind the end of the instruction, where it is bound. */
export type Distance = (label: Label) => number | undefined;

/** The last displacement that a short jump behind reaches, from its own beginning. */
const NEAREST = -126;

/**
 * What of operands decides which forms take them, as one number: those with the same signature are taken by the same forms. Undefined where
 * there is none.
 */
export function signatureOf(operands: readonly Operand[], distance: Distance): number | undefined {
  let signature = operands.length;
  for (let n = 0; n < operands.length; n++) {
    const one = traitsOf(operands[n], distance);
    if (one === 0) return undefined;
    signature = signature * TRAITS + one;
  }
  return signature;
}

const TRAITS = 64;

/** A number below `TRAITS`: the kind of an operand, and what of it `accepts` looks at; 0 for none. */
function traitsOf(operand: Operand, distance: Distance): number {
  if (typeof operand === "number") {
    if (operand !== Math.floor(operand)) return 0;
    if (operand >= -128 && operand <= 127) return 1;
    if (operand >= 0 && operand <= 255) return 2;
    return operand >= -(2 ** 31) && operand < 2 ** 31 ? 3 : 0;
  }
  if (typeof operand === "bigint") return 0;
  const mask = isMasked(operand) ? 1 : 0;
  switch (operand.kind) {
    case "general":
      return operand.bits === 64 ? 4 : 5;
    case "label": {
      const far = distance(operand) ?? 0;
      return far < 0 && far >= NEAREST ? 6 : 7;
    }
    case "tile":
      return 8;
    case "mask":
      return 10 + mask;
    case "address":
      return 12 + 2 * mask + (operand.broadcast ? 1 : 0);
    case "vector":
      return 16 + (operand.bits >> 7) * 4 + 2 * mask + (operand.id > 15 ? 1 : 0);
  }
}

/** Whether a form takes these operands. */
export function accepts(form: Form, operands: readonly Operand[], distance: Distance): boolean {
  const { slots, hasEvex, isMaskable, canBroadcast, lengths } = form;
  if (slots.length !== operands.length) return false;
  const bits = lengthOf(form, operands);
  if (!lengths.includes(bits)) return false;
  const most = hasEvex ? 31 : 15;
  let size = 0;
  for (let n = 0; n < slots.length; n++) {
    const [slot, operand] = [slots[n], operands[n]];
    if (!isMaskable && isMasked(operand)) return false;
    if (slot.isMemory && isA(operand, "address")) {
      if (operand.broadcast && !canBroadcast) return false;
      continue;
    }
    if (!slot.matches(operand, bits, most, distance)) return false;
    if (!slot.isSized || !isA(operand, "general")) continue;
    if (size !== 0 && size !== operand.bits) return false;
    size = operand.bits;
  }
  return true;
}

/** The width of the vectors that an instruction works on. */
export function lengthOf({ lengths, slots }: Form, operands: readonly Operand[]): number {
  for (let n = 0; n < slots.length; n++) {
    const operand = operands[n];
    if (slots[n].isWide && isA(operand, "vector")) return operand.bits;
  }
  return lengths[0];
}

export function isMasked(operand: Operand): boolean {
  return typeof operand === "object" && "mask" in operand && operand.mask !== undefined;
}

/** @param bits the width of the instruction's vectors @param most the last vector register that its prefixes can name */
type Matcher = (operand: Operand, bits: number, most: number, distance: Distance) => boolean;

const vectorOf =
  (width: (bits: number) => number): Matcher =>
  (operand, bits, most) =>
    isA(operand, "vector") && operand.bits === width(bits) && operand.id <= most;

const within =
  (least: number, greatest: number): Matcher =>
  (operand) =>
    typeof operand === "number" && Number.isInteger(operand) && operand >= least && operand <= greatest;

const generalOf =
  (bits?: number): Matcher =>
  (operand) =>
    isA(operand, "general") && (bits === undefined || operand.bits === bits);

const matchers: Readonly<Record<string, Matcher>> = {
  r: generalOf(),
  r32: generalOf(32),
  r64: generalOf(64),
  m: (operand) => isA(operand, "address"),
  v: vectorOf((bits) => bits),
  half: vectorOf((bits) => Math.max(128, bits / 2)),
  x: vectorOf(() => 128),
  is4: vectorOf((bits) => bits),
  k: (operand) => isA(operand, "mask"),
  t: (operand) => isA(operand, "tile"),
  i8: within(-128, 127),
  u8: within(0, 255),
  i32: within(-(2 ** 31), 2 ** 31 - 1),
  i64: (operand) => typeof operand === "bigint" || Number.isSafeInteger(operand),
  near: (operand, _bits, _most, distance) =>
    isA(operand, "label") && (distance(operand) ?? 0) < 0 && (distance(operand) ?? 0) >= NEAREST,
  label: (operand) => isA(operand, "label"),
};

type Named = Exclude<Operand, number | bigint>;

export function isA<Name extends Named["kind"]>(
  operand: Operand,
  kind: Name,
): operand is Extract<Named, { kind: Name }> {
  return typeof operand === "object" && operand.kind === kind;
}
