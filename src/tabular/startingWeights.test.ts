import { expect, test } from "vitest";
import { engineOf } from "../engines/factory.ts";
import { systemClock } from "../training/pace.ts";
import { prepare } from "./prepare.ts";
import { plain } from "./recipes/plain.ts";
import { realmlp } from "./recipes/realmlp.ts";
import { handOver, openPilot, openSession, scalingPace } from "./startingWeights.ts";
import { tableOf } from "./tableLike.ts";
import { courseOf } from "./trainMember.ts";

const table = tableOf(Array.from({ length: 40 }, (_, n) => ({ a: (n * 7) % 40, b: (n * n) % 13, y: n })));
const { encoding, clamps } = realmlp;
const unchosen = { task: undefined, test: undefined, features: undefined } as const;
const data = prepare({ table, target: "y", types: {}, seed: 0, encoding, clamps, ...unchosen });
const engine = engineOf("wasm");
const course = (seed: number, entry = realmlp) => courseOf(data, entry, { hidden: [8] }, { folds: 1, seed });

async function weightsOf(of: ReturnType<typeof course>): Promise<number[]> {
  using session = await openSession(of, engine, {});
  return [...session.parameters];
}

test("a network starts from the same weights whether its pace was measured before or not", async () => {
  const expected = await weightsOf(course(3));
  const measured = course(3);
  (await openPilot(measured, engine, {})).dispose();
  expect(scalingPace(measured, systemClock)).toBeGreaterThanOrEqual(0);
  expect(await weightsOf(measured)).toEqual(expected);
  // What was kept is used once: the next network of the course draws again.
  expect(await weightsOf(measured)).toEqual(expected);
});

test("weights that were drawn for another seed or another network are not used", async () => {
  const measured = course(3);
  for (const other of [course(4), course(3, plain), course(3)]) {
    (await openPilot(measured, engine, {})).dispose();
    const expected = await weightsOf({ ...other });
    handOver(measured, other);
    expect(await weightsOf(other)).toEqual(expected);
  }
});
