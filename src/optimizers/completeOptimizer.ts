/** Optimizers as callers describe them: names and aliases, values that are checked and filled in. Knows no rule. */
import { canonicalDescription, nameOf } from "../aliases.ts";
import { DescriptionError, float32Range, nearHint, optionHint, shown } from "../errors.ts";
import { either, object, requireKind, text } from "../kinds.ts";
import { optimizerOf } from "./optimizerOf.ts";
import { type CompleteOptimizer, type Optimizer, type OptimizerLike, optimizers } from "./optimizers.ts";

/**
 * An optimizer from its name or description, every absent value filled in.
 *
 * @throws {DescriptionError} an unknown name or value, or a value out of range
 */
export function completeOptimizer(optimizer: OptimizerLike): CompleteOptimizer {
  const given = optimizerNamed(optimizer);
  const { defaults, options } = optimizerOf(given);
  const known = Object.keys(defaults);
  for (const [key, value] of Object.entries(given)) {
    if (key === "name" || value === undefined) continue;
    if (!known.includes(key)) {
      throw new DescriptionError(
        `${given.name} has no ${key}.${optionHint(key, known) ?? nearHint(key, known)} It takes: ${known.join(", ")}.`,
      );
    }
    const { expected, holds } = options[key as keyof typeof options];
    const wrong = typeof value === "number" && holds(value) ? unheld(key, value) : expected;
    if (wrong !== undefined) {
      throw new DescriptionError(`${given.name}: expected ${key} to be ${wrong}, found ${shown(value)}.`);
    }
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaults, ...present } as CompleteOptimizer;
}

/** What float32 asks of a rate or of ε, with which no step would move anything; a rate that is too large diverges, and is named then. */
function unheld(key: string, value: number): string | undefined {
  return key === "epsilon" || (key === "learningRate" && value < 1) ? float32Range(value) : undefined;
}

/**
 * An optimizer as a description with its own names, and nothing filled in.
 *
 * @throws {DescriptionError} an unknown name; a value that is given under two names
 */
export function optimizerNamed(optimizer: OptimizerLike): Optimizer {
  requireKind("optimizer", optimizer, either(text, object));
  const given = typeof optimizer === "string" ? { name: optimizer } : optimizer;
  const name = nameOf("optimizer", optimizers, given.name);
  const described = canonicalDescription("optimizer", given) as Optimizer & { readonly rho?: number };
  const { rho, ...others } = described;
  if (name !== "rmsProp" || rho === undefined) return described;
  if ("decay" in others && others.decay !== undefined) {
    throw new DescriptionError("rmsProp: rho and decay are two names of the same option. Leave one of them out.");
  }
  return { ...others, decay: rho } as Optimizer;
}
