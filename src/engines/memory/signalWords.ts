/**
 * The operations of layers that aren't dense as words: forward, back and gradients. Part of `program.ts`.
 *
 * `kernels/signalOperation.ts` reads them; the codes there and here are the same. Knows nothing of sharing and of updates.
 */
import { activations } from "../../network/activations.ts";
import type { CodeColumn } from "../../network/layers.ts";
import type { PassBackOperation, RegionName, SignalOperation, TensorGradientOperation } from "../../plan/plan.ts";

/** The codes of their operations: forward, back and gradients. */
export const layerCodes = {
  scale: { forward: 17, back: 21, gradient: 25 },
  "parametric-activation": { forward: 18, back: 22, gradient: 26 },
  embedding: { forward: 19, back: 23, gradient: 27 },
  periodic: { forward: 20, back: 24, gradient: 28 },
} as const satisfies Readonly<Record<SignalOperation["op"], object>>;

/** Where the regions of a plan lie and how large they are. */
export interface Regions {
  /** The address of a region, in bytes. */
  at(name: RegionName): number;
  shape(name: RegionName): readonly number[];
  /** Where φ(x) of a parametric activation is kept from the forward pass for the way back, [B, I]. */
  kept(layer: number): number;
}

/** [code, length, arguments…]; lists are arguments as they are, because a call takes only so many. */
export function operation(code: number, ...args: readonly (number | readonly number[])[]): number[] {
  const words = args.flat();
  return [code, words.length + 2, ...words];
}

/** The place of a name in its table: the kernels number kinds so. */
export function kindOf(table: object, name: string): number {
  return Object.keys(table).indexOf(name);
}

/** What is embedded, as `kernels/embedding.ts` reads it. @param inputs how many there are, codes included */
export function embeddingList(columns: readonly CodeColumn[], dimension: number, inputs: number): number[] {
  let first = 0;
  const tables = columns.flatMap(({ column, cardinality }) => {
    first += cardinality;
    return [column, first - cardinality, cardinality];
  });
  const isCode = new Set(columns.map(({ column }) => column));
  const stretches: number[] = [];
  for (let column = 0; column < inputs; column++) {
    if (isCode.has(column)) continue;
    if (column === 0 || isCode.has(column - 1)) stretches.push(column, 1);
    else stretches[stretches.length - 1] += 1;
  }
  return [dimension, columns.length, ...tables, stretches.length / 2, ...stretches];
}

/** What is embedded, as `kernels/periodic.ts` reads it. */
export function periodicList(columns: readonly number[], frequencies: number, units: number): number[] {
  return [frequencies, units, columns.length, ...columns];
}

function listOf(planned: SignalOperation, { shape }: Regions): number[] {
  switch (planned.op) {
    case "embedding":
      return embeddingList(planned.columns, shape(planned.weights)[1], shape(planned.input)[1]);
    case "periodic": {
      const [, units, frequencies] = shape(planned.weights);
      return periodicList(planned.columns, frequencies, units);
    }
    default:
      return [];
  }
}

/** Output from input, for rows. */
export function forwardWords(planned: SignalOperation, regions: Regions): number[] {
  const { at, shape, kept } = regions;
  const { input, output, layer } = planned;
  const [inputs, outputs] = [shape(input)[1], shape(output)[1]];
  const { forward } = layerCodes[planned.op];
  switch (planned.op) {
    case "scale":
      return operation(forward, at(input), at(planned.scale), at(output), inputs);
    case "parametric-activation": {
      const places = [at(input), at(planned.slopes), at(output), kept(layer)];
      return operation(forward, ...places, inputs, kindOf(activations, planned.activation));
    }
    case "embedding": {
      const places = [at(input), at(planned.weights), at(output)];
      return operation(forward, ...places, inputs, outputs, listOf(planned, regions));
    }
    case "periodic": {
      const { frequencies, phases, weights, bias } = planned;
      const places = [input, frequencies, phases, weights, bias, output].map(at);
      return operation(forward, ...places, inputs, outputs, listOf(planned, regions));
    }
    default:
      return planned satisfies never;
  }
}

/**
 * −∂loss/∂input from δ, for rows, and the step of the layer below on it.
 *
 * @param step its four words
 */
export function backWords(
  { delta, to, through }: PassBackOperation,
  step: readonly number[],
  regions: Regions,
): number[] {
  const { at, shape, kept } = regions;
  const { input, output, layer } = through;
  const { back } = layerCodes[through.op];
  const begin = [...step, at(delta), at(to), shape(input)[1]];
  switch (through.op) {
    case "scale":
      return operation(back, ...begin, at(through.scale));
    case "parametric-activation": {
      const places = [at(input), at(through.slopes), kept(layer)];
      return operation(back, ...begin, ...places, kindOf(activations, through.activation));
    }
    case "embedding":
      return operation(back, ...begin, shape(output)[1], listOf(through, regions));
    case "periodic": {
      const places = [input, through.frequencies, through.phases, through.weights].map(at);
      return operation(back, ...begin, shape(output)[1], ...places, listOf(through, regions));
    }
    default:
      return through satisfies never;
  }
}

/** The gradients of a layer's tensors, for units: columns, neurons or entries of tables. */
export function gradientWords({ delta, of }: TensorGradientOperation, regions: Regions): number[] {
  const { at, shape, kept } = regions;
  const begin = [at(delta), at(of.input)];
  const inputs = shape(of.input)[1];
  const { gradient } = layerCodes[of.op];
  switch (of.op) {
    case "scale":
      return operation(gradient, ...begin, at(`∂${of.scale}`), inputs);
    case "parametric-activation":
      return operation(gradient, ...begin, at(`∂${of.slopes}`), inputs, kept(of.layer));
    case "embedding": {
      const widths = [inputs, shape(of.output)[1]];
      return operation(gradient, ...begin, at(`∂${of.weights}`), ...widths, listOf(of, regions));
    }
    case "periodic": {
      const tensors = [of.frequencies, of.phases, of.weights];
      const places = [...tensors, ...[...tensors, of.bias].map((name) => `∂${name}`)].map(at);
      return operation(gradient, ...begin, ...places, inputs, shape(of.output)[1], listOf(of, regions));
    }
    default:
      return of satisfies never;
  }
}
