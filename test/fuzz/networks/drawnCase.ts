/**
 * Networks of seeds, and what is learned with them: every kind of layer, activation, loss and optimizer of the tables, at sizes on both
 * sides of what vectors, tiles and blocks hold.
 *
 * A new entry of a table is drawn at once; a new kind of layer needs its line in `between` or `first`. Knows no engine.
 */
import { type ActivationName, activations } from "../../../src/network/activations.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  type Layer,
  type LayerKind,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../../../src/network/layers.ts";
import { type OptimizerName, optimizers } from "../../../src/optimizers/optimizers.ts";
import type { Random } from "../../../src/random.ts";
import type { ConformanceCase } from "../../conformance/conform.ts";
import { lossesOf, otherOptions } from "../../conformance/conformanceCases.ts";
import { networkOf } from "../../conformance/smallCase.ts";

/** Widths: one below, at and above vectors of 4, 8 and 16, and the tiles of 6, 12, 14 and 32. */
const EDGES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 28, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256];
/** Wider ones: the blocks of 320 and 512. They are rare, because the reference takes long for them. */
const WIDE_EDGES = [319, 320, 321, 511, 512, 513, 545];
const WIDEST = 300;
const LARGEST_BATCH = 130;
/** Multiplications of a forward pass over a batch: what the reference computes in some hundredths of a second. */
const MOST_WORK = 1.5e6;
/** The widest softmax in a hidden layer: its derivative takes the reference the square of the width. One unit alone is 1 always. */
const WIDEST_SOFTMAX = 130;

const elementwise = (Object.keys(activations) as ActivationName[]).filter(
  (name) => activations[name].kind === "elementwise",
);

const among = <T>(draw: Random, list: readonly T[]): T => list[draw.integer(list.length)];
const chance = (draw: Random, probability: number): boolean => draw.uniform() < probability;

/** From 1 to `most`: half of the draws at an edge, the others with small and large ones alike. */
function size(draw: Random, most: number): number {
  if (chance(draw, 0.5)) return Math.min(most, among(draw, EDGES));
  return Math.min(most, Math.floor(Math.exp(draw.uniform() * Math.log(most + 1))));
}

/** Learning of its own for tensors of these names, or none. */
function learning(draw: Random, ...roles: readonly string[]): object {
  if (!chance(draw, 0.15)) return {};
  const own = among(draw, [{ rate: 0 }, { rate: 0.5 }, { rate: 2, decay: 0.5 }, { decay: 0 }]);
  return { learning: { [among(draw, roles)]: own } };
}

/** By kind, layers that go between dense ones. A small ε with few units, rows or inputs leaves nothing but rounding to compare. */
const between = {
  dropout: (draw: Random) => dropout(among(draw, [0, 0.1, 0.3, 0.5])),
  scale: (draw: Random) => scale(learning(draw, "scale")),
  parametricActivation: (draw: Random) => parametricActivation(among(draw, elementwise), learning(draw, "slopes")),
  layerNorm: (draw: Random) => layerNorm({ epsilon: 0.3, ...learning(draw, "scale", "bias") }),
  batchNorm: (draw: Random) =>
    batchNorm({ epsilon: 0.3, momentum: among(draw, [0.1, 0.5]), ...learning(draw, "scale", "bias") }),
};

/** By kind, layers that read columns of the inputs. */
const first = {
  embedding: (draw: Random, inputs: number) =>
    embedding(
      [...draw.permutation(inputs).subarray(0, Math.min(inputs, 1 + draw.integer(3)))].map((column) => ({
        column,
        cardinality: 1 + draw.integer(20),
      })),
      { dimension: 1 + draw.integer(9), ...learning(draw, "weights") },
    ),
  periodic: (draw: Random, inputs: number) =>
    periodic([...draw.permutation(inputs).subarray(0, Math.min(inputs, 1 + draw.integer(6)))], {
      frequencies: 1 + draw.integer(17),
      units: 1 + draw.integer(4),
      deviation: 0.3,
      ...learning(draw, "frequencies", "weights"),
    }),
};

({ ...between, ...first }) satisfies Record<Exclude<LayerKind, "dense">, unknown>;

function drawnLayers(draw: Random, inputs: number): Layer[] {
  const layers: Layer[] = [];
  if (chance(draw, 0.2)) layers.push(among(draw, Object.values(first))(draw, inputs));
  const depth = draw.integer(4);
  for (let n = 0; n < depth; n++) {
    if (chance(draw, 0.15)) layers.push(among(draw, [between.dropout, between.scale])(draw));
    const width = chance(draw, 0.03) ? among(draw, WIDE_EDGES) : size(draw, WIDEST);
    const activation = among(
      draw,
      width === 1 || width > WIDEST_SOFTMAX ? elementwise : (Object.keys(activations) as ActivationName[]),
    );
    layers.push(dense(width, { activation, bias: chance(draw, 0.8), ...learning(draw, "weights") }));
    if (chance(draw, 0.35)) layers.push(among(draw, Object.values(between))(draw));
  }
  return layers;
}

/** The case of a generator's next draws. */
export function drawnCase(name: string, draw: Random): ConformanceCase {
  const inputs = size(draw, WIDEST);
  const hidden = drawnLayers(draw, inputs);
  const outputs = size(draw, WIDEST);
  const network = networkOf(inputs, ...hidden, dense(outputs, { bias: chance(draw, 0.8) }));
  const widths = [inputs, ...network.layers.map((layer) => (layer.kind === "dense" ? layer.units : 0)).filter(Boolean)];
  const work = widths.slice(1).reduce((sum, width, n) => sum + (width + 40) * widths[n], 0);
  const least = network.layers.some(({ kind }) => kind === "batchNorm") ? 12 : 1;
  const batchSize = Math.max(least, Math.min(size(draw, LARGEST_BATCH), Math.floor(MOST_WORK / work)));
  const loss = among(draw, lossesOf(outputs));
  const optimizer = among(draw, Object.keys(optimizers) as OptimizerName[]);
  return {
    name,
    problem: {
      network,
      loss,
      optimizer: chance(draw, 0.5) ? optimizer : otherOptions[optimizer],
      ...(chance(draw, 0.2) && { l1: 0.01 }),
      ...(chance(draw, 0.2) && { l2: 0.1 }),
      ...(chance(draw, 0.25) && { clipNorm: among(draw, [0.05, 1, 100]) }),
      batchSize,
      seed: draw.integer(1000),
    },
    patterns: Math.max(1, batchSize + draw.integer(9) - 2),
    weighted: chance(draw, 0.4),
  };
}
