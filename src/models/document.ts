/**
 * The document of a model: all of it but the parameters, as plain data, and the check of one that comes from a file.
 *
 * Knows neither the file's format nor how a network computes.
 */
import { encodedWidth } from "../data/encoder.ts";
import type { ColumnEncoding, Encoder, Label, Target, Task } from "../data/encoding.ts";
import { GradusError, ModelFileError } from "../errors.ts";
import { type ActivationName, activations } from "../network/activations.ts";
import { type GivenValues, type InitialisationName, initialisations } from "../network/initialisation.ts";
import type { DenseLayer, DropoutLayer, Layer } from "../network/layers.ts";
import { type BinaryCrossEntropy, type CrossEntropy, type Huber, type Loss, lossOf } from "../network/losses.ts";
import { lossFor, type Network, validateNetwork } from "../network/network.ts";
import {
  type Check,
  count,
  distinct,
  fields,
  flag,
  type JsonObject,
  list,
  number,
  oneOf,
  optional,
  plainObject,
  positive,
  refuse,
  text,
  variants,
} from "./json.ts";

/** The version of the document's form; a reader refuses those it does not know. */
export const FORMAT_VERSION = 1;

/** Where a model came from. No dates: the same command gives the same bytes. */
export interface Provenance {
  /** The table's source: a path, "the SQL query", "the given rows". */
  readonly source: string;
  /** Of the table's columns and values. */
  readonly fingerprint: string;
  /** How many rows each part had. */
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  readonly seed: number;
  /** The engine's name. */
  readonly engine: string;
  /** What the training was asked to do, as the caller wrote it. */
  readonly options: JsonObject;
  readonly epochs: number;
  /** The epoch whose parameters these are, counting from 1; 0 for the starting parameters. */
  readonly bestEpoch: number;
}

export interface ModelDocument {
  readonly formatVersion: typeof FORMAT_VERSION;
  /** Of the gradus that trained the model. */
  readonly libraryVersion: string;
  readonly task: Task;
  readonly encoder: Encoder;
  /** The mean of the encoded training rows, [I], which explanations compare with; absent from older files. */
  readonly background?: readonly number[];
  readonly target: Target;
  readonly network: Network;
  readonly loss: Loss;
  /** By the part of the data that was judged, `validation` and `test`, with the `baseline` beside them. */
  readonly metrics: JsonObject;
  readonly provenance: Provenance;
}

const column = variants<"kind", ColumnEncoding>("kind", {
  number: fields({ kind: oneOf("number"), name: text, median: number(), scale: positive, missingIndicator: flag }),
  boolean: fields({ kind: oneOf("boolean"), name: text }),
  category: fields({ kind: oneOf("category"), name: text, categories: distinct(text), missingIndicator: flag }),
  date: fields({
    kind: oneOf("date"),
    name: text,
    parts: distinct(oneOf("time", "month", "dayOfMonth", "dayOfWeek", "hour")),
    median: number(),
    scale: positive,
    missingIndicator: flag,
  }),
});

const label: Check<Label> = (value, where) =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
    ? (value as Label)
    : refuse(where, "a class: text, a finite number, true or false", value);

const target = variants<"task", Target>("task", {
  classification: fields({
    task: oneOf("classification"),
    column: text,
    classes: distinct(label),
    shares: list(number(0, 1)),
  }),
  regression: fields({
    task: oneOf("regression"),
    columns: distinct(text),
    means: list(number()),
    deviations: list(positive),
  }),
});

const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>): Check<Name> =>
  oneOf(...(Object.keys(table) as Name[]));

const givenValues = fields<GivenValues>({ weights: list(list(number())), bias: optional(list(number())) });
const initialisationName = namesOf<InitialisationName>(initialisations);

const layer = variants<"kind", Layer>("kind", {
  dense: fields<DenseLayer>({
    kind: oneOf("dense"),
    units: count,
    activation: namesOf<ActivationName>(activations),
    bias: flag,
    initialisation: (value, where) => (typeof value === "object" ? givenValues : initialisationName)(value, where),
  }),
  dropout: fields<DropoutLayer>({ kind: oneOf("dropout"), rate: number() }),
});

const labelSmoothing = optional(number());
const classWeights = optional(list(number()));

const loss = variants<"name", Loss>("name", {
  halfSquaredError: fields({ name: oneOf("halfSquaredError") }),
  meanSquaredError: fields({ name: oneOf("meanSquaredError") }),
  huber: fields<Huber>({ name: oneOf("huber"), delta: optional(number()) }),
  crossEntropy: fields<CrossEntropy>({ name: oneOf("crossEntropy"), labelSmoothing, classWeights }),
  binaryCrossEntropy: fields<BinaryCrossEntropy>({ name: oneOf("binaryCrossEntropy"), labelSmoothing, classWeights }),
});

const document = fields<ModelDocument>({
  formatVersion: oneOf(FORMAT_VERSION),
  libraryVersion: text,
  task: oneOf("classification", "regression"),
  encoder: fields<Encoder>({ columns: list(column) }),
  background: optional(list(number())),
  target,
  network: fields<Network>({ inputs: count, layers: list(layer), outputs: count }),
  loss,
  metrics: plainObject,
  provenance: fields<Provenance>({
    source: text,
    fingerprint: text,
    rows: fields({ training: count, validation: count, test: count }),
    seed: count,
    engine: text,
    options: plainObject,
    epochs: count,
    bestEpoch: count,
  }),
});

/**
 * A model's document from parsed JSON, rebuilt from the fields that this version knows.
 *
 * @throws {ModelFileError} naming the field that is missing or wrong, or the two parts that do not fit each other
 */
export function checkDocument(value: unknown): ModelDocument {
  const checked = document(value, "model");
  try {
    validateNetwork(checked.network);
    lossFor(checked.network, checked.loss);
  } catch (error) {
    if (error instanceof GradusError) throw new ModelFileError(error.message, { cause: error });
    throw error;
  }
  requireColumns(checked);
  requireTarget(checked);
  return checked;
}

function requireColumns({ encoder, background, network }: ModelDocument): void {
  distinct(text)(
    encoder.columns.map(({ name }) => name),
    "the encoder's column names",
  );
  requireEqual("network.inputs", network.inputs, "the encoder's columns", encodedWidth(encoder));
  if (background) requireEqual("background.length", background.length, "network.inputs", network.inputs);
}

function requireTarget({ task, target, network, loss }: ModelDocument): void {
  if (target.task !== task) {
    throw new ModelFileError(`Expected the target of a ${task}, found that of a ${target.task}.`);
  }
  const wanted = target.task === "classification" ? "class" : "values";
  const { desired } = lossOf(loss);
  if (desired !== wanted) {
    throw new ModelFileError(`Expected a loss for ${task}, whose desired response is ${wanted}, found ${loss.name}.`);
  }
  if (target.task === "classification") {
    requireEqual("network.outputs", network.outputs, "target.classes", target.classes.length);
    requireEqual("target.shares", target.shares.length, "target.classes", target.classes.length);
  } else {
    requireEqual("network.outputs", network.outputs, "target.columns", target.columns.length);
    requireEqual("target.means", target.means.length, "target.columns", target.columns.length);
    requireEqual("target.deviations", target.deviations.length, "target.columns", target.columns.length);
  }
}

function requireEqual(what: string, found: number, source: string, expected: number): void {
  if (found !== expected) throw new ModelFileError(`${what}: expected ${expected} as in ${source}, found ${found}.`);
}
