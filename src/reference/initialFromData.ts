/**
 * Starting parameters that fit the data: every field of a dense layer begins with variance 1 over a sample of the inputs.
 *
 * Layer by layer forward, each on what the layers before it make of the sample, dropout off. Only layers whose
 * `initialisation` is "dataDriven" change. Knows nothing of targets. Source: Holzmüller, Grinsztajn & Steinwart 2024; the
 * idea of scaling by the data: Mishkin & Matas 2016; the biases: Steinwart 2019.
 */
import type { DenseLayer } from "../network/layers.ts";
import type { Network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { type Random, random } from "../random.ts";
import { subjectOf } from "./backpropagation.ts";
import { activate } from "./dense.ts";
import type { LayerParameters, Signals } from "./layerOperations.ts";
import { layerForward, layerParameters } from "./operations.ts";

/** How many rows decide: their deviation is that of all rows to some 4 %. */
const SAMPLE = 256;
/** What sums of equal numbers differ by, and more, as a share of them. */
const ROUNDING = 1e-9;
/** Rows that a bias is mixed from. */
const MIXED = 5;
/** Layers act as in training, but drop nothing. */
const WITHOUT_DROPOUT = { key: 0, factor: 0 };

/**
 * The starting parameters of a network for its training inputs.
 *
 * @param inputs x of the training rows, [N, I]; a seeded sample of them decides
 * @param drawn `initialParameters(network, seed)`, where it was drawn before: it is changed to what is returned
 * @returns float64, in the order of the network's layout; `initialParameters` where no layer is data-driven
 */
export function initialFromData(
  network: Network,
  inputs: ArrayLike<number>,
  seed: number,
  drawn?: Float64Array,
): Float64Array {
  const parameters = drawn ?? initialParameters(network, seed);
  if (!network.layers.some(isDataDriven)) return parameters;
  const subject = subjectOf(network, parameters);
  let input = sampleOf(network, inputs, seed);
  const rows = input.length / network.inputs;
  for (const [index, layer] of network.layers.entries()) {
    const own = layerParameters(subject.layout, parameters, index);
    const signals = layerForward(subject, index, rows, input, WITHOUT_DROPOUT);
    input = signals.output;
    if (isDataDriven(layer)) {
      normalise(own, signals);
      spread(own, signals, random(seed, "data-driven bias", index));
      input = withBias(layer, own, signals);
    }
  }
  return parameters;
}

function isDataDriven(layer: Network["layers"][number]): layer is DenseLayer {
  return layer.kind === "dense" && layer.initialisation === "dataDriven";
}

/** At most `SAMPLE` rows, without one twice. */
function sampleOf({ inputs: width }: Network, inputs: ArrayLike<number>, seed: number): Float64Array {
  const rows = inputs.length / width;
  if (rows <= SAMPLE) return Float64Array.from(inputs);
  const chosen = random(seed, "data-driven sample").permutation(rows).subarray(0, SAMPLE);
  const sample = new Float64Array(SAMPLE * width);
  for (const [n, row] of chosen.entries()) {
    for (let i = 0; i < width; i++) sample[n * width + i] = inputs[row * width + i];
  }
  return sample;
}

/** y of a dense layer from its fields before the bias: the products need not be made again. */
function withBias(layer: DenseLayer, { bias }: LayerParameters, signals: Signals): Float64Array {
  const { inducedField, output } = signals;
  if (layer.bias) for (let i = 0; i < inducedField.length; i++) inducedField[i] += bias[i % layer.units];
  activate(layer, signals);
  return output;
}

/** Divides each neuron's weights, and its fields with them, by the fields' deviation; biases are still 0. */
function normalise({ weights }: LayerParameters, { rows, input, inducedField }: Signals): void {
  const inputs = input.length / rows;
  const units = inducedField.length / rows;
  for (let b = 0; b < units; b++) {
    const { deviation, largest } = spreadOf(inducedField, rows, units, b);
    // A neuron that says the same of every row stays as it is: its deviation is rounding.
    if (!(deviation > ROUNDING * largest)) continue;
    for (let a = 0; a < inputs; a++) weights[b * inputs + a] /= deviation;
    for (let n = 0; n < rows; n++) inducedField[n * units + b] /= deviation;
  }
}

/** The population's standard deviation of neuron b's fields, and the largest of them without its sign. */
function spreadOf(fields: Float64Array, rows: number, units: number, b: number) {
  let mean = 0;
  let largest = 0;
  for (let n = 0; n < rows; n++) {
    mean += fields[n * units + b] / rows;
    largest = Math.max(largest, Math.abs(fields[n * units + b]));
  }
  let variance = 0;
  for (let n = 0; n < rows; n++) variance += (fields[n * units + b] - mean) ** 2 / rows;
  return { deviation: Math.sqrt(variance), largest };
}

/**
 * b_j = −Σ_k e_k v_j(row_k) over five random rows, the e exponential and normalised to sum 1: so each neuron's zero lies
 * somewhere among the data.
 */
function spread({ bias }: LayerParameters, { rows, inducedField }: Signals, draws: Random): void {
  for (let b = 0; b < bias.length; b++) {
    let sum = 0;
    let total = 0;
    for (let k = 0; k < MIXED; k++) {
      const share = -Math.log(1 - draws.uniform());
      sum += share * inducedField[draws.integer(rows) * bias.length + b];
      total += share;
    }
    bias[b] = -sum / total;
  }
}
