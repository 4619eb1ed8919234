/** Ranks that make steps by themselves and then go on from the mean: what they learn, and what they send. */
import { expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

interface Trained {
  readonly same: boolean;
  readonly bytes: number;
  readonly steps: number;
  readonly message?: string;
  readonly parameters: readonly number[];
  readonly history: readonly { readonly trainingLoss: number; readonly validationLoss: number }[];
}

test("local steps: with a meeting each step what ranks that exchange each step learn; with fewer, less is sent", async () => {
  const { code, output, errors } = await launch(launchers[0], { program: "localSteps.mjs", ranks: 2 });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const found: Readonly<Record<string, Trained>> = JSON.parse(output);
  const { each, eachByItself, synchronous, seldom, inOtherChunks, broken } = found;
  for (const { same } of [each, eachByItself, synchronous, seldom, inOtherChunks, broken]) expect(same).toBe(true);

  for (const [at, { trainingLoss, validationLoss }] of each.history.entries()) {
    expect(Math.abs(eachByItself.history[at].trainingLoss / trainingLoss - 1)).toBeLessThan(1e-5);
    expect(Math.abs(eachByItself.history[at].validationLoss / validationLoss - 1)).toBeLessThan(1e-5);
  }

  // 10 steps an epoch, 20 epochs: 4 bytes a parameter each step, or each fifth.
  const bytes = 4 * synchronous.parameters.length;
  expect([synchronous.bytes, seldom.bytes]).toEqual([200 * bytes, 40 * bytes]);
  const lossOf = ({ history }: Trained) => history[history.length - 1].validationLoss;
  expect(lossOf(seldom)).toBeLessThan(0.8 * seldom.history[0].validationLoss);
  // Neither chunks of other lengths nor looks at the layers change anything.
  expect(inOtherChunks.parameters).toEqual(seldom.parameters);

  expect(broken.message).toMatch(
    /^Training diverged at step \d, in epoch 1: the loss became \w+ in the rows of rank 1 \(/,
  );
});
