/**
 * Where the weights start: seeded draws whose spread keeps the signals of every layer in range.
 *
 * Each rule is a standard deviation from the numbers of inputs (fan-in) and units (fan-out) of a layer, drawn from a
 * normal or a uniform distribution of that deviation. Biases start at 0. Knows nothing of engines.
 * Sources: LeCun et al. 1998 (1/fanIn), Glorot & Bengio 2010 (2/(fanIn + fanOut)), He et al. 2015 (2/fanIn).
 */
import type { AliasOf } from "../aliases.ts";
import type { Random } from "../random.ts";

interface InitialisationRule {
  readonly distribution: "normal" | "uniform";
  /** The variance of a weight. */
  variance(fanIn: number, fanOut: number): number;
}

const lecun = (fanIn: number): number => 1 / fanIn;
const glorot = (fanIn: number, fanOut: number): number => 2 / (fanIn + fanOut);
const he = (fanIn: number): number => 2 / fanIn;

export const initialisations = {
  lecunNormal: { distribution: "normal", variance: lecun },
  lecunUniform: { distribution: "uniform", variance: lecun },
  glorotNormal: { distribution: "normal", variance: glorot },
  glorotUniform: { distribution: "uniform", variance: glorot },
  heNormal: { distribution: "normal", variance: he },
  heUniform: { distribution: "uniform", variance: he },
  zeros: { distribution: "uniform", variance: () => 0 },
  /** As lecunNormal, and then scaled and shifted by a sample of the data where there is one: `initialFromData`. */
  dataDriven: { distribution: "normal", variance: lecun },
} as const satisfies Record<string, InitialisationRule>;

export type InitialisationName = keyof typeof initialisations;

/** Weights and bias given as numbers: one row a unit, as in the weight matrix W. */
export interface GivenValues {
  /** [units, inputs], row = receiving unit. */
  readonly weights: readonly (readonly number[])[];
  /** [units]; zeros when absent. */
  readonly bias?: readonly number[];
}

export type Initialisation = InitialisationName | GivenValues;
/** The same, or an alias of a name, such as "xavier_uniform" for "glorotUniform". */
export type InitialisationLike = Initialisation | AliasOf<"initialisation", InitialisationName>;

/** Draws [units, inputs] weights, row-major. A uniform on (−a, a) has variance a²/3. */
export function drawWeights(name: InitialisationName, inputs: number, units: number, random: Random): Float64Array {
  const rule: InitialisationRule = initialisations[name];
  const deviation = Math.sqrt(rule.variance(inputs, units));
  const draw =
    rule.distribution === "normal"
      ? () => deviation * random.normal()
      : () => deviation * Math.sqrt(3) * (2 * random.uniform() - 1);
  // A loop: Float64Array.from takes twice as long, which millions of weights make seconds.
  const weights = new Float64Array(units * inputs);
  for (let i = 0; i < weights.length; i++) weights[i] = draw();
  return weights;
}
