/** `fit` on several ranks: the losses of one process with the same batches, and one end for all. */
import { expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

const [launcher] = launchers;

/** What is done on so many ranks, in one program each: what takes time is that processes begin. */
const CASES: Readonly<Record<number, readonly string[]>> = {
  1: ["parity"],
  2: ["parity", "shuffled", "shuffledOnTwo", "options"],
  4: ["parity", "endings"],
};
const runs = new Map<number, ReturnType<typeof run>>();

async function run(ranks: number) {
  const args = [JSON.stringify(CASES[ranks])];
  const { code, output, errors } = await launch(launcher, { program: "fitting.mjs", ranks, args });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return JSON.parse(output);
}

async function fitting(what: string, ranks: number) {
  const running = runs.get(ranks) ?? run(ranks);
  runs.set(ranks, running);
  return (await running)[what];
}

interface Epoch {
  readonly step: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly score: { readonly value: number };
  readonly learningRate: number;
  readonly layers: readonly { readonly patterns: number; readonly localGradientNorm: number }[];
}

test.each([1, 2, 4])(
  "%i ranks have the losses, scores and best epoch of one process with the same batches of a real table",
  async (ranks) => {
    for (const { batchSize, same, together, alone, scores, best } of await fitting("parity", ranks)) {
      expect(same).toBe(true);
      expect(together.map(({ step, learningRate }: Epoch) => [step, learningRate])).toEqual(
        alone.map(({ step, learningRate }: Epoch) => [step, learningRate]),
      );
      for (const [at, epoch] of (together as Epoch[]).entries()) {
        const one: Epoch = alone[at];
        expect(Math.abs(epoch.trainingLoss / one.trainingLoss - 1)).toBeLessThan(1e-6);
        expect(Math.abs(epoch.validationLoss / one.validationLoss - 1)).toBeLessThan(1e-6);
        expect(epoch.score.value).toBe(scores[at]);
        for (const [layer, { patterns, localGradientNorm }] of epoch.layers.entries()) {
          expect(patterns).toBe(one.layers[layer].patterns);
          // Of batches below 32 rows the look takes rows of its own, in another order than one process has them.
          if (batchSize >= 32) expect(localGradientNorm / one.layers[layer].localGradientNorm).toBeCloseTo(1, 3);
        }
      }
      expect(best[0]).toBe(best[1]);
    }
  },
);

test("shuffled, in a fixed order of sums, the history is one and the bits are the same with any number of threads", async () => {
  const [one, two] = [await fitting("shuffled", 2), await fitting("shuffledOnTwo", 2)];
  expect(one.same).toBe(true);
  expect(one.bits[0]).toBe(one.bits[1]);
  expect(one.steps).toBe(8);
  expect(two).toEqual(one);
});

test("patience, a deadline of rank 0, an abort and a listener that leaves on another rank end all alike", async () => {
  const { patience, time, abort, left } = await fitting("endings", 4);
  expect(patience).toMatchObject({ same: true, stopped: "early" });
  expect(time).toMatchObject({ same: true, stopped: "time" });
  expect(abort).toMatchObject({ same: true, stopped: "aborted", epochs: 3 });
  expect(left).toBe("aborted");
});

test("ranks that are asked for different trainings, and trainings without a row, are told on all", async () => {
  const { same, message, empty } = await fitting("options", 2);
  expect(same).toBe(true);
  expect(message).toMatch(
    /^Expected the same training on all ranks, found epochs 2 on rank 0 and 3 on rank 1 \(.*\)\./,
  );
  expect(empty).toBe("Expected at least one training pattern, found none on any rank.");
});
