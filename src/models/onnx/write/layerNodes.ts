/**
 * A network's layers as nodes, for prediction: what `reference/` computes, by ONNX's operators in float32.
 *
 * Knows neither tables nor what outputs mean.
 */

import { plainInputs } from "../../../network/layers/embedding.ts";
import type { TensorRole } from "../../../network/layers/layerEntry.ts";
import type {
  BatchNormLayer,
  DenseLayer,
  EmbeddingLayer,
  Layer,
  LayerNormLayer,
  ParametricActivationLayer,
  PeriodicLayer,
} from "../../../network/layers.ts";
import { layerWidths, type Network } from "../../../network/network.ts";
import { type ParameterTensor, parameterLayout, tensorsByLayer } from "../../../network/parameters.ts";
import { float, int } from "../graph.ts";
import { activationNodes } from "./activationNodes.ts";
import { arithmetic, cast } from "./arithmetic.ts";
import type { GraphBuilder } from "./graphBuilder.ts";

/** One layer that is being written. */
interface Place<Kind extends Layer> {
  readonly builder: GraphBuilder;
  readonly layer: Kind;
  /** I */
  readonly inputs: number;
  /** One of the layer's tensors, of its own shape or with its numbers in another. */
  tensor(role: TensorRole, shape?: readonly number[]): string;
}

/** @param x [N, I] to [N, O], both by the name of their value */
type Write<Kind extends Layer> = (place: Place<Kind>, x: string) => string;

const writers: { readonly [Kind in Layer["kind"]]: Write<Extract<Layer, { kind: Kind }>> } = {
  dense: denseNodes,
  dropout: (_place, x) => x,
  scale: ({ builder, tensor }, x) => builder.node("Mul", [x, tensor("scale")]),
  parametricActivation: parametricNodes,
  embedding: embeddingNodes,
  periodic: periodicNodes,
  layerNorm: layerNormNodes,
  batchNorm: batchNormNodes,
};

/**
 * @param parameters in the layout of the network
 * @param inputs [N, I] float32. @returns the network's outputs, [N, O] float32
 */
export function networkNodes(
  builder: GraphBuilder,
  network: Network,
  parameters: Float32Array,
  inputs: string,
): string {
  const widths = layerWidths(network);
  const tensors = tensorsByLayer(parameterLayout(network));
  return network.layers.reduce((x, layer, at) => {
    const write = writers[layer.kind] as Write<Layer>;
    return builder.within(`layers.${at}`, () => {
      const own = tensors.get(at) ?? [];
      const tensor: Place<Layer>["tensor"] = (role, shape) => {
        const found = own.find((each) => each.role === role) as ParameterTensor;
        const values = parameters.subarray(found.offset, found.offset + found.length);
        return builder.constant(role, "float", shape ?? found.shape, values);
      };
      return write({ builder, layer, inputs: widths[at], tensor }, x);
    });
  }, inputs);
}

function denseNodes({ builder, layer, tensor }: Place<DenseLayer>, x: string): string {
  const weights = tensor("weights"); // [O, I]
  const bias = layer.bias ? [tensor("bias")] : [];
  return activationNodes(builder, layer.activation, builder.node("Gemm", [x, weights, ...bias], { transB: int(1) }));
}

/** x + α (φ(x) − x) */
function parametricNodes({ builder, layer, tensor }: Place<ParametricActivationLayer>, x: string): string {
  const { add, multiply, subtract } = arithmetic(builder, "float");
  return add(x, multiply(tensor("slopes"), subtract(activationNodes(builder, layer.activation, x), x)));
}

function layerNormNodes({ builder, layer, tensor }: Place<LayerNormLayer>, x: string): string {
  const attributes = { axis: int(-1), epsilon: float(layer.epsilon) };
  return builder.node("LayerNormalization", [x, tensor("scale"), tensor("bias")], attributes);
}

function batchNormNodes({ builder, layer, tensor }: Place<BatchNormLayer>, x: string): string {
  const inputs = [x, tensor("scale"), tensor("bias"), tensor("mean"), tensor("variance")];
  return builder.node("BatchNormalization", inputs, { epsilon: float(layer.epsilon) });
}

/** First the inputs that are no codes, then the vector of each code; what is no code has that of 0. */
function embeddingNodes({ builder, layer, inputs, tensor }: Place<EmbeddingLayer>, x: string): string {
  const { equal, greater, choose, floor, apply } = arithmetic(builder, "float");
  const plain = plainInputs(layer, inputs);
  const passed = plain.length === 0 ? [] : [builder.node("Gather", [x, builder.whole(...plain)], { axis: int(1) })];
  const tables = tensor("weights"); // [all codes, dimension]
  let first = 0;
  const vectors = layer.columns.map(({ column, cardinality }) => {
    const found = builder.node("Gather", [x, builder.number(column, "int64")], { axis: int(1) }); // [N]
    const isWhole = equal(found, floor(found));
    const isWithin = apply("And", greater(found, -1), greater(cardinality, found));
    const code = choose(apply("And", isWhole, isWithin), found, 0);
    const row = cast(builder, arithmetic(builder, "float").add(code, first), "int64");
    first += cardinality;
    return builder.node("Gather", [tables, row], { axis: int(0) });
  });
  return builder.node("Concat", [...passed, ...vectors], { axis: int(1) });
}

/** h = W cos(2π f x + p) + b for each listed input, then all inputs as they are. */
function periodicNodes({ builder, layer, tensor }: Place<PeriodicLayer>, x: string): string {
  const { columns, frequencies, units } = layer;
  const C = columns.length;
  const { add, multiply, apply } = arithmetic(builder, "float");
  const listed = builder.node("Gather", [x, builder.whole(...columns)], { axis: int(1) });
  const each = builder.node("Unsqueeze", [listed, builder.whole(2, 3)]); // [N, C, 1, 1]
  // In turns, as the kernels have it: f x + p / 2π without its whole part, which is exact for large angles too.
  const turns = add(
    multiply(each, tensor("frequencies", [C, 1, frequencies])),
    apply("Div", tensor("phases", [C, 1, frequencies]), 2 * Math.PI),
  );
  const cosines = apply("Cos", multiply(apply("Sub", turns, apply("Round", turns)), 2 * Math.PI)); // [N, C, 1, F]
  const transposed = builder.node("Transpose", [tensor("weights")], {
    perm: { type: "ints", value: [0, 2, 1] },
  }); // [C, F, H]
  const h = add(builder.node("MatMul", [cosines, transposed]), tensor("bias", [C, 1, units])); // [N, C, 1, H]
  const flat = builder.node("Reshape", [h, builder.whole(-1, C * units)]);
  return builder.node("Concat", [flat, x], { axis: int(1) });
}
