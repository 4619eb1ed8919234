/**
 * What has been measured so far, in a JSON file that is whole after every cell, so that a run may be cut off and go on.
 *
 * A cell is one model on one split with one seed. Knows nothing of how a cell is measured.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "./usageError.mjs";

/** Of the file. */
const VERSION = 1;

/**
 * @typedef {object} Cell
 * @property {string} table
 * @property {string} model
 * @property {number} seed
 * @property {string} fingerprint of the split
 * @property {"classification" | "regression"} task
 * @property {number} [score] class error or nRMSE
 * @property {number} [logLoss]
 * @property {number} [seconds] that learning took
 * @property {boolean} [provisional] the machine had other work when the seconds were taken
 * @property {number} [threads]
 * @property {Record<string, string>} [versions]
 * @property {string} [skip] why the model takes no part
 * @property {string} [failure] what went wrong
 */

export class Results {
  #path;
  /** @type {Map<string, Cell>} */
  #cells;

  /**
   * @param {string} path
   * @param {readonly Cell[]} cells
   */
  constructor(path, cells) {
    this.#path = path;
    this.#cells = new Map(cells.map((cell) => [keyOf(cell), cell]));
  }

  /** The results in a file; none where there is no file. @param {string} path */
  static read(path) {
    if (!existsSync(path)) return new Results(path, []);
    try {
      const { version, cells } = JSON.parse(readFileSync(path, "utf8"));
      if (version === VERSION && Array.isArray(cells)) return new Results(path, cells);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new UsageError(`${path}: expected results of this bench, version ${VERSION}; name another file by --out.`);
  }

  get cells() {
    return [...this.#cells.values()];
  }

  /** What a cell of the same table, model, seed and split holds, if it was finished. @param {Cell} cell */
  finished(cell) {
    const found = this.#cells.get(keyOf(cell));
    return found?.score !== undefined && found.fingerprint === cell.fingerprint ? found : undefined;
  }

  /** Adds a cell to what the file holds by now: another run may be adding its own. @param {Cell} cell */
  put(cell) {
    this.#cells = Results.read(this.#path).#cells.set(keyOf(cell), cell);
    mkdirSync(dirname(this.#path), { recursive: true });
    const partial = `${this.#path}.${process.pid}.partial`;
    writeFileSync(partial, `${JSON.stringify({ version: VERSION, cells: this.cells }, undefined, 1)}\n`);
    renameSync(partial, this.#path);
  }
}

function keyOf(/** @type {Cell} */ { table, model, seed }) {
  return JSON.stringify([table, model, seed]);
}
