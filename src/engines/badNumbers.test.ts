/**
 * Numbers that would ruin a network in silence: every engine refuses them with the place, and nothing is changed.
 */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { DescriptionError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { completeProblem, type LoadedPatterns, type Patterns, type Predictor, type Session } from "./engine.ts";
import { engineOf } from "./factory.ts";

const own = network({ inputs: 2, layers: [dense(3, { activation: "relu" }), dropout(0.2), dense(2)] });
const parameters = Float32Array.from({ length: 17 }, (_, i) => Math.sin(i));
const losses = { values: "halfSquaredError", classes: "crossEntropy", flags: "binaryCrossEntropy" } as const;
const patterns = { inputs: Float32Array.of(0, 1, 2, 3), desired: Float32Array.of(0, 1, 1, 0) };
const rows = Uint32Array.of(0, 1);

interface Fault {
  readonly name: string;
  readonly loss?: keyof typeof losses;
  readonly act: (session: Session, loaded: LoadedPatterns, predictor: Predictor) => unknown;
  /** What the message says. */
  readonly says: string;
}

/** What isn't a number that float32 holds, and how a message shows it. */
const bad = [
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [1e300, "1e+300, which float32 cannot represent"],
  [-3.5e38, "-3.5e+38, which float32 cannot represent"],
  [undefined, "undefined"],
  [null, "null"],
  ["1", '"1"'],
  [true, "true"],
] as const;

/** An array as a program without types may hand it over. */
const given = (...values: readonly unknown[]): Float64Array => values as unknown as Float64Array;
const load = (s: Session, part: Partial<Patterns>) => s.load({ ...patterns, ...part });

const places: readonly Fault[] = bad.flatMap(([value, shown]): Fault[] => {
  const at = (row: number, column: number) => `found ${shown} in row ${row}, column ${column}`;
  return [
    {
      name: `an input ${shown}`,
      act: (s) => load(s, { inputs: given(0, 1, 2, value) }),
      says: `inputs to be finite numbers, ${at(1, 1)}`,
    },
    { name: `a desired value ${shown}`, act: (s) => load(s, { desired: given(0, value, 1, 1) }), says: at(0, 1) },
    {
      name: `a weight ${shown}`,
      act: (s) => load(s, { sampleWeights: given(1, value) }),
      says: `found ${shown} in row 1`,
    },
    { name: `a class ${shown}`, loss: "classes", act: (s) => load(s, { desired: given(0, value) }), says: at(1, 0) },
    { name: `a flag ${shown}`, loss: "flags", act: (s) => load(s, { desired: given(0, value, 1, 1) }), says: at(0, 1) },
    { name: `an input to learn ${shown}`, act: (s) => s.learn(given(value, 1), [0, 1]), says: at(0, 0) },
    { name: `a desired value to learn ${shown}`, act: (s) => s.learn([0, 1], given(0, value)), says: at(0, 1) },
    { name: `an input to predict ${shown}`, act: (s) => s.predict(given(0, 1, value, 1)), says: at(1, 0) },
    { name: `a predictor's input ${shown}`, act: (_s, _p, q) => q.predict(given(value, 1)), says: at(0, 0) },
    {
      name: `a predictor's row ${shown}`,
      act: (_s, _p, q) => q.predictRow(given(0, value), new Float32Array(2)),
      says: at(0, 1),
    },
    { name: `a predictor's batch ${shown}`, act: (_s, _p, q) => q.predictBatch(given(0, value)), says: at(0, 1) },
  ];
});

const factors: readonly Fault[] = [Number.NaN, -1, Number.POSITIVE_INFINITY, "1"].flatMap((value): Fault[] => {
  const one = value as number;
  return [
    { name: `an update by ${value}`, act: (s) => s.update(one), says: "rateFactor to be a finite number" },
    { name: `an update that decays by ${value}`, act: (s) => s.update(1, one), says: "decayFactor to be" },
    { name: `rateFactors ${value}`, act: (s, p) => s.run(p, rows, { rateFactors: [one] }), says: "of step 0" },
    { name: `decayFactors ${value}`, act: (s, p) => s.run(p, rows, { decayFactors: [one] }), says: "of step 0" },
    { name: `dropoutFactors ${value}`, act: (s, p) => s.run(p, rows, { dropoutFactors: [one] }), says: "of step 0" },
  ];
});

const others: readonly Fault[] = [
  { name: "dropoutFactors 5", act: (s, p) => s.run(p, rows, { dropoutFactors: [5] }), says: "from 0 to 1, found 5" },
  { name: "a gradient with a dropoutFactor of 2", act: (s, p) => s.gradient(p, rows, 2), says: "from 0 to 1, found 2" },
  {
    name: "a class 2 of two",
    loss: "classes",
    act: (s) => load(s, { desired: given(0, 2) }),
    says: "found 2 in row 1",
  },
  { name: "a class 0.5", loss: "classes", act: (s) => load(s, { desired: given(0.5, 1) }), says: "found 0.5 in row 0" },
  { name: "a flag 2", loss: "flags", act: (s) => load(s, { desired: given(0, 1, 2, 0) }), says: "found 2 in row 1" },
  {
    name: "a name that load doesn't know",
    act: (s) => load(s, { weights: patterns.inputs } as object),
    says: '"weights"',
  },
  { name: "a name that run doesn't know", act: (s, p) => s.run(p, rows, { rates: [1] } as object), says: '"rates"' },
  { name: "no patterns to load", act: (s) => s.load(undefined as never), says: "found undefined" },
  { name: "inputs that are text", act: (s) => load(s, { inputs: "0123" as never }), says: "inputs to be an array" },
  {
    name: "no desired responses",
    act: (s) => s.load({ inputs: patterns.inputs } as never),
    says: "desired to be an array",
  },
  { name: "no input to learn", act: (s) => s.learn(undefined as never, [0, 1]), says: "inputs to be an array" },
  { name: "no inputs to predict", act: (s) => s.predict(null as never), says: "inputs to be an array" },
  {
    name: "inputs whose memory was given to another thread",
    act: (s) => {
      const inputs = Float32Array.of(0, 1);
      structuredClone(inputs.buffer, { transfer: [inputs.buffer] });
      return s.predict(inputs);
    },
    says: "inputs to be an array of numbers, found one whose memory was transferred",
  },
  { name: "a row that is no whole number", act: (s, p) => s.run(p, [0, 0.5]), says: "found 0.5 at index 1" },
  { name: "a row below 0", act: (s, p) => s.gradient(p, [-1]), says: "found -1 at index 0" },
  { name: "rows that are text", act: (s, p) => s.run(p, "01" as never), says: "rows to be a list of numbers" },
  {
    name: "rows to judge that are none",
    act: (s, p) => s.evaluate(p, null as never),
    says: "rows to be a list of numbers",
  },
  {
    name: "factors that are a number",
    act: (s, p) => s.run(p, rows, { rateFactors: 1 as never }),
    says: "rateFactors to be an array",
  },
  {
    name: "a step that is no number",
    act: (s) => {
      s.step = Number.NaN;
    },
    says: "step to be a whole number",
  },
];

describe.each(enginesHere)("the engine %s refuses", (name) => {
  const engine = engineOf(name);

  test.each([...places, ...factors, ...others])(
    "$name, and changes nothing",
    async ({ loss = "values", act, says }) => {
      const problem = completeProblem({ network: own, loss: losses[loss], optimizer: "adam", batchSize: 2 });
      using session = (await engine.create(problem)) as Session;
      const desired = loss === "classes" ? Float32Array.of(0, 1) : patterns.desired;
      const loaded = session.load({ ...patterns, desired });
      using predictor = await engine.predictor(own, parameters);
      const before = JSON.stringify([
        [...session.parameters],
        session.step,
        [...(await session.predict(patterns.inputs))],
      ]);
      const error = await (async () => act(session, loaded, predictor))().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(DescriptionError);
      expect((error as Error).message).toContain(says);
      expect(
        JSON.stringify([[...session.parameters], session.step, [...(await session.predict(patterns.inputs))]]),
      ).toBe(before);
    },
  );

  test("a predictor of parameters that are no numbers", async () => {
    const broken = parameters.with(3, Number.NaN);
    await expect((async () => engine.predictor(own, broken))()).rejects.toThrow(/parameters.*found NaN at index 3/);
  });
});

test.each(enginesHere)(
  "%s refuses a row with one wrong number wherever it stands, and answers the next row",
  async (name) => {
    const wide = network({ inputs: 11, layers: [dense(2)] });
    const parameters = new Float32Array(24).fill(1);
    using predictor = await engineOf(name).predictor(wide, parameters);
    const output = name === "reference" ? new Float64Array(2) : new Float32Array(2);
    for (let at = 0; at < 11; at++) {
      for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e300, "1"] as number[]) {
        const row = Array.from({ length: 11 }, (_, i) => (i === at ? value : -3e38));
        expect(() => predictor.predictRow(row, output), `${value} at ${at}`).toThrow(`in row 0, column ${at}`);
      }
    }
    predictor.predictRow(new Array(11).fill(2), output);
    expect([...output]).toEqual([23, 23]);
  },
);
