/** A network as code of a module: its layers with their parameters, each taken from those that follow one another in a text. */
import type { ActivationName } from "../../network/activations.ts";
import type { Layer } from "../../network/layers.ts";
import type { Network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { literal } from "./literal.ts";

/** What gives the outputs of rows, an expression. */
export function networkCode(network: Network): string {
  return `throughLayers([\n${layerCode(network)
    .map((layer) => `        ${layer},\n`)
    .join("")}      ])`;
}

/** The layers as expressions, in their order. */
export function layerCode(network: Network): string[] {
  const { tensors } = parameterLayout(network);
  return network.layers.flatMap((layer, index) => {
    const lengths = tensors.filter((tensor) => tensor.layer === index).map(({ length }) => length);
    return codeOf(
      layer,
      lengths.map((length) => `take(${length})`),
    );
  });
}

/** @param taken the layer's tensors, in the order in which they are taken */
function codeOf(layer: Layer, taken: readonly string[]): string[] {
  switch (layer.kind) {
    case "dense": {
      const [weights, bias = `new Float32Array(${layer.units})`] = taken;
      return [`dense(${weights}, ${bias})`, ...activationCode(layer.activation)];
    }
    case "dropout":
      return []; // lets all pass in prediction
    case "scale":
      return [`scaledBy(${taken})`];
    case "parametricActivation":
      return layer.activation === "identity"
        ? [`parametric((v) => v, ${taken})`]
        : [`parametric(${layer.activation}, ${taken})`];
    case "embedding": {
      const codes = layer.columns.map(({ column, cardinality }) => [column, cardinality]);
      return [`embedding(${literal(codes)}, ${layer.dimension}, ${taken})`];
    }
    case "periodic":
      return [`periodic(${[literal(layer.columns), ...taken].join(", ")})`];
    case "layerNorm":
      return [`layerNorm(${[layer.epsilon, ...taken].join(", ")})`];
    case "batchNorm":
      return [`batchNorm(${[Math.fround(layer.epsilon), ...taken].join(", ")})`];
    default:
      return layer satisfies never;
  }
}

function activationCode(activation: ActivationName): string[] {
  if (activation === "identity") return [];
  return [activation === "softmax" ? "softmax" : `each(${activation})`];
}
