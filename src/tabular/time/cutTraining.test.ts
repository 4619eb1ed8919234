import { expect, test } from "vitest";
import { engineOf } from "../../engines/factory.ts";
import { datasetOf } from "../dataset.ts";
import { memberOf } from "../member.ts";
import { realmlp } from "../recipes/realmlp.ts";
import { openSession } from "../startingWeights.ts";
import { tableOf } from "../tableLike.ts";
import { cutOptions, isCut, startAtBaseline } from "./cutTraining.ts";

const rows = Array.from({ length: 60 }, (_, n) => ({
  a: (n * 7) % 60,
  y: 3 * n,
  label: n % 4 === 0 ? "rare" : "common",
}));

/** What a network that begins at the baseline predicts for its training rows, and their targets. */
async function answers(target: "y" | "label", settings = {}) {
  const { encoding, clamps } = realmlp;
  const table = tableOf(rows.map(({ a, ...row }) => ({ a, [target]: row[target] })));
  const unchosen = { task: undefined, test: undefined, features: undefined } as const;
  const fold = datasetOf({ table, target, types: {}, seed: 0, encoding, clamps, ...unchosen }).fold(0);
  const asked = { entry: realmlp, settings: { hidden: [8], ...settings }, seed: 0 };
  const member = memberOf(asked, fold, { folds: 1 });
  using session = await openSession(member, engineOf("wasm"), { threads: 1 });
  const { inputs, desired } = fold.training.patterns;
  startAtBaseline(session, { desired });
  return { outputs: [...(await session.predict(inputs))], desired: [...desired] };
}

test("a training that is cut begins at the mean of its targets", async () => {
  const { outputs, desired } = await answers("y");
  const mean = desired.reduce((sum, value) => sum + value, 0) / desired.length;
  expect(mean).toBeCloseTo(0, 6);
  expect(outputs).toEqual(outputs.map(() => 0));
});

test("or at the classes' shares of its rows", async () => {
  const { outputs, desired } = await answers("label");
  const share = desired.filter((label) => label === 0).length / desired.length;
  const [first, second] = outputs.map(Math.exp);
  expect(first / (first + second)).toBeCloseTo(share, 6);
  expect(share).not.toBeCloseTo(0.5, 1);
});

test("or, where each class counts the same, at equal shares", async () => {
  const { outputs } = await answers("label", { classWeights: "balanced" });
  expect(outputs[0]).toBeCloseTo(outputs[1], 6);
});

test("a training is cut where it makes fewer steps than the recipe would", () => {
  const recipe = { epochs: 96, stepsPerEpoch: 3 };
  expect(isCut({ epochs: 96, stepsPerEpoch: 3 }, recipe)).toBe(false);
  expect(isCut({ epochs: 95, stepsPerEpoch: 3 }, recipe)).toBe(true);
  expect(isCut({ epochs: 10, stepsPerEpoch: 2 }, recipe)).toBe(true);
});

test("its schedule is warmed up over 40 steps, unless it is by itself, and its start is judged where there are rows for it", () => {
  const validation = { inputs: new Float32Array(1), desired: new Float32Array(1) };
  const steps = { epochs: 10, stepsPerEpoch: 8 };
  const cut = cutOptions({ schedule: "coslog4", validation }, steps);
  expect(cut).toEqual({ schedule: { name: "coslog4", warmup: { epochs: 5 } }, startCounts: true });
  const own = { name: "cosine", floor: 0, warmup: { fraction: 0.5 } } as const;
  expect(cutOptions({ schedule: own }, steps)).toEqual({ schedule: own, startCounts: false });
});

test("a single step is made at a rate above 0, whatever the schedule", () => {
  const { schedule } = cutOptions({ schedule: "coslog4" }, { epochs: 1, stepsPerEpoch: 1 });
  expect(schedule).toEqual({ name: "constant", warmup: { epochs: 40 } });
});
