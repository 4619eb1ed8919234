/**
 * A network as modules of PyTorch in an nn.Sequential: the expression that makes each, and the tensors of its state by PyTorch's names.
 *
 * A dense layer is an nn.Linear and the module of its activation, so modules have other places than layers. Both directions
 * follow from this one list. Knows nothing of files.
 */
import type { ActivationName } from "../../network/activations.ts";
import type { Layer, TensorRole } from "../../network/layers.ts";
import { layerWidths, type Network } from "../../network/network.ts";
import { type ParameterTensor, parameterLayout, tensorsByLayer } from "../../network/parameters.ts";
import type { LayerPart } from "./parts/layers.ts";
import { pythonLiteral } from "./pythonLiteral.ts";

/** A tensor of a module's state. */
export interface StateTensor {
  /** "weight": its name within the module. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Where its numbers lie in the network's parameters; absent of a counter, a whole number that gradus has no use for. */
  readonly offset?: number;
  /** The least that its numbers can be; −∞ where they can be any. */
  readonly least: number;
}

export interface TorchModule {
  /** "nn.Linear(4, 3)" */
  readonly code: string;
  /** The class that it is of, where that is not PyTorch's own. */
  readonly part?: LayerPart;
  readonly state: readonly StateTensor[];
}

/** The modules of a network, in their order. */
export function modulesOf(network: Network): TorchModule[] {
  const widths = layerWidths(network);
  const tensors = tensorsByLayer(parameterLayout(network));
  return network.layers.flatMap((layer, at) => modulesOfLayer(layer, widths[at], tensors.get(at) ?? []));
}

/** All tensors of a network's state by their names in its state dict: "0.weight". */
export function stateOf(network: Network): StateTensor[] {
  return modulesOf(network).flatMap(({ state }, place) =>
    state.map((tensor) => ({ ...tensor, name: `${place}.${tensor.name}` })),
  );
}

/** PyTorch's names; its factors of normalisations and of nn.PReLU are weights too. */
const roleNames: Readonly<Record<TensorRole, string>> = {
  weights: "weight",
  bias: "bias",
  scale: "weight",
  slopes: "weight",
  frequencies: "frequencies",
  phases: "phases",
  mean: "running_mean",
  variance: "running_var",
};

const ANY = Number.NEGATIVE_INFINITY;

function modulesOfLayer(layer: Layer, inputs: number, tensors: readonly ParameterTensor[]): TorchModule[] {
  const state = tensors.map(({ role, shape, offset, kept: { least = ANY } = {} }) => {
    return { name: roleNames[role], shape, offset, least };
  });
  switch (layer.kind) {
    case "dense": {
      const bias = layer.bias ? "" : ", bias=False";
      return [{ code: `nn.Linear(${inputs}, ${layer.units}${bias})`, state }, ...activationModules(layer.activation)];
    }
    case "dropout":
      return [{ code: `nn.Dropout(${layer.rate})`, state }];
    case "scale":
      return [{ code: `Scale(${inputs})`, part: "Scale", state }];
    case "parametricActivation": {
      const code = `ParametricActivation(${inputs}, ${activationCodes[layer.activation]})`;
      return [{ code, part: "ParametricActivation", state }];
    }
    case "embedding": {
      const codes = layer.columns.map(({ column, cardinality }) => `(${column}, ${cardinality})`);
      const code = `Embeddings([${codes.join(", ")}], ${layer.dimension})`;
      let { offset } = tensors[0];
      const tables = layer.columns.map(({ cardinality }, at) => {
        const table = { name: `tables.${at}.weight`, shape: [cardinality, layer.dimension], offset, least: ANY };
        offset += cardinality * layer.dimension;
        return table;
      });
      return [{ code, part: "Embeddings", state: tables }];
    }
    case "periodic": {
      const { columns, frequencies, units } = layer;
      return [{ code: `Periodic([${columns.join(", ")}], ${frequencies}, ${units})`, part: "Periodic", state }];
    }
    case "layerNorm":
      return [{ code: `nn.LayerNorm(${inputs}, eps=${pythonLiteral(layer.epsilon)})`, state }];
    case "batchNorm": {
      const { epsilon, momentum } = layer;
      const options = `eps=${pythonLiteral(epsilon)}, momentum=${pythonLiteral(momentum)}`;
      const counter = { name: "num_batches_tracked", shape: [], least: ANY };
      return [{ code: `nn.BatchNorm1d(${inputs}, ${options})`, state: [...state, counter] }];
    }
    default:
      return layer satisfies never;
  }
}

function activationModules(activation: ActivationName): TorchModule[] {
  return activation === "identity" ? [] : [{ code: activationCodes[activation], state: [] }];
}

/** PyTorch's modules of the same formulas; GELU is the exact one, without its approximation by tanh. */
const activationCodes: Readonly<Record<ActivationName, string>> = {
  identity: "nn.Identity()",
  logistic: "nn.Sigmoid()",
  tanh: "nn.Tanh()",
  relu: "nn.ReLU()",
  leakyRelu: "nn.LeakyReLU(0.01)",
  elu: "nn.ELU()",
  selu: "nn.SELU()",
  gelu: "nn.GELU()",
  silu: "nn.SiLU()",
  mish: "nn.Mish()",
  softplus: "nn.Softplus()",
  relu6: "nn.ReLU6()",
  hardSwish: "nn.Hardswish()",
  softmax: "nn.Softmax(dim=-1)",
};
