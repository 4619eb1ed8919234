/**
 * Which form the numbers or dates of a column have, from all of its texts.
 *
 * Where nearly all texts fit a form, the others are taken for mistakes rather than for categories. Where texts fit two
 * forms that give different values, both are returned: the choice is the caller's.
 */
import { dateReader, knownForms } from "./dateForms.ts";
import { formsToTry, hasLeadingZeros, isWhole, type NumberForm, numberReader, unitOf } from "./numberForms.ts";
import type { Texts } from "./texts.ts";

/** From this share of numbers on, a text among them is taken for a mistake rather than for a category. */
const NEARLY_ALL = 0.9;
/** Fewer numbers than this say nothing about the rest. */
const FEWEST_NUMBERS = 10;

export interface FoundNumberForm {
  readonly form: NumberForm;
  /** Another form that fits as many of the texts, with other values. */
  readonly other?: NumberForm;
  /** Texts with a separator or a sign, which show how the others are to be read: the first 1,000. */
  readonly separated: readonly string[];
}

/** @param texts present ones, trimmed. @param decimal the decimal sign, where it is known. @returns undefined for no numbers */
export function findNumberForm(texts: Texts, decimal: "." | "," | undefined): FoundNumberForm | undefined {
  if (decimal !== ",") {
    const plain = countFitting(texts, numberReader({}));
    if (plain === texts.length) return { form: {}, separated: separatedIn(texts) };
  }
  const unit = unitOf(texts.find((text) => unitOf(text) !== undefined) ?? "");
  let best: { form: NumberForm; count: number }[] = [];
  for (const form of [...formsToTry(undefined, decimal), ...(unit === undefined ? [] : formsToTry(unit, decimal))]) {
    const count = countFitting(texts, numberReader(form));
    if (count === 0 || count < (best[0]?.count ?? 0)) continue;
    if (count > (best[0]?.count ?? 0)) best = [];
    best.push({ form, count });
  }
  const [first, ...others] = best;
  if (first === undefined) return undefined;
  if (first.count < texts.length && (first.count < FEWEST_NUMBERS || first.count < NEARLY_ALL * texts.length)) {
    return undefined;
  }
  const separated = separatedIn(texts);
  const other = others.find(({ form }) => differs(numberReader(first.form), numberReader(form), texts));
  return { form: first.form, ...(other && { other: other.form }), separated: fittingFirst(separated, first.form) };
}

/** How many texts a reader reads; 0 as soon as they cannot be nearly all. */
function countFitting(texts: Texts, read: (text: string) => number): number {
  const most = texts.length - Math.min(texts.length, NEARLY_ALL * texts.length);
  const misses = texts.misses((text) => !Number.isNaN(read(text)), most);
  return misses > most ? 0 : texts.length - misses;
}

/**
 * Why texts are no numbers though each of nearly all would be one with a decimal point or a decimal comma: they mix the two,
 * or have the other one than was asked for.
 *
 * @returns a text with the wrong or with either sign; undefined where that is not so
 */
export function mixedDecimals(
  texts: Texts,
  decimal: "." | "," | undefined,
): { readonly example: string; readonly forms: readonly string[] } | undefined {
  const [isPoint, isComma] = [numberReader({}), numberReader({ decimal: "," })].map(
    (read) => (text: string) => !Number.isNaN(read(text)),
  );
  const most = (1 - NEARLY_ALL) * texts.length;
  if (texts.misses((text) => isPoint(text) || isComma(text), most) > most) return undefined;
  const found = {
    point: texts.find((text) => isPoint(text) && !isComma(text)),
    comma: texts.find((text) => isComma(text) && !isPoint(text)),
  };
  if (found.point !== undefined && found.comma !== undefined) {
    return { example: found.point, forms: [found.point, found.comma] };
  }
  const other = decimal === "," ? found.point : decimal === "." ? found.comma : undefined;
  return other === undefined ? undefined : { example: other, forms: [other] };
}

function separatedIn(texts: Texts): readonly string[] {
  return texts.first(1000, (text) => /[^\d+-]/.test(text));
}

/** A text that fits makes the better example. */
function fittingFirst(texts: readonly string[], form: NumberForm): string[] {
  const read = numberReader(form);
  return texts.filter((text) => !Number.isNaN(read(text)));
}

function differs(one: (text: string) => number, other: (text: string) => number, texts: Texts): boolean {
  return !texts.every((text) => {
    const [a, b] = [one(text), other(text)];
    return Number.isNaN(a) || Number.isNaN(b) || a === b;
  });
}

/**
 * Whole numbers that numbers would not keep as they are: where all texts are whole, one that begins with 0 as codes do, and
 * one beyond 2^53; undefined where there is none.
 */
export function wholeNumbers(
  texts: Texts,
  form: NumberForm,
): { readonly codes?: string | undefined; readonly large?: string | undefined } {
  if (form.thousands !== undefined || form.unit !== undefined) return {};
  const codes = texts.find(hasLeadingZeros);
  const large = texts.find((text) => isWhole(text) && !Number.isSafeInteger(Number(text)));
  if (codes === undefined && large === undefined) return {};
  const read = numberReader(form);
  const allWhole = texts.every((text) => isWhole(text) || Number.isNaN(read(text)));
  return allWhole ? { codes, large } : {};
}

/** @returns undefined where no form fits all texts */
export function findDateForm(
  texts: Texts,
): { readonly form: string; readonly other?: string; readonly example: string } | undefined {
  const firstText = (): string => texts.find(() => true) ?? "";
  for (const [form, swapped] of knownForms) {
    const fitting = [form, swapped].filter((name) => name !== undefined && fitsAll(texts, name));
    if (fitting.length === 0) continue;
    const [first, other] = fitting;
    if (other === undefined || first.includes(".")) return { form: first, example: firstText() };
    const [read, readOther] = [dateReader(first), dateReader(other)];
    const example = texts.find((text) => read(text) !== readOther(text));
    return example === undefined ? { form: first, example: firstText() } : { form: first, other, example };
  }
  return undefined;
}

function fitsAll(texts: Texts, form: string): boolean {
  const read = dateReader(form);
  return texts.every((text) => !Number.isNaN(read(text)));
}
