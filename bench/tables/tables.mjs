/**
 * The tables of a folder: which there are, what each is to predict, and its splits into training and test rows.
 *
 * NAME.train.csv and NAME.test.csv are a fixed split; NAME.csv is split 80 to 20, by the seed. All may be gzipped.
 * Knows nothing of models.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { formatCsv, parseCsv } from "./csv.mjs";
import { UsageError } from "./usageError.mjs";

/** Words for a missing value; a split has an empty field instead. */
const MISSING = new Set(["", "NA", "NaN", "nan", "null", "NULL", "?"]);

/** The first of these that a table has is what it predicts; the last column when it has none. */
const TARGET_NAMES = ["Class", "class", "target", "species", "digit", "Type", "Remote", "y"];

/** Whole numbers of at most this many values are classes, unless the command says otherwise. */
const MOST_NUMBERED_CLASSES = 20;

const TEST_SHARE = 0.2;

/**
 * @typedef {object} Files
 * @property {string} name
 * @property {readonly string[]} paths one file to split, or the training and the test file
 *
 * @typedef {object} Description
 * @property {string} name
 * @property {readonly string[]} targets
 * @property {"classification" | "regression"} task
 * @property {readonly string[]} classes of the whole table, sorted; none in regression
 * @property {readonly string[]} numbers feature columns of numbers
 * @property {readonly string[]} categories the other feature columns
 *
 * @typedef {{ readonly description: Description, readonly header: readonly string[], readonly parts: readonly string[][][] }} TableData
 *   parts: the records of the one file, or of the training and the test file
 *
 * @typedef {object} Split
 * @property {readonly string[]} header
 * @property {readonly string[][]} training
 * @property {readonly string[][]} test
 */

/** The tables of a folder, by name. @param {string} folder @returns {readonly Files[]} at least one */
export function findTables(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`Expected a folder of tables, found none at ${folder}.`);
  }
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const file of readdirSync(folder).sort()) {
    const [, name, part] = /^(.+?)(\.train|\.test)?\.csv(?:\.gz)?$/.exec(file) ?? [];
    if (name === undefined) continue;
    const paths = found.get(name) ?? [];
    paths[part === ".test" ? 1 : 0] = join(folder, file);
    found.set(name, paths);
  }
  for (const [name, paths] of found) {
    if (paths[0] === undefined) throw new UsageError(`${paths[1]}: expected ${name}.train.csv beside it, found none.`);
  }
  if (found.size === 0) throw new UsageError(`${folder}: expected tables as .csv or .csv.gz files, found none.`);
  return [...found].map(([name, paths]) => ({ name, paths }));
}

/**
 * Reads a table and decides what it predicts; rows without a target are left out.
 *
 * @param {Files} files
 * @param {string} [wanted] COLUMN, or COLUMN+COLUMN; with :classification or :regression behind it
 * @returns {TableData}
 */
export function readTable({ name, paths }, wanted) {
  const [first, ...others] = paths.map(readRecords);
  const header = first[0];
  for (const other of others) {
    if (other[0].join() !== header.join())
      throw new UsageError(`${name}: its test file has other columns than its training file.`);
  }
  const [columns, task] = (wanted ?? "").split(/:(?=classification$|regression$)/);
  const targets = columns === "" ? guessTargets(header) : columns.split("+");
  for (const target of targets) {
    if (!header.includes(target))
      throw new UsageError(`${name}: expected a column ${target}, found ${header.join(", ")}.`);
  }
  const at = targets.map((target) => header.indexOf(target));
  const parts = [first, ...others].map((records) =>
    records.slice(1).filter((row) => at.every((column) => row[column] !== "")),
  );
  return { description: describe(name, header, parts.flat(), targets, task), header, parts };
}

/** @param {string} path @returns {string[][]} */
function readRecords(path) {
  const bytes = readFileSync(path);
  const records = parseCsv((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  const [header, ...rows] = records;
  if (rows.length === 0) throw new UsageError(`${path}: expected a header and rows, found ${records.length} lines.`);
  const bad = rows.findIndex((row) => row.length !== header.length);
  if (bad >= 0) {
    throw new UsageError(`${path}, record ${bad + 2}: expected ${header.length} fields, found ${rows[bad].length}.`);
  }
  return [header, ...rows.map((row) => row.map((field) => (MISSING.has(field.trim()) ? "" : field)))];
}

/** @param {readonly string[]} header @returns {readonly string[]} */
function guessTargets(header) {
  const numbered = header.filter((name) => /^y\d+$/.test(name));
  if (numbered.length > 0) return numbered;
  return [TARGET_NAMES.find((name) => header.includes(name)) ?? header[header.length - 1]];
}

/**
 * @param {string} name
 * @param {readonly string[]} header
 * @param {readonly string[][]} rows
 * @param {readonly string[]} targets
 * @param {string} [task]
 * @returns {Description}
 */
function describe(name, header, rows, targets, task) {
  const isNumber = (/** @type {string} */ column) => {
    const at = header.indexOf(column);
    return rows.every((row) => row[at] === "" || Number.isFinite(Number(row[at])));
  };
  const labels = [...new Set(rows.map((row) => row[header.indexOf(targets[0])]))];
  const isNumbered = labels.length <= MOST_NUMBERED_CLASSES && labels.every((label) => Number.isInteger(Number(label)));
  const isClasses =
    task === undefined ? targets.length === 1 && (!isNumber(targets[0]) || isNumbered) : task === "classification";
  if (!isClasses && !targets.every(isNumber))
    throw new UsageError(`${name}: expected numbers in ${targets.join(", ")} for regression.`);
  if (isClasses && targets.length > 1)
    throw new UsageError(`${name}: expected one column of classes, found ${targets.join(", ")}.`);
  if (isClasses && labels.length < 2)
    throw new UsageError(`${name}: expected at least two classes in ${targets[0]}, found ${labels.length}.`);
  const features = header.filter((column) => !targets.includes(column));
  return {
    name,
    targets,
    task: isClasses ? "classification" : "regression",
    classes: isClasses ? labels.sort() : [],
    numbers: features.filter(isNumber),
    categories: features.filter((column) => !isNumber(column)),
  };
}

/**
 * The split that a seed gives: the fixed one, or rows drawn for the test in the order of their numbers' hashes, which
 * are the same on every machine.
 *
 * @param {TableData} table
 * @param {number} seed
 * @returns {Split}
 */
export function splitOf({ header, parts }, seed) {
  if (parts.length === 2) return { header, training: parts[0], test: parts[1] };
  const [rows] = parts;
  const hashes = rows.map((_, row) => createHash("sha256").update(`${seed} ${row}`).digest("hex"));
  const order = rows.map((_, row) => row).sort((a, b) => (hashes[a] < hashes[b] ? -1 : 1));
  const testRows = Math.max(1, Math.round(rows.length * TEST_SHARE));
  return {
    header,
    training: order.slice(testRows).map((row) => rows[row]),
    test: order.slice(0, testRows).map((row) => rows[row]),
  };
}

/** A split as two files' texts, and what tells it from any other. @param {Description} description @param {Split} split */
export function textOf(description, { header, training, test }) {
  const trainingText = formatCsv([[...header], ...training]);
  const testText = formatCsv([[...header], ...test]);
  const hash = createHash("sha256")
    .update(JSON.stringify(description))
    .update(trainingText)
    .update("\0")
    .update(testText);
  return { trainingText, testText, fingerprint: hash.digest("hex").slice(0, 16) };
}
