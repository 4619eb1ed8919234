/**
 * What the products on vectors and those on the tile unit share: how a call's arguments are read, blocks of lines, and where C lies.
 *
 * The arguments lie at rbp. Knows nothing of how a product is computed.
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  low,
  r8,
  r9,
  r11,
  r12,
  rax,
  rbp,
  rcx,
  rdx,
} from "../assembler/operands.ts";

/** What says where C lies and where its sums begin. */
type SumArgument = "c" | "cRow" | "from" | "fromRow";

/** The arguments of a product. */
export class ProductArguments<Name extends string> {
  readonly #places: Readonly<Record<Name | SumArgument, number>>;
  readonly #memory: Address;

  /** @param places the number of each argument's word @param memory what holds where the memory begins */
  constructor(places: Readonly<Record<Name | SumArgument, number>>, memory: Address) {
    this.#places = places;
    this.#memory = memory;
  }

  of(name: Name | SumArgument): Address {
    return at(rbp, 4 * this.#places[name]);
  }

  /** A register := an argument. */
  emit(code: Assembler, to: GeneralRegister, name: Name | SumArgument): void {
    code.emit("mov", low(to), this.of(name));
  }

  /** A register := the place that an argument says. */
  emitPlace(code: Assembler, to: GeneralRegister, name: Name | SumArgument): void {
    this.emit(code, to, name);
    code.emit("add", to, this.#memory);
  }

  /** A register += a factor · an argument. Overwrites the factor and rcx. */
  emitAdvance(code: Assembler, to: GeneralRegister, factor: GeneralRegister, name: Name | SumArgument): void {
    this.emit(code, rcx, name);
    code.emit("imul", factor, rcx);
    code.emit("add", to, factor);
  }

  /**
   * C's place and rows, in rdx and r8, and the same of where the sums begin, in r9 (0: from 0) and r11: in C from the second run on, whose
   * first number r12 is. Overwrites rax and rcx.
   *
   * @param emitRow rax := the row of C @param emitColumn rax := its column
   */
  emitSums(code: Assembler, emitRow: () => void, emitColumn: () => void): void {
    const sums = code.label("sums");
    this.emitPlace(code, rdx, "c");
    emitRow();
    this.emitAdvance(code, rdx, rax, "cRow");
    emitColumn();
    code.emit("lea", rdx, at(rdx, 0, { index: rax, scale: 4 }));
    this.emit(code, r8, "cRow");
    code.emit("mov", r9, rdx);
    code.emit("mov", r11, r8);
    code.emit("test", r12, r12);
    code.emit("jne", sums);
    this.emit(code, r9, "from");
    code.emit("test", r9, r9);
    code.emit("je", sums);
    code.emit("add", r9, this.#memory);
    code.emit("lea", r9, at(r9, 0, { index: rax, scale: 4 }));
    emitRow();
    this.emitAdvance(code, r9, rax, "fromRow");
    this.emit(code, r11, "fromRow");
    code.bind(sums);
  }
}

/** for (first = 0; first < all; first += length) with length = min(most, all − first). Overwrites rax. */
export function emitBlocks(
  code: Assembler,
  name: string,
  first: GeneralRegister,
  length: GeneralRegister,
  all: Address,
  most: Address,
  body: () => void,
): void {
  const [turn, end] = [code.label(name), code.label(`${name}_end`)];
  code.emit("xor", first, first);
  code.bind(turn);
  code.emit("mov", low(length), all);
  code.emit("sub", length, first);
  code.emit("jle", end);
  code.emit("mov", low(rax), most);
  code.emit("cmp", length, rax);
  code.emit("cmovg", length, rax);
  body();
  code.emit("add", first, length);
  code.emit("jmp", turn);
  code.bind(end);
}
