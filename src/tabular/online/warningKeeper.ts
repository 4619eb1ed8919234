/** The warnings of a learner: each is given when it first comes, and counted from then on. Knows no network. */
import { counted } from "../../counted.ts";
import type { Unusual } from "../../data/rowEncoder.ts";
import { type Cell, shown, type Warning } from "../../data/table.ts";
import type { Change } from "./adwin.ts";

/** What a row has that no training row had: a cell, or a target. */
type Found = Unusual | "target";

const CODES = {
  category: "unseen-categories",
  number: "far-numbers",
  target: "far-targets",
} as const satisfies Record<Found, string>;

const SENTENCES = {
  category: "a category that the model's training rows do not have; such rows are learned with it as unknown",
  number:
    "far outside the range of the model's training rows; such numbers are scaled as that range was, and most models clip them",
  target:
    "more than 30 standard deviations from the targets of the model's training rows; most optimizers learn little from other rows for long after such a row",
} as const satisfies Record<Found, string>;

interface Counted {
  readonly code: string;
  readonly column: string;
  readonly message: string;
  rows: number;
  /** The last of them: a row may be predicted before it is learned. */
  last: number;
}

export class WarningKeeper {
  readonly #onWarning: ((warning: Warning) => void) | undefined;
  readonly #given: Warning[] = [];
  readonly #unusual = new Map<string, Counted>();
  /** How often a drift was found, and the last warning of one: a stream may have any number of them. */
  #drifts = 0;
  #lastDrift: Warning | undefined;
  #isCounting = true;

  constructor(onWarning: ((warning: Warning) => void) | undefined) {
    this.#onWarning = onWarning;
  }

  get all(): Warning[] {
    const unusual = [...this.#unusual.values()].map(({ code, column, message, rows }): Warning => {
      return { code, columns: [column], message: `In ${counted(rows, "row")}: ${message}` };
    });
    return [...this.#given, ...unusual, ...this.#drift];
  }

  get #drift(): Warning[] {
    if (this.#lastDrift === undefined) return [];
    const { message, ...warning } = this.#lastDrift;
    const before = this.#drifts > 1 ? `Drift was found ${this.#drifts} times, at last: ` : "";
    return [{ ...warning, message: `${before}${message}` }];
  }

  /** For what is only looked at. */
  withoutCounting(work: () => void): void {
    this.#isCounting = false;
    try {
      work();
    } finally {
      this.#isCounting = true;
    }
  }

  give(warning: Warning): void {
    this.#given.push(warning);
    this.#onWarning?.(warning);
  }

  /** @param row counted from 1 */
  unusual(what: Found, column: string, cell: Cell, row: number): void {
    if (!this.#isCounting) return;
    const key = `${what} ${column}`;
    const known = this.#unusual.get(key);
    if (known !== undefined) {
      if (known.last !== row) known.rows++;
      known.last = row;
      return;
    }
    const code = CODES[what];
    const value = cell instanceof Date ? cell.toISOString() : shown(cell);
    const message = (where: string): string =>
      `column ${JSON.stringify(column)} holds ${value}, ${where}${SENTENCES[what]}.`;
    this.#unusual.set(key, { code, column, message: message(`first in row ${row}, `), rows: 1, last: row });
    this.#onWarning?.({ code, columns: [column], message: `In row ${row}: ${message("")}` });
  }

  /** Warning: `drift`. @param row counted from 1 */
  drift({ before, since, errors }: Change, row: number): void {
    const [was, is] = [before, since].map((error) => error.toPrecision(3));
    this.#drifts++;
    this.#lastDrift = {
      code: "drift",
      columns: [],
      message: `At row ${row}: the predictions have become worse. The mean error of the last ${counted(errors, "row")} is ${is}, before it was ${was} (ADWIN, errors from 0 to 1).`,
    };
    this.#onWarning?.(this.#lastDrift);
  }
}
