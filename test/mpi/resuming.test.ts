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

type Options = Readonly<Record<string, unknown>>;

/** In one program: what takes time is that processes begin. */
async function train(ranks: number, ...trainings: readonly Options[]): Promise<readonly Trained[]> {
  const args = [JSON.stringify(trainings)];
  const { code, output, errors } = await launch(launcher, { program: "resuming.mjs", ranks, args });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const found: readonly Trained[] = JSON.parse(output);
  expect(found).toHaveLength(trainings.length);
  for (const of of found) expect(of).toMatchObject({ same: true, stopped: "finished" });
  return found;
}

test("a state goes on with as many ranks to the same bits, and with others to the losses that were never interrupted", async () => {
  const named = (name: string, options: Options = {}) => ({ file: join(folder, name), ...options });
  const from = { from: true };
  const steps = { batchSize: 32, keepAt: [4, 5] };
  const [within, withinAgain, two, other] = await train(
    2,
    named("within", steps),
    named("within", { ...steps, ...from }),
    named("two"),
    named("other", steps),
  );
  const [one, twoOnOne, otherOnOne] = await train(
    1,
    named("one"),
    named("two", from),
    named("other", { ...steps, ...from }),
  );
  const [oneOnTwo] = await train(2, named("one", from));
  const [twoOnFour] = await train(4, named("two", from));

  // Within an epoch, with as many ranks.
  expect(within.kept).toBe(1);
  expect(withinAgain).toEqual({ ...within, kept: 0 });

  for (const { history, steps, bestEpoch } of [one, twoOnOne, twoOnFour, oneOnTwo]) {
    expect({ steps, bestEpoch, epochs: history.length }).toEqual({ steps: 8, bestEpoch: two.bestEpoch, epochs: 8 });
    for (const [at, { trainingLoss, validationLoss }] of history.entries()) {
      expect(Math.abs(trainingLoss / two.history[at].trainingLoss - 1)).toBeLessThan(1e-6);
      expect(Math.abs(validationLoss / two.history[at].validationLoss - 1)).toBeLessThan(1e-6);
    }
  }

  // Within an epoch with another number of ranks: its other steps are made, in another order of the rows.
  expect(otherOnOne.steps).toBe(other.steps);
  expect(otherOnOne.history.slice(0, 3)).toEqual(other.history.slice(0, 3));
  const [last, expected] = [otherOnOne, other].map(({ history }) => history[7].validationLoss);
  expect(Math.abs(last / expected - 1)).toBeLessThan(0.2);
});
