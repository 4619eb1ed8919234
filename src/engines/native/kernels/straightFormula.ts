/** A formula as a part of straight code: step by step, with values instead of the arrays that it loads. */
import { GradusError } from "../../../errors.ts";
import { instructionOf, isBinary, isCommutative } from "./emitFormula.ts";
import { Formula, type Step, type Vector } from "./formula.ts";
import type { StraightCode } from "./straightCode.ts";
import type { Value } from "./values.ts";

/**
 * What a formula gives.
 *
 * @param inputs by the names that the formula has them by
 */
export function applied(
  s: StraightCode,
  inputs: Readonly<Record<string, Value>>,
  record: (f: Formula, inputs: Readonly<Record<string, Vector>>) => Vector,
): Value {
  const formula = new Formula();
  const loaded = Object.fromEntries(Object.keys(inputs).map((name) => [name, formula.load(name)]));
  const result = record(formula, loaded);
  const values = new Map<Step, Value>();
  const found = (step: Step): Value => values.get(step) as Value;
  for (const step of formula.steps) {
    values.set(step, step.name === "load" ? inputs[step.word ?? ""] : valueOfStep(s, step, step.from.map(found)));
  }
  return found(result);
}

function valueOfStep(s: StraightCode, { name, number = 0 }: Step, [a, b, c]: readonly Value[]): Value {
  if (isBinary(name)) return s.two(instructionOf[name], a, b, { swaps: isCommutative(name) });
  switch (name) {
    case "constant":
      return s.bits(number);
    case "madd":
      return s.madd(a, b, c);
    case "shiftLeft":
      return s.one("vpslld", a, number);
    case "compare":
      return s.compare(a, b, number);
    case "both":
      return s.both(a, b);
    case "select":
      return s.select(a, b, c);
    case "keep":
      return s.keep(a, b);
    case "drop":
      return s.drop(a, b);
    default:
      throw new GradusError(`Straight code has no step ${name}.`);
  }
}
