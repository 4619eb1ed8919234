/** What is fitted on a table or on one rank's share of it, as text: in this process, and in each of several ranks. */
import { fingerprint } from "../src/data/fingerprint.ts";
import { type EncodingChoices, fitEncoder } from "../src/data/fitEncoder.ts";
import { groupsOfAll } from "../src/data/groupColumn.ts";
import { kindsToLeaveOut, reasonOfNothing } from "../src/data/leftOut.ts";
import { missingWarnings } from "../src/data/missingValues.ts";
import type { Rare } from "../src/data/rareClasses.ts";
import { column, selectRows } from "../src/data/rows.ts";
import { statisticsOf } from "../src/data/statistics/statisticsOf.ts";
import { namesOf, type Table } from "../src/data/table.ts";
import { fitTarget, refitTarget, rowsWithTarget, withRanges } from "../src/data/target.ts";
import { withoutWeightless } from "../src/data/weightColumn.ts";
import { GradusError } from "../src/errors.ts";
import { unlikeTrainingWarnings } from "../src/tabular/warnings/predictionWarnings.ts";

export interface FitTask {
  readonly table: Table;
  readonly targets: readonly string[];
  readonly rare?: Rare;
  readonly quantiles?: readonly number[];
  readonly weights?: string;
  /** A column whose values are taken for groups and for weights as well. */
  readonly counting?: string;
  readonly choices: EncodingChoices;
}

/** As a dataset fits, with two thirds of the rows for training. */
export function fittedOn({ table, targets, rare, quantiles, weights, counting, choices }: FitTask): string {
  try {
    const found = rowsWithTarget(table, targets);
    const usable = selectRows(table, found.rows);
    const { target, warnings } = fitTarget(usable, targets, { rare, quantiles });
    const learned = Uint32Array.from({ length: usable.rows }, (_, row) => row).filter(
      (row) => (usable.rowNumbers?.[row] ?? row) % 3 !== 1,
    );
    const training = selectRows(usable, learned);
    const own = weights === undefined ? undefined : (column(training, weights).values as Float64Array);
    const refitted = refitTarget(target, training, own);
    const ranged = refitted.task === "regression" ? withRanges(refitted, training) : refitted;
    const exclude = weights === undefined ? targets : [...targets, weights];
    const statistics = statisticsOf(usable);
    const features = usable.columns.filter(({ name }) => !exclude.includes(name));
    const leaveOut = kindsToLeaveOut(features, statistics);
    const encoder = fitEncoder(training, {
      ...choices,
      exclude,
      leaveOut,
      varies: (name) => reasonOfNothing(column(usable, name), statistics) === undefined,
    });
    const missing = missingWarnings(training, namesOf(features));
    const unlike = unlikeTrainingWarnings(encoder.encoder, usable);
    const counted = counting !== undefined && {
      groups: statistics.lists([...groupsOfAll(usable, counting)]),
      weightless: withoutWeightless(usable, counting).warnings,
    };
    return JSON.stringify({
      ...counted,
      fingerprint: fingerprint(usable),
      target,
      ranged,
      encoder,
      missing,
      warnings: [...found.warnings, ...warnings],
      unlike,
    });
  } catch (error) {
    if (error instanceof GradusError) return `${error.name}: ${error.message}`;
    throw error;
  }
}
