/**
 * The check of a network's layers that come from a file: each kind's fields, typed.
 *
 * Whether they fit each other is `validateNetwork`'s business.
 */
import { type ActivationName, activations } from "../network/activations.ts";
import { type GivenValues, type InitialisationName, initialisations } from "../network/initialisation.ts";
import type {
  CodeColumn,
  DenseLayer,
  DropoutLayer,
  EmbeddingLayer,
  Layer,
  LayerLearning,
  ParametricActivationLayer,
  PeriodicLayer,
  ScaleLayer,
  TensorLearning,
} from "../network/layers.ts";
import { type Check, count, fields, flag, list, number, oneOf, optional, variants } from "./json.ts";

const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>): Check<Name> =>
  oneOf(...(Object.keys(table) as Name[]));

const activation = namesOf<ActivationName>(activations);
const givenValues = fields<GivenValues>({ weights: list(list(number())), bias: optional(list(number())) });
const initialisationName = namesOf<InitialisationName>(initialisations);

const tensorLearning = optional(fields<TensorLearning>({ rate: optional(number()), decay: optional(number()) }));
const learning = optional(
  fields<LayerLearning>({
    weights: tensorLearning,
    bias: tensorLearning,
    scale: tensorLearning,
    slopes: tensorLearning,
    frequencies: tensorLearning,
    phases: tensorLearning,
  }),
);

export const layerCheck: Check<Layer> = variants<"kind", Layer>("kind", {
  dense: fields<DenseLayer>({
    kind: oneOf("dense"),
    units: count,
    activation,
    bias: flag,
    initialisation: (value, where) => (typeof value === "object" ? givenValues : initialisationName)(value, where),
    biasDeviation: optional(number()),
    learning,
  }),
  dropout: fields<DropoutLayer>({ kind: oneOf("dropout"), rate: number() }),
  scale: fields<ScaleLayer>({ kind: oneOf("scale"), learning }),
  parametricActivation: fields<ParametricActivationLayer>({
    kind: oneOf("parametricActivation"),
    activation,
    learning,
  }),
  embedding: fields<EmbeddingLayer>({
    kind: oneOf("embedding"),
    columns: list(fields<CodeColumn>({ column: count, cardinality: count })),
    dimension: count,
    learning,
  }),
  periodic: fields<PeriodicLayer>({
    kind: oneOf("periodic"),
    columns: list(count),
    frequencies: count,
    units: count,
    deviation: number(),
    learning,
  }),
});
