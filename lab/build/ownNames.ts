/**
 * Stands in the lab's build for src/fieldNames.ts, what other libraries call things: the lab calls the library by its own
 * names alone and checks a link's values itself, so a first visit need not fetch the others.
 */
import type { AliasKind, Suggestion } from "../../src/fieldNames.ts";

type Names<Value> = Readonly<Record<string, Value>>;

const none = { activation: {}, loss: {}, optimizer: {}, initialisation: {}, schedule: {}, metric: {} };

export const aliases: Readonly<Record<AliasKind, Names<string>>> = none;
export const suggestions: Readonly<Record<AliasKind, Names<Suggestion>>> = none;
export const optionSuggestions: Names<readonly Suggestion[]> = {};
