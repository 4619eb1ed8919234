/**
 * The words of an operation as what they mean, by the names of its arguments: the table of `plan/ops.ts` read the other way round.
 *
 * A part of the toy device. Knows no operation.
 */

import {
  type Argument,
  type EachArgument,
  type EntryArgument,
  type ListArgument,
  type RegionsArgument,
  wordCount,
} from "../../src/plan/ops/argument.ts";
import type { OperationEntry } from "../../src/plan/ops/entry.ts";
import { steps } from "../../src/plan/ops/steps.ts";

type Table = OperationEntry["arguments"];

/** Addresses and numbers; the name of a table's entry. */
type Value<Of> =
  Of extends EntryArgument<infer Entries>
    ? keyof Entries
    : Of extends { readonly kind: "step" }
      ? Step
      : Of extends EachArgument
        ? readonly Decoded<Of["of"]>[]
        : Of extends RegionsArgument | ListArgument
          ? readonly number[]
          : number;

/** What an operation's words mean, by the names of its arguments. */
export type Decoded<Of extends Table> = { readonly [Name in keyof Of]: Value<Of[Name]> };

type Steps = typeof steps;

/** What a layer below does to what comes back, as the words say it. */
export type Step = { [By in keyof Steps]: { readonly by: By } & Decoded<Steps[By]["arguments"]> }[keyof Steps];

/** Reads words one after the other. */
export class Reader {
  readonly #words: Int32Array;
  #next = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  take(count = 1): Int32Array {
    this.#next += count;
    return this.#words.slice(this.#next - count, this.#next);
  }

  get left(): number {
    return this.#words.length - this.#next;
  }

  /** The next words by their names. */
  named<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
    return named(names, this.take(names.length));
  }

  /** So many times the words of these names. */
  each<Name extends string>(count: number, names: readonly Name[]): Readonly<Record<Name, number>>[] {
    return Array.from({ length: count }, () => this.named(names));
  }
}

/** Numbers by their names. */
export function named<Name extends string>(
  names: readonly Name[],
  numbers: ArrayLike<number>,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, numbers[place]])) as Record<Name, number>;
}

/** @param words without the operation's code and its length */
export function decoded<Of extends Table>(table: Of, words: Int32Array): Decoded<Of> {
  return fieldsOf(table, new Reader(words)) as Decoded<Of>;
}

function fieldsOf(table: Table, words: Reader): object {
  return Object.fromEntries(Object.entries(table).map(([name, argument]) => [name, meaningOf(argument, words)]));
}

function meaningOf(argument: Argument, words: Reader): unknown {
  switch (argument.kind) {
    case "region":
    case "extent":
    case "i32":
    case "own":
      return words.take()[0];
    case "f32":
      return new Float32Array(words.take().buffer)[0];
    case "f64":
      return new Float64Array(words.take(2).buffer)[0];
    case "entry":
      return Object.keys(argument.of)[words.take()[0]];
    case "step":
      return stepOf(new Reader(words.take(wordCount(argument))));
    case "regions":
      return [...words.take(argument.most)];
    case "list":
      return [...words.take(words.left)];
    case "each": {
      const all: object[] = [];
      while (words.left > 0) all.push(fieldsOf(argument.of, words));
      return all;
    }
    default:
      return argument satisfies never;
  }
}

function stepOf(words: Reader): object {
  const [code] = words.take();
  const found = Object.entries(steps).find(([, entry]) => entry.code === code);
  if (found === undefined) throw new RangeError(`Expected a step's code, found ${code}.`);
  const [by, { arguments: table }] = found;
  return { by, ...fieldsOf(table, words) };
}
