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
  for (const { segment } of graphemes.segment(line)) width += widthOf(segment);
  return width;
}

/** Of one grapheme. */
const widthOf = (segment: string): number => (MARKS.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1);

/** A line padded with spaces to some columns. */
export const padEnd = (line: string, columns: number): string => line + " ".repeat(missing(line, columns));
export const padStart = (line: string, columns: number): string => " ".repeat(missing(line, columns)) + line;

const missing = (line: string, columns: number): number => Math.max(0, columns - displayWidth(line));

/** The rest of a line is set under the text behind its label where so many columns are left for it. */
const LEAST_COLUMNS = 24;

/**
 * Text with its long lines broken at spaces, but not between a number and its percent sign. Of "  note      a long text"
 * the rest stands under the text; of lines without such a gap it is indented by two more spaces than the line. A word that fits no line is
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
  const gaps = [...line.trimEnd().slice(leading).matchAll(/ {2,}/g)];
  const ends = gaps.map(({ 0: gap, index }) => displayWidth(line.slice(0, leading + index + gap.length)));
  return ends.findLast((end) => columns - end >= LEAST_COLUMNS) ?? leading + 2;
}

/**
 * A text in pieces of some columns, broken at spaces, and within words that are longer: behind a sign where one is near the
 * end of the piece, else anywhere.
 *
 * @param indent of the pieces after the first, in spaces; 0 where so many are too much of the columns
 */
export function pieces(text: string, columns: number, indent = 0): string[] {
  if (displayWidth(text) <= columns) return [text];
  const hanging = " ".repeat(columns >= 4 * indent ? indent : 0);
  const lines: string[] = [];
  let open: string | undefined;
  for (const word of text.split(" ")) {
    for (const [at, part] of partsOfWord(word, columns - hanging.length).entries()) {
      const longer = `${open} ${part}`;
      if (open !== undefined && at === 0 && displayWidth(longer) <= columns) open = longer;
      else {
        if (open !== undefined) lines.push(open);
        open = (lines.length === 0 ? "" : hanging) + part;
      }
    }
  }
  return [...lines, open ?? ""];
}

/** Signs behind which a long name is broken first. */
const SIGNS = new Set("_-./,:;=|");

function partsOfWord(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word];
  const parts: string[] = [];
  let open = "";
  let width = 0;
  for (const { segment } of graphemes.segment(word)) {
    if (open !== "" && width + widthOf(segment) > columns) {
      const sign = [...open].findLastIndex((each) => SIGNS.has(each)) + 1;
      const end = sign > open.length / 2 ? sign : open.length;
      parts.push(open.slice(0, end));
      open = open.slice(end);
      width = displayWidth(open);
    }
    open += segment;
    width += widthOf(segment);
  }
  return [...parts, open];
}
