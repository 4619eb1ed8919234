import { expect, test } from "vitest";
import { engineOf } from "../engines/factory.ts";
import { systemClock } from "../training/chunkTimer.ts";
import { datasetOf } from "./dataset.ts";
import { memberOf } from "./member.ts";
import { plain } from "./recipes/plain.ts";
import { realmlp } from "./recipes/realmlp.ts";
import { handOver, openPilot, openSession, secondsPerScaledRow } from "./startingWeights.ts";
import { tableOf } from "./tableLike.ts";

const table = tableOf(Array.from({ length: 40 }, (_, n) => ({ a: (n * 7) % 40, b: (n * n) % 13, y: n })));
const { encoding, clamps } = realmlp;
const unchosen = { task: undefined, test: undefined, features: undefined } as const;
const fold = datasetOf({ table, target: "y", types: {}, seed: 0, encoding, clamps, ...unchosen }).fold(0);
const engine = engineOf("wasm");
const setup = (seed: number, entry = realmlp) =>
  memberOf({ entry, settings: { hidden: [8] }, seed }, fold, { folds: 1 });

async function weightsOf(of: ReturnType<typeof setup>): Promise<number[]> {
  using session = await openSession(of, engine, {});
  return [...session.parameters];
}

test("a network starts from the same weights whether its pace was measured before or not", async () => {
  const expected = await weightsOf(setup(3));
  const measured = setup(3);
  (await openPilot(measured, engine, {})).dispose();
  expect(secondsPerScaledRow(measured, systemClock)).toBeGreaterThanOrEqual(0);
  expect(await weightsOf(measured)).toEqual(expected);
  // What was kept is used once: the next network of the course draws again.
  expect(await weightsOf(measured)).toEqual(expected);
});

test("weights that were drawn for another seed or another network are not used", async () => {
  const measured = setup(3);
  for (const other of [setup(4), setup(3, plain), setup(3)]) {
    (await openPilot(measured, engine, {})).dispose();
    const expected = await weightsOf({ ...other });
    handOver(measured, other);
    expect(await weightsOf(other)).toEqual(expected);
  }
});
