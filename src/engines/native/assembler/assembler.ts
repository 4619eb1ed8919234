/**
 * x64 machine code, instruction by instruction, with labels and constants; its listing beside it.
 *
 * Knows instructions alone: not what they compute, not where the code will lie (it works anywhere) and not how it is run.
 */
import { GradusError } from "../../../errors.ts";
import { Bytes } from "./bytes.ts";
import { encode, type Hole } from "./encode.ts";
import { accepts, type Form, signatureOf } from "./form.ts";
import { instructions, type Mnemonic, type OperandsFor } from "./instructions.ts";
import type { Label, Operand } from "./operands.ts";
import { instructionText } from "./text.ts";

/** A line of a listing: an instruction, a label, a remark or numbers of a constant. The lines' bytes are all there are. */
export interface ListingLine {
  /** Of its first byte in the code. */
  readonly offset: number;
  readonly bytes: number;
  readonly text: string;
}

export interface MachineCode {
  readonly bytes: Uint8Array;
  /** Where labels lie in it. */
  placeOf(label: Label): number;
  listing(): ListingLine[];
}

/** A line whose text is made when it is asked for: a name with operands where it is an instruction. */
interface Line {
  readonly offset: number;
  readonly bytes: number;
  readonly name: string;
  readonly operands: readonly Operand[] | undefined;
}

/** The forms that were found, by the instruction and the signature of its operands: nearly all of a program's are the same few. */
const found = new Map<string, Map<number, Form>>();

/** NOPs of 1 to 8 bytes: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, NOP. */
const NOPS = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/**
 * @example
 * const code = new Assembler();
 * const loop = code.label("loop");
 * code.bind(loop);
 * code.emit("vaddps", zmm(0), zmm(0), at(rsi));
 * code.emit("add", rsi, 64);
 * code.emit("dec", rcx);
 * code.emit("jne", loop);
 * code.emit("ret");
 * const { bytes } = code.finish();
 */
export class Assembler {
  readonly #bytes = new Bytes();
  readonly #listing: Line[] = [];
  readonly #holes: (Hole & { readonly end: number })[] = [];
  readonly #places = new Map<Label, number>();
  /** Constants by their bytes: each lies in the code once, behind it. */
  readonly #constants = new Map<string, { readonly label: Label; readonly bytes: Uint8Array }>();

  /** Bytes so far, without the constants. */
  get length(): number {
    return this.#bytes.length;
  }

  /** @throws {GradusError} operands that no form of the instruction takes */
  emit<Name extends Mnemonic>(name: Name, ...operands: OperandsFor<Name>): void {
    const offset = this.#bytes.length;
    const given = operands as readonly Operand[];
    const hole = encode(this.#formOf(name, given), given, this.#bytes);
    const end = this.#bytes.length;
    if (hole !== undefined) this.#holes.push({ ...hole, end });
    this.#listing.push({ offset, bytes: end - offset, name, operands: given });
  }

  #formOf(name: Mnemonic, operands: readonly Operand[]): Form {
    const distance = (label: Label) => {
      const place = this.#places.get(label);
      return place === undefined ? undefined : place - this.#bytes.length;
    };
    const signature = signatureOf(operands, distance);
    const known = signature === undefined ? undefined : found.get(name)?.get(signature);
    if (known !== undefined) return known;
    const form = instructions[name].find((one) => accepts(one, operands, distance));
    if (form === undefined) {
      throw new GradusError(`No form of ${name} takes these operands: ${instructionText(name, operands)}.`);
    }
    if (signature === undefined) return form;
    const forms = found.get(name) ?? new Map<number, Form>();
    found.set(name, forms.set(signature, form));
    return form;
  }

  /** A place that is bound later. */
  label(name: string): Label {
    return { kind: "label", name };
  }

  /** The label is here. @throws {GradusError} where it was somewhere else already */
  bind(label: Label): void {
    if (this.#places.has(label)) throw new GradusError(`The label ${label.name} is bound twice.`);
    this.#places.set(label, this.#bytes.length);
    this.#note(`${label.name}:`);
  }

  /** A line of the listing: the formula of what follows. */
  remark(text: string): void {
    this.#note(`; ${text}`);
  }

  #note(name: string): void {
    this.#listing.push({ offset: this.#bytes.length, bytes: 0, name, operands: undefined });
  }

  #write(name: string, bytes: Iterable<number>): void {
    const offset = this.#bytes.length;
    for (const byte of bytes) this.#bytes.push(byte);
    this.#listing.push({ offset, bytes: this.#bytes.length - offset, name, operands: undefined });
  }

  /** NOPs as far as the next multiple of `bytes`, a power of two: loops begin there. */
  align(bytes: number): void {
    for (;;) {
      const missing = -this.#bytes.length & (bytes - 1);
      if (missing === 0) return;
      this.#write("nop", NOPS[Math.min(missing, NOPS.length) - 1]);
    }
  }

  /** Where these numbers will lie, for addresses. A vector of one number is as good as its broadcast. */
  constant(values: Float32Array | Float64Array | Uint32Array | Int32Array): Label {
    const bytes = new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength));
    const key = bytes.join();
    const known = this.#constants.get(key);
    if (known !== undefined) return known.label;
    const label = this.label(`constant${this.#constants.size}`);
    this.#constants.set(key, { label, bytes });
    return label;
  }

  /** @throws {GradusError} a label that was never bound */
  finish(): MachineCode {
    for (const { label, bytes } of this.#constants.values()) {
      this.align(Math.min(64, 2 ** Math.ceil(Math.log2(bytes.length))));
      this.bind(label);
      for (let n = 0; n < bytes.length; n += 8) {
        const part = bytes.subarray(n, n + 8);
        const words = new Uint32Array(part.slice().buffer);
        this.#write(`.long ${Array.from(words, (word) => `0x${word.toString(16)}`).join(",")}`, part);
      }
    }
    this.#constants.clear();
    const bytes = this.#bytes.taken();
    const view = new DataView(bytes.buffer);
    const placeOf = (label: Label): number => {
      const place = this.#places.get(label);
      if (place === undefined) throw new GradusError(`The label ${label.name} is never bound.`);
      return place;
    };
    for (const { at, bytes: size, label, addend, end } of this.#holes) {
      const place = placeOf(label);
      if (size === 1) view.setInt8(at, place + addend - end);
      else view.setInt32(at, place + addend - end, true);
    }
    const listing = () =>
      this.#listing.map(({ name, operands, ...where }) => ({
        ...where,
        text: operands === undefined ? name : instructionText(name, operands),
      }));
    return { bytes, placeOf, listing };
  }
}
