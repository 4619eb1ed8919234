/**
 * Operations as words: what an interpreter reads, by their entries in the table of `ops.ts`. Knows no engine: where regions lie, and what an
 * engine adds, is an argument.
 */
import { activations } from "../network/activations.ts";
import type { Argument } from "./ops/argument.ts";
import type { OperationEntry } from "./ops/entry.ts";
import { steps } from "./ops/steps.ts";
import type { LocalStep, Region } from "./plan.ts";
import { regionsOf } from "./touched.ts";

/** The address of a region. */
export type AddressOf = (region: Region) => number;

/** What an engine adds to an operation, by the names of the table's `own` arguments. */
export type Own = Readonly<Record<string, number>>;

/** Whatever has an operation's fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** [code, length, arguments…] of an operation with the fields of its arguments' names. */
export function operationWords(entry: OperationEntry, fields: Fields, addressOf: AddressOf, own: Own = {}): number[] {
  const all = argumentWords(entry.arguments, fields, addressOf, own);
  return [entry.code, all.length + 2, ...all];
}

/** The same of an operation without regions, whose arguments are an engine's own. */
export function ownWords(entry: OperationEntry, own: Own = {}): number[] {
  return operationWords(entry, {}, () => 0, own);
}

/** The words of arguments, from fields of their names. */
export function argumentWords(
  table: OperationEntry["arguments"],
  fields: Fields,
  addressOf: AddressOf,
  own: Own = {},
): number[] {
  const extents = extentsOf(table, fields);
  return Object.entries(table).flatMap(([name, argument]) => {
    const found = wordsOf(argument, argument.kind === "own" ? own[name] : fields[name], extents, addressOf);
    return Array.isArray(found) ? found : [found];
  });
}

function wordsOf(
  argument: Argument,
  field: unknown,
  extents: ReadonlyMap<string, number>,
  addressOf: AddressOf,
): number | number[] {
  switch (argument.kind) {
    case "region":
      return field === null || field === undefined ? 0 : addressOf(field as Region);
    case "regions": {
      const addresses = (field as readonly Region[]).map(addressOf);
      return [...addresses, ...new Array<number>(argument.most - addresses.length).fill(0)];
    }
    case "extent":
      return extents.get(argument.of) ?? 0;
    case "i32":
      return field as number;
    case "f32":
      return new Int32Array(Float32Array.of(field as number).buffer)[0];
    case "f64":
      return [...new Int32Array(Float64Array.of(field as number).buffer)];
    case "entry":
      return kindOf(argument.of, typeof field === "string" ? field : (field as { readonly name: string }).name);
    case "step":
      return stepWords(field as LocalStep, addressOf);
    case "own":
      return (field ?? 0) as number;
    case "list":
      return [...argument.words(field as never, extents)];
    case "each":
      return (field as readonly object[]).flatMap((own) => argumentWords(argument.of, { ...own }, addressOf));
    default:
      return argument satisfies never;
  }
}

/** Which step, and its arguments: as many words whichever it is. */
function stepWords(step: LocalStep, addressOf: AddressOf): number[] {
  if (step.by === "identity") return [steps.activation.code, kindOf(activations, "identity"), 0, 0];
  const { code, arguments: table } = steps[step.by];
  return [code, ...argumentWords(table, { ...step }, addressOf)];
}

/** The place of a name in its table: kinds are numbered so. */
export function kindOf(table: object, name: string): number {
  return Object.keys(table).indexOf(name);
}

/**
 * What the letters of the regions' shapes stand for; of a letter that stands for several numbers, the first.
 *
 * @param disagreed called with each that differs from the one before
 */
export function extentsOf(
  table: OperationEntry["arguments"],
  fields: Fields,
  disagreed: (letter: string, region: Region) => void = () => {},
): Map<string, number> {
  const extents = new Map<string, number>();
  const bind = (letter: string, extent: number, region: Region): void => {
    const known = extents.get(letter);
    if (known === undefined) extents.set(letter, extent);
    else if (known !== extent) disagreed(letter, region);
  };
  for (const [name, argument] of Object.entries(table)) {
    if (argument.kind !== "region" && argument.kind !== "regions") continue;
    for (const region of regionsOf(fields[name])) {
      for (const [axis, letter] of argument.shape.entries()) {
        const rest = letter.startsWith("…");
        bind(letter, rest ? product(region.shape.slice(axis)) : region.shape[axis], region);
      }
      const isWhole = argument.shape.at(-1)?.startsWith("…") || region.shape.length === argument.shape.length;
      if (!isWhole) disagreed("", region);
    }
  }
  return extents;
}

function product(extents: readonly number[]): number {
  return extents.reduce((all, extent) => all * extent, 1);
}
