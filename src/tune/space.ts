/**
 * The space that a search draws from: a range for each setting that it varies, checked.
 *
 * A range is plain data of one of three types, or short text: `0.01..0.1:log`, `32..256`, `relu,silu`, `64x64,256x256`.
 * Knows nothing of drawing.
 */

import { DescriptionError, shown, unknownName } from "../errors.ts";
import { boolean, either, list, listOf, number, oneOf, requireKind, text, withFields } from "../kinds.ts";
import { requireValue, tunable, tunableOf, type Value } from "./tunable.ts";

/** Any number from `from` to `to`, evenly; with `log`, evenly on the logarithm's scale. */
export interface FloatRange {
  readonly type: "float";
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
}
/** Any whole number from `from` to `to`, both included. */
export interface IntRange {
  readonly type: "int";
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
}
/** One of some values, each as likely; a single one fixes the setting. */
export interface ChoiceRange {
  readonly type: "choice";
  readonly values: readonly Value[];
}
export type Range = FloatRange | IntRange | ChoiceRange;

/** Range by setting. */
export type Space = Readonly<Record<string, Range>>;

/** As a caller may write it: ranges, or their short texts. */
export type SpaceLike = Readonly<Record<string, Range | string>>;

const fieldsOf: Readonly<Record<Range["type"], readonly string[]>> = {
  float: ["type", "from", "to", "log"],
  int: ["type", "from", "to", "log"],
  choice: ["type", "values"],
};

/**
 * Checks a space that a person wrote.
 *
 * @throws {DescriptionError} a setting that can't be varied, a range without meaning, a bound that the setting can't have
 */
export function spaceOf(space: unknown): Space {
  if (typeof space !== "object" || space === null || Array.isArray(space)) {
    throw new DescriptionError(`The space: expected an object of settings and ranges, found ${shown(space)}.`);
  }
  return Object.fromEntries(
    Object.entries(space).map(([name, range]) => [
      name,
      typeof range === "string" ? rangeOfText(name, range) : requireRange(name, range),
    ]),
  );
}

/**
 * A range from its short text: `from..to` or `from..to:log`; or the values to choose from, separated by commas, the
 * widths of hidden layers joined by x and 0 for none.
 *
 * @throws {DescriptionError} as `spaceOf` does
 */
export function rangeOfText(name: string, text: string): Range {
  const { kind } = tunableOf(name);
  const bounds = /^([^.:,]+(?:\.\d[^.:,]*)?)\.\.([^:,]+)(?::(.*))?$/.exec(text.trim());
  if (bounds === null) {
    return requireRange(name, {
      type: "choice",
      values: text.split(",").map((part) => valueOfText(kind, part.trim())),
    });
  }
  const [, from, to, scale] = bounds;
  if (kind === "name" || kind === "widths" || (scale !== undefined && scale !== "log")) throw badText(name, text);
  const type = kind === "whole" ? "int" : "float";
  return requireRange(name, { type, from: Number(from), to: Number(to), ...(scale === "log" && { log: true }) });
}

function valueOfText(kind: ReturnType<typeof tunableOf>["kind"], text: string): Value {
  if (kind === "name") return text;
  if (kind === "widths") return text === "0" ? [] : text.split("x").map(Number);
  return text === "" ? Number.NaN : Number(text);
}

function badText(name: string, text: string): DescriptionError {
  const { kind } = tunableOf(name);
  const example = { number: "0.01..0.1:log", whole: "32..256", name: "relu,silu", widths: "64x64,256x256" }[kind];
  return new DescriptionError(`${name}: expected a range or values such as ${example}, found ${shown(text)}.`);
}

function requireRange(name: string, range: unknown): Range {
  tunableOf(name);
  const { type } = (typeof range === "object" && range !== null ? range : {}) as Partial<Range>;
  if (typeof type !== "string" || !Object.hasOwn(fieldsOf, type)) {
    throw new DescriptionError(
      `${name}: expected a range such as { type: "float", from: 0.001, to: 0.1, log: true }, of type ${Object.keys(fieldsOf).join(", ")}, or its short text "0.001..0.1:log", found ${shown(range)}.`,
    );
  }
  const given = range as Range;
  const unknown = Object.keys(given).find((field) => !fieldsOf[type].includes(field));
  if (unknown !== undefined) throw new DescriptionError(unknownName(unknown, fieldsOf[type], `field of ${name}`));
  return given.type === "choice" ? requireChoice(name, given) : requireBounds(name, given);
}

function requireChoice(name: string, { values }: ChoiceRange): ChoiceRange {
  if (!Array.isArray(values) || values.length === 0) {
    throw new DescriptionError(`${name}: expected values to choose from, found ${shown(values)}.`);
  }
  const checked = (values as readonly unknown[]).map((value) => requireValue(name, value));
  const texts = checked.map((value) => JSON.stringify(value));
  const twice = texts.find((text, index) => texts.indexOf(text) < index);
  if (twice !== undefined) throw new DescriptionError(`${name}: expected each value once, found ${twice} twice.`);
  return { type: "choice", values: checked };
}

function requireBounds(name: string, { type, from, to, log = false }: FloatRange | IntRange): FloatRange | IntRange {
  const { kind } = tunable[name as keyof typeof tunable];
  if (kind !== (type === "int" ? "whole" : "number")) {
    const fitting = kind === "whole" ? "int or choice" : kind === "number" ? "float or choice" : "choice";
    throw new DescriptionError(`${name}: expected a range of type ${fitting}, found ${type}.`);
  }
  requireValue(name, from);
  requireValue(name, to);
  if (typeof log !== "boolean") throw new DescriptionError(`${name}: expected log to be true or false, found ${log}.`);
  if (from >= to) throw new DescriptionError(`${name}: expected from below to, found ${from} and ${to}.`);
  if (log && from <= 0) {
    throw new DescriptionError(`${name}: expected from above 0 on the logarithmic scale, found ${from}.`);
  }
  return { type, from, to, ...(log && { log }) };
}

/** The short text of a range, as a person would write it. */
export function rangeText(range: Range): string {
  requireKind(
    "a range",
    range,
    either(
      withFields("a choice", { type: oneOf("choice"), values: list }),
      withFields("bounds", { type: oneOf("int", "float"), from: number, to: number }),
    ),
  );
  if (range.type === "choice") return range.values.map(valueText).join(",");
  return `${range.from}..${range.to}${range.log ? ":log" : ""}`;
}

/** 256x256 for widths, the value itself else. */
export function valueText(value: Value): string {
  requireKind("a value", value, either(text, number, boolean, listOf(number, "numbers")));
  if (typeof value !== "object") return String(value);
  return value.length === 0 ? "0" : value.join("x");
}
