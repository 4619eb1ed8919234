/**
 * Where the commands write: results to standard output, progress and warnings to standard error.
 *
 * The streams are an argument, so that tests run commands in their own process. Knows no command.
 */
import { byNumber } from "../entries/internal.ts";
import { colored } from "./color.ts";
import { inCommandOptions } from "./optionNames.ts";
import { type Printed, type TextTable, tableLines } from "./textTable.ts";
import { wrapped } from "./textWidth.ts";

export interface Streams {
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  note(line: string): void;
  /** The stream for a progress bar, where one can be drawn. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** How many columns the terminal has that a stream ends in; undefined, as all of it where none has one, elsewhere. */
  readonly columns?: { out(): number | undefined; note(): number | undefined };
  /** Resolves when what was written has gone out; to false when nobody reads the result any longer. True at once when absent. */
  readonly drained?: () => Promise<boolean>;
  /** Whether the result could not be written, and it was said why, as where the disk is full; never when absent. */
  readonly failed?: () => boolean;
  /** Whether each may have colours, by the arguments of the command line; none when absent. */
  readonly color?: (args: readonly string[]) => { readonly out: boolean; readonly note: boolean };
}

export interface Terminal extends Pick<Streams, "screen"> {
  /**
   * Writes a line or a table of the command's result for people: what would control a terminal comes as its escape, and on a
   * terminal long lines are broken.
   */
  out(line: Printed): void;
  /** Writes a line that is not part of the result (progress, warnings, errors), as `out` does; options are worded as the command's. */
  note(line: Printed): void;
  /** Writes text of the result that has a layout of its own, or is JSON: with escapes and otherwise as it is. */
  block(text: string): void;
  /** Writes a value as a line of JSON; its messages are worded as `note` words them, and nothing else is changed. */
  json(value: unknown): void;
  /** Writes a line of data as it is, for programs. */
  data(line: string): void;
  /** Resolves when the result so far has gone out; to false when nobody reads it any longer, so that no more is to be made. */
  drained(): Promise<boolean>;
  /** Whether the result could not be written, and it was said why. A reader that has left is none. */
  failed(): boolean;
  /** How many columns the terminal has that the result goes to; undefined where it goes elsewhere. */
  readonly columns: number | undefined;
}

/** The terminal over some streams. @param args of the command line, which may switch colours off */
export function terminalOn(
  { out, note, screen, columns, color, drained, failed }: Streams,
  args: readonly string[] = [],
): Terminal {
  const colors = color?.(args);
  const tinted = (text: string, on: boolean | undefined): string => (on ? colored(text) : text);
  const fitted = (printed: Printed, width: number | undefined, shown: (text: string) => string): string => {
    if (typeof printed !== "string") return tableLines(tableOf(printed, shown), width || undefined).join("\n");
    return width ? wrapped(shown(printed), width) : shown(printed);
  };
  const inOptions = (text: string): string => visible(inCommandOptions(text));
  return {
    out: (printed) => out(tinted(fitted(printed, columns?.out(), visible), colors?.out)),
    note: (printed) => note(tinted(fitted(printed, columns?.note(), inOptions), colors?.note)),
    block: (text) => out(visible(text)),
    json: (value) => out(visible(JSON.stringify(value, worded))),
    data: out,
    drained: async () => (await drained?.()) ?? true,
    failed: () => failed?.() ?? false,
    screen,
    get columns() {
      return columns?.out() || undefined;
    },
  };
}

/** A table as it is shown. */
function tableOf(table: TextTable, shown: (text: string) => string): TextTable {
  const rows = table.rows.map((row) => row.map(shown));
  return { ...table, rows, ...(table.narrow && { narrow: tableOf(table.narrow, shown) }) };
}

function worded(key: string, value: unknown): unknown {
  return key === "message" && typeof value === "string" ? inCommandOptions(value) : value;
}

/**
 * Text without what controls a terminal or turns the direction of reading: such a character comes as \u and four digits,
 * which in JSON means the same character. Line ends and tabs stay.
 */
export function visible(text: string): string {
  return byNumber(text, CONTROLS);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A number with four significant digits, as text that reads well in a table; with a minus sign, not a hyphen. */
export function short(value: number): string {
  return digits(value).replaceAll("-", "−");
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(4));
  // The largest numbers round to one that no number holds.
  if (!Number.isFinite(rounded)) return value.toPrecision(4);
  return Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4)
    ? rounded.toExponential()
    : String(rounded);
}
