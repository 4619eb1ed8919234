/** Time in the lab's worker: going back and forward, what a run keeps of an earlier one, and runs of the past. */
import { expect, test } from "vitest";
import { programText } from "../lab/src/files/program.ts";
import { defaults, type Setting } from "../lab/src/setting.ts";
import { Run } from "../lab/src/worker/run.ts";
import { KEPT_BUDGET, Timeline } from "../lab/src/worker/timeline.ts";
import type { Snapshot } from "../src/entries/network.ts";
import { tableFromRows } from "../src/index.ts";

const setting: Setting = { ...defaults, data: "circles", rows: 60, hidden: [4, 3], seed: 7 };

const bits = async (run: Run): Promise<string> => {
  const { parameters, step } = await run.frame(0, false);
  return `${step}: ${Buffer.from(parameters.buffer).toString("hex")}`;
};

/** The bits after each of the first steps, with another rate from step 30 on. */
async function firstPass(run: Run, steps: number): Promise<string[]> {
  const passed = [await bits(run)];
  for (let step = 1; step <= steps; step++) {
    if (step === 31) run.setRate(0.05);
    await run.advance(1);
    passed.push(await bits(run));
  }
  return passed;
}

test.each([
  { optimizer: "momentum", dropout: 0.3 },
  { optimizer: "adam", dropout: 0.3 },
  { optimizer: "rmsProp", dropout: 0 },
  { optimizer: "lion", dropout: 0 },
  { optimizer: "adaGrad", dropout: 0 },
] as const)(
  "going back and forward again has the bits of the first pass, with $optimizer and a changed rate",
  async (part) => {
    const run = await Run.open({ ...setting, ...part });
    const passed = await firstPass(run, 130);
    for (const step of [129, 128, 127, 60, 31, 30, 29, 1, 0, 2, 50, 51, 100, 130]) {
      await run.goTo(step);
      expect(await bits(run)).toBe(passed[step]);
    }
    await run.goTo(10);
    await run.advance(80);
    expect(await bits(run)).toBe(passed[90]);
    expect((await run.frame(0, false)).rate).toBe(0.05);
    run.dispose();
  },
);

test("the way forward is cut where something else is done in the past, and an edited weight is met again", async () => {
  const run = await Run.open(setting);
  const passed = await firstPass(run, 60);
  await run.goTo(20);
  run.setRate(0.2);
  await run.goTo(60);
  expect(run.step).toBe(20);
  await run.advance(5);
  const edited = await run.outputs();
  run.edited(); // the weights as they are, from now on given by hand
  await run.advance(40);
  const end = await bits(run);
  await run.goTo(10);
  expect(await bits(run)).toBe(passed[10]);
  await run.goTo(25);
  expect(await run.outputs()).toEqual(edited);
  await run.goTo(11);
  await run.advance(54);
  expect(await bits(run)).toBe(end);
  expect((await run.frame(0, false)).isOfSetting).toBe(false);
  run.dispose();
});

test("a run of the past opens at its step, with the same bits behind and before it", async () => {
  const run = await Run.open({ ...setting, dropout: 0.2 });
  const passed = await firstPass(run, 90);
  await run.goTo(75);
  const past = run.past();
  run.dispose();
  const again = await Run.reopen(past);
  expect(await bits(again)).toBe(passed[75]);
  await again.goTo(40);
  expect(await bits(again)).toBe(passed[40]);
  await again.goTo(90);
  expect(await bits(again)).toBe(passed[90]);
  again.dispose();
});

test("a saved model and a program say what the learning rate was, one that was changed back too", async () => {
  const run = await Run.open(setting);
  await run.advance(3);
  run.setRate(0.2);
  await run.advance(3);
  using model = await run.toModel();
  expect(model.document.provenance.options).toMatchObject({ lab: { rate: 0.2, step: 6 } });
  run.setRate(setting.rate);
  await run.advance(3);
  expect(programText(run, "circles.csv")).toContain("the learning rate was changed during the run");
  await run.goTo(2);
  expect(programText(run, "circles.csv")).not.toContain("the learning rate was changed");
  run.dispose();
});

test("a run of the past keeps a copy near the step where it opens again, however large its network", () => {
  const state = (): Snapshot => ({ parameters: new Float32Array(KEPT_BUDGET / 8), slots: {} }) as never;
  const timeline = new Timeline({ step: 0, state: state(), from: "setting" }, 0.1);
  for (let step = 100; step <= 500; step += 100) timeline.reached(step, state);
  expect(timeline.kept(330).before(330).step).toBe(300);
  expect(timeline.kept(500).before(500).step).toBe(500);
});

test("training that diverges is left at the last step with finite numbers, from where one can go back", async () => {
  const run = await Run.open({ ...setting, data: "hills", loss: "meanSquaredError", optimizer: "sgd", rate: 10 });
  await expect(run.advance(500)).rejects.toThrow(/infinit|NaN|finite/i);
  const { step } = run;
  expect(step).toBeGreaterThan(0);
  const left = await bits(run);
  await expect(run.advance(500)).rejects.toThrow(/infinit|NaN|finite/i);
  expect(await bits(run)).toBe(left);
  await run.goTo(step - 1);
  await run.advance(1);
  expect(await bits(run)).toBe(left);
  run.dispose();
});

test("a run of the past has the table that it learned from, though another one is open now", async () => {
  const table = (slope: number) =>
    tableFromRows(
      Array.from({ length: 40 }, (_, row) => ({ a: row % 7, b: row % 5, y: slope * (row % 7) + (row % 5) })),
    );
  const of = { ...setting, data: "table", target: "y", loss: "meanSquaredError" } as const;
  const run = await Run.open(of, { own: { id: 1, table: table(2) } });
  await run.advance(5);
  const [past, then] = [run.past(), await bits(run)];
  await Run.open(of, { own: { id: 2, table: table(-3) } });
  const again = await Run.reopen(past);
  expect(again.data.targets).toEqual(run.data.targets);
  expect(await bits(again)).toBe(then);
});
