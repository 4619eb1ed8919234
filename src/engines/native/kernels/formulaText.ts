/**
 * A formula as text, for the listing: `slot0 := keepA · slot0 + gradients`, a line for each store and for each result that is taken twice.
 *
 * A name on the right is what lay there before, whatever is stored above. Sums of products are written alike whether one instruction
 * rounds them or two do. Knows no instructions.
 */
import type { Step, StepName } from "./formula.ts";

/** A text, and how tightly its outermost sign binds: what binds less than its surroundings has brackets. */
interface Part {
  readonly text: string;
  readonly binds: number;
}

const [CHOICE, COMPARISON, SUM, PRODUCT, WHOLE] = [0, 1, 2, 3, 4];

const ABSOLUTE = 0x7fffffff;
const SIGN = 0x80000000;

/** Steps of 32 bits, whose constants are no float32. */
const isOfBits = (name: StepName): boolean =>
  ["and", "or", "xor", "addIntegers", "mulIntegers", "atLeast"].includes(name);

const signs: Partial<Record<StepName, readonly [sign: string, binds: number]>> = {
  add: ["+", SUM],
  sub: ["−", SUM],
  mul: ["·", PRODUCT],
  div: ["/", PRODUCT],
  atLeast: ["≥", COMPARISON],
};

/** By the number that a comparison has. */
const relations: Readonly<Record<number, string>> = { 0: "=", 1: "<", 2: "≤", 4: "≠" };

/** Of steps that are written as functions. */
const functionNames: Partial<Record<StepName, string>> = {
  smaller: "min",
  larger: "max",
  and: "and",
  or: "or",
  xor: "xor",
  addIntegers: "addIntegers",
  mulIntegers: "mulIntegers",
  sqrt: "sqrt",
  nearest: "round",
  both: "both",
};

/** @returns its lines */
export function formulaText(steps: readonly Step[]): string[] {
  const uses = new Map<Step, number>();
  for (const { from } of steps) for (const each of from) uses.set(each, (uses.get(each) ?? 0) + 1);
  const parts = new Map<Step, Part>();
  const lines: string[] = [];
  let names = 0;
  for (const step of steps) {
    const part = partOf(step, parts);
    if (step.name === "store") lines.push(`${step.word} := ${part.text}`);
    else if (step.from.length > 0 && (uses.get(step) ?? 0) > 1) {
      const name = `t${++names}`;
      lines.push(`${name} := ${part.text}`);
      parts.set(step, { text: name, binds: WHOLE });
    } else parts.set(step, part);
  }
  return lines;
}

function partOf(step: Step, parts: ReadonlyMap<Step, Part>): Part {
  const { name, from, number = 0, word = name } = step;
  const part = (of: Step): Part => {
    if (of.name === "constant") return { text: constantText(of.number ?? 0, isOfBits(name)), binds: WHOLE };
    return parts.get(of) as Part;
  };
  const within = (of: Step, least: number): string => {
    const { text, binds } = part(of);
    return binds < least ? `(${text})` : text;
  };
  const [a, b, c] = from;
  const sign = signs[name];
  if (sign !== undefined) {
    // What stands on the right of − and / needs brackets where it binds as these do.
    const [text, binds] = sign;
    return { text: `${within(a, binds)} ${text} ${within(b, binds + 1)}`, binds };
  }
  const mask = name === "and" || name === "xor" ? [b, a].find(({ name: own }) => own === "constant") : undefined;
  if (mask !== undefined) {
    const other = mask === a ? b : a;
    if (name === "and" && mask.number === ABSOLUTE) return { text: `|${part(other).text}|`, binds: WHOLE };
    if (name === "xor" && mask.number === SIGN) return { text: `−${within(other, WHOLE)}`, binds: PRODUCT };
  }
  switch (name) {
    case "load":
    case "argument":
    case "positions":
      return { text: word, binds: WHOLE };
    case "constant":
    case "store":
      return name === "store" ? part(a) : { text: constantText(number, false), binds: WHOLE };
    case "madd":
      return { text: `${within(a, PRODUCT)} · ${within(b, PRODUCT + 1)} + ${within(c, SUM + 1)}`, binds: SUM };
    case "compare":
      return {
        text: `${within(a, COMPARISON + 1)} ${relations[number]} ${within(b, COMPARISON + 1)}`,
        binds: COMPARISON,
      };
    case "shiftLeft":
    case "shiftRight":
      return { text: `${name}(${part(a).text}, ${number})`, binds: WHOLE };
    case "select":
      return { text: `${within(c, COMPARISON)} ? ${within(a, SUM)} : ${within(b, SUM)}`, binds: CHOICE };
    case "keep":
      return { text: `${within(b, COMPARISON)} ? ${within(a, SUM)} : 0`, binds: CHOICE };
    case "drop":
      return { text: `${within(b, COMPARISON)} ? 0 : ${within(a, SUM)}`, binds: CHOICE };
    default:
      return { text: `${functionNames[name]}(${from.map((each) => part(each).text).join(", ")})`, binds: WHOLE };
  }
}

const ofBits = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0];

/** The fewest digits that are the same float32; or its bits. */
function constantText(bits: number, isOfBits: boolean): string {
  if (isOfBits) return `0x${bits.toString(16)}`;
  const value = ofBits(bits);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
  return String(digits === undefined ? value : Number(value.toPrecision(digits))).replace("-", "−");
}
