/**
 * What a training may be asked for that goes on from a model, and which options the model decides: those are refused by name.
 *
 * Knows no table and no network.
 */
import { optionName } from "../../data/remedies.ts";
import { quotedNames, type Reading, type Table } from "../../data/table.ts";
import { targetNames } from "../../data/targetNames.ts";
import { DescriptionError } from "../../errors.ts";
import { anything, either, type Kind, type Kinds, listOf, needed, requireOptions, text, whole } from "../../kinds.ts";
import { type Model, modelKind } from "../../models/model.ts";
import { modelReadings } from "../../models/modelReadings.ts";
import { type Settings, settingKinds } from "../recipe.ts";
import { type TableLike, tableOf } from "../tableLike.ts";
import { type TrainOptions, trainOptionKinds } from "../trainOptions.ts";

/** Of the network and its data. */
const OF_THE_MODEL = "the model decides it";
/** Of how many networks there are. */
const OF_ITS_NETWORKS = "each network of the model goes on";
/** A plan measures a network that has learned nothing, and lets it begin at the baseline. */
const OF_A_START = "a time is planned for networks that begin anew; epochs limits the training";

/** The options of `train` that a model decides, or that are for networks that begin, each with the reason. */
export const refused = {
  task: OF_THE_MODEL,
  quantiles: OF_THE_MODEL,
  types: OF_THE_MODEL,
  missing: OF_THE_MODEL,
  decimal: OF_THE_MODEL,
  features: OF_THE_MODEL,
  split: OF_THE_MODEL,
  weights: OF_THE_MODEL,
  group: OF_THE_MODEL,
  rare: OF_THE_MODEL,
  recipe: OF_THE_MODEL,
  hidden: OF_THE_MODEL,
  activation: OF_THE_MODEL,
  dropout: OF_THE_MODEL,
  loss: OF_THE_MODEL,
  labelSmoothing: OF_THE_MODEL,
  classWeights: OF_THE_MODEL,
  folds: OF_ITS_NETWORKS,
  ensemble: OF_ITS_NETWORKS,
  time: OF_A_START,
  startedAt: OF_A_START,
  report: OF_A_START,
  plan: OF_A_START,
} as const satisfies Partial<Record<keyof TrainOptions, string>>;

/** What `train` may be asked for with a model to go on from; options that are not here are the model's. */
export interface WarmStartOptions<Source = TableLike>
  extends Omit<TrainOptions<Source>, keyof typeof refused | "from" | "target"> {
  /**
   * The model to go on from: of `train`, `loadModel` or `modelOfNetwork`. All of its networks go on from their parameters, with its columns,
   * scales, categories and classes. Settings that are absent are those of its training, but for the learning rate, which is lower.
   */
  readonly from: Model;
  /** The model's, also when absent. */
  readonly target?: string | readonly string[];
  /** Layers whose parameters stay as they are, by their places in the network, from 0; none when absent. */
  readonly frozen?: readonly number[];
  /**
   * Rows like those of the model's training that it has not learned from: `report.forgetting` has the metrics of both models on them. Of the table of
   * that training its test rows are taken. When absent, those of `table` where it is that one; else there are none.
   */
  readonly oldTest?: Source;
}

/** Of a training that begins anew, or goes on from a model. */
export type AnyTrainOptions<Source = TableLike> = TrainOptions<Source> | WarmStartOptions<Source>;

const { from: _from, ...kindsOfTrain } = trainOptionKinds;

/** The names that `train` knows with a model to go on from. */
export const warmStartKinds = {
  ...(Object.fromEntries(
    Object.entries(kindsOfTrain).filter(([name]) => !Object.hasOwn(refused, name)),
  ) as unknown as Omit<typeof kindsOfTrain, keyof typeof refused>),
  target: either(text, listOf(text, "column names")),
  from: needed(modelKind),
  frozen: listOf(whole(0), "places of layers, whole numbers of at least 0"),
  oldTest: anything,
} as const satisfies Kinds<WarmStartOptions>;

/** Options that divide rows: on the table of the model's training they would mix its test rows with those that it learned. */
export const dividing = [
  "test",
  "testFraction",
  "validationFraction",
] as const satisfies readonly (keyof TrainOptions)[];

/** @param source what messages call the table of the model's training @throws {DescriptionError} */
export function requireUndivided(given: WarmStartOptions<Table>, source: string): void {
  const found = dividing.find((name) => given[name] !== undefined);
  if (found === undefined) return;
  throw new DescriptionError(
    `${optionName(found, "Option")} has no effect: ${source} is the table of the model's training, whose rows stay training, validation and test rows. Leave it out.`,
  );
}

/** Whether options are those of a training that goes on from a model. */
export function goesOn(options: unknown): options is WarmStartOptions<unknown> {
  return typeof options === "object" && options !== null && (options as { from?: unknown }).from !== undefined;
}

/**
 * @param further kinds of options that a reader of files has
 * @throws {DescriptionError} an option that the model decides, one that is unknown or of a wrong kind, another target
 */
export function requireWarmStartOptions(given: unknown, further: Readonly<Record<string, Kind>> = {}): void {
  for (const [name, why] of Object.entries(refused)) {
    if ((given as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    throw new DescriptionError(
      `${optionName(name, "Option")} is not for a training that goes on from a model: ${why}. Leave it out, or train anew without ${optionName("from")}.`,
    );
  }
  requireOptions(given, { ...warmStartKinds, ...further }, "train");
  const { from, target } = given as WarmStartOptions;
  const own = targetNames(from.document.target);
  if (target === undefined || JSON.stringify([target].flat()) === JSON.stringify(own)) return;
  throw new DescriptionError(
    `Expected the model's ${optionName("target")}, ${quotedNames(own)}, found ${quotedNames([target].flat())}. Leave it out, or train anew without ${optionName("from")}.`,
  );
}

/**
 * The columns as the model reads them, its target, and what rows are divided and weighed by.
 *
 * @throws {DescriptionError} a column to split by that the model doesn't read
 */
export function readingsGoingOn({ document }: Model): Map<string, Reading> {
  const readings = modelReadings(document, true);
  const { split } = document.provenance.options as Partial<TrainOptions>;
  if (split === undefined || readings.has(split.time)) return readings;
  throw new DescriptionError(
    `The model's training split its rows by ${JSON.stringify(split.time)}, which is not among its columns, so new rows can't be divided in the same way. Train anew without ${optionName("from")}.`,
  );
}

/** The tables of a training that goes on from a model. */
export interface TablesGoingOn {
  readonly table: Table;
  readonly test: Table | undefined;
  readonly oldTest: Table | undefined;
}

/** The tables as the model reads them. @throws {DataError} as `tableOf` */
export function tablesGoingOn({ from, table, test, oldTest }: WarmStartOptions): TablesGoingOn {
  const readings = readingsGoingOn(from);
  const [rows, tested, old] = [table, test, oldTest].map((given) => given && tableOf(given, { readings }));
  return { table: rows as Table, test: tested, oldTest: old };
}

/** The options of the model's training that hold for what goes on from it, where they are not given. */
const kept = [
  ...["features", "types", "split", "rare", "quantiles", "testFraction", "validationFraction", "calibrate", "recipe"],
  ...Object.keys(settingKinds),
];

/**
 * All options of the training as if it began anew: those that were given, and the model's.
 *
 * @param seed of the division of rows; that of the model's training when absent
 */
export function completedOptions(
  given: WarmStartOptions<Table>,
  seed: number = given.seed ?? given.from.document.provenance.seed,
): TrainOptions<Table> {
  const { from, frozen: _frozen, oldTest: _old, ...asked } = given;
  const { task, target, weights, group, provenance } = from.document;
  const recorded = Object.fromEntries(Object.entries(provenance.options).filter(([name]) => kept.includes(name)));
  const names = targetNames(target);
  return {
    ...keptSettings(recorded as Settings, asked),
    ...defined(asked),
    table: given.table,
    task,
    target: names.length === 1 ? names[0] : names,
    ...(weights && { weights: weights.column }),
    ...(group && { group: group.column }),
    seed,
  };
}

/** The settings of the model's training that no given one replaces: another optimizer takes its own rate and decay. */
function keptSettings(recorded: Settings, given: Settings): Settings {
  const { optimizer, learningRate, weightDecay, clipNorm, ...others } = recorded;
  // JSON has no Infinity: a null is a clipNorm that clips nothing.
  const rest = { ...others, ...(clipNorm !== null && { clipNorm }) };
  if (given.optimizer !== undefined) return rest;
  const replaced = (["learningRate", "weightDecay"] as const).filter((name) => given[name] !== undefined);
  const own = typeof optimizer === "object" ? omitted(optimizer, replaced) : optimizer;
  return { ...rest, ...defined({ optimizer: own, learningRate, weightDecay }) };
}

const omitted = <T extends object>(of: T, names: readonly string[]): T =>
  Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name))) as T;

/** Without options that are given as undefined. */
const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
