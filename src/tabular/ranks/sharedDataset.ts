/**
 * A table that ranks share, divided into rows that learn, validate and test.
 *
 * Where a row belongs follows from the seed and its number in the file, so that it does not depend on how many ranks there are. Encoder
 * and target are those of all training rows (decision 0021). One fold. Knows nothing of networks.
 */
import type { Target } from "../../data/encoding.ts";
import { optionName } from "../../data/remedies.ts";
import { selectRows } from "../../data/rows.ts";
import { statisticsOf } from "../../data/statistics/statisticsOf.ts";
import type { Statistics } from "../../data/statistics.ts";
import { rowNumber, type Table, type Warning } from "../../data/table.ts";
import { DataError, GradusError } from "../../errors.ts";
import { mix32, random } from "../../random.ts";
import { type Dataset, type DatasetOptions, fittingOf, type KnownRows, knownRows } from "../dataset.ts";
import { type Fold, fitFold, type PartSizes } from "../fold.ts";
import { testColumnWarnings } from "../warnings/newColumns.ts";
import { similarLabelsWarnings } from "../warnings/similarLabels.ts";

/** A share that is held out where nothing else is asked for. */
const SHARE = 0.2;

/** Rows of this rank. */
type Parts = Readonly<Record<keyof PartSizes, Uint32Array>>;

/**
 * The rows of all ranks, in one fold. Every rank makes the same call.
 *
 * @throws {DataError} as `datasetOf`; no row that learns or validates
 */
export function sharedDataset(options: DatasetOptions): Dataset {
  const known = knownRows(options);
  const { table, target, test } = known;
  const statistics = statisticsOf(table);
  const parts = divideByNumber(known, statistics, options);
  const [training, validation, tested] = statistics.sums([
    parts.training.length,
    parts.validation.length,
    test?.rows ?? parts.test.length,
  ]);
  const sizes = { training, validation, test: tested };
  for (const part of ["training", "validation"] as const) if (sizes[part] === 0) throw noRows(table, part, statistics);
  const one: Dataset = {
    folds: 1,
    sizes,
    columns: table.columns.length,
    fold() {
      const own = {
        training: selectRows(table, parts.training),
        validation: selectRows(table, parts.validation),
        test: sizes.test === 0 ? undefined : (test ?? selectRows(table, parts.test)),
      };
      const fold = fitFold(own, target, fittingOf(known, options));
      return { ...fold, warnings: [...known.warnings, ...fold.warnings, ...warningsOf(fold, options)] };
    },
    inFolds(folds) {
      throw new GradusError(`Expected one fold of rows that ranks share, found ${folds}.`);
    },
  };
  return one;
}

/** Each row's part, by a number in [0, 1) of its own; the first row of a class learns, so that no class is unknown. */
function divideByNumber({ table, target, strata }: KnownRows, statistics: Statistics, options: DatasetOptions): Parts {
  const { testFraction = SHARE, validationFraction = SHARE } = options;
  const key = random(options.seed, "rows that ranks share").uint32();
  const firsts = firstOfClasses(table, target, strata, statistics);
  const parts: Record<keyof PartSizes, number[]> = { training: [], validation: [], test: [] };
  for (let row = 0; row < table.rows; row++) {
    const place = rowHash(key, rowNumber(table, row)) / 2 ** 32;
    const held = place < testFraction ? "test" : "validation";
    const learns = place >= testFraction + validationFraction * (1 - testFraction) || firsts.has(rowNumber(table, row));
    parts[learns ? "training" : held].push(row);
  }
  const { training, validation, test } = parts;
  return {
    training: Uint32Array.from(training),
    validation: Uint32Array.from(validation),
    test: Uint32Array.from(test),
  };
}

/** Well mixed, in [0, 2³²). @param key of a purpose @param row its number in the file */
export function rowHash(key: number, row: number): number {
  return mix32(mix32(row) ^ key);
}

/** The numbers of the rows in which a class first comes. */
function firstOfClasses(
  table: Table,
  target: Target,
  strata: Float32Array | undefined,
  statistics: Statistics,
): ReadonlySet<number> {
  if (target.task !== "classification" || strata === undefined) return new Set();
  const first = new Array<number>(target.classes.length).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < table.rows; row++) first[strata[row]] = Math.max(first[strata[row]], -rowNumber(table, row));
  return new Set(statistics.greatest(first).map((number) => -number));
}

function noRows({ source }: Table, part: "training" | "validation", { rows }: Statistics): DataError {
  const [name, held] = [
    optionName("validationFraction"),
    part === "validation" ? "no row chooses the best epoch" : "no row is left to learn from",
  ];
  return new DataError(
    `In ${source}: ${held} of ${rows} that the ranks share. Expected rows that learn and rows that validate: use another ${name}, or train in one process.`,
  );
}

/** What a rank can tell; the rest is looked for in whole tables alone. */
function warningsOf(fold: Fold, { table, test }: DatasetOptions): Warning[] {
  const message =
    "Each rank has a part of the rows, so nothing was looked for that takes all of them: columns that give the target away, equal rows " +
    "in several parts, classes with few rows, a skewed target, an order in time. Train on a sample of the rows in one process to have it looked for.";
  return [
    ...similarLabelsWarnings(fold),
    ...(test === undefined ? [] : testColumnWarnings(table, test)),
    { code: "rows-shared", columns: [], message },
  ];
}
