/**
 * Emitted code: a row's columns as the inputs of a network, by the rules of src/data/encodings/.
 *
 * A kind of inputs has how many there are, and writes them for a value; undefined is a missing one. Inputs are 0 before.
 */
export const columnParts = {
  softlyClipped: `
/** z / sqrt(1 + (z/3)^2), z = (value - median) * scale: nearly z around the median, and never beyond 3 and -3. */
function softlyClipped(value, median, scale) {
  const z = (value - median) * scale;
  return Math.abs(z) > 1e100 ? 3 * Math.sign(z) : z / Math.sqrt(1 + (z / 3) ** 2);
}`,

  scaledNumber: `
/** A number, scaled and softly clipped; the median where it is missing. */
function scaledNumber(median, scale) {
  const write = (value, to, at) => {
    if (value !== undefined) to[at] = softlyClipped(value, median, scale);
  };
  return { width: 1, write };
}`,

  plainlyScaled: `
/** A number, scaled; the median where it is missing. */
function plainlyScaled(median, scale) {
  const write = (value, to, at) => {
    if (value !== undefined) to[at] = (value - median) * scale;
  };
  return { width: 1, write };
}`,

  withIndicator: `
/** One more input, which is 1 where the value is missing. */
function withIndicator({ width, write }) {
  const writeBoth = (value, to, at) => {
    write(value, to, at);
    if (value === undefined) to[at + width] = 1;
  };
  return { width: width + 1, write: writeBoth };
}`,

  truth: `
/** true +1, false -1, missing 0. */
const truth = {
  width: 1,
  write(value, to, at) {
    if (value !== undefined) to[at] = value ? 1 : -1;
  },
};`,

  oneHot: `
/** An input for each category, 1 where it is the row's; all are 0 for a category that training didn't have. */
function oneHot(categories) {
  const places = new Map(categories.map((category, place) => [category, place]));
  const write = (value, to, at) => {
    const place = places.get(value);
    if (place !== undefined) to[at + place] = 1;
  };
  return { width: categories.length, write };
}`,

  signed: `
/** +1 for the first category, -1 for the second, 0 for any other value. */
function signed([first, second]) {
  const write = (value, to, at) => {
    if (value === first || value === second) to[at] = value === first ? 1 : -1;
  };
  return { width: 1, write };
}`,

  categoryCodes: `
/** 1 for the first category, 2 for the second and so on, 0 for any other value. */
function categoryCodes(categories) {
  const places = new Map(categories.map((category, place) => [category, place]));
  const write = (value, to, at) => {
    to[at] = 1 + (places.get(value) ?? -1);
  };
  return { width: 1, write };
}`,

  cycles: `
/** Where an instant stands in what goes round, from 0 to 1, in UTC. */
const cycles = {
  month: (date) => date.getUTCMonth() / 12,
  dayOfMonth: (date) => (date.getUTCDate() - 1) / 31,
  dayOfWeek: (date) => date.getUTCDay() / 7,
  hour: (date) => (date.getUTCHours() + date.getUTCMinutes() / 60) / 24,
};`,

  instant: `
/** An instant as a scaled number, and sine and cosine of where it stands in each cycle; all 0 where it is missing. */
function instant(parts, median, scale) {
  const width = parts.reduce((sum, part) => sum + (part === "time" ? 1 : 2), 0);
  const write = (value, to, at) => {
    if (value === undefined) return;
    for (const part of parts) {
      if (part === "time") to[at++] = softlyClipped(value, median, scale);
      else {
        const angle = 2 * Math.PI * cycles[part](new Date(value));
        to[at++] = Math.sin(angle);
        to[at++] = Math.cos(angle);
      }
    }
  };
  return { width, write };
}`,

  scaledFlags: `
/** Scales the inputs that are flags. @param scales of each its place, its median and its scale */
function scaledFlags({ width, write }, scales) {
  const writeScaled = (value, to, at) => {
    write(value, to, at);
    for (const [place, median, scale] of scales) to[at + place] = softlyClipped(to[at + place], median, scale);
  };
  return { width, write: writeScaled };
}`,

  encoded: `
/** The inputs of each row. @throws {DataError} a row that lacks a column, or has another type of value in it */
function encoded(columns, rows) {
  for (const [at, row] of rows.entries()) {
    requireRow(row, at);
    const absent = columns.filter(({ name }) => !Object.hasOwn(row, name)).map(({ name }) => name);
    if (absent.length > 0) throw lacksColumns(absent, at);
  }
  const width = columns.reduce((sum, { inputs }) => sum + inputs.width, 0);
  const all = rows.map(() => new Float32Array(width));
  let first = 0;
  for (const { name, cells, inputs } of columns) {
    const values = cells(rows.map((row) => row[name]), name);
    for (const [at, value] of values.entries()) inputs.write(value, all[at], first);
    first += inputs.width;
  }
  return all;
}

function requireRow(row, at) {
  const collection = Array.isArray(row) ? "a list" : row instanceof Map ? "a Map" : row instanceof Set ? "a Set" : undefined;
  if (typeof row === "object" && row !== null && collection === undefined) return;
  const found = collection ?? (row === null ? "null" : "a value of type " + typeof row);
  const remedy = row instanceof Map ? " Use Object.fromEntries(map)." : "";
  const message = "In the given rows: expected row " + (at + 1) + " to be an object of column names and values, found ";
  throw new DataError(message + found + "." + remedy, { row: at + 1 });
}

function lacksColumns(absent, at) {
  const names = absent.slice(0, 20).map((name) => JSON.stringify(name));
  const last = absent.length > names.length ? absent.length - names.length + " more" : names.pop();
  const list = names.length === 0 ? last : names.join(", ") + " and " + last;
  const [what, add] = absent.length === 1 ? ["a column", "the column"] : ["columns", "the columns"];
  const message = "In the given rows: row " + (at + 1) + " has no " + list + ", " + what + " that the model was trained with. ";
  return new DataError(message + "Add " + add + "; unknown values may be empty (null).", { columns: absent, row: at + 1 });
}`,
} as const;
