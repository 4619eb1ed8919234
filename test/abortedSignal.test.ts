/** A signal that is aborted before the call: every function that takes one ends before it learns anything. */
import { expect, test } from "vitest";
import { createSession, fit, fitEvents, planBudget, RunFailedError, train, tune } from "../src/node.ts";
import { rows, smallNetwork, smallTraining } from "./apiCalls/fixtures.ts";

const signal = AbortSignal.abort();
const training = { inputs: Float32Array.of(0, 1, 1, 0), desired: Float32Array.of(1, 0) };
const sessionOf = () => createSession({ network: smallNetwork, loss: "meanSquaredError", engine: "reference" });

test("train gives the untrained model, and says so", async () => {
  const { report } = await train({ ...smallTraining, table: rows, epochs: 100_000, signal });
  expect(report).toMatchObject({ stopped: "aborted", epochs: 0 });
  expect(report.warnings.map(({ code }) => code)).toContain("untrained");
});

test("tune fails, because no trial was finished", async () => {
  const { epochs: _epochs, hidden: _hidden, ...fixed } = smallTraining;
  await expect(tune({ ...fixed, table: rows, trials: 1e7, signal })).rejects.toThrow(RunFailedError);
});

test("fit and fitEvents make no step", async () => {
  using session = await sessionOf();
  expect(await fit(session, { training, epochs: 100_000, signal })).toMatchObject({ stopped: "aborted", steps: 0 });
  expect((await fitEvents(session, { training, epochs: 100_000, signal }).next()).done).toBe(true);
  expect(session.step).toBe(0);
});

test("planBudget plans at least an epoch, and leaves the session as it was", async () => {
  using session = await sessionOf();
  const before = session.parameters.slice();
  const { epochs } = await planBudget(session, { training, epochs: 2, signal }, { seconds: 0.1 });
  expect([1, 2]).toContain(epochs); // what the time allows
  expect(session.parameters).toEqual(before);
});
