/**
 * Emitted code: the cells of a column as values of its type, by the rules of src/data/conversion.ts; what can't be a value of it is an error.
 *
 * A reader takes all cells of a column, one a row, and gives numbers, truth values or texts; undefined where a value is missing.
 */
import { MONTHS } from "../../../data/dateForms.ts";
import { AMONG_VALUES, USUAL_WORDS } from "../../../data/missingWords.ts";
import { literal } from "../literal.ts";

export const cellParts = {
  DataError: `
/** Rows that can't be predicted from: the message names the row, counted from 1, and the column. */
export class DataError extends Error {
  constructor(message, { row, columns }) {
    super(message);
    this.name = "DataError";
    this.columns = columns;
    this.row = row;
  }
}`,

  wrong: `
/** The error for a cell: what it is, "in row 1", and the remedy. @param row counted from 0 */
function wrong(name, row, what, remedy) {
  const message = "In the given rows: column " + JSON.stringify(name) + " " + what + " in row " + (row + 1) + remedy;
  return new DataError(message, { columns: [name], row: row + 1 });
}

const CORRECT_IT = "Correct the value, or leave it empty: the model was trained with this type.";`,

  kindOf: `
/** What a cell is: "number", "boolean", "text" or "date"; undefined where it is missing. */
function kindOf(cell, name, row) {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return undefined;
  if (typeof cell === "number" || typeof cell === "bigint") return "number";
  if (typeof cell === "boolean") return "boolean";
  if (typeof cell === "string") return cell.trim() === "" ? undefined : "text";
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : "date";
  const found = Array.isArray(cell) ? "a list" : typeof cell === "object" ? "an object" : "a value of type " + typeof cell;
  const expected = ". Expected a number, a text, true or false, a date, or nothing. ";
  throw wrong(name, row, "holds " + found, expected + "Put the parts you need into separate columns.");
}`,

  missingWords: `
/** Texts that mean a missing value in every column, and, in any case, among numbers, truth values and dates. */
const USUAL_WORDS = ${literal(USUAL_WORDS)};
const WORDS_AMONG_VALUES = ${literal(AMONG_VALUES)};

/** Whether a trimmed text means a missing value. @param words those of this column @param only whether no others do */
function missingWords(type, words = [], only = false) {
  const exact = ["", ...words, ...(only ? [] : USUAL_WORDS)];
  const inAnyCase = only || type === "text" ? [] : WORDS_AMONG_VALUES;
  return (text) => exact.includes(text) || inAnyCase.includes(text.toLowerCase());
}`,

  valuesOf: `
/** The values of cells, their texts trimmed; undefined where they are missing, or a word or number that means so. */
function valuesOf(cells, name, type, { missing, only, codes = [] }, valueOf) {
  const isMissing = missingWords(type, missing, only);
  return cells.map((cell, row) => {
    if (typeof cell === "string") return isMissing(cell.trim()) ? undefined : valueOf(cell.trim(), row);
    if (kindOf(cell, name, row) === undefined) return undefined;
    return codes.includes(typeof cell === "bigint" ? Number(cell) : cell) ? undefined : valueOf(cell, row);
  });
}`,

  otherType: String.raw`
/** The error for a value of another type. */
function otherType(type, cell, name, row, { written = "" }, expected = "") {
  const text = typeof cell === "string" && cell.length > 40 ? cell.slice(0, 39) + "\u2026" : cell;
  const value = cell instanceof Date ? cell.toISOString() : typeof cell === "string" ? JSON.stringify(text) : cell + "";
  const found = kindOf(cell, name, row) + " " + value + (typeof cell === "bigint" ? "n" : "");
  return wrong(name, row, "is a " + type + " column" + written + " with the " + found, "." + expected + " " + CORRECT_IT);
}`,

  infinite: `
function infinite(cell, name, row) {
  const shown = typeof cell === "string" ? JSON.stringify(cell) : String(cell);
  const remedy = ". Expected finite numbers: correct the value, or leave it empty.";
  return wrong(name, row, "holds an infinite number, " + shown + ",", remedy);
}`,

  numberCells: String.raw`
/** Numbers, as they are or as text of the column's form. */
function numberCells({ pattern, separator, like = "1234.5", ...form }) {
  const codes = form.codes ?? [];
  const read = (text) => {
    const parts = pattern.exec(text)?.groups;
    if (parts === undefined) {
      const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
      return sign === undefined ? NaN : Number(sign + "Infinity");
    }
    const digits = separator === undefined ? parts.digits : parts.digits.replace(separator, "");
    const value = Number(digits.replace(",", "."));
    return /[-\u2212]/.test((parts.sign ?? "") + (parts.inner ?? "")) ? -value : value;
  };
  return (cells, name) =>
    valuesOf(cells, name, "number", form, (cell, row) => {
      const isNumber = typeof cell === "number" || typeof cell === "bigint";
      if (isNumber && form.percent) {
        const both = [Number(cell), Number((100 * Number(cell)).toPrecision(15))];
        const means = ", which can mean " + both[0] + " % or " + both[1] + " %. ";
        const remedy = 'Give it as text: "' + both[0] + '%" or "' + both[1] + '%".';
        throw wrong(name, row, "is written with a per cent sign, but holds the number " + both[0], means + remedy);
      }
      const value = isNumber ? Number(cell) : typeof cell === "string" ? read(cell) : NaN;
      if (Number.isNaN(value)) {
        const hasDigits = typeof cell === "string" && /\d/.test(cell);
        throw otherType("number", cell, name, row, form, hasDigits ? " Expected a number such as " + like + "." : "");
      }
      if (!Number.isFinite(value)) throw infinite(cell, name, row);
      return codes.includes(value) ? undefined : value;
    });
}`,

  booleanCells: String.raw`
/** Truth values; 1 and 0 count as true and false. */
function booleanCells(form) {
  return (cells, name) =>
    valuesOf(cells, name, "boolean", form, (cell, row) => {
      const word = String(cell).toLowerCase();
      const number = typeof cell === "string" ? plainNumber(cell) : cell instanceof Date ? NaN : Number(cell);
      const value = word === "true" ? true : word === "false" ? false : [false, true][number];
      if (value === undefined) throw otherType("boolean", cell, name, row, form, " Expected true or false.");
      return value;
    });
}

function plainNumber(text) {
  return /^[+\-\u2212]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text.replace("\u2212", "-")) : NaN;
}`,

  dateCells: `
/** Dates and times, as they are or as text of the column's form, in milliseconds since 1970-01-01T00:00Z. */
function dateCells({ patterns, ...form }) {
  const read = (text) => {
    for (const pattern of patterns) {
      const parts = pattern.exec(text)?.groups;
      if (parts !== undefined) return instantOf(parts);
    }
    return NaN;
  };
  return (cells, name) =>
    valuesOf(cells, name, "date", form, (cell, row) => {
      const time = cell instanceof Date ? cell.getTime() : typeof cell === "string" ? read(cell) : NaN;
      const expected = form.written === undefined ? " Expected an ISO 8601 date such as 2026-06-29." : "";
      if (Number.isNaN(time)) throw otherType("date", cell, name, row, form, expected);
      return time;
    });
}

const MONTHS = ${literal(MONTHS)};

/** NaN for a day or an hour that doesn't exist. What isn't given counts from 1970-01-01T00:00Z. */
function instantOf(parts) {
  const [hour, minute, second] = [hourOf(parts), Number(parts.minute ?? 0), Number(parts.second ?? 0)];
  if (!(hour <= 23) || minute > 59 || second > 59) return NaN;
  const month = parts.name === undefined ? Number(parts.month ?? 1) : 1 + MONTHS.indexOf(parts.name.slice(0, 3).toLowerCase());
  const day = Number(parts.day ?? 1);
  const date = new Date(0);
  date.setUTCFullYear(yearOf(parts), month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN; // a 30th of February moved on
  const offset = Number(parts.zoneHour ?? 0) * 60 + Number(parts.zoneMinute ?? 0);
  const minutes = hour * 60 + minute - (parts.zoneSign === "-" ? -offset : offset);
  return date.getTime() + minutes * 60_000 + second * 1000 + Number("0." + (parts.fraction ?? 0)) * 1000;
}

/** Two digits are a year from 1970 to 2069. */
function yearOf({ year, shortYear }) {
  if (shortYear === undefined) return Number(year ?? 1970);
  return Number(shortYear) + (Number(shortYear) >= 70 ? 1900 : 2000);
}

function hourOf({ hour, half }) {
  const given = Number(hour ?? 0);
  if (half === undefined) return given;
  if (given < 1 || given > 12) return NaN;
  return (given % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}`,

  textCells: `
/**
 * Texts, and values of other types as they are written.
 * @param types those that some category is the text of: a column of another type alone can't be meant @param like a category
 */
function textCells({ types = [], like, ...form }) {
  return (cells, name) => {
    const kinds = new Set(cells.map((cell, row) => kindOf(cell, name, row)));
    kinds.delete(undefined);
    const [kind = "text"] = kinds.size === 1 ? kinds : [];
    const texts = valuesOf(cells, name, kind, form, (cell, row) => {
      if (cell instanceof Date) return cell.toISOString();
      if (kind === "number" && !Number.isFinite(Number(cell))) throw infinite(cell, name, row);
      return String(kind === "number" ? Number(cell) : cell);
    });
    const row = texts.findIndex((text) => text !== undefined);
    if (row < 0 || kind === "text" || types.includes(kind)) return texts;
    const remedy = ". Expected categories such as " + like + ", as the model was trained with: give the column as text.";
    throw wrong(name, row, "holds the " + kind + " " + texts[row], remedy);
  };
}`,

  textsOf: `
/** Values of another type as texts: numbers in the language's notation, true and false. */
function textsOf(read) {
  return (cells, name) => read(cells, name).map((value) => (value === undefined ? undefined : String(value)));
}`,

  datesAsTexts: `
/** Dates as texts, ISO 8601. */
function datesAsTexts(read) {
  return (cells, name) =>
    read(cells, name).map((time) => (time === undefined ? undefined : new Date(time).toISOString()));
}`,
} as const;
