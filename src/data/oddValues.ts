/**
 * Which values keep a text column from being one of numbers or of dates, where most values are such.
 *
 * Only explains: what the column is taken for, `inference.ts` decides.
 */
import { dateReader, knownForms } from "./dateForms.ts";
import { formsToTry, numberReader, unitOf } from "./numberForms.ts";
import type { Texts } from "./texts.ts";

/** From this share of numbers, in any form, or of dates on, the others are worth a note. */
const MOST = 0.8;
/** Fewer values than this say nothing about the rest. */
const FEWEST = 10;
/** More different values than this are no few words to name. */
export const FEW = 3;
/** The form is found from so many values, spread over all. */
const SAMPLE = 1000;

export interface OddValues {
  readonly type: "number" | "date";
  /** A value of the form that most have. */
  readonly like: string;
  /** The first different values that do not have it, in their order: at most `FEW` and one more. */
  readonly texts: readonly string[];
  /** How many values do not have it, and how many there are. */
  readonly count: number;
  readonly present: number;
}

type Reader = (text: string) => number;

/** @param texts present ones, trimmed. @returns undefined where most are neither numbers nor dates, or all have one form */
export function oddValues(texts: Texts): OddValues | undefined {
  if (texts.length < FEWEST) return undefined;
  const step = Math.max(1, Math.floor(texts.length / SAMPLE));
  const sample = texts.sample(step);
  const numbers = readersOfNumbers(sample);
  const dates = [undefined, ...knownForms.flat()].map(dateReader);
  for (const [type, readers] of [["number", numbers] as const, ["date", dates] as const]) {
    if (sample.filter((text) => readers.some(reads(text))).length < MOST * sample.length) continue;
    const counts = readers.map((read) => sample.filter((text) => reads(text)(read)).length);
    const commonest = readers[counts.indexOf(Math.max(...counts))];
    const isLike = (text: string): boolean => reads(text)(commonest);
    const count = texts.misses(isLike);
    const like = texts.find(isLike);
    if (like === undefined || count === 0) return undefined;
    const odd = texts.firstDifferent(FEW, (text) => !isLike(text));
    return { type, like, texts: odd, count, present: texts.length };
  }
  return undefined;
}

function readersOfNumbers(texts: readonly string[]): Reader[] {
  const unit = texts.map(unitOf).find((sign) => sign !== undefined);
  const forms = [...formsToTry(undefined, undefined), ...(unit === undefined ? [] : formsToTry(unit, undefined))];
  return forms.map(numberReader);
}

const reads =
  (text: string) =>
  (read: Reader): boolean =>
    !Number.isNaN(read(text));
