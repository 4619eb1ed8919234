/**
 * One step of a small network for one pattern, as straight code: forward, loss, local gradients, update.
 *
 * The operations on each element and their order are those of `wasm/kernels/onlineStep.ts`. Signals lie in vectors of four units;
 * those of a layer of one unit have it in all places. What is beyond a layer's units is computed along and read by nobody. Knows
 * no registers.
 */
import { activations } from "../../../network/activations.ts";
import { type Address, at, broadcast, type GeneralRegister, rax, rdi, rsp } from "../assembler/operands.ts";
import { type ActivationFormulas, activationFormulas } from "./formulas/activations.ts";
import { lossFormulas } from "./formulas/losses.ts";
import { groupsOf, type Home, type OnlineLayerPlaces, PARAMETER_BYTES } from "./parameterVectors.ts";
import type { StraightCode } from "./straightCode.ts";
import { applied } from "./straightFormula.ts";
import type { Value } from "./values.ts";

export interface OnlineNetwork {
  readonly layers: readonly OnlineLayerPlaces[];
  /** A name of `network/losses.ts` that `lossFormulas` has. */
  readonly loss: string;
  /** The address of the loss's setting, a float32. */
  readonly setting: number;
  /** The address of its factors of the outputs; 0 where it has none. */
  readonly factors: number;
}

/** Where the pattern of a step lies, and what goes with it. */
export interface Patterns {
  /** The place of its target. */
  readonly desired: GeneralRegister;
  /** The place of its weight; undefined where it has none. */
  readonly weight: GeneralRegister | undefined;
  /** The learning rate, a float64. */
  readonly rate: Address;
  /** Where its loss goes, a float64. */
  readonly loss: Address;
}

/** Where the memory begins, and where the pattern's inputs lie. */
export const MEMORY = rdi;
export const INPUT = rax;

/** A layer's parameters at hand: vectors by unit or input and by group. */
interface Parameters {
  weight(of: number, group: number): Parameter;
  bias(group: number): Parameter | undefined;
}

interface Parameter {
  readonly value: Value;
  /** Takes a new value from here on. */
  set(minuend: Value, subtrahend: Value): void;
}

/** @param registerOf the register that the n-th vector of parameters has; undefined: it lies in the frame */
export function emitStep(
  s: StraightCode,
  network: OnlineNetwork,
  homes: readonly Home[],
  registerOf: (n: number) => number | undefined,
  patterns: Patterns,
): void {
  const { layers } = network;
  const parameters = layers.map((_, layer) => parametersOf(s, homes, layer, registerOf));
  const rate = s.one("vbroadcastss", s.two("vcvtsd2ss", s.number(0), s.memory(patterns.rate)));
  const inputs = lanesOf((lane) => s.memory(broadcast(at(INPUT, 4 * lane))));
  const signals: Signal[] = [];
  for (const [k, layer] of layers.entries()) {
    s.remark(`layer ${k}: v = b + W · x, y = ${layer.activation}(v)`);
    const fields =
      k === 0 ? firstFields(s, layer, parameters[0], inputs) : fieldsOf(s, layer, parameters[k], signals[k - 1]);
    signals.push(activated(s, layer, fields));
  }
  const last = layers.length - 1;
  s.remark(`${network.loss} and −∂loss/∂y`);
  let back = emitLoss(s, network, signals[last].outputs, patterns);
  const deltas: Value[][] = [];
  for (let k = last; k >= 0; k--) {
    s.remark(`layer ${k}: δ = −∂loss/∂y · φ'(v)${k > 0 ? ", and Wᵀ · δ" : ""}`);
    deltas[k] = derived(s, layers[k], signals[k], back);
    if (k > 0) back = pulledBack(s, layers[k], layers[k - 1], parameters[k], deltas[k]);
  }
  for (const [k, layer] of layers.entries()) {
    s.remark(`layer ${k}: W = W + η · δ · xᵀ, b = b + η · δ`);
    if (k === 0) descendColumns(s, layer, parameters[0], deltas[0], inputs, rate);
    else descendRows(s, layer, parameters[k], deltas[k], signals[k - 1].outputs, rate);
    for (const [group, delta] of deltas[k].entries()) {
      const bias = parameters[k].bias(group);
      bias?.set(bias.value, s.mul(rate, s.sub(s.number(0), delta)));
    }
  }
}

/** What a layer computed: vectors of four units. */
interface Signal {
  readonly fields: readonly Value[];
  readonly outputs: readonly Value[];
  /** One unit's output in all places. */
  readonly lane: (unit: number) => Value;
}

/** Each is made once. */
function lanesOf<Made = Value>(make: (lane: number) => Made): (lane: number) => Made {
  const made = new Map<number, Made>();
  return (lane) => {
    const known = made.get(lane) ?? make(lane);
    made.set(lane, known);
    return known;
  };
}

function parametersOf(
  s: StraightCode,
  homes: readonly Home[],
  layer: number,
  registerOf: (n: number) => number | undefined,
): Parameters {
  const own = new Map<string, Parameter>();
  for (const [n, home] of homes.entries()) {
    if (home.layer !== layer) continue;
    const register = registerOf(n);
    const place = at(rsp, PARAMETER_BYTES * n);
    own.set(
      `${home.of} ${home.group}`,
      register === undefined
        ? { value: s.memory(place), set: (a, b) => s.store("vmovups", place, s.sub(a, b)) }
        : { value: s.pinned(register), set: (a, b) => void s.two("vsubps", a, b, { pinned: register }) },
    );
  }
  return {
    weight: (of, group) => own.get(`${of} ${group}`) as Parameter,
    bias: (group) => own.get(`undefined ${group}`),
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** v = b + Σ_a x_a W_a, W_a a column. */
function firstFields(
  s: StraightCode,
  layer: OnlineLayerPlaces,
  parameters: Parameters,
  input: (lane: number) => Value,
): Value[] {
  return range(groupsOf(layer.units)).map((group) =>
    range(layer.inputs).reduce(
      (sum, a) => s.madd(input(a), parameters.weight(a, group).value, sum),
      parameters.bias(group)?.value ?? s.number(0),
    ),
  );
}

/** The same from rows, which are transposed four by four. */
function fieldsOf(
  s: StraightCode,
  { inputs, units }: OnlineLayerPlaces,
  parameters: Parameters,
  below: Signal,
): Value[] {
  return range(groupsOf(units)).map((group) => {
    const own = range(Math.min(4, units - 4 * group)).map((n) => 4 * group + n);
    const columns = lanesOf((quarter) =>
      transposed(
        s,
        own.map((unit) => parameters.weight(unit, quarter).value),
      ),
    );
    return range(inputs).reduce(
      (sum, a) => s.madd(below.lane(a), columns(a >> 2)(a & 3), sum),
      parameters.bias(group)?.value ?? s.number(0),
    );
  });
}

/** The columns of one to four rows of four; in places beyond the rows lies what nobody reads. */
function transposed(s: StraightCode, rows: readonly Value[]): (lane: number) => Value {
  if (rows.length === 1) return lanesOf((lane) => s.lane(rows[0], lane));
  const [a, b, c = a, d = c] = rows;
  const pairs = lanesOf((half) => s.two(half === 0 ? "vunpcklps" : "vunpckhps", a, b));
  const others = rows.length === 2 ? pairs : lanesOf((half) => s.two(half === 0 ? "vunpcklps" : "vunpckhps", c, d));
  return lanesOf((lane) => s.two(lane % 2 === 0 ? "vunpcklpd" : "vunpckhpd", pairs(lane >> 1), others(lane >> 1)));
}

function activated(s: StraightCode, { units, activation, field, output }: OnlineLayerPlaces, fields: Value[]): Signal {
  const formula = formulasOf(activation);
  const outputs = fields.map((v, group) => {
    s.store("vmovups", at(MEMORY, field + 16 * group), v, true);
    const y = formula === undefined ? v : applied(s, { v }, (f, at) => formula.value(f, at.v));
    s.store("vmovups", at(MEMORY, output + 16 * group), y, true);
    return y;
  });
  const lane = lanesOf((unit) => (units === 1 ? outputs[0] : s.lane(outputs[unit >> 2], unit & 3)));
  return { fields, outputs, lane };
}

/** Undefined for the identity: y = v and φ' = 1. */
const formulasOf = (activation: string): ActivationFormulas | undefined =>
  (activationFormulas as Readonly<Record<string, ActivationFormulas>>)[activation];

/** δ = −∂loss/∂y · φ'(v). */
function derived(
  s: StraightCode,
  { activation, delta }: OnlineLayerPlaces,
  signal: Signal,
  back: readonly Value[],
): Value[] {
  const formula = formulasOf(activation);
  const { sees } = activations[activation as keyof typeof activations] as { readonly sees: "field" | "output" };
  return back.map((g, group) => {
    const saved = (sees === "field" ? signal.fields : signal.outputs)[group];
    const d =
      formula === undefined
        ? g
        : s.mul(
            g,
            applied(s, { saved }, (f, at) => formula.slope(f, at.saved)),
          );
    s.store("vmovups", at(MEMORY, delta + 16 * group), d, true);
    return d;
  });
}

/** Σ_b δ_b W_b: −∂loss/∂y of the layer below, W_b a row. */
function pulledBack(
  s: StraightCode,
  { units }: OnlineLayerPlaces,
  below: OnlineLayerPlaces,
  parameters: Parameters,
  deltas: readonly Value[],
): Value[] {
  const delta = lanesOf((unit) => (units === 1 ? deltas[0] : s.lane(deltas[unit >> 2], unit & 3)));
  const sums = range(groupsOf(below.units)).map((group) =>
    range(units).reduce((sum, b) => s.madd(delta(b), parameters.weight(b, group).value, sum), s.number(0)),
  );
  return below.units === 1 ? [s.lane(sums[0], 0)] : sums;
}

/** W_a less rate · (0 − δ x_a). */
function descendColumns(
  s: StraightCode,
  { inputs }: OnlineLayerPlaces,
  parameters: Parameters,
  deltas: readonly Value[],
  input: (lane: number) => Value,
  rate: Value,
): void {
  for (const [group, delta] of deltas.entries()) {
    for (let a = 0; a < inputs; a++) {
      const weight = parameters.weight(a, group);
      weight.set(weight.value, s.mul(rate, s.sub(s.number(0), s.mul(delta, input(a)))));
    }
  }
}

/** W_b less rate · (0 − δ_b y). δ_b is read from where it was stored: it need not be there soon. */
function descendRows(
  s: StraightCode,
  { units, delta }: OnlineLayerPlaces,
  parameters: Parameters,
  deltas: readonly Value[],
  below: readonly Value[],
  rate: Value,
): void {
  for (let b = 0; b < units; b++) {
    const own = units === 1 ? deltas[0] : s.memory(broadcast(at(MEMORY, delta + 4 * b)));
    for (const [group, y] of below.entries()) {
      const weight = parameters.weight(b, group);
      weight.set(weight.value, s.mul(rate, s.sub(s.number(0), s.mul(own, y))));
    }
  }
}

/** The pattern's loss goes where it belongs. @returns −∂loss/∂y of the outputs */
function emitLoss(s: StraightCode, network: OnlineNetwork, outputs: readonly Value[], patterns: Patterns): Value[] {
  const { layers, loss, setting, factors } = network;
  const { units } = layers[layers.length - 1];
  const formula = lossFormulas[loss];
  const isSummed = loss === "halfSquaredError";
  const perOutput = isSummed ? 1 : 1 / units;
  const scale = patterns.weight && scaleOf(s, patterns.weight, perOutput);
  const factor =
    scale === undefined ? s.number(perOutput) : s.one("vbroadcastss", s.two("vcvtsd2ss", s.number(0), scale));
  const isOne = scale === undefined && perOutput === 1;
  const losses: Value[] = [];
  const back = outputs.map((y, group) => {
    const count = Math.min(4, units - 4 * group);
    const d = desiredOf(s, patterns.desired, group, units);
    const inputs: Record<string, Value> = { y, d, setting: s.memory(broadcast(at(MEMORY, setting))) };
    if (factors !== 0) inputs.weight = factorsOf(s, factors, group, units);
    const [own, g] = [formula.value, formula.negativeGradient].map((of) =>
      applied(s, inputs, (f, { y, d, setting, weight }) => of(f, y, d, { setting, weight })),
    );
    losses.push(count === 4 ? own : s.two("vandps", own, s.firstLanes(count)));
    return isOne ? g : s.mul(factor, g);
  });
  const inOrder = isSummed && scale === undefined;
  const sum = inOrder ? sumInOrder(s, losses, units) : sumOfLanes(s, losses);
  const scaled = isOne ? sum : s.two("vmulsd", sum, scale ?? s.double(perOutput));
  s.store("vmovsd", patterns.loss, scaled);
  return back;
}

/** The pattern's weight times 1/M, in double precision. */
function scaleOf(s: StraightCode, weight: GeneralRegister, perOutput: number): Value {
  const own = s.two("vcvtss2sd", s.number(0), s.memory(at(weight)));
  return perOutput === 1 ? own : s.two("vmulsd", own, s.double(perOutput));
}

/** Four targets, or as many as there are; one in all places. */
function desiredOf(s: StraightCode, desired: GeneralRegister, group: number, units: number): Value {
  if (units === 1) return s.memory(broadcast(at(desired)));
  return upToFour(s, at(desired, 16 * group), units - 4 * group);
}

function factorsOf(s: StraightCode, factors: number, group: number, units: number): Value {
  if (units === 1) return s.memory(broadcast(at(MEMORY, factors)));
  return upToFour(s, at(MEMORY, factors + 16 * group), units - 4 * group);
}

/** Four numbers, or as many as are left and then 0: nothing beyond them is read. */
function upToFour(s: StraightCode, from: Address, left: number): Value {
  if (left >= 4) return s.memory(from);
  if (left === 1) return s.load("vmovss", from);
  const two = s.load("vmovsd", from);
  const third = { ...from, displacement: from.displacement + 8 };
  return left === 2 ? two : s.two("vunpcklpd", two, s.load("vmovss", third));
}

const upper = (s: StraightCode, x: Value): Value => s.two("vunpckhpd", x, x);

/** Σ over the outputs in double precision, ascending. */
function sumInOrder(s: StraightCode, losses: readonly Value[], units: number): Value {
  const numbers = losses.flatMap((own) => {
    const pairs = lanesOf((half) => s.one("vcvtps2pd", half === 0 ? own : upper(s, own)));
    return [0, 1, 2, 3].map((lane) => () => (lane % 2 === 0 ? pairs(lane >> 1) : upper(s, pairs(lane >> 1))));
  });
  const [first, ...others] = numbers.slice(0, units);
  return others.reduce((sum, number) => s.two("vaddsd", sum, number()), first());
}

/** The same as `wasm/kernels/reductions.ts` does it: lanes 0 and 2, and 1 and 3, and both of these. */
function sumOfLanes(s: StraightCode, losses: readonly Value[]): Value {
  const sums = losses.reduce(
    (sum, own) => s.two("vaddpd", sum, s.two("vaddpd", s.one("vcvtps2pd", own), s.one("vcvtps2pd", upper(s, own)))),
    s.number(0),
  );
  return s.two("vaddsd", sums, upper(s, sums));
}
