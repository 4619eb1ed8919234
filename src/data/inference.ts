/**
 * How the columns of a table are read: from what the user or a model says of them, or from the values in all rows.
 *
 * The one rule for values, wherever they come from: every reader brings its cells here. Two steps, because a number as
 * 1,234 may be read by what the other columns show: `decideColumn` looks at one column, `settle` at all.
 */
import { DataError } from "../errors.ts";
import { type ColumnPlace, cellsOf, codeTest, columnOfType, isEmptyColumn, kindOf, textColumn } from "./conversion.ts";
import { dateReader, namesZone } from "./dateForms.ts";
import { type FoundNumberForm, findDateForm, findNumberForm, mixedDecimals, wholeNumbers } from "./findForms.ts";
import { type Missing, missingTest, recordedMissing } from "./missingWords.ts";
import { decimalSignIn, type NumberForm, numberReader } from "./numberForms.ts";
import { oddValues } from "./oddValues.ts";
import { readBoolean, readDate } from "./reading.ts";
import { type ColumnNote, formOf, readingWarnings } from "./readingNotes.ts";
import { typeOption, valuedOption } from "./remedies.ts";
import { spellingsOf } from "./spellings.ts";
import {
  type Cell,
  type Column,
  type ColumnRole,
  type ColumnRoles,
  type ColumnType,
  type Reading,
  rowNumber,
  type Table,
  type Warning,
} from "./table.ts";
import { unusedWordNotes } from "./unusedWords.ts";

/** What is known of a table before its values are read. */
export interface ReadingSettings {
  readonly roles?: ReadonlyMap<string, ColumnRole | undefined>;
  /** Readings that hold whatever the values are: those of a model. */
  readonly readings?: ReadonlyMap<string, Reading> | undefined;
  readonly missing?: Missing | undefined;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | "," | undefined;
  /** What separates the values of a text file; absent for other sources. */
  readonly delimiter?: string | undefined;
}

/** A column whose type is still open. */
export interface Undecided {
  readonly name: string;
  readonly cells: ArrayLike<Cell>;
}

/** One column's reading, as far as its own values show it. */
export interface Decision extends Undecided {
  readonly place: ColumnPlace;
  readonly reading: Reading;
  readonly notes: readonly ColumnNote[];
  /** Of numbers written as text: how they were found. */
  readonly numbers?: FoundNumberForm | undefined;
  /** The column, where its reader has made it already. */
  readonly column?: Column;
}

type TableSource = Pick<Table, "source" | "rowNumbers">;

/**
 * Columns from cells, each of the type that its role, its reading or its values give it, and what the user should know of
 * how they were read.
 *
 * @throws {DataError} naming column, row and value: values of two types, an infinite number, a number column with a text,
 * numbers that can be read in two ways
 */
export function inferColumns(
  table: TableSource,
  columns: readonly Undecided[],
  settings: ReadingSettings = {},
): { columns: Column[]; notes: Warning[] } {
  return settle(
    columns.map((column) => decideColumn(table, column, settings)),
    settings,
  );
}

/** A column of another role than it was made with. @throws {DataError} as `inferColumns` */
export function refineColumn(table: TableSource, column: Column, role: ColumnRole): Column {
  const roles = new Map([[column.name, role]]);
  const decision = decideColumn(table, { name: column.name, cells: cellsOf(column) }, { roles });
  if (decision.reading.type === column.type) return column;
  return settle([decision], {}).columns[0];
}

/**
 * A table whose columns have the types that its roles and the text in all of its rows give them, so that no part of its
 * rows decides for itself.
 *
 * @throws {DataError} as `inferColumns`
 */
export function refineTable(table: Table, roles: ColumnRoles): Table {
  const roleOf = new Map(Object.entries(roles));
  const isOpen = ({ name, type, reading }: Column): boolean =>
    roleOf.has(name) || (type === "text" && reading === undefined);
  const open = table.columns.filter(isOpen).map((column) => ({ name: column.name, cells: cellsOf(column) }));
  if (open.length === 0) return table;
  const found = inferColumns(table, open, { roles: roleOf });
  const refined = new Map(found.columns.map((column) => [column.name, column]));
  const columns = table.columns.map((column) => {
    const other = refined.get(column.name);
    return other === undefined || other.type === column.type ? column : other;
  });
  return { ...table, columns, notes: [...(table.notes ?? []), ...found.notes] };
}

/** What a column's own values show. @throws {DataError} values of two types, or that cannot be of the role */
export function decideColumn(table: TableSource, { name, cells }: Undecided, settings: ReadingSettings): Decision {
  const given = settings.readings?.get(name);
  const missing = recordedMissing(settings.missing);
  const remedy = `Correct the value, or take the values as classes: ${typeOption(name, "category")}.`;
  const place: ColumnPlace = { source: table.source, rowNumbers: table.rowNumbers, name, remedy, isOpen: true };
  const decided = (reading: Reading, more: Partial<Decision> = {}): Decision => {
    const whole = { ...reading, ...missing };
    return { name, cells, place: { ...place, reading: whole }, reading: whole, notes: [], ...more };
  };
  if (given !== undefined) {
    const remedy = "Correct the value, or leave it empty: the model was trained with this type.";
    return { name, cells, place: { ...place, remedy, reading: given, isOpen: false }, reading: given, notes: [] };
  }
  const role = settings.roles?.get(name);
  if (role === "boolean") return decided({ type: "boolean" });
  if (role?.startsWith("date:")) return decided({ type: "date", form: role.slice("date:".length) });
  const texts = presentTexts(cells, missingTest(missing, role === "category" ? "text" : "number"));
  const type = typeOfCells(place, cells, texts.length > 0, { role, isCode: codeTest(missing) });
  if (type === "number") return decideNumbers(name, texts, decided, { role, cells, decimal: settings.decimal });
  if (type === "date") {
    const found = texts.every((text) => !Number.isNaN(readDate(text))) ? undefined : findDateForm(texts);
    if (found?.other !== undefined) throw dayOrMonth(place, [found.form, found.other], found.example);
    const form = found && { form: found.form };
    const zones = zoneNotes(name, texts, texts.length < cells.length ? cells : undefined);
    return decided({ type, ...form }, { notes: [...(found ? [dateNote(name, found)] : []), ...zones] });
  }
  if (type !== "text" || role !== undefined || texts.length === 0) return decided({ type });
  return decideTexts(name, texts, decided, settings.decimal);
}

type Decided = (reading: Reading, more?: Partial<Decision>) => Decision;

/** What texts are; "number" also where only nearly all are: making that column then names the one that is not. */
function decideTexts(
  name: string,
  texts: readonly string[],
  decided: Decided,
  decimal: "." | "," | undefined,
): Decision {
  if (texts.every((text) => readBoolean(text) !== undefined)) return decided({ type: "boolean" });
  if (texts.every((text) => !Number.isNaN(readDate(text)))) {
    return decided({ type: "date" }, { notes: zoneNotes(name, texts) });
  }
  const text = (notes: ColumnNote[] = []): Decision => decided({ type: "text" }, { notes });
  const oddText = (): Decision => {
    const found = oddValues(texts);
    if (found === undefined) return text();
    const { cells, place, reading } = text();
    const [example] = found.texts;
    const at = Array.prototype.findIndex.call(cells, (cell) => typeof cell === "string" && cell.trim() === example);
    return text([{ kind: "odd-values", column: name, example, odd: { ...found, reading, row: rowNumber(place, at) } }]);
  };
  // Neither a number nor a date is without a digit; an infinite number is, and it comes among others.
  if (texts.filter((value) => /\d|^[+-]?inf/i.test(value)).length < 0.9 * texts.length) return oddText();
  const numbers = findNumberForm(texts, decimal);
  if (numbers !== undefined) {
    const { codes, large } = wholeNumbers(texts, numbers.form);
    if (codes !== undefined) return text([{ kind: "leading-zeros", column: name, example: codes }]);
    if (large !== undefined) return text([{ kind: "large-integers", column: name, example: large }]);
    return decided({ type: "number" }, { numbers });
  }
  const date = findDateForm(texts);
  if (date === undefined) {
    const mixed = mixedDecimals(texts, decimal);
    return mixed === undefined ? oddText() : text([{ kind: "mixed-decimals", column: name, ...mixed }]);
  }
  if (date.other === undefined) {
    const notes = [dateNote(name, date), ...zoneNotes(name, texts)];
    return decided({ type: "date", form: date.form }, { notes });
  }
  return text([{ kind: "day-or-month", column: name, example: date.example, forms: [date.form, date.other] }]);
}

/** Numbers, some or all of them as text; whole numbers that no number can hold stay text unless the role asks for numbers. */
function decideNumbers(
  name: string,
  texts: readonly string[],
  decided: Decided,
  { role, cells, decimal }: { role: ColumnRole | undefined; cells: ArrayLike<Cell>; decimal: "." | "," | undefined },
): Decision {
  const isLarge = (cell: Cell): boolean =>
    typeof cell === "bigint"
      ? !Number.isSafeInteger(Number(cell))
      : typeof cell === "number" && Number.isInteger(cell) && !Number.isSafeInteger(cell);
  const large = cells instanceof Float32Array ? undefined : Array.prototype.find.call(cells, isLarge);
  const example = String(large);
  if (typeof large === "bigint" && role === undefined) {
    return decided({ type: "text" }, { notes: [{ kind: "large-integers", column: name, example }] });
  }
  const notes: ColumnNote[] = large === undefined ? [] : [{ kind: "rounded-integers", column: name, example }];
  // Texts that are no numbers by the decimal sign that was given are refused by it.
  const given = decimal === "," ? { form: { decimal }, separated: [] } : undefined;
  const numbers = texts.length === 0 ? undefined : (findNumberForm(texts, decimal) ?? given);
  if (role === "number" && numbers !== undefined && large === undefined) {
    const text = wholeNumbers(texts, numbers.form).large;
    if (text !== undefined) notes.push({ kind: "rounded-integers", column: name, example: text });
  }
  return decided({ type: "number" }, { notes, numbers });
}

function dateNote(column: string, { form, example }: { form: string; example: string }): ColumnNote {
  const day = new Date(dateReader(form)(example)).toISOString().slice(0, 10);
  return { kind: "form", column, example, forms: [`as dates written ${form}`, day] };
}

/** Where some times are instants and others have no zone. @param cells may hold dates of the language, which are instants */
function zoneNotes(column: string, texts: readonly string[], cells: ArrayLike<Cell> = []): ColumnNote[] {
  const example = texts.find((text) => !namesZone(text));
  if (example === undefined) return [];
  const zoned = texts.find(namesZone);
  const hasDates = Array.prototype.some.call(cells, (cell) => cell instanceof Date);
  if (zoned === undefined && !hasDates) return [];
  return [{ kind: "mixed-zones", column, example, forms: zoned === undefined ? [] : [zoned] }];
}

/** Trimmed texts that do not say that there is no value. */
function presentTexts(cells: ArrayLike<Cell>, saysMissing: (text: string) => boolean): string[] {
  const texts: string[] = [];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell !== "string") continue;
    const text = cell.trim();
    if (!saysMissing(text)) texts.push(text);
  }
  return texts;
}

function typeOfCells(
  place: ColumnPlace,
  cells: ArrayLike<Cell>,
  hasTexts: boolean,
  { role, isCode }: { role: ColumnRole | undefined; isCode: (cell: Cell) => boolean },
): ColumnType {
  if (role === "number" || role === "date") return role;
  const kinds = firstRows(place, cells, isCode);
  if (!hasTexts) kinds.delete("text");
  if (role !== undefined) {
    // Labels keep the type they have in the table.
    const [kind] = kinds.keys();
    return kinds.size === 1 ? kind : "text";
  }
  const [first, second] = [...kinds].filter(([kind]) => kind !== "text");
  if (second !== undefined) {
    throw new DataError(
      `In ${place.source}: column ${JSON.stringify(place.name)} mixes types: a ${first[0]} in row ${rowNumber(place, first[1])}, a ${second[0]} in row ${rowNumber(place, second[1])}. ${place.remedy}`,
    );
  }
  return first?.[0] ?? "text";
}

/** The kinds of value in the cells, without numbers that mean a missing one, each with its first row. */
function firstRows(
  place: ColumnPlace,
  cells: ArrayLike<Cell>,
  isCode: (cell: Cell) => boolean,
): Map<ColumnType, number> {
  const rows = new Map<ColumnType, number>();
  for (let row = 0; row < cells.length; row++) {
    const kind = kindOf(cells[row], row, place);
    if (kind !== undefined && !rows.has(kind) && !isCode(cells[row])) rows.set(kind, row);
  }
  return rows;
}

/** Columns by what all of them together show. @throws {DataError} numbers that can be read in two ways; as `columnOfType` */
export function settle(
  decisions: readonly Decision[],
  settings: ReadingSettings,
): { columns: Column[]; notes: Warning[] } {
  const sign = settings.decimal ?? signOfOthers(decisions, settings.delimiter);
  const settled = decisions.map((decision) => settleNumbers(decision, sign));
  const columns = settled.map(({ name, column, reading, place, cells }) => {
    const isSaid = settings.readings?.has(name) || settings.roles?.get(name) !== undefined;
    const made = column ?? columnOfType(reading.type, place, cells);
    // Values that are all missing say nothing of their type, whatever the source says of it.
    if (!isSaid && made.type !== "text" && isEmptyColumn(made)) {
      const plain: Reading = { type: "text", ...recordedMissing(settings.missing) };
      return textColumn({ ...place, reading: plain }, new Array<null>(made.values.length).fill(null));
    }
    if (column !== undefined) return withReading(column, reading);
    const written = spellingsOf(made, cells);
    return written === undefined ? made : { ...made, written };
  });
  const words = columns.flatMap((column, at) => missingWordNote(column, settled[at]));
  const notes = readingWarnings([...settled.flatMap(({ notes }) => notes), ...words]);
  return { columns, notes: [...notes, ...unusedWordNotes(settings.missing, settled)] };
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

function dayOrMonth({ source, name }: ColumnPlace, forms: readonly string[], example: string): DataError {
  return new DataError(
    `In ${source}: the dates of column ${JSON.stringify(name)} can be read in two ways: ${JSON.stringify(example)} is ${forms.join(" or ")}. ` +
      `Give one of these options: ${forms.map((form) => typeOption(name, `date:${form}`)).join(" or ")}.`,
  );
}

/** A word among short codes in capitals, or alone, may be a code itself: NA for Namibia or for sodium. */
function missingWordNote({ type, name, values }: Column, { cells, reading }: Decision): ColumnNote[] {
  if (type !== "text" || reading.missingOnly) return [];
  let count = 0;
  for (let row = 0; row < cells.length; row++)
    if (typeof cells[row] === "string" && String(cells[row]).trim() === "NA") count++;
  if (count === 0 || reading.missing?.includes("NA")) return [];
  const others = new Set(values.filter((value) => value !== null));
  const codes = [...others].filter((value) => /^[A-Z]{1,3}$/.test(value)).length;
  if (codes < others.size / 2) return [];
  return [{ kind: "missing-word", column: name, example: "NA", count }];
}
