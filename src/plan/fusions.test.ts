/** Fusions, executed: a session whose plan is fused and one whose plan isn't make the same bits, for each fusion by itself. */
import { expect, type MockInstance, test, vi } from "vitest";
import { drawPatterns } from "../../test/conformance/conform.ts";
import { toyEngine } from "../../test/toyDevice/device.ts";
import { completeProblem, type Engine, type ProblemOptions } from "../engines/engine.ts";
import { wasm } from "../engines/wasm/wasm.ts";
import { dense, dropout, embedding, type Layer, parametricActivation, periodic, scale } from "../network/layers.ts";
import { validateNetwork } from "../network/network.ts";
import { random } from "../random.ts";
import * as fuse from "./fuse.ts";
import * as fuseForward from "./fuseForward.ts";

type Fusion = keyof typeof fuse | keyof typeof fuseForward;

/** A spy in a fusion's place, with the types of its operations forgotten. */
const spyOn = (name: Fusion) => {
  const spy =
    name in fuseForward
      ? vi.spyOn(fuseForward, name as keyof typeof fuseForward)
      : vi.spyOn(fuse, name as keyof typeof fuse);
  return spy as unknown as MockInstance<(given: object) => object | undefined>;
};

/** What a fusion that changes nothing gives. */
const unchanged = (name: Fusion, given: object): object | undefined => (name === "wholeStep" ? undefined : given);

/** Looks on: whether a fusion has changed anything since. */
function watch(name: Fusion): () => boolean {
  const { mock } = spyOn(name);
  const changed = ([given]: [object], call: number): boolean =>
    JSON.stringify(mock.results[call].value) !== JSON.stringify(unchanged(name, given));
  return () => mock.calls.some(changed);
}

const engines: Readonly<Record<string, Engine>> = { wasm, "plain loops": toyEngine };

const behind = (inputs: number, layers: readonly Layer[], outputs: number) =>
  validateNetwork({ inputs, layers, outputs });

const problems: Readonly<Record<string, ProblemOptions>> = {
  "a small network, pattern by pattern": {
    network: behind(3, [dense(5, { activation: "tanh" }), dense(4, { activation: "gelu" }), dense(2)], 2),
    loss: "meanSquaredError",
  },
  "dropout and softmax inside, decaying": {
    network: behind(
      6,
      [dense(9, { activation: "mish" }), dropout(0.3), dense(8, { activation: "softmax" }), dense(3)],
      3,
    ),
    loss: "crossEntropy",
    optimizer: { name: "adamW", learningRate: 0.01, weightDecay: 0.1 },
    batchSize: 7,
  },
  "penalties and clipping": {
    network: behind(5, [dense(17, { activation: "relu" }), dense(6, { activation: "selu", bias: false }), dense(1)], 1),
    loss: "huber",
    optimizer: "adam",
    l1: 0.001,
    l2: 0.01,
    clipNorm: 0.2,
    batchSize: 4,
  },
  "penalties alone": {
    network: behind(4, [dense(6, { activation: "logistic" }), dense(2)], 2),
    loss: "binaryCrossEntropy",
    optimizer: "momentum",
    l2: 0.1,
    batchSize: 3,
  },
  "every other kind of layer": {
    network: behind(
      4,
      [
        embedding([{ column: 1, cardinality: 3 }], { dimension: 2 }),
        periodic([0], { frequencies: 3, units: 2, deviation: 0.2 }),
        scale({ learning: { scale: { rate: 6 } } }),
        dense(5, { activation: "elu" }),
        parametricActivation("mish"),
        dense(2, { learning: { bias: { rate: 0.1 } } }),
      ],
      2,
    ),
    loss: "meanSquaredError",
    optimizer: "rmsProp",
    batchSize: 5,
  },
};

/** All numbers of a run, and of an update apart. */
async function numbersOf(engine: Engine, options: ProblemOptions): Promise<number[][]> {
  const problem = completeProblem({ ...options, seed: 2 });
  const draws = random(4, "fusions");
  const patterns = drawPatterns(problem, { patterns: 11 }, draws);
  const session = await engine.create(problem, { threads: 1 });
  const loaded = session.load(patterns);
  const rows = Uint32Array.from({ length: 6 * problem.batchSize }, () => draws.integer(11));
  const losses = [...(await session.run(loaded, rows))];
  losses.push(await session.gradient(loaded, rows.subarray(0, problem.batchSize)));
  await session.update(0.5);
  losses.push(await session.evaluate(loaded));
  await session.gradient(loaded, [0]);
  const predictor = await engine.predictor(problem.network, session.parameters);
  const signals = problem.network.layers.map((_, layer) => session.signals(layer));
  const numbers = [
    losses,
    [...session.parameters],
    [...session.gradients],
    ...Object.values(session.slots).map((slot) => [...slot]),
    ...signals.flatMap(({ inducedField, output, localGradient }) => [
      [...inducedField],
      [...output],
      [...localGradient],
    ]),
    [...(await session.predict(patterns.inputs))],
    ...(await session.activations(patterns.inputs)).map((outputs) => [...outputs]),
    [...predictor.predict(patterns.inputs)],
  ];
  predictor.dispose();
  session.dispose();
  return numbers;
}

/** Where each fusion finds something to join. */
const fusions: Readonly<Record<Fusion, readonly (keyof typeof problems)[]>> = {
  joinActivations: Object.keys(problems),
  packWeights: Object.keys(problems),
  joinSteps: Object.keys(problems),
  byLayer: ["penalties and clipping", "penalties alone"],
  joinUpdates: Object.keys(problems).filter((name) => name !== "dropout and softmax inside, decaying"),
  wholeStep: ["a small network, pattern by pattern"],
};

for (const [name, engine] of Object.entries(engines)) {
  test.each(Object.keys(problems))(
    `on ${name}, rows one by one with packed weights have the bits of a batch with the plan's own: %s`,
    async (title) => {
      const problem = completeProblem({ ...problems[title], seed: 2 });
      const { inputs } = drawPatterns(problem, { patterns: 9 }, random(4, "fusions"));
      const session = await engine.create(problem, { threads: 1 });
      const predictor = await engine.predictor(problem.network, session.parameters);
      expect([...predictor.predict(inputs)]).toEqual([...(await session.predict(inputs))]);
      predictor.dispose();
      session.dispose();
    },
  );

  for (const [fusion, where] of Object.entries(fusions)) {
    test.each(where)(`on ${name}, a step with ${fusion} and one without it have the same bits: %s`, async (title) => {
      const acted = watch(fusion as Fusion);
      const fused = await numbersOf(engine, problems[title]);
      expect(acted()).toBe(true);
      spyOn(fusion as Fusion).mockImplementation((given) => unchanged(fusion as Fusion, given));
      expect(await numbersOf(engine, problems[title])).toEqual(fused);
    });
  }
}
