/**
 * CSV records to columns: numbers where all values of a column are plain decimal numbers, text otherwise.
 *
 * Every other notation, words for missing values included, is text here and `../inference.ts`'s business.
 */
import { decimalSignIn } from "../numberForms.ts";
import { byValue, MOST_SPELLINGS } from "../spellings.ts";
import type { NumberColumn, TextColumn } from "../table.ts";
import { type Fields, fieldText } from "./csvSplitter.ts";
import { OTHER, plainNumber, plainText, zerosOfFraction } from "./plainNumber.ts";

const SPACE = 0x20;
const DOT = 0x2e;
const ZERO = 0x30;

/** One column while its values come in. */
export class CsvColumn {
  readonly name: string;
  /** A number with a point as it is written: one whose point is surely a decimal point, where there is one. */
  point: string | undefined;
  #isSure = false;
  /** Texts with zeros at the end of a fraction, 1.0 for 1, and how often each comes; undefined where there are many. */
  #spelled: Map<string, number> | undefined = new Map();
  /** How many zeros end the fraction of each number's text; shorter where none do from there on. */
  #zeros = new Uint8Array(0);
  #numbers: number[] | undefined;
  #texts: (string | null)[] | undefined;

  /** @param asText whether to keep the text whatever it looks like */
  constructor(name: string, asText: boolean) {
    this.name = name;
    if (asText) this.#texts = [];
    else this.#numbers = [];
  }

  add(text: string, fields: Fields, at: number): void {
    if (this.#numbers !== undefined) {
      const value = plainNumber(text, fields.starts[at], fields.ends[at]);
      if (value !== OTHER) {
        this.#numbers.push(value);
        if (!this.#isSure) this.#lookForPoint(text, fields, at);
        this.#lookForZeros(text, fields, at);
        return;
      }
      const zeros = this.#zeros;
      this.#texts = this.#numbers.map((number, row) =>
        Number.isNaN(number) ? null : plainText(number, zeros[row] ?? 0),
      );
      this.#numbers = undefined;
    }
    this.#texts?.push(fieldText(text, fields, at) || null);
  }

  /** 2.5 has a decimal point; 1.234 may have one, or a thousand. */
  #lookForPoint(text: string, fields: Fields, at: number): void {
    let place = fields.starts[at];
    while (place < fields.ends[at] && text.charCodeAt(place) !== DOT) place++;
    if (place === fields.ends[at]) return;
    const written = fieldText(text, fields, at);
    this.point ??= written;
    if (decimalSignIn(written) === undefined) return;
    this.point = written;
    this.#isSure = true;
  }

  #lookForZeros(text: string, fields: Fields, at: number): void {
    const last = text.charCodeAt(fields.ends[at] - 1);
    if (last !== ZERO && last !== SPACE) return;
    const zeros = zerosOfFraction(text, fields.starts[at], fields.ends[at]);
    if (zeros === 0) return;
    const row = (this.#numbers?.length ?? 0) - 1;
    if (row >= this.#zeros.length) {
      const larger = new Uint8Array(2 * row + 64);
      larger.set(this.#zeros);
      this.#zeros = larger;
    }
    this.#zeros[row] = zeros;
    if (this.#spelled === undefined) return;
    const written = fieldText(text, fields, at);
    this.#spelled.set(written, (this.#spelled.get(written) ?? 0) + 1);
    if (this.#spelled.size > MOST_SPELLINGS) this.#spelled = undefined;
  }

  /** The column; where no value is there, of text. */
  finish(): NumberColumn | TextColumn {
    const { name } = this;
    const numbers = this.#numbers;
    if (numbers === undefined) return { name, type: "text", values: this.#texts ?? [] };
    if (numbers.every(Number.isNaN)) return { name, type: "text", values: numbers.map(() => null) };
    const written = this.#spelled && byValue(this.#spelled, (text) => String(Number(text)));
    return { name, type: "number", values: new Float64Array(numbers), ...(written && { written }) };
  }
}
