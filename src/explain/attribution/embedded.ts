/**
 * A network taken apart behind its embedding of codes, for whoever walks from one input to another: between two codes
 * there is nothing to walk through, between their vectors there is.
 *
 * Knows nothing of attributions but that they belong to signals.
 */
import { type EmbeddingLayer, plainInputs } from "../../network/layers/embedding.ts";
import { layerWidths } from "../../network/network.ts";
import { forward, type Subject, subjectOf } from "../../reference/backpropagation.ts";

/** A network from where signals are numbers. */
export interface Embedded {
  /** The network behind the embedding; all of it where the first layer embeds no codes. */
  readonly subject: Subject;
  /** What it sees of inputs [B, I]: [B, width]. */
  embed(inputs: Float64Array): Float64Array;
  /** What belongs to its signals [width] by the inputs that they come from, [I]: of a code, the sum over its vector. */
  collect(bySignal: Float64Array): Float64Array;
}

/** Takes a network apart behind its embedding. */
export function embeddedOf(whole: Subject): Embedded {
  const { network, layout, parameters } = whole;
  const [first, ...layers] = network.layers;
  if (first.kind !== "embedding") {
    return { subject: whole, embed: (inputs) => inputs, collect: (bySignal) => bySignal };
  }
  const width = layerWidths(network)[1];
  const end = layout.tensors.find(({ layer }) => layer > 0)?.offset;
  const sources = sourcesOf(first, network.inputs);
  const alone: Subject = { ...whole, network: { ...network, layers: [first], outputs: width } };
  return {
    subject: subjectOf({ ...network, inputs: width, layers }, parameters.subarray(end)),
    embed: (inputs) => forward(alone, inputs)[0].output,
    collect(bySignal) {
      const byInput = new Float64Array(network.inputs);
      for (const [signal, input] of sources.entries()) byInput[input] += bySignal[signal];
      return byInput;
    },
  };
}

/** For each signal behind an embedding, the input that it comes from. */
function sourcesOf(layer: EmbeddingLayer, inputs: number): number[] {
  const { columns, dimension } = layer;
  return [...plainInputs(layer, inputs), ...columns.flatMap(({ column }) => Array<number>(dimension).fill(column))];
}
