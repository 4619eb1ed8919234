/** What a run of the lab keeps of the one before, and what the page says of it. */
import { expect, test } from "vitest";
import { defaults, type Setting } from "../lab/src/setting.ts";
import { Run } from "../lab/src/worker/run.ts";

const setting: Setting = { ...defaults, data: "circles", rows: 60, hidden: [4, 3], seed: 7 };
const parameters = async (run: Run): Promise<number[]> => [...(await run.frame(0, false)).parameters];

/** A run after some steps, the run that a change of it begins, and one with the changed setting and initial weights. */
async function changed(part: Partial<Setting>) {
  const [before, initial] = [await Run.open(setting), await Run.open({ ...setting, ...part })];
  await before.advance(20);
  const after = await Run.open({ ...setting, ...part }, { learned: before.learned() });
  const read = async (run: Run) => ({ weights: await parameters(run), layers: (await run.opened(0)).layers });
  return {
    note: (await after.opened(0)).notes.join(" ").replace(/ This run began with the weights of an earlier one, .*/, ""),
    before: await read(before),
    after: await read(after),
    initial: await read(initial),
    run: after,
  };
}

test("another optimizer keeps all weights, and its state begins anew", async () => {
  const { note, before, after } = await changed({ optimizer: "momentum" });
  expect(after.weights).toEqual(before.weights);
  expect(note).toBe("Kept the weights. The state of momentum begins anew.");
});

test.each([{ batch: 5 }, { l2: 0.1 }, { dropout: 0.2 }, { activation: "relu" }, { noise: 20 }, { rows: 80 }] as const)(
  "%o keeps all weights and the optimizer's state, and the new run begins at step 0",
  async (part) => {
    const { note, before, after, run } = await changed(part);
    expect(after.weights).toEqual(before.weights);
    expect(note).toBe("Kept the weights and the state of adam.");
    expect(run.step).toBe(0);
    const { isOfSetting } = await run.frame(0, false);
    expect(isOfSetting).toBe(false);
  },
);

test("a new unit has initial weights, as have the weights from it; all others are kept", async () => {
  const { note, before, after, initial } = await changed({ hidden: [5, 3] });
  expect(note).toBe(
    "Kept the weights. New, with initial weights: 1 unit of hidden layer 1 and the weights from there. The state of adam begins anew.",
  );
  const [first, second] = after.layers;
  const [wasFirst, wasSecond] = before.layers;
  const rows = (of: number[], from: number, count: number) => of.slice(from, from + count);
  expect(rows(after.weights, first.weights, 8)).toEqual(rows(before.weights, wasFirst.weights, 8));
  expect(rows(after.weights, first.weights + 8, 2)).toEqual(rows(initial.weights, first.weights + 8, 2));
  for (let unit = 0; unit < 3; unit++) {
    const from = second.weights + unit * 5;
    expect(rows(after.weights, from, 4)).toEqual(rows(before.weights, wasSecond.weights + unit * 4, 4));
    expect(after.weights[from + 4]).toBe(initial.weights[from + 4]);
  }
});

test.each([
  [[4], "Kept the weights of hidden layer 1. The output layer begins anew because its inputs changed."],
  [[4, 2], "Kept the weights."],
  [
    [4, 3, 2],
    "Kept the weights of hidden layers 1 and 2. Hidden layer 3 is new. The output layer begins anew because its inputs changed.",
  ],
  [[], "Kept no weights. The output layer begins anew because its inputs changed."],
] as const)("with the hidden layers %o the page says what was kept", async (hidden, said) => {
  const { note } = await changed({ hidden });
  expect(note).toBe(`${said} The state of adam begins anew.`);
});

test("a run that has made no step leaves nothing to keep: the next has the initial weights of its link", async () => {
  const run = await Run.open(setting);
  const next = await Run.open({ ...setting, hidden: [5, 3] }, { learned: run.learned() });
  expect((await next.opened(0)).notes).toEqual([]);
  expect((await next.frame(0, false)).isOfSetting).toBe(true);
});
