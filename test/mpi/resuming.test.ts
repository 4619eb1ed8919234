/** A state of a training goes on with the same number of ranks, to the bit, and with another. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

const [launcher] = launchers;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-resuming-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Trained {
  readonly kept: number;
  readonly same: boolean;
  readonly steps: number;
  readonly stopped: string;
  readonly bestEpoch: number;
  readonly parameters: readonly number[];
  readonly history: readonly { readonly trainingLoss: number; readonly validationLoss: number }[];
}

async function train(ranks: number, options: Readonly<Record<string, unknown>>): Promise<Trained> {
  const args = [JSON.stringify(options)];
  const { code, output, errors } = await launch(launcher, { program: "resuming.mjs", ranks, args });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const found: Trained = JSON.parse(output);
  expect(found).toMatchObject({ same: true, stopped: "finished" });
  return found;
}

test("within an epoch, with as many ranks, to the same bits", async () => {
  const options = { file: join(folder, "within"), batchSize: 32, keepAt: [4, 5] };
  const { kept, ...whole } = await train(2, options);
  expect(kept).toBe(1);
  const { kept: _, ...resumed } = await train(2, { ...options, from: true });
  expect(resumed).toEqual(whole);
});

test("with other numbers of ranks, to the losses of the training that was never interrupted", async () => {
  const ofTwo = { file: join(folder, "two") };
  const ofOne = { file: join(folder, "one") };
  const whole = await train(2, ofTwo);
  const alone = await train(1, ofOne);
  const resumed = [
    await train(1, { ...ofTwo, from: true }),
    await train(4, { ...ofTwo, from: true }),
    await train(2, { ...ofOne, from: true }),
  ];
  for (const { history, steps, bestEpoch } of [alone, ...resumed]) {
    expect({ steps, bestEpoch, epochs: history.length }).toEqual({ steps: 8, bestEpoch: whole.bestEpoch, epochs: 8 });
    for (const [at, { trainingLoss, validationLoss }] of history.entries()) {
      expect(Math.abs(trainingLoss / whole.history[at].trainingLoss - 1)).toBeLessThan(1e-6);
      expect(Math.abs(validationLoss / whole.history[at].validationLoss - 1)).toBeLessThan(1e-6);
    }
  }
});

test("within an epoch with another number of ranks: its other steps are made, in another order of the rows", async () => {
  const options = { file: join(folder, "other"), batchSize: 32, keepAt: [4, 5] };
  const whole = await train(2, options);
  const resumed = await train(1, { ...options, from: true });
  expect(resumed.steps).toBe(whole.steps);
  expect(resumed.history.slice(0, 3)).toEqual(whole.history.slice(0, 3));
  const [one, other] = [resumed, whole].map(({ history }) => history[7].validationLoss);
  expect(Math.abs(one / other - 1)).toBeLessThan(0.2);
});
