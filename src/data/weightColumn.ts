/**
 * A column of sample weights: a row of weight k counts as k rows, one of weight 0 as none.
 *
 * Checks the values and takes rows of weight 0 away. Knows neither losses nor metrics.
 */
import { counted } from "../counted.ts";
import { DataError } from "../errors.ts";
import { optionName, typeOption } from "./remedies.ts";
import { column, selectRows } from "./rows.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { rowNumber, type Table, type Warning } from "./table.ts";

/** Weights are summed and multiplied with squares of errors: beyond these, float64 could not hold the results. */
const LEAST = 1e-100;
const LARGEST = 1e100;
/** The network learns with weights in float32, of a mean of 1: a row beyond this ratio would count as nothing. */
const MOST_APART = 1e12;

/**
 * The weights of a table's rows, [N].
 *
 * @throws {DataError} a column that is missing or of another type than number; a value that is missing, below 0, too large
 * or too small to compute with; weights that are all 0
 */
export function weightsOf(table: Table, name: string): Float64Array {
  const found = column(table, name);
  const what = `In ${table.source}: the weight column ${JSON.stringify(name)}`;
  if (found.type !== "number") {
    throw new DataError(
      `${what} is of type ${found.type}. Expected numbers: choose another column, or, if these are numbers: ${typeOption(name, "number")}.`,
    );
  }
  const { values } = found;
  const statistics = statisticsOf(table);
  const positive = values.filter((value) => value > 0);
  const [largest] = statistics.greatest([positive.reduce((most, value) => Math.max(most, value), 0)]);
  const least = Math.max(LEAST, largest / MOST_APART);
  const isWeight = (value: number): boolean => value >= 0 && value <= LARGEST;
  const wrong = values.findIndex((value) => !isWeight(value));
  const at = wrong >= 0 ? wrong : values.findIndex((value) => value > 0 && value < least);
  const faulty = statistics.first(at < 0 ? undefined : wrongWeight(what, values[at], rowNumber(table, at)));
  if (faulty !== undefined) throw new DataError(faulty);
  if (largest === 0) {
    throw new DataError(
      `${what} is 0 in every row, so no row would be used. Expected at least one weight above 0: choose another column, or leave ${optionName("weights")} out.`,
    );
  }
  return values;
}

function wrongWeight(what: string, value: number, row: number): string {
  const { fault, remedy } = faultOf(value);
  return `${what} is ${fault} in row ${row}. ${remedy}`;
}

function faultOf(value: number): { readonly fault: string; readonly remedy: string } {
  if (Number.isNaN(value)) {
    const remedy = "Expected a number of at least 0 in every row: fill it in, with 0 for a row to ignore.";
    return { fault: "missing", remedy };
  }
  if (value < 0) {
    return { fault: String(value), remedy: "Expected a number of at least 0, with 0 for a row to ignore." };
  }
  return value > LARGEST
    ? {
        fault: String(value),
        remedy: `Expected at most ${LARGEST}. Only the ratios of weights matter: divide all of them by the same number.`,
      }
    : {
        fault: `${value}, less than 1/${MOST_APART} of the largest`,
        remedy: "Such a row would count as nothing: give it the weight 0.",
      };
}

/**
 * The table without the rows of weight 0, which would count as none.
 *
 * Warning: `weight-zero`, which counts the rows left out.
 *
 * @throws {DataError} as `weightsOf`
 */
export function withoutWeightless(table: Table, name: string): { table: Table; warnings: Warning[] } {
  const weights = weightsOf(table, name);
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => weights[row] > 0);
  const [leftOut, all] = statisticsOf(table).sums([table.rows - rows.length, table.rows]);
  if (leftOut === 0) return { table, warnings: [] };
  const message = `Left out ${leftOut} of ${counted(all, "row")}, whose weight in ${name} is 0.`;
  return { table: selectRows(table, rows), warnings: [{ code: "weight-zero", columns: [name], message }] };
}
