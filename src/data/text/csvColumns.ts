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

/** What is in a column, or in a part of it. */
export interface CsvContent {
  /** "texts" where a value is no plain number, or where text is to be kept; "nothing" where no value is there. */
  readonly kind: "numbers" | "texts" | "nothing";
  /** As `CsvColumn.point`. */
  readonly point?: string | undefined;
  /** Whether the column's name is one of its values. */
  readonly holdsName: boolean;
  /** Texts with zeros at the end of a fraction, and how often each comes; undefined where there are many. */
  readonly spelled?: readonly (readonly [text: string, times: number])[] | undefined;
}

/** The content of a whole column by that of its parts, in their order. */
export function joinedContent(parts: readonly CsvContent[]): CsvContent {
  const firstText = parts.findIndex(({ kind }) => kind === "texts");
  // Points are looked for until a value is no plain number.
  const points = parts.slice(0, firstText < 0 ? parts.length : firstText + 1).flatMap(({ point }) => point ?? []);
  const point = points.find((text) => decimalSignIn(text) !== undefined) ?? points[0];
  const holdsName = parts.some((part) => part.holdsName);
  if (firstText >= 0) return { kind: "texts", point, holdsName };
  if (parts.every(({ kind }) => kind === "nothing")) return { kind: "nothing", point, holdsName };
  const spelled = new Map<string, number>();
  for (const [text, times] of parts.flatMap((part) => part.spelled ?? [])) {
    spelled.set(text, (spelled.get(text) ?? 0) + times);
  }
  const many = spelled.size > MOST_SPELLINGS || parts.some((part) => part.spelled === undefined);
  return { kind: "numbers", point, holdsName, ...(!many && { spelled: [...spelled] }) };
}

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
      this.#becomeTexts();
    }
    this.#texts?.push(fieldText(text, fields, at) || null);
  }

  /** The texts that the numbers so far were read from. */
  #becomeTexts(): void {
    const zeros = this.#zeros;
    this.#texts ??= this.#numbers?.map((number, row) =>
      Number.isNaN(number) ? null : plainText(number, zeros[row] ?? 0),
    );
    this.#numbers = undefined;
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

  /** What decides the column's type. */
  get content(): CsvContent {
    const kind = this.#numbers === undefined ? "texts" : this.#numbers.every(Number.isNaN) ? "nothing" : "numbers";
    return { kind, point: this.point, holdsName: this.#holdsName(), spelled: this.#spelled && [...this.#spelled] };
  }

  #holdsName(): boolean {
    const { name } = this;
    if (this.#numbers === undefined) return this.#texts?.includes(name) ?? false;
    const number = Number(name);
    if (Number.isNaN(number)) return false;
    return this.#numbers.some((value, row) => value === number && plainText(value, this.#zeros[row] ?? 0) === name);
  }

  /** The column; where no value is there, of text. @param content that of the whole column, of which this may be a part */
  finish({ kind, spelled }: CsvContent): NumberColumn | TextColumn {
    const { name } = this;
    if (kind !== "numbers") this.#becomeTexts();
    const numbers = this.#numbers;
    if (numbers === undefined) return { name, type: "text", values: this.#texts ?? [] };
    const written = spelled && byValue(new Map(spelled), (text) => String(Number(text)));
    return { name, type: "number", values: new Float64Array(numbers), ...(written && { written }) };
  }
}
