/**
 * The setting in the address: `#data=spirals&seed=3&…`, only what differs from the defaults.
 *
 * What the address has wrong keeps its default and is reported, so that a link is never followed half in silence.
 */
import { dataKinds, dataNames } from "./data/dataSets.ts";
import {
  type ActivationChoice,
  activationNames,
  defaults,
  isAllowed,
  limits,
  lossNames,
  mostLayers,
  mostUnits,
  type NumberOption,
  optimizerNames,
  type Setting,
  withActivations,
} from "./setting.ts";

/** The setting as the part of an address behind the #. */
export function addressOf(setting: Setting): string {
  const parts = Object.entries(setting)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([name, text]) => text !== textOf(defaults[name as keyof Setting]));
  return new URLSearchParams(parts.map(([name, text]) => [name, text])).toString();
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join("-") || "none" : String(value));

export interface ReadAddress {
  readonly setting: Setting;
  /** What could not be taken from the address, a sentence each. */
  readonly problems: readonly string[];
}

/** Reads the part of an address behind the #. */
export function readAddress(hash: string): ReadAddress {
  const problems: string[] = [];
  const found: Partial<Record<keyof Setting, unknown>> = {};
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const value = readValue(name, text);
    if (value === undefined) problems.push(`The link has ${name}=${text}, which the lab does not take: left out.`);
    else found[name as keyof Setting] = value;
  }
  const setting = withActivations({ ...defaults, ...found } as Setting);
  if (found.activations !== undefined)
    problems.push(...activationProblems(found.activations as [], { ...defaults, ...found } as Setting));
  const allowed: readonly string[] = lossNames[dataKinds[setting.data]];
  if (allowed.includes(setting.loss)) return { setting, problems };
  const [loss] = lossNames[dataKinds[setting.data]];
  if (found.loss !== undefined)
    problems.push(`The loss ${setting.loss} does not fit ${setting.data}: ${loss} is used.`);
  return { setting: { ...setting, loss }, problems };
}

function activationProblems({ length }: readonly unknown[], { hidden, activation }: Setting): string[] {
  if (length === hidden.length) return [];
  const found = `${length} ${length === 1 ? "activation" : "activations"} for ${hidden.length} hidden layers`;
  const rest = length < hidden.length ? `the others have ${activation}` : "those beyond are left out";
  return [`The link has ${found}: expected one for each; ${rest}.`];
}

/** The value of an option, or undefined where the text is none. */
function readValue(name: string, text: string): unknown {
  const words: Readonly<Record<string, readonly string[]>> = {
    data: dataNames,
    activation: activationNames,
    optimizer: optimizerNames,
    loss: Object.values(lossNames).flat(),
  };
  if (Object.hasOwn(words, name)) return words[name].includes(text) ? text : undefined;
  if (name === "hidden") return hiddenOf(text);
  if (name === "activations") return activationsOf(text);
  if (!Object.hasOwn(limits, name) || text.trim() === "") return undefined;
  return isAllowed(name as NumberOption, Number(text)) ? Number(text) : undefined;
}

function activationsOf(text: string): readonly ActivationChoice[] | undefined {
  const names = text.split("-") as ActivationChoice[];
  return names.every((name) => activationNames.includes(name)) ? names : undefined;
}

function hiddenOf(text: string): readonly number[] | undefined {
  if (text === "none") return [];
  const units = text.split("-").map(Number);
  const isFine = units.length <= mostLayers && units.every((n) => Number.isInteger(n) && n >= 1 && n <= mostUnits);
  return isFine ? units : undefined;
}
