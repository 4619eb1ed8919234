/**
 * The chain of one weight from a trace that is there already: a page need not make the step again for each weight clicked.
 *
 * Knows the network's layers from the trace, and nothing of the optimizer.
 */
import { DescriptionError } from "../../errors.ts";
import { readResults } from "../../givenResult.ts";
import { requireKind } from "../../kinds.ts";
import type { Network } from "../../network/network.ts";
import { type ParameterTensor, parameterLayout } from "../../network/parameters.ts";
import { chainFactors, mixingAbove } from "./chain.ts";
import { keepsWeight } from "./leanTrace.ts";
import { type Chain, type LayerTrace, type Trace, traceKind, type WeightChain, type WeightName } from "./trace.ts";
import { weightIndex, weightNameText } from "./weightName.ts";

/**
 * The factors of the chain rule for one weight or bias, for each example of a trace: those that `traceStep` gives for it.
 *
 * @param trace of the step; one that keeps paths has the weights on those of its own weights
 * @returns its value before the step, its chains, and the gradient of the batch, the sum of their slopes by their scales
 * @throws {DescriptionError} a weight that the network does not have, or that the trace does not keep
 *
 * @example
 * import { chainOf, traceStep } from "gradus/explain";
 * import { completeProblem, dense, initialParameters, network } from "gradus/network";
 *
 * const problem = completeProblem({
 *   network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
 *   loss: "halfSquaredError",
 * });
 * const parameters = initialParameters(problem.network, 0);
 * const trace = traceStep({ problem, parameters, patterns: { inputs: Float32Array.of(3), desired: Float32Array.of(8) } });
 * const { chains, gradient } = chainOf(trace, { layer: 0, unit: 0, input: 0 });
 * chains[0].factors.map(({ symbol }) => symbol.text); // ["∂ε/∂e", "∂e/∂y⁽⁰⁾", "∂y⁽⁰⁾/∂v⁽⁰⁾", "∂v⁽⁰⁾/∂W⁽⁰⁾[0,0]"]
 * gradient; // -3
 */
export function chainOf(trace: Trace, weight: WeightName): WeightChain {
  requireKind("chainOf's trace", trace, traceKind);
  weightNameText(weight);
  return readResults("traceStep", { trace }, (results) => weightChain(results.trace, weight));
}

function weightChain(trace: Trace, { layer, unit, input }: WeightName): WeightChain {
  const name = { layer, unit, input };
  const { layers, scales } = trace;
  const descriptions = layers.map(({ description }) => description);
  const network: Network = { inputs: layers[0].inputs, layers: descriptions, outputs: layers[layers.length - 1].units };
  const layout = parameterLayout(network);
  const at = weightIndex(network, layout, name);
  if (!keepsWeight(trace, name)) {
    const kept = trace.weights.map(weightNameText).join(", ");
    throw new DescriptionError(
      `Weight ${weightNameText(name)}: this trace keeps the paths of ${kept === "" ? "no weight" : kept} alone. Trace the step with keep: "all", or with this weight among the weights.`,
    );
  }
  const tensor = layout.tensors.findLast(({ offset }) => offset <= at) as ParameterTensor;
  const chains = chainsOf(trace, scales, name);
  const gradient = chains.reduce((sum, { scale, slope }) => sum + scale * slope, 0) + 0;
  return { ...name, value: numberAt(layers[layer], tensor, at - tensor.offset), chains, gradient };
}

/** The chains of a weight, one for each example. @param scales of the examples */
export function chainsOf(
  source: Parameters<typeof chainFactors>[0],
  scales: readonly number[],
  weight: WeightName,
): Chain[] {
  const isMixed = mixingAbove(source.layers, weight) !== undefined;
  return scales.map((own, pattern) => {
    const scale = isMixed ? 1 : own;
    const factors = chainFactors(source, pattern, weight);
    return { pattern, scale, factors, slope: factors[factors.length - 1].product[0][0] };
  });
}

/** A number of a layer's tensor by its index in it. */
function numberAt(
  { description, weights, bias, parameters }: LayerTrace,
  tensor: ParameterTensor,
  index: number,
): number {
  if (description.kind === "dense" && tensor.role === "bias") return bias[index];
  const width = tensor.shape[tensor.shape.length - 1];
  const rows = description.kind === "dense" ? weights : (parameters?.[tensor.role] ?? []);
  return rows[Math.floor(index / width)][index % width];
}
