/** Models of every kind that an ONNX file can have, small and trained for a moment, each with rows to predict. */

import type { ColumnEncoding } from "../../src/data/encoding.ts";
import type { Cell, Row } from "../../src/data/table.ts";
import { type Layer, type Model, modelOfNetwork, network, type TrainOptions, train } from "../../src/index.ts";
import { type ActivationName, activations } from "../../src/network/activations.ts";
import type { DenseLayer } from "../../src/network/layers.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../../src/network/layers.ts";
import { parameterLayout } from "../../src/network/parameters.ts";
import { random } from "../../src/random.ts";

export interface Case {
  readonly name: string;
  readonly model: Model;
  readonly rows: readonly Row[];
  /** The coverage of intervals. */
  readonly interval?: number;
}

const uniform = random(1, "onnx cases").uniform;
const provenance = {
  source: "nowhere",
  fingerprint: "",
  rows: { training: 0, validation: 0, test: 0 },
  seed: 0,
  engine: "wasm",
  options: {},
  epochs: 0,
  bestEpoch: 0,
};

/** A model of two numbers from a network with random parameters, on inputs of which the last is a code from 0 to 3. */
async function ofLayers(name: string, hidden: readonly Layer[]): Promise<Case> {
  const embeds = hidden[0].kind === "embedding";
  const described = network({ inputs: 4, layers: [...hidden, dense(2)] as [...Layer[], DenseLayer] });
  const { tensors, length } = parameterLayout(described);
  const parameters = Float32Array.from({ length }, () => 2 * uniform() - 1);
  for (const { role, offset, length: size } of tensors) {
    if (role === "variance") for (let i = offset; i < offset + size; i++) parameters[i] = 0.5 + uniform();
  }
  const plain = (column: string): ColumnEncoding => ({
    ...{ kind: "number", name: column, median: 0, scale: 1, clip: false, missingIndicator: false },
  });
  const code: ColumnEncoding = {
    ...{ kind: "category", name: "d", categories: ["x", "y", "z"], missingIndicator: false, form: "code" },
  };
  const model = await modelOfNetwork({
    encoder: { columns: ["a", "b", "c"].map(plain).concat(embeds ? code : plain("d")) },
    target: { task: "regression", columns: ["u", "v"], means: [0, 0], deviations: [1, 1] },
    network: described,
    loss: { name: "meanSquaredError" },
    parameters,
    provenance,
  });
  const number = (): number => 8 * uniform() - 4;
  const rows = Array.from({ length: 12 }, (_, at) => ({
    ...{ a: number(), b: number(), c: number(), d: embeds ? ["x", "y", "z", "other"][at % 4] : number() },
  }));
  return { name, model, rows };
}

/** Every activation of a dense layer, and of a parametric one where it may be; every other kind of layer. */
export async function layerCases(): Promise<Case[]> {
  const names = Object.keys(activations) as ActivationName[];
  const ofActivations = names.map((activation) => {
    const parametric = activations[activation].kind === "elementwise" ? [parametricActivation(activation)] : [];
    return ofLayers(activation, [dense(5, { activation, bias: activation !== "relu" }), ...parametric]);
  });
  const kinds: Readonly<Record<string, readonly Layer[]>> = {
    embedding: [embedding([{ column: 3, cardinality: 4 }], { dimension: 3 })],
    "embedding, periodic": [
      ...[
        embedding([{ column: 3, cardinality: 4 }]),
        periodic([0, 2], { frequencies: 5, units: 2, deviation: 1 }),
        scale(),
      ],
    ],
    normalisations: [
      dense(6),
      batchNorm(),
      dropout(0.3),
      dense(5, { activation: "tanh" }),
      layerNorm({ epsilon: 0.01 }),
    ],
  };
  return await Promise.all([
    ...ofActivations,
    ...Object.entries(kinds).map(([name, layers]) => ofLayers(name, layers)),
  ]);
}

const COLOURS = ["red", "green", "blue", 'é"ß, 漢'];

/** Rows of all types of columns, with missing values, and targets of every kind. */
function mixedRows(count: number): Record<string, Cell>[] {
  return Array.from({ length: count }, (_, i) => {
    const size = Math.round(1000 * uniform()) / 10;
    const colour = COLOURS[Math.floor(4 * uniform())];
    const garden = uniform() < 0.5;
    const day = new Date(
      Date.UTC(1968, 0, 1) + Math.floor(uniform() * 60 * 365.25) * 86_400_000 + Math.floor(uniform() * 1440) * 60_000,
    );
    const score = size / 20 + (garden ? 1 : 0) + (colour === "red" ? 2 : 0) + uniform();
    return {
      size: i % 11 === 3 ? null : size,
      label: 1e6 + size / 7,
      colour: i % 7 === 2 ? null : colour,
      zone: i % 13 === 1 ? null : [101, 205.5, 309][Math.floor(3 * uniform())],
      street: `street ${Math.floor(12 * uniform())}`,
      garden: i % 9 === 4 ? null : garden,
      day: i % 8 === 5 ? null : day,
      side: uniform() < 0.5 ? "left" : "right",
      __proto__x: uniform(),
      kind: score < 2.5 ? "low" : score < 4.5 ? "middle" : "high",
      level: score < 3.5 ? 1 : 2,
      isGood: score > 3.5,
      price: 1e5 * score,
      rent: 10 * score + uniform(),
      cheap: score < 3 ? "yes" : "no",
      big: size > 50,
    };
  });
}

const FEATURES = ["size", "label", "colour", "zone", "street", "garden", "day", "side"];

/** Models of tables: every task, recipe and kind of column. */
export async function tableCases(): Promise<Case[]> {
  const table = mixedRows(150);
  const fresh = mixedRows(40);
  const rows = fresh.map((row, at) =>
    at === 0 ? { ...row, colour: "purple", street: "NA", side: null, zone: 7 } : row,
  );
  const shared = {
    table,
    features: FEATURES,
    epochs: 3,
    hidden: [8],
    types: { zone: "category" },
    folds: 1,
    threads: 1,
  } as const;
  const settings: Readonly<
    Record<string, Partial<TrainOptions> & { target: string | readonly string[]; interval?: number }>
  > = {
    classes: { target: "kind" },
    "classes of folds": { target: "kind", folds: 3, calibrate: true },
    "numbers as classes": { target: "level", task: "classification", ensemble: 2 },
    "truth values as classes": { target: "isGood", recipe: "plain" },
    number: { target: "price", calibrate: true, interval: 0.8 },
    "number, plain": { target: "price", recipe: "plain", folds: 2 },
    "several numbers": { target: ["price", "rent"], ensemble: 2, calibrate: true, interval: 0.9 },
    quantiles: { target: "price", quantiles: [0.1, 0.9], calibrate: true, interval: 0.8, folds: 2 },
    "several labels": { target: ["cheap", "big"], calibrate: true, folds: 2 },
  };
  const cases: Case[] = [];
  for (const [name, { interval, ...options }] of Object.entries(settings)) {
    const { model } = await train({ ...shared, ...options } as TrainOptions & { target: string });
    cases.push({ name, model: model as Model, rows, ...(interval !== undefined && { interval }) });
  }
  return cases;
}
