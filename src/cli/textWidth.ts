/**
 * How many columns of a terminal text takes, and long lines broken to fit into some.
 *
 * The text is as it is shown: what controls a terminal has been replaced (see terminal.ts).
 */

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Scripts, forms and pictures that terminals draw two columns wide: Unicode's East Asian Width W and F, roughly. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]|\ufe0f/u;
/** Marks and format characters by themselves take no column. */
const MARKS = /^[\p{Mark}\p{Cf}]+$/u;
/** One column each. */
const ASCII = /^[\u0020-\u007e]*$/;

/** The columns that a line takes: 2 for a wide character, 0 for a combining mark by itself, 1 for any other. */
export function displayWidth(line: string): number {
  if (ASCII.test(line)) return line.length;
  let width = 0;
  for (const { segment } of graphemes.segment(line)) {
    width += MARKS.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** A line padded with spaces to some columns. */
export const padEnd = (line: string, columns: number): string => line + " ".repeat(missing(line, columns));
export const padStart = (line: string, columns: number): string => " ".repeat(missing(line, columns)) + line;

const missing = (line: string, columns: number): number => Math.max(0, columns - displayWidth(line));

/** The rest of a line is set under the text behind its label where so many columns are left for it. */
const LEAST_COLUMNS = 24;

/**
 * Text with its long lines broken at spaces, but not between a number and its percent sign. Of "  note      a long text"
 * the rest stands under the text; of other lines it is indented by two more spaces than the line. A word that fits no line is
 * never moved, so that a path can be copied.
 */
export function wrapped(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, columns))
    .join("\n");
}

function wrappedLine(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  const hanging = hangingIndent(line, columns);
  const indent = " ".repeat(hanging);
  const lines: string[] = [];
  let open = "";
  for (const [, spaces, word] of line.matchAll(/( *)([^ ]+(?: %[^ ]*)?)/g)) {
    const fitsNone = displayWidth(word) > columns - hanging;
    if (open === "" || fitsNone || displayWidth(open + spaces + word) <= columns) open += spaces + word;
    else {
      lines.push(open);
      open = indent + word;
    }
  }
  return [...lines, open].join("\n");
}

function hangingIndent(line: string, columns: number): number {
  const leading = line.search(/[^ ]|$/);
  const gap = line.trimEnd().lastIndexOf("  ");
  const under = displayWidth(line.slice(0, gap + 2));
  return gap >= leading && columns - under >= LEAST_COLUMNS ? under : leading + 2;
}
