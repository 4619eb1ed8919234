/** Steps as a network of gradus and its parameters. */
import { activationOf } from "../../../network/activations.ts";
import type { TensorRole } from "../../../network/layers/layerEntry.ts";
import {
  batchNorm,
  type DenseLayer,
  dense,
  type Layer,
  layerNorm,
  parametricActivation,
  scale as scaleLayer,
} from "../../../network/layers.ts";
import { type Network, validateNetwork } from "../../../network/network.ts";
import { parameterLayout } from "../../../network/parameters.ts";
import { diagonal, folded, unchanged } from "./foldSteps.ts";
import type { Step } from "./steps.ts";

export interface NetworkWithParameters {
  readonly network: Network;
  readonly parameters: Float32Array;
}

/** A layer and the numbers of its tensors. */
interface Filled {
  readonly layer: Layer;
  readonly tensors: Readonly<Partial<Record<TensorRole, Float64Array>>>;
}

/**
 * @param inputs how many the network has
 * @param isOneLogit whether its one output is the logit of the second of two classes, which makes the first one's 0
 */
export function networkOf(inputs: number, steps: readonly Step[], isOneLogit: boolean): NetworkWithParameters {
  const ended = endedByDense(inputs, folded(steps));
  const layers = filledLayers(inputs, isOneLogit ? withZeroRow(ended) : ended);
  const { units } = layers[layers.length - 1].layer as DenseLayer;
  const network = validateNetwork({ inputs, layers: layers.map(({ layer }) => layer), outputs: units });
  const { tensors, length } = parameterLayout(network);
  const parameters = new Float32Array(length);
  for (const { layer, role, offset } of tensors) parameters.set(layers[layer].tensors[role] ?? [], offset);
  return { network, parameters };
}

/** A network ends with a dense layer, which may have an activation. */
function endedByDense(inputs: number, steps: readonly Step[]): Step[] {
  const [before, last] = steps.slice(-2);
  if (steps.at(-1)?.kind === "dense") return [...steps];
  if (last?.kind === "activation" && before.kind === "dense") return [...steps];
  const width = widthAfter(inputs, steps);
  const end = steps.at(-1);
  return end?.kind === "affine" ? [...steps.slice(0, -1), diagonal(end)] : [...steps, unchanged(width)];
}

function widthAfter(inputs: number, steps: readonly Step[]): number {
  return steps.reduce((width, step) => (step.kind === "dense" ? step.outputs : width), inputs);
}

/** softmax(0, v) is (1 − σ(v), σ(v)). @param steps that end with a dense layer of one unit */
function withZeroRow(steps: readonly Step[]): Step[] {
  const last = steps.at(-1);
  if (last?.kind !== "dense") return [...steps];
  const { inputs, weights, bias = new Float64Array(1) } = last;
  const both = (values: Float64Array, zeros: number): Float64Array =>
    Float64Array.from([...new Float64Array(zeros), ...values]);
  return [...steps.slice(0, -1), { ...last, outputs: 2, weights: both(weights, inputs), bias: both(bias, 1) }];
}

function filledLayers(inputs: number, steps: readonly Step[]): Filled[] {
  let width = inputs;
  return steps.flatMap((step, at) => {
    const next = steps[at + 1];
    const before = steps[at - 1];
    if (step.kind === "dense") {
      width = step.outputs;
      return [denseLayer(step, next?.kind === "activation" ? next : undefined)];
    }
    if (step.kind === "activation" && before?.kind === "dense") return []; // the dense layer has it
    return otherLayers(step, width);
  });
}

function denseLayer(
  { outputs, weights, bias }: Extract<Step, { kind: "dense" }>,
  activation?: Extract<Step, { kind: "activation" }>,
): Filled {
  const layer = dense(outputs, { activation: activation?.name ?? "identity", bias: bias !== undefined });
  return { layer, tensors: { weights, ...(bias && { bias }) } };
}

function otherLayers(step: Exclude<Step, { kind: "dense" }>, width: number): Filled[] {
  switch (step.kind) {
    case "activation": {
      const { name } = step;
      if (activationOf(name).kind === "vector") return [denseLayer(unchanged(width), step)];
      const slopes = new Float64Array(width).fill(1);
      return [{ layer: parametricActivation(name, { rate: 0 }), tensors: { slopes } }];
    }
    case "parametric":
      return [
        { layer: parametricActivation(step.name, step.isLearned ? {} : { rate: 0 }), tensors: { slopes: step.slopes } },
      ];
    case "batchNorm": {
      const { epsilon, momentum, scale, bias, mean, variance } = step;
      return [{ layer: batchNorm({ epsilon, momentum }), tensors: { scale, bias, mean, variance } }];
    }
    case "layerNorm": {
      const { epsilon, scale, bias } = step;
      return [{ layer: layerNorm({ epsilon }), tensors: { scale, bias } }];
    }
    case "affine":
      return step.shift.every((t) => t === 0)
        ? [{ layer: scaleLayer(), tensors: { scale: step.scale } }]
        : [denseLayer(diagonal(step))];
    default:
      throw new TypeError(`A step ${step.kind} is no layer.`);
  }
}
