/** Where a plot's axis has its numbers, and how long words fit below it. Knows no plot. */
import { rounded } from "../../rounded.ts";

/** Whole numbers from `first` to `last`, at most about `most` of them, by steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(first: number, last: number, most: number): readonly number[] {
  const step = stepOf(Math.max(1, (last - first) / most));
  const from = Math.ceil(first / step);
  const count = Math.floor(last / step) - from + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (from + i) * step);
}

/** Round numbers from at or below `least` to at or above `most`, by about `count` steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(least: number, most: number, count: number): readonly number[] {
  const step = stepOf((most - least) / count);
  const from = Math.floor(least / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(most / step - 1e-9));
  // A product such as 3 × 0.1 has a last digit that is not meant.
  return Array.from({ length: to - from + 1 }, (_, i) => rounded((from + i) * step, 12));
}

function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((times) => times * power >= least) ?? 10) * power;
}

/** Fewest and most numbers of a logarithmic axis; of more, the drawing library leaves some without their numbers. */
const FEW = 2;
const MANY = 5;

/** 1, 2 and 5 of every power of ten, 1 and 3 or 1 alone where those are too many; none where even 1, 2 and 5 are too few. */
export function logTicks(from: number, to: number): readonly number[] | undefined {
  const choices = [[1, 2, 5], [1, 3], [1]].map((digits) => {
    const powers = Array.from({ length: 80 }, (_, i) => i - 40);
    const all = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)));
    return all.filter((tick) => tick >= from && tick <= to);
  });
  return choices.find((ticks) => ticks.length >= FEW && ticks.length <= MANY);
}

/** Words in few lines of at most `most` letters and much the same length, broken after an x, a comma, a blank or a hyphen. */
export function brokenWords(words: string, most: number): string {
  const lines = inLines(words, most);
  const shorter = most > 1 ? inLines(words, most - 1) : [];
  return shorter.length === lines.length ? brokenWords(words, most - 1) : lines.join("\n");
}

function inLines(words: string, most: number): string[] {
  const pieces = words.split(/(?<=[x,\s_-])/).flatMap((piece) => hardBroken([...piece], most));
  const lines = [""];
  for (const piece of pieces) {
    const joined = lines[lines.length - 1] + piece;
    if ([...joined.trimEnd()].length <= most || lines[lines.length - 1] === "") lines[lines.length - 1] = joined;
    else lines.push(piece);
  }
  return lines.map((line) => line.trimEnd());
}

function hardBroken(letters: readonly string[], most: number): string[] {
  if (letters.length <= most) return [letters.join("")];
  return [letters.slice(0, most).join(""), ...hardBroken(letters.slice(most), most)];
}
