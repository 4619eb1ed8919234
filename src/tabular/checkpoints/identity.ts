/**
 * What decides the bits of a training, besides the machine: states that were kept of one are for no other.
 *
 * Where something differs, it is named with both values. Knows nothing of states and files.
 */
import { fingerprint } from "../../data/fingerprint.ts";
import type { Table } from "../../data/table.ts";
import { shown } from "../../errors.ts";
import { type JsonObject, plainJson } from "../../models/json.ts";
import { version } from "../../version.ts";

/** Plain data, which JSON carries unchanged. */
export interface TrainingIdentity {
  /** Of gradus. */
  readonly version: string;
  readonly engine: string;
  /** That computes the engine's products, if it is another program's. */
  readonly library?: string;
  /** Fingerprints. */
  readonly table: string;
  readonly test: string | null;
  /** How many networks the model has. */
  readonly networks: number;
  /** Whether layers are checked: what is found is among the model's warnings. */
  readonly health: boolean;
  /** As they were given, and the seed. */
  readonly options: JsonObject;
  /** The first network, its loss and its optimizer. */
  readonly problem: JsonObject;
}

/** What of a training that has been prepared decides its bits. */
interface Prepared {
  readonly engine: { readonly name: string };
  readonly rows: { readonly table: Table; readonly test: Table | undefined };
  readonly start: { readonly networks: number };
  readonly settings: { readonly health?: boolean };
  /** Its options as plain data. */
  readonly record: JsonObject;
  readonly seed: number;
  /** Its first network. */
  readonly first: { readonly problem: object };
  /** Of a table that ranks share. */
  readonly shared?: { readonly provenance: { readonly fingerprint: string }; readonly test: string | null } | undefined;
}

/** @param library of the training's engine */
export function identityOf(training: Prepared, library?: string): TrainingIdentity {
  const { engine, rows, start, settings, record, seed, first, shared } = training;
  return {
    version,
    engine: engine.name,
    ...(library !== undefined && { library }),
    table: shared?.provenance.fingerprint ?? fingerprint(rows.table),
    test: shared ? shared.test : rows.test === undefined ? null : fingerprint(rows.test),
    networks: start.networks,
    health: settings.health !== false,
    options: { ...record, seed },
    problem: plainJson(first.problem),
  };
}

/** What the parts of an identity are called in messages. */
const NAMES: Readonly<Record<Exclude<keyof TrainingIdentity, "options" | "problem">, string>> = {
  version: "the version of gradus",
  engine: "the engine",
  library: "the library of the engine",
  table: "the fingerprint of the table",
  test: "the fingerprint of the test table",
  networks: "the number of networks",
  health: "option health",
};

/**
 * In what two trainings differ: "the version of gradus was "0.1.0" and is "0.2.0"". Nothing where states of one are for the other.
 *
 * @param before of the training whose states were kept, as it was read
 * @param worded says that a part was one value and is another
 */
export function differences(
  before: Partial<TrainingIdentity>,
  now: Partial<TrainingIdentity>,
  worded = (name: string, was: string, is: string): string => `${name} was ${was} and is ${is}`,
): string[] {
  const sentenceOf = ({ name, ...part }: Part): string => {
    const [was, is] = [valueText(part.was), valueText(part.is)];
    return was === is ? `${name} differs` : worded(name, was, is); // a text has not all that is in an object
  };
  const named = Object.entries(NAMES).map(([key, name]): Part => {
    return { name, was: before[key as keyof TrainingIdentity], is: now[key as keyof TrainingIdentity] };
  });
  const options = partsOf(before.options, now.options, (key) => `option ${key}`);
  const found = [...named, ...options].filter(differs).map(sentenceOf);
  // The same options decide the same network, unless a part of them is no plain data.
  const problem = partsOf(before.problem, now.problem, (key) => `the problem's ${key}`);
  return found.length > 0 ? found : problem.filter(differs).map(sentenceOf);
}

interface Part {
  readonly name: string;
  readonly was: unknown;
  readonly is: unknown;
}

function partsOf(before: JsonObject | undefined, now: JsonObject | undefined, nameOf: (key: string) => string): Part[] {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})]);
  const valueIn = (object: JsonObject | undefined, key: string): unknown =>
    object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return [...keys].map((key) => ({ name: nameOf(key), was: valueIn(before, key), is: valueIn(now, key) }));
}

const differs = ({ was, is }: Part): boolean => JSON.stringify(was) !== JSON.stringify(is);

function valueText(value: unknown): string {
  return value === undefined ? "not given" : shown(value);
}
