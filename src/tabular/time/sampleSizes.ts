/**
 * How many rows of each part a sample has: by values, rows times columns, since wide rows take longer than narrow ones.
 *
 * Plain arithmetic; knows no clock.
 */
import type { PartSizes } from "../fold.ts";

/** Fewer rows judge badly… */
const FEWEST: PartSizes = { training: 1000, validation: 1000, test: 2000 };
/** …but of wide tables even these take long: then so many values, rows times columns, and no fewer rows than those. */
const FEWEST_VALUES: PartSizes = { training: 1e6, validation: 3e5, test: 5e5 };
const FEWEST_WIDE: PartSizes = { training: 200, validation: 60, test: 100 };
/** The pace is measured on at most so many rows of each part… */
const PILOT: PartSizes = { training: 8000, validation: 2000, test: 1000 };
/** …and on no more values, unless that were fewer rows than those. */
const PILOT_VALUES: PartSizes = { training: 1e6, validation: 2.5e5, test: 1.25e5 };
const PILOT_WIDE: PartSizes = { training: 200, validation: 50, test: 25 };
/** A sample is drawn where there are so many times its rows: else all rows hardly take longer. */
const WORTH_A_SAMPLE = 2.5;

/** So many rows of each part, or fewer where so many columns make more values than are wanted. */
function within(most: PartSizes, values: PartSizes, least: PartSizes, columns: number): PartSizes {
  const rows = (part: keyof PartSizes): number =>
    Math.min(most[part], Math.max(least[part], Math.round(values[part] / columns)));
  return { training: rows("training"), validation: rows("validation"), test: rows("test") };
}

/** The rows to measure the pace on; undefined where it is measured on all. */
export function pilotRows(available: PartSizes, columns: number): PartSizes | undefined {
  const pilot = within(PILOT, PILOT_VALUES, PILOT_WIDE, columns);
  const parts = Object.keys(pilot) as (keyof PartSizes)[];
  return parts.some((part) => available[part] > WORTH_A_SAMPLE * pilot[part]) ? pilot : undefined;
}

/** The fewest rows to use where not all can be, unless there are fewer. */
export function fewestRows(columns: number): PartSizes {
  return within(FEWEST, FEWEST_VALUES, FEWEST_WIDE, columns);
}
