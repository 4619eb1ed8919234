/**
 * How the columns of a table are read: from what the user or a model says of them, or from the values in all rows.
 *
 * The one rule for values, wherever they come from: every reader brings its cells here. Two steps, because a number as
 * 1,234 may be read by what the other columns show: `decideColumn` looks at one column, `settle` at all.
 */
import { DataError } from "../errors.ts";
import { type ColumnPlace, cellsOf, codeTest, kindOf } from "./conversion.ts";
import { dateReader, namesZone } from "./dateForms.ts";
import type { Decision, ReadingSettings, Undecided } from "./decision.ts";
import { findDateForm, findNumberForm, mixedDecimals, wholeNumbers } from "./findForms.ts";
import { missingTest, recordedMissing } from "./missingWords.ts";
import { oddValues } from "./oddValues.ts";
import { readBoolean, readDate } from "./reading.ts";
import type { ColumnNote } from "./readingNotes.ts";
import { typeOption } from "./remedies.ts";
import { settle } from "./settle.ts";
import { ofRows } from "./statistics/ofRows.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Statistics } from "./statistics.ts";
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
import { type Texts, textsIn } from "./texts.ts";

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
  const found = inferColumns(table, open, { roles: roleOf, statistics: statisticsOf(table) });
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
  const { statistics = ofRows(cells.length), decimal } = settings;
  const present = presentTexts(cells, missingTest(missing, role === "category" ? "text" : "number"));
  const texts = textsIn(present, statistics);
  const type = typeOfCells(place, cells, { hasTexts: texts.length > 0, role, isCode: codeTest(missing), statistics });
  if (type === "number") return decideNumbers(name, texts, decided, { role, cells, decimal, statistics });
  if (type === "date") {
    const found = texts.every((text) => !Number.isNaN(readDate(text))) ? undefined : findDateForm(texts);
    if (found?.other !== undefined) throw dayOrMonth(place, [found.form, found.other], found.example);
    const form = found && { form: found.form };
    const hasDates = Array.prototype.some.call(cells, (cell) => cell instanceof Date);
    const zones = zoneNotes(name, texts, statistics.sums([hasDates ? 1 : 0])[0] > 0);
    return decided({ type, ...form }, { notes: [...(found ? [dateNote(name, found)] : []), ...zones] });
  }
  if (type !== "text" || role !== undefined || texts.length === 0) return decided({ type });
  return decideTexts(name, texts, decided, { decimal, statistics });
}

type Decided = (reading: Reading, more?: Partial<Decision>) => Decision;

/** What texts are; "number" also where only nearly all are: making that column then names the one that is not. */
function decideTexts(
  name: string,
  texts: Texts,
  decided: Decided,
  { decimal, statistics }: { readonly decimal: "." | "," | undefined; readonly statistics: Statistics },
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
    const row = Number(statistics.first(at < 0 ? undefined : String(rowNumber(place, at))));
    return text([{ kind: "odd-values", column: name, example, odd: { ...found, reading, row } }]);
  };
  // Neither a number nor a date is without a digit; an infinite number is, and it comes among others.
  const without = texts.misses((value) => /\d|^[+-]?inf/i.test(value));
  if (texts.length - without < 0.9 * texts.length) return oddText();
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

interface NumberDecision {
  readonly role: ColumnRole | undefined;
  readonly cells: ArrayLike<Cell>;
  readonly decimal: "." | "," | undefined;
  readonly statistics: Statistics;
}

/** Numbers, some or all of them as text; whole numbers that no number can hold stay text unless the role asks for numbers. */
function decideNumbers(
  name: string,
  texts: Texts,
  decided: Decided,
  { role, cells, decimal, statistics }: NumberDecision,
): Decision {
  const isLarge = (cell: Cell): boolean =>
    typeof cell === "bigint"
      ? !Number.isSafeInteger(Number(cell))
      : typeof cell === "number" && Number.isInteger(cell) && !Number.isSafeInteger(cell);
  const own = cells instanceof Float32Array ? undefined : Array.prototype.find.call(cells, isLarge);
  const large = statistics.first(own === undefined ? undefined : `${typeof own} ${own}`);
  const [kind, example = ""] = large?.split(" ") ?? [];
  if (kind === "bigint" && role === undefined) {
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

/** Where some times are instants and others have no zone. @param hasDates whether dates of the language, which are instants, are among the cells */
function zoneNotes(column: string, texts: Texts, hasDates = false): ColumnNote[] {
  const example = texts.find((text) => !namesZone(text));
  if (example === undefined) return [];
  const zoned = texts.find(namesZone);
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

interface CellsDecision {
  readonly hasTexts: boolean;
  readonly role: ColumnRole | undefined;
  readonly isCode: (cell: Cell) => boolean;
  readonly statistics: Statistics;
}

function typeOfCells(
  place: ColumnPlace,
  cells: ArrayLike<Cell>,
  { hasTexts, role, isCode, statistics }: CellsDecision,
): ColumnType {
  if (role === "number" || role === "date") return role;
  const kinds = new Map<ColumnType, number>();
  for (const [kind, row] of statistics.lists(firstRows(place, cells, isCode))) {
    if (!kinds.has(kind)) kinds.set(kind, row);
  }
  if (!hasTexts) kinds.delete("text");
  if (role !== undefined) {
    // Labels keep the type they have in the table.
    const [kind] = kinds.keys();
    return kinds.size === 1 ? kind : "text";
  }
  const [first, second] = [...kinds].filter(([kind]) => kind !== "text");
  if (second !== undefined) {
    throw new DataError(
      `In ${place.source}: column ${JSON.stringify(place.name)} mixes types: a ${first[0]} in row ${first[1]}, a ${second[0]} in row ${second[1]}. ${place.remedy}`,
    );
  }
  return first?.[0] ?? "text";
}

/** The kinds of value in the cells, without numbers that mean a missing one, each with its first row's number. */
function firstRows(
  place: ColumnPlace,
  cells: ArrayLike<Cell>,
  isCode: (cell: Cell) => boolean,
): (readonly [ColumnType, number])[] {
  const rows = new Map<ColumnType, number>();
  for (let row = 0; row < cells.length; row++) {
    const kind = kindOf(cells[row], row, place);
    if (kind !== undefined && !rows.has(kind) && !isCode(cells[row])) rows.set(kind, rowNumber(place, row));
  }
  return [...rows];
}

function dayOrMonth({ source, name }: ColumnPlace, forms: readonly string[], example: string): DataError {
  return new DataError(
    `In ${source}: the dates of column ${JSON.stringify(name)} can be read in two ways: ${JSON.stringify(example)} is ${forms.join(" or ")}. ` +
      `Give one of these options: ${forms.map((form) => typeOption(name, `date:${form}`)).join(" or ")}.`,
  );
}
