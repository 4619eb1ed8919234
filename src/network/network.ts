/**
 * A network's description: plain, validated data that JSON can carry.
 *
 * `network({ inputs: 2, layers: [dense(4, { activation: "logistic" }), dense(1)] })` describes; an engine computes.
 * The numbers of inputs and outputs are part of the type, so that a pattern of the wrong length does not compile.
 */

import { canonicalDescription, nameOf } from "../aliases.ts";
import { DescriptionError, nearHint, optionHint, requireKnown, ShapeError, shown } from "../errors.ts";
import { anything, either, type Kinds, list, needed, object, requireKind, requireOptions, text } from "../kinds.ts";
import { layerEntry } from "./layerEntry.ts";
import { requireCount } from "./layers/layerEntry.ts";
import type { DenseLayer, Layer } from "./layers.ts";
import { type Loss, type LossLike, losses, lossOf } from "./losses.ts";

export interface Network<Inputs extends number = number, Outputs extends number = number> {
  readonly inputs: Inputs;
  readonly layers: readonly Layer[];
  /** The units of the last dense layer. */
  readonly outputs: Outputs;
}

export interface NetworkOptions<Inputs extends number, Outputs extends number> {
  /** The number of inputs. */
  readonly inputs: Inputs;
  /** From the first hidden layer to the output layer, which is dense. */
  readonly layers: readonly [...Layer[], DenseLayer<Outputs>];
}

const networkKinds = { inputs: needed(anything), layers: needed(list) } as const satisfies Kinds<
  NetworkOptions<number, number>
>;

/**
 * Describes a network and checks the description.
 *
 * @throws {DescriptionError} a wrong name or value, with its layer
 * @throws {ShapeError} given weights that do not fit the layers' widths
 *
 * @example
 * import { dense, network } from "gradus";
 *
 * const xor = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1, { activation: "logistic" })] });
 * xor.outputs; // 1
 */
export function network<const Inputs extends number, const Outputs extends number>(
  options: NetworkOptions<Inputs, Outputs>,
): Network<Inputs, Outputs> {
  requireOptions(options, networkKinds, "network");
  const { inputs, layers } = options;
  const outputs = (layers.at(-1) as DenseLayer<Outputs> | undefined)?.units as Outputs;
  return validateNetwork({ inputs, layers: [...layers], outputs }) as Network<Inputs, Outputs>;
}

/** Many more than signals and gradients survive; some work here takes the square of the number of layers. */
const MOST_LAYERS = 1000;

/**
 * Checks a description from an untyped source (a file, a message) and returns it typed.
 *
 * @throws {DescriptionError | ShapeError} as `network` does
 *
 * @example
 * import { dense, network, validateNetwork } from "gradus/network";
 *
 * const text = JSON.stringify(network({ inputs: 2, layers: [dense(3), dense(1)] }));
 * const { inputs, outputs } = validateNetwork(JSON.parse(text));
 * [inputs, outputs]; // [2, 1]
 */
export function validateNetwork(description: Network): Network {
  const width = validateLayers(description);
  const { layers, outputs } = description;
  const last = layers[layers.length - 1];
  if (last.kind !== "dense") {
    throw new DescriptionError(`network: expected the last layer to be dense, found ${last.kind}.`);
  }
  if (outputs !== width) {
    throw new ShapeError(`network: expected outputs to be the last layer's ${width} units, found ${shown(outputs)}.`);
  }
  return description;
}

/** All of it but how it ends: also for the first layers of a network. @returns how many signals leave the last layer */
function validateLayers(description: Pick<Network, "inputs" | "layers">): number {
  requireKind("a network", description, object);
  const { inputs, layers } = description;
  requireCount(inputs, "network: inputs");
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new DescriptionError("network: expected at least one layer, found none. Give it a dense output layer.");
  }
  if (layers.length > MOST_LAYERS) {
    throw new DescriptionError(`network: expected at most ${MOST_LAYERS} layers, found ${layers.length}.`);
  }
  let width: number = inputs;
  for (const [index, layer] of layers.entries()) {
    const entry = layerEntry(layer, index);
    requireKnown(layer as unknown, entry.fields, `layer ${index} (${layer.kind})`);
    entry.validate(layer, width, `layer ${index} (${layer.kind})`);
    width = entry.outputs(layer, width);
  }
  return width;
}

/**
 * The number of inputs of each layer and, last, of outputs: length layers + 1.
 *
 * @example
 * import { dense, layerWidths, network } from "gradus/network";
 *
 * layerWidths(network({ inputs: 2, layers: [dense(3), dense(1)] })); // [2, 3, 1]
 */
export function layerWidths(description: Network): readonly number[] {
  validateLayers(description);
  const { inputs, layers } = description;
  const widths = [inputs];
  for (const layer of layers) widths.push(layerEntry(layer).outputs(layer, widths[widths.length - 1]));
  return widths;
}

/** The fewest rows of a batch that every layer can learn from. */
export function fewestBatchRows({ layers }: Pick<Network, "layers">): number {
  return layers.reduce((most, layer) => Math.max(most, layerEntry(layer).fewestRows ?? 1), 1);
}

/**
 * @param what says how many rows it is: "batchSize"
 * @throws {DescriptionError} where a layer can't learn from so few rows at a time
 */
export function requireBatchRows({ layers }: Pick<Network, "layers">, rows: number, what: string): void {
  for (const [index, layer] of layers.entries()) {
    const { fewestRows = 1 } = layerEntry(layer, index);
    if (rows >= fewestRows) continue;
    throw new DescriptionError(
      `Expected ${what} to be at least ${fewestRows}, found ${rows}: layer ${index} (${layer.kind}) learns from the statistics of a batch.`,
    );
  }
}

/**
 * A loss from its name or its description, checked against the network it is for.
 *
 * @throws {DescriptionError | ShapeError} an unknown name, an option out of range, class weights of another length; a loss
 * of logits with a last layer that outputs probabilities
 */
export function lossFor(network: Network, loss: LossLike): Loss {
  requireKind("loss", loss, either(text, object));
  const given = typeof loss === "string" ? loss : loss.name;
  const described = lossNamed(loss);
  const known = Object.keys(lossOf(described).options);
  for (const key of Object.keys(described)) {
    if (key === "name" || known.includes(key)) continue;
    const takes = known.length === 0 ? "It takes no options." : `It takes: ${known.join(", ")}.`;
    throw new DescriptionError(
      `${described.name} has no ${key}.${optionHint(key, known) ?? nearHint(key, known)} ${takes}`,
    );
  }
  requireLogits(network, given, described);
  lossOf(described).validate?.(described, network.outputs);
  return described;
}

/** A loss as a description with the loss's own name. @throws {DescriptionError} an unknown name */
export function lossNamed(loss: LossLike): Loss {
  const described = canonicalDescription("loss", typeof loss === "string" ? { name: loss } : loss) as Loss;
  nameOf("loss", losses, (typeof loss === "string" ? loss : loss.name) as unknown);
  return described;
}

/**
 * Such a loss applies softmax or the logistic function itself: after an output layer that has done so, it would train on
 * probabilities of probabilities.
 *
 * @throws {DescriptionError} a loss of logits together with a last layer that makes probabilities
 */
function requireLogits({ layers }: Network, given: string, { name }: Loss): void {
  const last = layers.length - 1;
  const { activation } = layers[last] as DenseLayer;
  if (activation !== "softmax" && activation !== "logistic") return;
  if (losses[name].desired === "values") return;
  const loss = given === name ? `The loss ${name} applies` : `The loss ${given} is ${name} here, which applies`;
  throw new DescriptionError(
    `${loss} ${name === "crossEntropy" ? "softmax" : "the logistic function"} itself: expected a linear output layer, found the activation ${activation} in layer ${last} (dense). Leave that activation out; losses.${name}.response makes probabilities of a row's outputs.`,
  );
}
