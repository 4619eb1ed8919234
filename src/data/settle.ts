/**
 * Columns by what all of them together show: the second step of reading, after each column was looked at (`inference.ts`).
 *
 * A number as 1,234 may be read by what the other columns show. Then the columns are made, and what is to be said of them.
 */
import { DataError } from "../errors.ts";
import { type ColumnPlace, columnOfType, isEmptyColumn, textColumn } from "./conversion.ts";
import type { Decision, ReadingSettings } from "./decision.ts";
import { recordedMissing } from "./missingWords.ts";
import { decimalSignIn, type NumberForm, numberReader } from "./numberForms.ts";
import { type ColumnNote, formOf, readingWarnings } from "./readingNotes.ts";
import { typeOption, valuedOption } from "./remedies.ts";
import { spellingsOf } from "./spellings.ts";
import { ofRows } from "./statistics/ofRows.ts";
import type { Statistics } from "./statistics.ts";
import type { Column, Reading, Warning } from "./table.ts";
import { unusedWordNotes } from "./unusedWords.ts";

/** Columns by what all of them together show. @throws {DataError} numbers that can be read in two ways; as `columnOfType` */
export function settle(
  decisions: readonly Decision[],
  settings: ReadingSettings,
): { columns: Column[]; notes: Warning[] } {
  const { statistics = ofRows(0) } = settings;
  const sign = settings.decimal ?? signOfOthers(decisions, settings.delimiter);
  const settled = decisions.map((decision) => settleNumbers(decision, sign));
  const columns = settled.map(({ name, column, reading, place, cells }) => {
    const isSaid = settings.readings?.has(name) || settings.roles?.get(name) !== undefined;
    const own = column ?? sameFault(statistics, () => columnOfType(reading.type, place, cells));
    const made = column === undefined ? withZonesOfAll(own, reading, statistics) : own;
    // Values that are all missing say nothing of their type, whatever the source says of it.
    const isEmpty = (): boolean => statistics.sums([isEmptyColumn(made) ? 0 : 1])[0] === 0;
    if (!isSaid && made.type !== "text" && isEmpty()) {
      const plain: Reading = { type: "text", ...recordedMissing(settings.missing) };
      return textColumn({ ...place, reading: plain }, new Array<null>(made.values.length).fill(null));
    }
    if (column !== undefined) return withReading(column, reading);
    const written = spellingsOf(made, cells, statistics);
    return written === undefined ? made : { ...made, written };
  });
  const words = columns.flatMap((column, at) => missingWordNote(column, settled[at], statistics));
  const notes = readingWarnings([...settled.flatMap(({ notes }) => notes), ...words]);
  return { columns, notes: [...notes, ...unusedWordNotes(settings.missing, settled, statistics)] };
}

/** What is made of the rows, or the fault of the first that have one, for all that share them. */
function sameFault<Made>(statistics: Statistics, make: () => Made): Made {
  let made: Made | undefined;
  let fault: DataError | undefined;
  try {
    made = make();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    fault = error;
  }
  const message = statistics.first(fault?.message);
  if (message === undefined) return made as Made;
  throw fault?.message === message ? fault : new DataError(message);
}

/** A column of dates with the zones that the times of all rows name. */
function withZonesOfAll(column: Column, { zones: _zones, ...reading }: Reading, statistics: Statistics): Column {
  if (column.type !== "date") return column;
  const found = new Set(statistics.lists([column.reading?.zones ?? null]).flatMap((zones) => zones ?? []));
  const [zones] = found;
  if (zones === undefined) return column;
  return { ...column, reading: { ...reading, zones: found.size > 1 ? "some" : zones } };
}

/** A column that is made already, with how it was read where that was not the usual way. */
function withReading(column: Column, reading: Reading): Column {
  return Object.keys(reading).length === 1 ? column : { ...column, reading };
}

/** The one decimal sign that columns surely have; "both" where two; by the delimiter where none. */
function signOfOthers(decisions: readonly Decision[], delimiter: string | undefined): "." | "," | "both" | undefined {
  const signs = new Set<"." | ",">();
  for (const { numbers } of decisions) {
    if (numbers === undefined || numbers.other !== undefined) continue;
    for (const text of numbers.separated) {
      const { decimal, thousands } = numbers.form;
      // Beside another sign between thousands, a point is a decimal one.
      const isPoint = thousands === "," || (thousands !== undefined && text.includes("."));
      const sign = decimal ?? (isPoint ? "." : decimalSignIn(text));
      if (sign === undefined) continue;
      signs.add(sign);
      break;
    }
  }
  if (signs.size === 2) return "both";
  const [sign] = signs;
  return sign ?? (delimiter === "," ? "." : undefined);
}

function settleNumbers(decision: Decision, sign: "." | "," | "both" | undefined): Decision {
  const { numbers, place, name } = decision;
  if (numbers === undefined) return decision;
  const { form, separated } = numbers;
  const [example] = separated;
  let chosen = form;
  if (numbers.other !== undefined) {
    if (sign !== "." && sign !== ",") throw twoReadings(place, form, numbers.other, example);
    chosen = (form.decimal ?? ".") === sign ? form : numbers.other;
  } else if (
    sign === "," &&
    form.decimal === undefined &&
    form.thousands === undefined &&
    separated.some((text) => text.includes("."))
  ) {
    // Beside numbers with a decimal comma, 1.234 may be a thousand.
    const grouped: NumberForm = { ...form, thousands: ".", decimal: "," };
    if (separated.every(fits(grouped))) throw twoReadings(place, form, grouped, example);
  }
  const reading: Reading = { ...decision.reading, ...chosen };
  const words = formOf(reading);
  const settled = { ...decision, reading, place: { ...place, reading } };
  if (words === undefined || example === undefined) return settled;
  const forms = [`as numbers ${words}`, String(numberReader(chosen)(example))];
  return { ...settled, notes: [...decision.notes, { kind: "form", column: name, example, forms }] };
}

const fits =
  (form: NumberForm) =>
  (text: string): boolean =>
    !Number.isNaN(numberReader(form)(text));

function twoReadings({ source, name }: ColumnPlace, one: NumberForm, other: NumberForm, example: string): DataError {
  const reading = (form: NumberForm): string =>
    `${numberReader(form)(example)} (${valuedOption("decimal", form.decimal ?? ".")})`;
  return new DataError(
    `In ${source}: the numbers of column ${JSON.stringify(name)} can be read in two ways: ${JSON.stringify(example)} is ${reading(one)} or ${reading(other)}. ` +
      `Give one of these options, or take the values as classes: ${typeOption(name, "category")}.`,
  );
}

/** A word among short codes in capitals, or alone, may be a code itself: NA for Namibia or for sodium. */
function missingWordNote(
  { type, name, values }: Column,
  { cells, reading }: Decision,
  statistics: Statistics,
): ColumnNote[] {
  if (type !== "text" || reading.missingOnly || reading.missing?.includes("NA")) return [];
  let own = 0;
  for (let row = 0; row < cells.length; row++)
    if (typeof cells[row] === "string" && String(cells[row]).trim() === "NA") own++;
  const [count] = statistics.sums([own]);
  if (count === 0) return [];
  const codes = values.map((value) => (value !== null && /^[A-Z]{1,3}$/.test(value) ? value : null));
  if (statistics.texts(codes).different < statistics.texts(values).different / 2) return [];
  return [{ kind: "missing-word", column: name, example: "NA", count }];
}
