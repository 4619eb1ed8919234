/** The networks of the conformance suite, every layer and activation among them, as emitted code: the outputs of the engine, bit for bit. */
import { expect, test } from "vitest";
import { conformanceCases } from "../../../test/conformance/conformanceCases.ts";
import { imported } from "../../../test/exportedModule.ts";
import { predictionEngineOf } from "../../engines/predictionEngines.ts";
import type { Network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { type Random, random } from "../../random.ts";
import { base64Of } from "./base64.ts";
import type { NetworkForm } from "./moduleCode.ts";
import { networkCode } from "./networkCode.ts";
import { partsFor } from "./parts.ts";
import { wasmForm } from "./wasm/exportWasmModule.ts";

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

/** A list of inputs to their outputs. */
type OutputsOf = (rows: readonly Float32Array[]) => Float32Array[];

interface Case {
  readonly network: Network;
  readonly parameters: Float32Array;
  readonly rows: readonly Float32Array[];
}

const cases = [...networks.values()].map((network, at): Case => {
  const next = random(at, "networks as modules");
  const parameters = parametersOf(network, next);
  return { network, parameters, rows: Array.from({ length: 6 }, () => inputsOf(network.inputs, next)) };
});

async function emitted({ data = "", outputs }: Omit<NetworkForm, "runs">): Promise<OutputsOf[]> {
  const take = `const take = weightsIn("${base64Of(...cases.map(({ parameters }) => parameters))}");`;
  const code = [take, data, `export const all = [${outputs.join(", ")}];`].join("\n");
  return (await imported<{ all: OutputsOf[] }>([...partsFor(code), code].join("\n"))).all;
}

/** Where outputs of the engine differ from others, and how many rows were compared. */
async function compared({ network, parameters, rows }: Case, outputsOf: OutputsOf) {
  using predictor = await engine.predictor(network, parameters);
  const finite = rows.filter((inputs) => {
    const [found] = outputsOf([inputs]);
    if (found.every(Number.isFinite)) return true;
    expect(() => predictor.predict(inputs)).toThrow(/finite/);
    return false;
  });
  const together = outputsOf(finite);
  const differing = finite.flatMap((inputs, row) => {
    const expected = [...predictor.predict(inputs)];
    return [together[row], ...outputsOf([inputs])].flatMap((found) => {
      if (expected.length === found.length && expected.every((value, k) => Object.is(value, found[k]))) return [];
      const layers = network.layers.map((layer) => `${layer.kind} ${"activation" in layer ? layer.activation : ""}`);
      return [`${network.inputs}: ${layers.join(", ")}: ${expected} and ${found}`];
    });
  });
  return { differing, rows: finite.length };
}

const all = cases.map(({ network }) => network);
test.each([
  ["JavaScript", { outputs: all.map(networkCode) }],
  ["WebAssembly", wasmForm(all)],
])(`${networks.size} networks in %s put out the bits of the engine, row by row and together`, async (_name, form) => {
  const outputs = await emitted(form);
  const results = await Promise.all(cases.map((each, at) => compared(each, outputs[at])));
  expect(results.flatMap(({ differing }) => differing)).toEqual([]);
  expect(results.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(5 * networks.size);
});
