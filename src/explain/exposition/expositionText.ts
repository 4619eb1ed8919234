/**
 * An exposition as plain text: for a terminal, a mail, a file.
 *
 * Lines break between words and at operators, never within a number; what cannot be broken stays whole and is longer than
 * the width. Knows nothing of networks.
 */
import { requireKind, requireOptions, whole } from "../../kinds.ts";
import { type Block, type Equation, type Exposition, expositionKind, type Inline } from "./exposition.ts";
import { type BreakPoint, chooseBreak } from "./lineBreaks.ts";

export interface TextOptions {
  /** Characters of a line; 100 when absent. */
  readonly width?: number;
}

const underlines = { title: "=", 1: "-", 2: "~", 3: "." } as const;
const INDENT = "  ";
/** A left side longer than this does not push the others of its block to the right. */
const LONGEST_LEFT = 24;
/** The narrowest that a column of words becomes to make a table fit. */
const NARROWEST_COLUMN = 12;

/**
 * The exposition as lines joined by line ends, without one at the end.
 *
 * @example
 * import { type Exposition, expositionText } from "gradus/explain";
 *
 * const exposition: Exposition = { title: "A sum", blocks: [{ kind: "paragraph", content: ["Two and two."] }] };
 * expositionText(exposition, { width: 80 }).split("\n").at(-1); // "Two and two."
 */
export function expositionText(exposition: Exposition, options: TextOptions = {}): string {
  requireKind("expositionText's exposition", exposition, expositionKind);
  requireOptions(options, { width: whole(1) }, "expositionText");
  const { title, blocks } = exposition;
  const { width = 100 } = options;
  const parts = [headingLines([title], underlines.title, width), ...blocks.map((block) => blockLines(block, width))];
  return parts.map((lines) => lines.join("\n")).join("\n\n");
}

function blockLines(block: Block, width: number): string[] {
  switch (block.kind) {
    case "heading":
      return headingLines(block.content, underlines[block.level], width);
    case "paragraph":
      return wrapWords(block.content, width);
    case "list":
      return block.items.flatMap((item, index) => listLines(item, block.ordered ? `${index + 1}.` : "•", width));
    case "equations":
      return equationLines(block.equations, width);
    case "table":
      return tableLines(block, width);
    default:
      return block satisfies never;
  }
}

function headingLines(content: readonly Inline[], underline: string, width: number): string[] {
  const lines = wrapWords(content, width);
  return [...lines, underline.repeat(Math.max(...lines.map(lengthOf)))];
}

function listLines(item: readonly Inline[], mark: string, width: number): string[] {
  const hanging = " ".repeat(mark.length + 1);
  return wrapWords(item, width - hanging.length).map((line, at) => (at === 0 ? `${mark} ${line}` : hanging + line));
}

/** Columns on a screen: a Chinese, Japanese or Korean character takes two, an accent that stands alone takes none. */
function lengthOf(text: string): number {
  const wide =
    text.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g)?.length ?? 0;
  const none = text.match(/\p{Mn}/gu)?.length ?? 0;
  return [...text].length + wide - none;
}

/** Stands for a space at which no line may end. */
const GLUE = "\u0000";

/** A short formula stays on one line; a long one may break before the operators outside its brackets. */
function plainText(content: readonly Inline[]): string {
  return content
    .map((part) => {
      if (typeof part === "string") return part.replace(/\s+/g, " ");
      const text = part.text.replace(/\s+/g, " ");
      const places = lengthOf(text) <= 40 ? [] : breakPoints(text).filter(({ cost }) => cost < 1);
      const open = new Set(places.map(({ at }) => at));
      return text.replace(/ /g, (space, at: number) => (open.has(at) ? space : GLUE));
    })
    .join("")
    .trim();
}

/** Fills lines with words; a word longer than a line stays whole. */
function wrapWords(content: readonly Inline[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  const words = plainText(content).split(" ");
  for (const word of words.flatMap((whole) => (lengthOf(whole) > width ? whole.split(GLUE) : [whole]))) {
    if (line !== "" && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((filled) => filled.replaceAll(GLUE, " "));
}

/** Left sides end at the same column, so that the equality signs stand below each other. */
function equationLines(equations: readonly Equation[], width: number): string[] {
  const sides = equations.map(sidesOf);
  const lefts = sides.flatMap(([left, right]) => (right.length === 0 ? [] : [lengthOf(left)]));
  const fitting = lefts.filter((length) => length <= LONGEST_LEFT);
  const column = fitting.length > 0 ? Math.max(...fitting) : Math.min(LONGEST_LEFT, ...lefts);
  return sides.flatMap(([left, right]) => {
    if (right.length === 0)
      return wrapFormula(left, width - INDENT.length).map((line, at) => hanging(INDENT, line, at));
    const lines: string[] = [];
    let before = `${INDENT}${padStart(left, column)}`;
    if (lengthOf(left) > column) {
      lines.push(before);
      before = " ".repeat(INDENT.length + column);
    }
    for (const side of right) {
      lines.push(...sideLines(`${before} = `, side, width));
      before = " ".repeat(INDENT.length + column);
    }
    return lines;
  });
}

/** "left = " and a right side: wrapped with a hanging indent, or a block of lines with the sign at its middle. */
function sideLines(before: string, side: string, width: number): string[] {
  if (side.includes("\n")) return blockOfLines(before, side.split("\n"), width);
  const room = " ".repeat(lengthOf(before));
  return wrapFormula(side, width - room.length).map((line, at) => (at === 0 ? before + line : hanging(room, line, at)));
}

/** A block that is too wide beside its left side is moved to the left: with it as far as that goes, else under it. */
function blockOfLines(before: string, block: readonly string[], width: number): string[] {
  const parts = brokenBlock(block, width - lengthOf(before));
  const beyond = lengthOf(before) + Math.max(...parts.flat().map(lengthOf)) - width;
  const free = before.search(/[^ ]|$/) - INDENT.length;
  if (beyond > free && before.trim() !== "") return [before.trimEnd(), ...blockOfLines(INDENT + INDENT, block, width)];
  const start = beyond > 0 ? before.slice(Math.min(beyond, Math.max(free, 0))) : before;
  const room = " ".repeat(lengthOf(start));
  return parts.flatMap((rows, part) =>
    rows.map((row, at) => (part === 0 && at === middleOf(rows) ? start + row : hanging(room, row, part)).trimEnd()),
  );
}

function middleOf(rows: readonly string[]): number {
  return Math.floor((rows.length - 1) / 2);
}

/** Matrices side by side as several blocks, where one is too wide: parted before the dots of products. */
function brokenBlock(rows: readonly string[], width: number): string[][] {
  const filled = (block: readonly string[]) => block.filter((row) => row.trim() !== "");
  const sign = rows[middleOf(rows)];
  const isClear = (at: number) => rows.every((row) => row === sign || row.slice(at, at + 3).trim() === "");
  const dots = [...sign.matchAll(/ · /g)].map(({ index }) => index).filter((at) => at > 0 && isClear(at));
  const end = dots.findLast((at) => at <= width) ?? dots[0];
  if (end === undefined || rows.every((row) => lengthOf(row) <= width)) return [filled(rows)];
  const first = rows.map((row) => row.slice(0, end));
  const rest = rows.map((row) => row.slice(end + 1));
  return [filled(first), ...brokenBlock(rest, width - INDENT.length)];
}

function hanging(room: string, line: string, at: number): string {
  return at === 0 ? room + line : room + INDENT + line;
}

/** The texts of both sides; a formula by itself is parted at its own first equality sign. */
function sidesOf({ left, right }: Equation): readonly [string, readonly string[]] {
  if (right.length > 0) return [left.text, right.map(({ text }) => text)];
  const at = left.text.includes("\n") ? -1 : left.text.indexOf(" = ");
  return at < 0 ? [left.text, []] : [left.text.slice(0, at), [left.text.slice(at + 3)]];
}

/** Lines of a formula, broken before operators and after commas, outside brackets where that leaves lines long enough. */
function wrapFormula(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  for (let room = width; lengthOf(rest) > room; room = width - INDENT.length) {
    const point = chooseBreak(breakPoints(rest), room);
    if (point === undefined) break;
    lines.push(rest.slice(0, point.at));
    rest = rest.slice(point.at + 1);
  }
  return [...lines, rest];
}

function breakPoints(text: string): BreakPoint[] {
  const points: BreakPoint[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if ("([{".includes(text[at])) depth++;
    else if (")]}".includes(text[at])) depth--;
    else if (text[at] === " ") {
      const extent = lengthOf(text.slice(0, at));
      const operator = /^ ([+−·=∘×←/]) /.exec(text.slice(at, at + 3))?.[1];
      if (",;".includes(text[at - 1])) points.push({ at, extent, cost: depth - 1 });
      else if (operator !== undefined)
        points.push({ at, extent, cost: "·∘×/".includes(operator) ? depth + 0.5 : depth });
    }
  }
  return points;
}

function tableLines({ head, rows, numeric }: Extract<Block, { kind: "table" }>, width: number): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => plainText([cell])));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => lengthOf(row[column]))));
  shrinkToFit(widths, numeric, width - INDENT.length);
  const lines = [head, ...rows].map((row) => rowLines(row, widths, numeric));
  return [
    ...lines[0],
    INDENT + widths.map((columnWidth) => "─".repeat(columnWidth)).join("  "),
    ...lines.slice(1).flat(),
  ];
}

/** Narrows the widest columns of words until the table fits, or none can give any more. */
function shrinkToFit(widths: number[], numeric: readonly number[], width: number): void {
  const total = () => widths.reduce((sum, columnWidth) => sum + columnWidth + 2, -2);
  while (total() > width) {
    let widest = -1;
    for (let column = 0; column < widths.length; column++) {
      const shrinks = !numeric.includes(column) && widths[column] > NARROWEST_COLUMN;
      if (shrinks && (widest < 0 || widths[column] > widths[widest])) widest = column;
    }
    if (widest < 0) return;
    widths[widest]--;
  }
}

function rowLines(row: readonly Inline[], widths: readonly number[], numeric: readonly number[]): string[] {
  const cells = row.map((cell, column) => wrapWords([cell], widths[column]));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const texts = cells.map((lines, column) => {
      const text = lines[line] ?? "";
      return numeric.includes(column) ? padStart(text, widths[column]) : padEnd(text, widths[column]);
    });
    return (INDENT + texts.join("  ")).trimEnd();
  });
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - lengthOf(text))) + text;
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - lengthOf(text)));
}
