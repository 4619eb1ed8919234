/**
 * Readers of option values: text from the command line to a checked value, or an error that says what was expected.
 */
import { type Command, Option } from "commander";
import { optionSuggestion, unknownName } from "../entries/internal.ts";
import { DescriptionError } from "../node.ts";

type Reader<T> = (text: string) => T;
/** The reader of an option: its errors name the flag. */
type ReaderOf<T> = (flag: string) => (text: string, before?: T) => T;

/** A whole number of at least `least`. */
export const whole =
  (least: number): ReaderOf<number> =>
  (name) =>
  (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    const most = Number(text) > Number.MAX_SAFE_INTEGER ? ` and at most ${Number.MAX_SAFE_INTEGER}` : "";
    throw new DescriptionError(
      `${name}: expected a whole number of at least ${least}${most}, found ${JSON.stringify(text)}.`,
    );
  };

/** A number within bounds; `expected` words them. */
export const numberWhere =
  (expected: string, holds: (value: number) => boolean): ReaderOf<number> =>
  (name) =>
  (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && holds(value)) return value;
    throw new DescriptionError(`${name}: expected a number ${expected}, found ${JSON.stringify(text)}.`);
  };

/** A share of a whole. */
export const share = numberWhere("above 0 and below 1", (value) => value > 0 && value < 1);

/** A number above 0. */
export const positive = numberWhere("above 0", (value) => value > 0);

/** One of some names. */
export const oneOf =
  (flag: string, names: readonly string[]): Reader<string> =>
  (text) => {
    if (names.includes(text)) return text;
    throw new DescriptionError(unknownName(text, names, `value of ${flag}`));
  };

/** "90s", "10m" or "1.5h", or a number of seconds, as seconds above 0. */
export const seconds =
  (name: string): Reader<number> =>
  (text) => {
    const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text.trim()) ?? [];
    const value = Number(amount) * { s: 1, m: 60, h: 3600 }[unit as "s" | "m" | "h"];
    if (value > 0) return value;
    throw new DescriptionError(`${name}: expected a duration as 90s, 10m or 1.5h, found ${JSON.stringify(text)}.`);
  };

/** "4GB", "500MB" or "20kB", or a number of bytes, as bytes above 0. */
export const bytes =
  (name: string): Reader<number> =>
  (text) => {
    const [, amount, unit = "b"] = /^(\d+(?:\.\d+)?) *(b|kb|mb|gb|tb)?$/i.exec(text.trim()) ?? [];
    const value = Number(amount) * 1000 ** ["b", "kb", "mb", "gb", "tb"].indexOf(unit.toLowerCase());
    if (value > 0) return value;
    throw new DescriptionError(`${name}: expected a size such as 4GB or 500MB, found ${JSON.stringify(text)}.`);
  };

/** "a,b,c" as a list; names that hold a comma cannot be written so. @throws {DescriptionError} nothing between two commas */
export const list: Reader<string[]> = (text) => {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length === 1) return parts[0] === "" ? [] : parts;
  if (!parts.includes("")) return parts;
  throw new DescriptionError(`Expected a value before and after each comma, found ${JSON.stringify(text)}.`);
};

/** The same of at least one. @param what one of them is */
export const columns =
  (flag: string, what = "the name of a column"): Reader<string[]> =>
  (text) => {
    const found = list(text);
    if (found.length > 0) return found;
    throw new DescriptionError(`${flag}: expected ${what}, found ${JSON.stringify(text)}.`);
  };

/** "NAME=VALUE" pairs gathered over repetitions of the option. */
export const pairs =
  (name: string): ((text: string, before?: Record<string, string>) => Record<string, string>) =>
  (text, before = {}) => {
    const at = text.lastIndexOf("=");
    const key = text.slice(0, at);
    if (Object.hasOwn(before, key)) throw givenTwice(name, key);
    if (at > 0) return { ...before, [key]: text.slice(at + 1) };
    throw new DescriptionError(`${name}: expected NAME=VALUE, found ${JSON.stringify(text)}.`);
  };

/** Values that an option is known to take, for the shells' completion. */
const known = new WeakMap<Option, readonly string[]>();

/** An option that takes one of some values. @param read takes them, and their aliases, and refuses all others */
export function choiceOption<T>(
  flags: string,
  description: string,
  values: readonly string[],
  read: (text: string) => T | string = oneOf(flags.split(" ")[0], values),
): Option {
  const made = option(flags, description, () => read);
  known.set(made, values);
  return made;
}

/** The values that an option is known to take; none where it takes others too. */
export function valuesOf(found: Option): readonly string[] {
  return found.argChoices ?? known.get(found) ?? [];
}

/** Options that gather what they are given each time. */
const repeatable = new WeakSet<Option>();

/** An option that may be given several times: its reader gathers the values. */
export function repeatableOption<T>(flags: string, description: string, read: ReaderOf<T>): Option {
  const made = option(flags, description, read);
  repeatable.add(made);
  return made;
}

/** Makes a command refuse an option that is given twice, or with its contrary: the last value would silently win. */
export function refuseRepeats(command: Command): void {
  const given = new Map<string, string>();
  for (const found of command.options) {
    const flag = found.long ?? found.flags;
    command.on(`option:${found.name()}`, () => {
      const before = given.get(found.attributeName());
      given.set(found.attributeName(), flag);
      if (before === undefined || repeatable.has(found) || (before === flag && found.isBoolean())) return;
      throw new DescriptionError(
        before === flag
          ? `${flag} is given twice, but takes one value. Leave one out.`
          : `${before} and ${flag} contradict each other. Leave one out.`,
      );
    });
  }
}

/**
 * Makes a command ask for its mandatory options after it has checked those that are given: for commander a misspelt
 * --target is only one that is absent.
 */
export function requireMandatory(command: Command): void {
  const mandatory = command.options.filter((found) => found.mandatory);
  for (const found of mandatory) found.makeOptionMandatory(false);
  command.hook("preAction", () => {
    // They are those of the command that goes on, or of the model.
    if (["resume", "from"].some((name) => command.getOptionValue(name) !== undefined)) return;
    for (const found of mandatory) {
      if (command.getOptionValue(found.attributeName()) === undefined)
        throw new DescriptionError(`${found.flags} is not given: ${found.description}.`);
    }
  });
}

/**
 * An error about an unknown option, which commander compares with others by letters alone, with the option that stands for
 * it where the name is another library's: --lr is --learning-rate, not --l1.
 */
export function withFieldName(text: string, { options }: Command): string {
  const [, flag] = /^error: unknown option '--([\w-]+)/.exec(text) ?? [];
  if (flag === undefined) return text;
  const spellings = [
    flag,
    flag.replaceAll("-", "_"),
    flag.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase()),
  ];
  const known = options.map((each) => each.attributeName());
  const found = spellings.map((name) => optionSuggestion(name, known)).find((suggestion) => suggestion !== undefined);
  const ours = options.find((each) => each.attributeName() === found?.name);
  if (found === undefined || (found.name !== undefined && ours === undefined)) return text;
  const [line] = text.split("\n");
  const note = found.note?.includes("{") ? [] : [found.note];
  const hint = [ours && `Did you mean ${ours.long}?`, ...note].filter((part) => part !== undefined);
  return hint.length === 0 ? text : `${line}\n(${hint.join(" ")})\n`;
}

/** Two values for one name, of which one would silently win. */
export function givenTwice(option: string, name: string): DescriptionError {
  return new DescriptionError(`${option}: ${JSON.stringify(name)} is given twice. Remove one of them.`);
}

/** An option with its reader, which commander calls with the text that was written; the text itself when absent. */
export function option<T>(flags: string, description: string, read?: ReaderOf<T>): Option {
  const made = new Option(flags, description);
  return read === undefined ? made : made.argParser(read(flags.split(" ")[0]));
}
