/**
 * Where the commands write: results to standard output, progress and warnings to standard error.
 *
 * The streams are an argument, so that tests run commands in their own process. Knows no command.
 */
export interface Terminal {
  /** Writes a line of the command's result. */
  out(line: string): void;
  /** Writes a line beside the result: progress, warnings, errors. */
  note(line: string): void;
  /** The stream for a progress bar, where one can be drawn. */
  readonly screen: NodeJS.WriteStream | undefined;
}

/** The process's own streams. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  screen: process.stderr.isTTY ? process.stderr : undefined,
};

/**
 * Columns of text under each other, indented by two spaces; the first row is the heading.
 *
 * @param numeric the columns set to the right, by index
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  { numeric }: { numeric: readonly number[] },
): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((text, at) => (numeric.includes(at) ? text.padStart(widths[at]) : text.padEnd(widths[at])));
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

/** A number with four significant digits, as text that reads well in a table. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4)
    ? rounded.toExponential()
    : String(rounded);
}
