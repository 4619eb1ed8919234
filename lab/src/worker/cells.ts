/** Cells of tables as text, and the names of columns as the page has them. Knows nothing of pages. */
import { rowsFromTable, selectRows, type TableValue } from "gradus";
import { pointColumns } from "../files/modelOfRun.ts";
import type { RowCells } from "../outcomeAnswers.ts";
import type { Run } from "./run.ts";

/** The cells of a row as they were read; of no table none. @param row of the run's data, from 0 */
export function cellsOf({ tables }: Run, row: number): RowCells {
  let first = 0;
  for (const table of tables) {
    if (row < first + table.rows) {
      const at = row - first;
      const [cells] = rowsFromTable(selectRows(table, Uint32Array.of(at)));
      return {
        number: (table.rowNumbers?.[at] ?? at) + 1,
        cells: Object.entries(cells).map(([column, value]) => ({
          column,
          value: cellText(value),
          isMissing: value === null,
        })),
      };
    }
    first += table.rows;
  }
  return { number: row + 1, cells: [] };
}

/** A day where the time is midnight. */
export function cellText(value: TableValue | bigint): string {
  if (value === null) return "missing";
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/, "") : String(value);
}

/** A column of the run's model as the page calls it: those of a two-dimensional set have the names of the inputs. */
export function shownColumn({ encoder, data }: Run, name: string): string {
  const at = (pointColumns as readonly string[]).indexOf(name);
  return encoder === undefined && at >= 0 ? data.inputNames[at] : name;
}

/** The column of the run's model that the page calls so. */
export function modelColumn({ encoder, data }: Run, shown: string): string {
  return encoder === undefined ? pointColumns[data.inputNames.indexOf(shown)] : shown;
}
