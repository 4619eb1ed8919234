/**
 * The first place where a CSV file is not what RFC 4180 says: a record with too many or too few values, or a quote that
 * is never closed.
 *
 * Looks only when DuckDB has refused a file, for a line and a reason that its messages do not always have. It knows
 * nothing of types, and takes the encoding for valid.
 */
import { CARRIAGE_RETURN, LINE_FEED, textBlocks } from "./textBlocks.ts";

const QUOTE = 0x22;
const SPACE = 0x20;

export type CsvFault =
  | { readonly kind: "ragged"; readonly line: number; readonly found: number }
  /** A quote opens in `line`; the file ends before it is closed. */
  | { readonly kind: "unclosed"; readonly line: number }
  /** A quote opens in `line`; where it is closed, in `closedLine`, more text follows before the delimiter. */
  | { readonly kind: "text-after-quote"; readonly line: number; readonly closedLine: number };

export interface CsvShape {
  readonly delimiter: string;
  /** How many values a record should have. */
  readonly columns: number;
}

/** Where a field is: before its first character, inside it, inside its quotes, or after the closing quote. */
type Place = "start" | "unquoted" | "quoted" | "closed";

/**
 * Reads a file to its first fault.
 *
 * @returns the fault, if there is one, and how many records came before it, the header included; blank lines do not
 * count unless there is only one column, whose missing value they are
 */
export async function findCsvFault(path: string, shape: CsvShape): Promise<{ fault?: CsvFault; records: number }> {
  const scan = new Scan(shape);
  for await (const block of textBlocks(path)) {
    const fault = scan.read(block);
    if (fault !== undefined) return { fault, records: scan.records };
  }
  return { fault: scan.end(), records: scan.records };
}

class Scan {
  records = 0;
  readonly #delimiter: number;
  readonly #columns: number;
  #line = 1;
  #recordLine = 1;
  #quoteLine = 1;
  #fields = 1;
  #blank = true;
  #place: Place = "start";
  #previous = 0;

  constructor({ delimiter, columns }: CsvShape) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#columns = columns;
  }

  /** Bytes that follow those already read. */
  read(block: Uint8Array): CsvFault | undefined {
    for (const byte of block) {
      const fault = this.#step(byte);
      if (fault !== undefined) return fault;
      this.#previous = byte;
    }
    return undefined;
  }

  /** After the last byte. */
  end(): CsvFault | undefined {
    if (this.#place === "quoted") return { kind: "unclosed", line: this.#quoteLine };
    return this.#blank && this.#fields === 1 ? undefined : this.#endRecord();
  }

  #step(byte: number): CsvFault | undefined {
    if (byte === LINE_FEED && this.#previous === CARRIAGE_RETURN) return undefined; // the line has ended already
    const newline = byte === LINE_FEED || byte === CARRIAGE_RETURN;
    if (newline) this.#line++;
    if (this.#place === "quoted") {
      if (byte === QUOTE) this.#place = "closed";
      return undefined;
    }
    if (newline) return this.#endRecord();
    if (byte === this.#delimiter) {
      this.#fields++;
      this.#place = "start";
      return undefined;
    }
    return this.#stepInField(byte);
  }

  #stepInField(byte: number): CsvFault | undefined {
    this.#blank = false;
    if (byte === QUOTE && this.#place !== "unquoted") {
      if (this.#place === "start") this.#quoteLine = this.#line;
      this.#place = "quoted"; // opened, or "" inside quotes, which stands for one
    } else if (this.#place === "closed" && byte !== SPACE) {
      return { kind: "text-after-quote", line: this.#quoteLine, closedLine: this.#line };
    } else if (this.#place === "start" && byte !== SPACE) {
      this.#place = "unquoted";
    }
    return undefined;
  }

  #endRecord(): CsvFault | undefined {
    const line = this.#recordLine;
    const found = this.#fields;
    const skipped = this.#blank && found === 1 && this.#columns > 1;
    // One empty value too many is only a delimiter at the end of the line, which DuckDB lets pass too.
    const trailing = found === this.#columns + 1 && this.#place === "start";
    this.#recordLine = this.#line;
    this.#fields = 1;
    this.#blank = true;
    this.#place = "start";
    if (skipped) return undefined;
    if (found !== this.#columns && !trailing) return { kind: "ragged", line, found };
    this.records++;
    return undefined;
  }
}
