/**
 * An update rule as assignments, p ← p − η g, from which its numbers, its formula and a trace's lines follow.
 *
 * Schedules, penalties and clipping have acted before: a rule sees the final rate and gradient. Knows no optimizer.
 */
import { numberOf } from "../network/expression/compiled.ts";
import { type Expression, type Letter, letter } from "../network/expression/expression.ts";
import { symbols } from "../network/expression/symbols.ts";
import type { Formula } from "../network/formula.ts";

/** One parameter at one step, as a rule sees it. */
export interface UpdateStep {
  /** The parameter before the step. */
  readonly parameter: number;
  /** ∂L/∂p. */
  readonly gradient: number;
  /** η of this step, the schedule's factor and the tensor's own included. */
  readonly learningRate: number;
  /** t, counting updates from 1. */
  readonly step: number;
  /** η of this step by which decoupled decay acts, its schedule's factor and the tensor's own included; 0 for biases. */
  readonly decayRate: number;
}

/** letter ← is. */
export interface Assignment {
  readonly letter: Letter;
  readonly is: Expression;
}

export interface UpdateRule {
  /** The assignments in their order: p, and what is kept from step to step. */
  readonly rule: readonly Assignment[];
  /** The numbers kept for each parameter, by name; all start at 0. */
  readonly slots: readonly string[];
  update(step: UpdateStep, slots: Float64Array, options: Readonly<Record<string, number | string>>): number;
  readonly formula: Formula;
}

/** The letters of a step, by the names of its fields. Those of options and slots stand with the optimizers. */
export const stepLetters = {
  parameter: letter("parameter", "p"),
  gradient: letter("gradient", "g"),
  learningRate: letter("learningRate", "η", "\\eta"),
  decayRate: letter("decayRate", "η", "\\eta"),
  step: letter("step", "t"),
} as const satisfies Readonly<Record<keyof UpdateStep, Letter>>;

/** An optimizer's rule with what follows from it. */
export function ruleOf(...rule: readonly Assignment[]): UpdateRule {
  const kept = [...new Set(rule.map(({ letter: { name } }) => name))].filter((name) => name !== "parameter");
  return {
    rule,
    slots: kept,
    update(step, slots, options) {
      const scope: Record<string, number> = { ...(options as Readonly<Record<string, number>>), ...step };
      for (let at = 0; at < kept.length; at++) scope[kept[at]] = slots[at];
      for (const { letter, is } of rule) scope[letter.name] = numberOf(is, scope);
      for (let at = 0; at < kept.length; at++) slots[at] = scope[kept[at]];
      return scope.parameter;
    },
    formula: formulaOfRule(rule),
  };
}

function formulaOfRule(rule: readonly Assignment[]): Formula {
  const parts = rule.map(({ letter: to, is }) => ({ to: symbols(to), is: symbols(is) }));
  return {
    text: parts.map(({ to, is }) => `${to.text} ← ${is.text}`).join("; "),
    latex: parts.map(({ to, is }) => `${to.latex} \\leftarrow ${is.latex}`).join(",\\quad "),
  };
}
