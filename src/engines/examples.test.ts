/**
 * Examples that are learned and predicted one at a time: every engine, to the bit, as it learns and predicts them from loaded patterns,
 * wherever its memory has moved in the meantime.
 */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { random } from "../random.ts";
import { completeProblem, type Problem, type Session } from "./engine.ts";
import { engineOf } from "./factory.ts";

const EXAMPLES = 12;

const problems: Readonly<Record<string, Problem>> = {
  "one whole step": completeProblem({
    network: network({ inputs: 3, layers: [dense(5, { activation: "logistic" }), dense(2)] }),
    loss: "halfSquaredError",
  }),
  "classes, dropout, and a rate that depends on the step": completeProblem({
    network: network({ inputs: 3, layers: [dense(5, { activation: "tanh" }), dropout(0.3), dense(4)] }),
    loss: "crossEntropy",
    optimizer: "adam",
    batchSize: 8,
    l2: 0.01,
    clipNorm: 0.5,
  }),
  "the quantiles of a number": completeProblem({
    network: network({ inputs: 3, layers: [dense(5, { activation: "relu" }), dense(3)] }),
    loss: { name: "quantile", quantiles: [0.1, 0.5, 0.9] },
    optimizer: { name: "momentum", learningRate: 0.01 },
  }),
};

let rows = 0;

/** More patterns than any memory holds that an earlier session has left. */
function grow(session: Session): void {
  rows += 60_000;
  const width = session.problem.loss.name === "halfSquaredError" ? 2 : 1;
  session.load({ inputs: new Float32Array(3 * rows), desired: new Float32Array(width * rows) }).dispose();
}

function examplesOf({ loss: { name } }: Problem) {
  const draw = random(1, "examples");
  const width = name === "halfSquaredError" ? 2 : 1;
  return {
    inputs: Float32Array.from({ length: 3 * EXAMPLES }, () => draw.normal()),
    desired: Float32Array.from({ length: width * EXAMPLES }, () =>
      name === "crossEntropy" ? draw.integer(4) : draw.normal(),
    ),
  };
}

/** All that a step leaves. */
function stateOf(session: Session, layer: number) {
  const { rows, inducedField, output, localGradient } = session.signals(layer);
  const numbers = [session.parameters, session.gradients, inducedField, output, localGradient];
  return [session.step, rows, [...numbers, ...Object.values(session.slots)].map((array) => [...array])];
}

describe.each(enginesHere)("the engine %s", (name) => {
  test.each(Object.entries(problems))("learns and predicts one at a time as from patterns: %s", async (_, problem) => {
    const examples = examplesOf(problem);
    const [inputs, desired] = [examples.inputs, examples.desired].map((numbers) => (at: number) => {
      const width = numbers.length / EXAMPLES;
      return numbers.subarray(at * width, (at + 1) * width);
    });
    const layer = problem.network.layers.length - 1;
    using alone = (await engineOf(name).create(problem, { threads: 1 })) as Session;
    using loaded = (await engineOf(name).create(problem, { threads: 1 })) as Session;
    const patterns = loaded.load(examples);
    for (let at = 0; at < EXAMPLES; at++) {
      if (at === 5 && name !== "reference") grow(alone);
      // Lists and arrays of other kinds hold the same numbers.
      const [x, d] = at % 2 === 0 ? [inputs(at), desired(at)] : [[...inputs(at)], Float64Array.from(desired(at))];
      expect(await alone.learn(x, d)).toBe((await loaded.run(patterns, [at]))[0]);
      expect(stateOf(alone, layer)).toEqual(stateOf(loaded, layer));
      if (at === 8 && name !== "reference") grow(alone);
      expect(await alone.predict(x)).toEqual((await loaded.predict(examples.inputs)).slice(...rowOf(at, problem)));
      if (at === 10) await loaded.run(patterns, [0, 1, 2], { batchSize: 1 });
      if (at === 10) for (const n of [0, 1, 2]) await alone.learn(inputs(n), desired(n));
    }
  });

  test("what was refused leaves no trace in the next example", async () => {
    const problem = problems["one whole step"];
    const create = async () => (await engineOf(name).create(problem, { threads: 1 })) as Session;
    using session = await create();
    using other = await create();
    for (const [x, d] of [
      [
        [1, 2, Number.NaN],
        [1, 2],
      ],
      [
        [1, 2, 3],
        [1, 1e39],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2, 3],
        ["1", 2],
      ],
      [
        [7, 8, 9n],
        [1, 2],
      ],
    ] as [number[], number[]][]) {
      await expect(async () => session.learn(x, d)).rejects.toThrow(/^Expected/);
    }
    expect(session.step).toBe(0);
    expect(await session.learn([1, 2, 3], [4, 5])).toBe(await other.learn([1, 2, 3], [4, 5]));
    expect(stateOf(session, 1)).toEqual(stateOf(other, 1));
  });

  test("a session that was disposed refuses examples", async () => {
    const session = (await engineOf(name).create(problems["one whole step"])) as Session;
    await session.learn([1, 2, 3], [4, 5]);
    session.dispose();
    await expect(async () => session.learn([1, 2, 3], [4, 5])).rejects.toThrow(/disposed/);
    await expect(async () => session.predict([1, 2, 3])).rejects.toThrow(/disposed/);
  });
});

function rowOf(at: number, { network: { outputs } }: Problem): [number, number] {
  return [at * outputs, (at + 1) * outputs];
}
