/**
 * A reader of printed arithmetic: computes what a line of a trace says from the characters that are printed there.
 *
 * Knows the signs of the text form and the names of functions that it is given; nothing of traces.
 */

/** Functions by their printed names. */
export type Functions = Readonly<Record<string, (of: number) => number>>;

/** The value of an expression as printed. @throws {Error} at the first character that is no arithmetic */
export function computePrinted(text: string, functions: Functions = {}): number {
  const reader = new Reader(text.replace(/⋯ \(\d+ more terms?, which (?:is|sum to) ([^)]*)\)/g, "($1)"), functions);
  const value = reader.sum();
  reader.end();
  return value;
}

/** A number as printed: −1.5e−7. */
export function readNumber(text: string): number {
  if (!/^−?\d+(\.\d+)?(e−?\d+)?$/.test(text)) throw new Error(`no number: ${text}`);
  return Number(text.replaceAll("−", "-"));
}

/** The matrices printed beside each other in a block of lines, each a list of rows. */
export function readMatrices(block: string): number[][][] {
  const matrices = new Map<number, number[][]>();
  for (const line of block.split("\n")) {
    for (const { 0: box, index } of line.matchAll(/[[⎡⎢⎣][^\]⎤⎥⎦]*[\]⎤⎥⎦]/g)) {
      const cells = box.slice(1, -1).trim().split(/ {2,}/).map(readNumber);
      matrices.set(index, [...(matrices.get(index) ?? []), cells]);
    }
  }
  return [...matrices].sort(([a], [b]) => a - b).map(([, rows]) => rows);
}

class Reader {
  readonly #text: string;
  readonly #functions: Functions;
  #at = 0;

  constructor(text: string, functions: Functions) {
    this.#text = text;
    this.#functions = functions;
  }

  sum(): number {
    let value = this.#product();
    for (;;) {
      if (this.#take(" + ")) value += this.#product();
      else if (this.#take(" − ")) value -= this.#product();
      else return value;
    }
  }

  end(): void {
    if (this.#at < this.#text.length) throw new Error(`no arithmetic: ${this.#text.slice(this.#at)} in ${this.#text}`);
  }

  #product(): number {
    let value = this.#power();
    for (;;) {
      if (this.#take("·")) value *= this.#power();
      else if (this.#take(" / ")) value /= this.#power();
      else return value;
    }
  }

  #power(): number {
    const base = this.#atom();
    if (this.#take("²")) return base ** 2;
    return this.#take("^") ? base ** this.#atom() : base;
  }

  #atom(): number {
    for (const [name, apply] of Object.entries({ ...this.#functions, "√": Math.sqrt, "": (of: number) => of })) {
      if (!this.#take(`${name}(`)) continue;
      const value = this.sum();
      if (!this.#take(")")) throw new Error(`no closing bracket: ${this.#text.slice(this.#at)}`);
      return apply(value);
    }
    const [number] = /^−?\d+(\.\d+)?(e−?\d+)?/.exec(this.#text.slice(this.#at)) ?? [""];
    this.#at += number.length;
    return readNumber(number);
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }
}
