/**
 * The settings of a training that a search may vary, as one table: what a value of each must be.
 *
 * A value stands in journals, space files and on the command line, so it is plain JSON. Adding a setting is adding an
 * entry. Knows nothing of ranges and of drawing.
 */
import { canonicalName } from "../aliases.ts";
import { optionName } from "../data/remedies.ts";
import { DescriptionError, optionHint, shown, unknownName } from "../errors.ts";
import type { AliasKind } from "../fieldNames.ts";
import { hiddenActivations } from "../network/activations.ts";
import { optimizers } from "../optimizers/optimizers.ts";
import { hasNoHiddenLayer, OF_HIDDEN_LAYERS } from "../tabular/idleOptions.ts";
import type { Settings } from "../tabular/recipe.ts";
import { schedules } from "../training/schedules.ts";

/** A value of a setting: a number, a name, or the widths of the hidden layers. */
export type Value = number | string | readonly number[];

/** Values of some settings, by name; the others are the recipe's. */
export type Values = Readonly<Record<string, Value>>;

export interface Tunable {
  readonly kind: "number" | "whole" | "name" | "widths";
  /** For messages: "a number above 0". */
  readonly expected: string;
  holds(value: Value): boolean;
  /** Of names that have aliases: which. */
  readonly aliases?: AliasKind;
  /** The setting that decides this one along with itself. */
  readonly within?: keyof Settings;
}

const number = (expected: string, holds: (value: number) => boolean): Tunable => ({
  kind: "number",
  expected: `a number ${expected}`,
  holds: (value) => typeof value === "number" && Number.isFinite(value) && holds(value),
});
const aboveZero = number("above 0", (value) => value > 0);
const atLeastZero = number("of at least 0", (value) => value >= 0);
const share = number("of at least 0 and below 1", (value) => value >= 0 && value < 1);

const isWhole = (value: Value): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
const whole: Tunable = { kind: "whole", expected: "a whole number of at least 1", holds: isWhole };

const oneOf = (names: readonly string[], aliases?: AliasKind): Tunable => ({
  kind: "name",
  expected: `one of ${names.join(", ")}`,
  holds: (value) => names.some((name) => name === value),
  ...(aliases && { aliases }),
});

export const tunable = {
  learningRate: aboveZero,
  hidden: {
    kind: "widths",
    expected: "a list of layer widths, each a whole number of at least 1",
    holds: (value) => Array.isArray(value) && value.every(isWhole),
  },
  activation: oneOf(Object.keys(hiddenActivations), "activation"),
  dropout: share,
  weightDecay: { ...atLeastZero, within: "optimizer" },
  labelSmoothing: { ...share, within: "loss" },
  classWeights: oneOf(["none", "balanced"]),
  batchSize: whole,
  optimizer: oneOf(Object.keys(optimizers), "optimizer"),
  schedule: oneOf(Object.keys(schedules), "schedule"),
  patience: whole,
  l1: atLeastZero,
  l2: atLeastZero,
  clipNorm: aboveZero,
} as const satisfies Record<string, Tunable>;

/** @throws {DescriptionError} a setting that a search can't vary, with the nearest one that it can */
export function tunableOf(name: string): Tunable {
  if (name === "epochs") {
    throw new DescriptionError(
      `epochs: the search itself varies them, from rung to rung. Set the maximum with ${optionName("epochs")}.`,
    );
  }
  const known = Object.keys(tunable);
  if (known.includes(name)) return (tunable as Readonly<Record<string, Tunable>>)[name];
  throw new DescriptionError(unknownName(name, known, "setting to tune", optionHint(name, known)));
}

/** @returns the value, an alias as the name that it stands for @throws {DescriptionError} a value that the setting can't have */
export function requireValue(name: string, given: unknown): Value {
  const { expected, holds, aliases } = tunableOf(name);
  const value = aliases === undefined ? given : canonicalName(aliases, given);
  if (holds(value as Value)) return value as Value;
  throw new DescriptionError(`${name}: expected ${expected}, found ${shown(value)}.`);
}

/** Whether the settings decide this one already, so that a search varies it only if that is asked for. */
export function isDecided(settings: Settings, name: string): boolean {
  const { within = name as keyof Settings } = tunableOf(name);
  if (hasNoHiddenLayer(settings) && OF_HIDDEN_LAYERS.some((known) => known === name)) return true;
  return settings[name as keyof Settings] !== undefined || settings[within] !== undefined;
}
