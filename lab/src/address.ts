/**
 * The setting in the address: `#data=spirals&seed=3&…`, only what differs from the defaults. Nothing of a table of the
 * reader's own is in it, the names of its columns neither.
 *
 * What the address has wrong keeps its default and is reported, so that a link is never followed half in silence.
 */
import { dataNames } from "./data/dataSets.ts";
import { isTable, ownTable, packagedNames } from "./data/tables.ts";
import { lessonOf, lessonSettings } from "./lessons/settings.ts";
import { type ActivationChoice, activationNames, optimizerNames } from "./libraryNames.ts";
import {
  type ColumnType,
  columnTypes,
  defaults,
  isAllowed,
  limits,
  lossNames,
  mostLayers,
  mostUnits,
  type NumberOption,
  type Setting,
  textOf,
  withActivations,
  withFittingLoss,
} from "./setting.ts";

/** The setting as the part of an address behind the #. */
export function addressOf({ types, target, points: _, ...setting }: Setting): string {
  const parts = Object.entries(setting)
    .map(([name, value]) => [name, textOf(value)])
    .filter(([name, text]) => text !== textOf(defaults[name as keyof Setting]));
  if (setting.data !== ownTable) {
    if (target !== "") parts.push(["target", target]);
    for (const [column, type] of Object.entries(types)) parts.push(["type", `${column}=${type}`]);
  }
  return new URLSearchParams(parts).toString();
}

export interface ReadAddress {
  readonly setting: Setting;
  /** What could not be taken from the address, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads the part of an address behind the #.
 *
 * @param own the setting of a run of the reader's own table, where one is open: the address has nothing of that table
 */
export function readAddress(hash: string, own?: Setting): ReadAddress {
  const problems: string[] = [];
  const found: Partial<Record<keyof Setting, unknown>> = {};
  const columns = new Map<string, ColumnType>();
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  for (const [name, text] of parts) {
    const value = name === "lesson" ? lessonOf(`lesson=${text}`) : readValue(name, text);
    if (value === undefined) problems.push(`The link has ${name}=${text}, which the lab does not take: left out.`);
    else if (name === "lesson") Object.assign(found, lessonSettings[Number(value) - 1]);
    else if (name === "type") columns.set(...(value as [string, ColumnType]));
    else found[name as keyof Setting] = value;
  }
  if (found.data === ownTable && own === undefined) {
    problems.push("The table of this link is not in it, and is not kept when the page is left: open its file again.");
    delete found.data;
  }
  for (const name of new Set(parts.keys())) {
    if (name !== "type" && parts.getAll(name).length > 1)
      problems.push(`The link has ${name} more than once: the last counts.`);
  }
  const hasColumns = found.target !== undefined || columns.size > 0;
  if (hasColumns && !isTable(String(found.data))) {
    problems.push("The link has a target or a type of a column without a table: left out.");
    delete found.target;
    columns.clear();
  }
  const isOwn = found.data === ownTable && own !== undefined;
  const types = Object.fromEntries(columns);
  const given = { ...defaults, types, ...found, ...(isOwn && { target: own.target, types: own.types }) } as Setting;
  const setting = withActivations(given);
  if (found.activations !== undefined) problems.push(...activationProblems(found.activations as [], given));
  const fitting = withFittingLoss(setting);
  if (found.loss !== undefined && fitting.loss !== setting.loss)
    problems.push(`The loss ${setting.loss} does not fit ${setting.data}: ${fitting.loss} is used.`);
  return { setting: fitting, problems };
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
    data: [...dataNames, ...packagedNames, ownTable],
    activation: activationNames,
    optimizer: optimizerNames,
    loss: Object.values(lossNames).flat(),
  };
  if (Object.hasOwn(words, name)) return words[name].includes(text) ? text : undefined;
  if (name === "hidden") return hiddenOf(text);
  if (name === "activations") return activationsOf(text);
  if (name === "target") return text;
  if (name === "type") return typeOf(text);
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

/** "year=category": a column's name and how it is taken. */
function typeOf(text: string): readonly [column: string, type: ColumnType] | undefined {
  const at = text.lastIndexOf("=");
  const type = columnTypes.find((known) => known === text.slice(at + 1));
  return at < 1 || type === undefined ? undefined : [text.slice(0, at), type];
}
