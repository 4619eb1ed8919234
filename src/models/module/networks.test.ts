/** The networks of the conformance suite, every layer and activation among them, as emitted code: the outputs of the engine, bit for bit. */
import { expect, test } from "vitest";
import { conformanceCases } from "../../../test/conformance/conformanceCases.ts";
import { imported } from "../../../test/exportedModule.ts";
import { predictionEngineOf } from "../../engines/predictionEngines.ts";
import type { Network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { type Random, random } from "../../random.ts";
import { base64Of } from "./base64.ts";
import { layerCode } from "./networkCode.ts";
import { partsFor } from "./parts.ts";

const networks = new Map(conformanceCases.map(({ problem: { network } }) => [JSON.stringify(network), network]));
const engine = predictionEngineOf(undefined);

function parametersOf(network: Network, next: Random): Float32Array {
  const { tensors, length } = parameterLayout(network);
  const parameters = Float32Array.from({ length }, () => next.normal());
  for (const { offset, length: count, shape, kept } of tensors) {
    const deviation = shape.length > 1 ? Math.sqrt(shape[shape.length - 1]) : 1;
    for (let at = offset; at < offset + count; at++) {
      parameters[at] = kept?.least === 0 ? Math.abs(parameters[at]) : parameters[at] / deviation;
    }
  }
  return parameters;
}

/** Usual numbers, codes, large and small ones, zeros of both signs. */
function inputsOf(count: number, next: Random): Float32Array {
  const odd = [0, -0, 1e-30, -88, 88, 2 ** 23 + 0.5];
  return Float32Array.from({ length: count }, () => {
    const kind = Math.floor(next.uniform() * 5);
    if (kind === 0) return Math.floor(next.uniform() * 8) - 1;
    if (kind === 1) return next.normal() * 30;
    return kind === 2 ? odd[Math.floor(next.uniform() * odd.length)] : next.normal();
  });
}

interface Emitted {
  outputs(inputs: Float32Array): Float32Array;
}

async function emitted(network: Network, parameters: Float32Array): Promise<Emitted> {
  const layers = `const take = weightsIn("${base64Of(parameters)}");\nconst layers = [${layerCode(network).join(", ")}];`;
  const outputs = "export const outputs = (x) => layers.reduce((signals, layer) => layer(signals), x);";
  return await imported([...partsFor(layers), layers, outputs].join("\n"));
}

test(`${networks.size} networks put out the bits of the engine`, async () => {
  const differing: string[] = [];
  let compared = 0;
  for (const [at, network] of [...networks.values()].entries()) {
    const next = random(at, "networks as modules");
    const parameters = parametersOf(network, next);
    const predictor = await engine.predictor(network, parameters);
    const { outputs } = await emitted(network, parameters);
    for (let row = 0; row < 6; row++) {
      const inputs = inputsOf(network.inputs, next);
      const found = [...outputs(inputs)];
      if (!found.every(Number.isFinite)) {
        expect(() => predictor.predict(inputs)).toThrow(/finite/);
        continue;
      }
      compared++;
      const expected = [...predictor.predict(inputs)];
      if (found.every((value, k) => Object.is(value, expected[k]))) continue;
      const layers = network.layers.map((layer) => `${layer.kind} ${"activation" in layer ? layer.activation : ""}`);
      differing.push(`${network.inputs}: ${layers.join(", ")}: ${expected} and ${found}`);
    }
    predictor.dispose();
  }
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(5 * networks.size);
});
