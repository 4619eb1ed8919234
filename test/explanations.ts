/** Expositions for the suites that look at what renderers make of them: derivations and traces of many kinds of network. */
import { completeProblem, type ProblemOptions } from "../src/engines/engine.ts";
import { derivationOf } from "../src/explain/derivation/derivationOf.ts";
import type { Exposition } from "../src/explain/exposition/exposition.ts";
import type { WeightName } from "../src/explain/trace/trace.ts";
import { traceExposition } from "../src/explain/trace/traceExposition.ts";
import { traceStep } from "../src/explain/trace/traceStep.ts";
import { parseWeightName } from "../src/explain/trace/weightName.ts";
import { type ActivationName, activations } from "../src/network/activations.ts";
import {
  dense,
  dropout,
  embedding,
  type Layer,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../src/network/layers.ts";
import { desiredWidth, type LossName, losses } from "../src/network/losses.ts";
import { network } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { type OptimizerName, optimizers } from "../src/optimizers/optimizers.ts";

const awkwardNames = ["bill_length", "50 % & more", "\\input{x}", "<script>", "Île Δ₂ 企鵝", "a--b"];

/** The losses that a network with an output activation takes: those of logits refuse what makes probabilities. */
function lossesAfter(activation: ActivationName): LossName[] {
  const makesProbabilities = activation === "softmax" || activation === "logistic";
  return (Object.keys(losses) as LossName[]).filter((name) => !makesProbabilities || losses[name].desired === "values");
}

/** Each activation with each loss that it may end in, within and at the output; the optimizers take turns. */
export function derivations(): readonly { readonly name: string; readonly exposition: Exposition }[] {
  const rules = Object.keys(optimizers) as OptimizerName[];
  const pairs = (Object.keys(activations) as ActivationName[]).flatMap((activation) =>
    lossesAfter(activation).map((loss) => ({ activation, loss })),
  );
  return pairs.map(({ activation, loss }, at) => ({
    name: `${activation} with ${loss}`,
    exposition: derivationOf(
      {
        network: network({
          inputs: awkwardNames.length,
          layers: [dense(128, { activation }), dropout(0.25), dense(3, { activation })],
        }),
        loss,
        optimizer: rules[at % rules.length],
        l1: 0.001,
        l2: 0.01,
        clipNorm: 5,
      },
      { inputNames: awkwardNames, outputNames: ["gull", "tern", "auk"] },
    ),
  }));
}

/** Embeddings, a scale layer, parametric activations, the layers of the default recipe for tables; and layer normalisation. */
const tabular = network({
  inputs: awkwardNames.length,
  layers: [
    embedding([{ column: 5, cardinality: 20 }]),
    periodic([0, 1, 2, 3, 4], { learning: { frequencies: { rate: 0.1, decay: 0.01 } } }),
    scale({ learning: { scale: { rate: 6, decay: 36 } } }),
    dense(64),
    parametricActivation("selu"),
    dropout(0.15),
    layerNorm({ learning: { bias: { rate: 0.1 } } }),
    dense(3),
  ],
});

export function tabularDerivation(): Exposition {
  return derivationOf({ network: tabular, loss: "crossEntropy", optimizer: "adamW" }, { inputNames: awkwardNames });
}

/** A weight of each of its tensors. */
export function tabularTrace(): Exposition {
  const names = [
    "0.5.0",
    "1.3.frequencies",
    "1.4.phases",
    "1.2.7",
    "1.14.bias",
    "2.9.scale",
    "3.1.4",
    "4.2.slopes",
    "6.3.scale",
  ];
  return traced({ network: tabular, loss: "crossEntropy", optimizer: "adamW" }, names.map(parseWeightName));
}

/** Many layers and wide ones, whose formulas are longer than a line. */
export function deepDerivation(): Exposition {
  const layers: Layer[] = Array.from({ length: 7 }, () => dense(1024, { activation: "mish" }));
  return derivationOf({
    network: network({ inputs: 784, layers: [...layers, dense(10)] }),
    loss: "crossEntropy",
    optimizer: "adamW",
  });
}

/** A step of learning with its numbers, for each activation at the output, the losses and optimizers taking turns. */
export function traces(): readonly { readonly name: string; readonly exposition: Exposition }[] {
  const rules = Object.keys(optimizers) as OptimizerName[];
  return (Object.keys(activations) as ActivationName[]).map((activation, at) => {
    const layers = [dense(4, { activation }), dropout(0.25), dense(3, { activation })] as const;
    const fitting = lossesAfter(activation);
    const loss = fitting[at % fitting.length];
    const optimizer = rules[at % rules.length];
    const described = network({ inputs: awkwardNames.length, layers });
    return {
      name: `${activation} with ${loss}`,
      exposition: traced({ network: described, loss, optimizer, l2: 0.01 }),
    };
  });
}

/** A step of a network with more inputs and neurons than anyone writes down. */
export function wideTrace(): Exposition {
  const layers = [dense(256, { activation: "silu" }), dense(64, { activation: "relu" }), dense(10)] as const;
  return traced({ network: network({ inputs: 784, layers }), loss: "crossEntropy", optimizer: "adamW", clipNorm: 1 });
}

/** The third step, on two patterns, of a network whose parameters are as it starts. */
function traced(options: ProblemOptions, weights?: readonly WeightName[]): Exposition {
  const problem = completeProblem(options);
  const { inputs, outputs } = problem.network;
  const patterns = {
    inputs: Float64Array.from({ length: 2 * inputs }, (_, at) => Math.sin(at * 1.7)),
    desired: Float64Array.from({ length: 2 * desiredWidth(problem.loss, outputs) }, (_, at) => at % 2),
  };
  const names =
    inputs === awkwardNames.length ? { inputNames: awkwardNames, outputNames: ["gull", "50 %", "<auk>"] } : {};
  const parameters = initialParameters(problem.network, 5);
  return traceExposition(traceStep({ problem, parameters, patterns, step: 3, ...(weights && { weights }), ...names }));
}
