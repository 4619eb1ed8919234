/**
 * A table that ranks share, divided into rows that learn, validate and test.
 *
 * Where a row belongs follows from the seed and its number in the file, or its group, so that it does not depend on how many ranks there are. Encoder
 * and target are those of all training rows (decision 0021). Knows nothing of networks.
 */
import type { Target } from "../../data/encoding.ts";
import { groupsOf, keysOf } from "../../data/groupColumn.ts";
import { otherZoneWarnings } from "../../data/otherZones.ts";
import { optionName } from "../../data/remedies.ts";
import { selectRows } from "../../data/rows.ts";
import { statisticsOf } from "../../data/statistics/statisticsOf.ts";
import type { Statistics } from "../../data/statistics.ts";
import { rowNumber, type Table, type Warning } from "../../data/table.ts";
import { weightsOf } from "../../data/weightColumn.ts";
import type { Collective } from "../../distributed/collective.ts";
import { DataError, requireWhole } from "../../errors.ts";
import { mix32, mixText, random } from "../../random.ts";
import { type Dataset, type DatasetOptions, fittingOf, type KnownRows, knownRows } from "../dataset.ts";
import { encodedFold, type Fold, fittedOn, type PartRows, type PartSizes } from "../fold.ts";
import { testColumnWarnings } from "../warnings/newColumns.ts";
import { similarLabelsWarnings } from "../warnings/similarLabels.ts";
import { alikeAtOnce } from "./alike.ts";

/** A share that is held out where nothing else is asked for. */
const SHARE = 0.2;

/** Rows of this rank. */
type Parts = Readonly<Record<keyof PartSizes, Uint32Array>>;

/** A row that learns in every fold. */
const LEARNS = -1;
const TESTS = -2;

/**
 * The rows of all ranks. Every rank makes the same call.
 *
 * @throws {DataError} as `datasetOf`; no row that learns or validates
 */
export function sharedDataset(options: DatasetOptions, ranks: Collective): Dataset {
  const known = knownRows(options);
  const { table, target, test } = known;
  const { folds = 1 } = options;
  requireWhole("folds", folds, 1);
  const statistics = statisticsOf(table);
  const places = placesOf(known, statistics, { ...options, folds }, ranks);
  const rowsWhere = (holds: (place: number) => boolean): Uint32Array =>
    Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => holds(places[row]));
  const partsOf = (index: number): Parts => ({
    training: rowsWhere((place) => place !== index && place !== TESTS),
    validation: rowsWhere((place) => place === index),
    test: rowsWhere((place) => place === TESTS),
  });
  const counts = Array.from({ length: folds }, (_, index) => {
    const { training, validation, test: tested } = partsOf(index);
    return [training.length, validation.length, test?.rows ?? tested.length];
  });
  const sums = statistics.sums(counts.flat());
  const sizesOf = (index: number): PartSizes => {
    const [training, validation, tested] = sums.slice(3 * index);
    return { training, validation, test: tested };
  };
  for (let index = 0; index < folds; index++) requireRows(table, sizesOf(index), folds, statistics);
  const sizes = sizesOf(0);
  const part = (rows: Uint32Array): PartRows => partRows(selectRows(table, rows), options, ranks);
  return {
    folds,
    sizes,
    ...(options.group !== undefined && { groups: groupsIn(known, partsOf(0), options.group) }),
    columns: table.columns.length,
    fold(index) {
      const parts = partsOf(index);
      const training = part(parts.training);
      const validation = part(parts.validation);
      const tested =
        index > 0 || sizes.test === 0 ? undefined : test ? partRows(test, options, ranks) : part(parts.test);
      const { warnings, ...fitted } = fittedOn(training.table, target, fittingOf(known, options));
      const fold = alikeAtOnce(ranks, () => encodedFold(fitted, { training, validation, test: tested }, warnings));
      if (index > 0) return { ...fold, warnings: [] };
      return { ...fold, warnings: [...known.warnings, ...fold.warnings, ...warningsOf(fold, options)] };
    },
    inFolds: (count) => sharedDataset({ ...options, folds: count }, ranks),
  };
}

/** A part's rows, with weights of mean 1 over all ranks; groups have numbers of this rank. */
function partRows(table: Table, { weights, group }: DatasetOptions, ranks: Collective): PartRows {
  const groups = group === undefined ? {} : { groups: alikeAtOnce(ranks, () => groupsOf(table, group)) };
  if (weights === undefined) return { table, patterns: {}, ...groups };
  const own = weightsOf(table, weights);
  const statistics = statisticsOf(table);
  const [total] = statistics.inTurn(new Float64Array(1), (sums) => {
    for (const weight of own) sums[0] += weight;
  });
  const mean = total / statistics.rows;
  return { table, patterns: { sampleWeights: own.map((weight) => weight / mean) }, ...groups };
}

function groupsIn({ table, test }: KnownRows, parts: Parts, group: string): PartSizes {
  const count = (rows: Table): number => statisticsOf(rows).texts(keysOf(rows, group)).different;
  const of = (rows: Uint32Array): number => count(selectRows(table, rows));
  return { training: of(parts.training), validation: of(parts.validation), test: test ? count(test) : of(parts.test) };
}

/**
 * What each row is for, by numbers in [0, 1) of its own: of several folds the one that it validates; of one, 0 where it validates. The
 * first row of a class learns, so that no class is unknown.
 */
function placesOf(
  { table, target, strata }: KnownRows,
  statistics: Statistics,
  options: DatasetOptions & { readonly folds: number },
  ranks: Collective,
): Int32Array {
  const { testFraction = SHARE, validationFraction = SHARE, folds, group } = options;
  const keys = random(options.seed, "rows that ranks share");
  const [ofPart, ofFold] = [keys.uint32(), keys.uint32()];
  const firsts = firstOfClasses(table, target, strata, statistics);
  const held = folds > 1 ? 1 : testFraction + validationFraction * (1 - testFraction);
  const groups = group === undefined ? undefined : alikeAtOnce(ranks, () => keysOf(table, group));
  const isFirst = (row: number): boolean => firsts.has(rowNumber(table, row));
  // A group is in one part: with one of its rows, all learn.
  const learning = new Set(groups && statistics.lists(groups.filter((_, row) => isFirst(row))));
  return Int32Array.from({ length: table.rows }, (_, row) => {
    if (groups === undefined ? isFirst(row) : learning.has(groups[row])) return LEARNS;
    const hash = (key: number): number =>
      (groups === undefined ? rowHash(key, rowNumber(table, row)) : mixText(groups[row], key)) / 2 ** 32;
    const place = hash(ofPart);
    if (place < testFraction) return TESTS;
    return place < held ? Math.floor(hash(ofFold) * folds) : LEARNS;
  });
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

/** @throws {DataError} a fold without rows that learn, or that validate */
function requireRows(
  { source }: Table,
  { training, validation }: PartSizes,
  folds: number,
  { rows }: Statistics,
): void {
  if (training > 0 && validation > 0) return;
  const lacking = training === 0 ? "no row is left to learn from" : "no row chooses the best epoch";
  const remedy = folds > 1 ? "fewer folds" : `another ${optionName("validationFraction")}`;
  throw new DataError(
    `In ${source}: ${lacking} of ${rows} that the ranks share. Expected rows that learn and rows that validate: use ${remedy}, or train in one process.`,
  );
}

/** What a rank can tell; the rest is looked for in whole tables alone. */
function warningsOf(fold: Fold, { table, test }: DatasetOptions): Warning[] {
  const message =
    "Each rank has a part of the rows, so nothing was looked for that takes all of them: columns that give the target away, equal rows " +
    "in several parts, classes with few rows, categories of test rows that no training row has, groups of another table of test rows, a skewed target, an order in time. Train on a sample of the rows in one process to have it looked for.";
  return [
    ...similarLabelsWarnings(fold),
    ...(test === undefined ? [] : [...testColumnWarnings(table, test), ...otherZoneWarnings(fold.encoder, test)]),
    { code: "rows-shared", columns: [], message },
  ];
}
