/** Trainings that have to end in time; by a clock of their own, so that no figure here depends on the machine's pace. */
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { systemClock } from "../training/chunkTimer.ts";
import type { Report } from "./report.ts";
import { tableOf } from "./tableLike.ts";
import { type TrainResult, train, trainTable } from "./train.ts";
import type { TrainOptions } from "./trainOptions.ts";

function table(rows: number) {
  const { normal } = random(3, "a table");
  return Array.from({ length: rows }, () => {
    const [a, b] = [normal(), normal()];
    return { a, b, y: 2 * a - b + 0.1 * normal() };
  });
}
const common = { target: "y", hidden: [8], threads: 1, health: false } as const;

/** On a machine that takes no time for anything. */
async function trainAtOnce(options: TrainOptions): Promise<TrainResult> {
  const machineClock = { now: () => 0, pause: systemClock.pause };
  return await trainTable({ ...options, table: tableOf(options.table), test: undefined }, { machineClock });
}

test("a time keeps the five networks, and adds more where there is time for them", async () => {
  let start: object | undefined;
  const { report, model } = await trainAtOnce({
    ...common,
    table: table(60),
    hidden: [4],
    epochs: 3,
    time: 60,
    onStart: (known) => {
      start = known;
    },
  });
  const { planned } = report;
  expect(planned?.folds).toBe(5);
  expect(planned?.ensemble).toBe(6);
  expect(report.networks).toBe(30);
  expect(start).toMatchObject({ expected: { folds: 5, ensemble: 6, epochs: 3, endsEarly: true } });
  model.dispose();
});

test("time for a report's page is kept: less of it is left for networks", async () => {
  const options = { ...common, table: table(60), hidden: [4], epochs: 3, time: 0.9 };
  const counts = await Promise.all(
    [false, true].map(async (report) => {
      const trained = await trainAtOnce({ ...options, report });
      trained.model.dispose();
      return trained.report.networks;
    }),
  );
  expect(counts).toEqual([30, 1]);
});

test("a network that takes longer to make than the time that is left isn't begun", async () => {
  let seconds = 0;
  // Each look at the clock takes a second: 10,000 draws do, and the network has some 10,000 weights.
  const machineClock = { now: () => 1000 * seconds++, pause: systemClock.pause };
  const options = { ...common, table: tableOf(table(60)), test: undefined, hidden: [96, 96], time: 10 };
  await expect(trainTable(options, { machineClock })).rejects.toThrow(
    /^The time of 10 s is too short: \d+ s have passed, and creating a network of \d+ parameters takes about 3\.?\d* s/,
  );
});

test("what was planned repeats a training with a time, to the bit and without a clock", async () => {
  const options = { ...common, table: table(60), ensemble: 2, folds: 2, epochs: 4 };
  const timed = await trainAtOnce({ ...options, time: 60 });
  expect(timed.report.stopped).toBe("finished");
  const { planned } = timed.report;
  expect(planned?.networks).toHaveLength(4);
  const again = await train({ ...options, plan: planned });
  expect(again.report.members).toEqual(timed.report.members);
  expect(again.model.predict({ a: 1, b: 2 })).toEqual(timed.model.predict({ a: 1, b: 2 }));
  for (const { model } of [timed, again]) model.dispose();
});

test("where there is no time for all rows, some are drawn by the seed, and the report and a note say how many of how many", async () => {
  const plan = {
    ...{ folds: 1, ensemble: 1, epochs: 4, stepsPerEpoch: 2, passes: 0.1 },
    networks: [{ epochs: 4, stepsPerEpoch: 2, passes: 0.1 }],
    rows: { training: 100, validation: 40, test: 30 },
  };
  const { report, model } = await train({ ...common, table: table(1000), plan });
  expect(report.rows).toEqual({ training: 100, validation: 40, test: 30 });
  expect(report.available).toEqual({ training: 640, validation: 160, test: 200 });
  const note = report.warnings.find(({ code }) => code === "rows-sampled");
  expect(note?.message).toContain("100 of 640 training rows, 40 of 160 validation rows and 30 of 200 test rows");
  expect(report.history).toHaveLength(4);
  model.dispose();
});

test("a time that is over before the first step is no untrained model in silence: a step is made, and a warning comes", async () => {
  const { report, model } = await train({
    ...common,
    table: table(200),
    time: 0.05,
    startedAt: performance.now() - 60_000,
  });
  expect(report.epochs).toBeGreaterThan(0);
  expect(report.stopped).toBe("finished");
  expect(codes(report)).toContain("time-too-short");
  model.dispose();
});

test("where the time is over before planning, nothing is measured: the fewest rows, and one network of those asked for", async () => {
  const { report, model } = await train({
    ...common,
    table: table(30_000),
    ensemble: 3,
    time: 0.05,
    startedAt: performance.now() - 60_000,
  });
  expect(report.rows).toEqual({ training: 1000, validation: 1000, test: 2000 });
  expect(report.planned?.networks).toEqual([expect.anything(), null, null]);
  expect(codes(report)).toEqual(expect.arrayContaining(["rows-sampled", "time-too-short"]));
  model.dispose();
});

test("a cut training that kept its start is reported as predicting like the baseline, and another as meaningless", async () => {
  const network = { epochs: 1, stepsPerEpoch: 1, passes: 1 };
  const plan = { folds: 1, ensemble: 1, networks: [network], ...network };
  for (const [options, meaning] of [
    [{ plan }, "Its predictions are those of the baseline, the same for every row"],
    [{ folds: 1 }, "Its predictions are meaningless"],
  ] as const) {
    const { report, model } = await train({ ...common, ...options, table: table(100), signal: AbortSignal.abort() });
    expect(report.warnings.find(({ code }) => code === "untrained")?.message).toContain(meaning);
    model.dispose();
  }
});

test("a single step, which is all there is time for, changes the network", async () => {
  const network = { epochs: 1, stepsPerEpoch: 1, passes: 1 };
  const plan = { folds: 1, ensemble: 1, networks: [network], ...network };
  const { report, model } = await train({ ...common, table: table(100), plan });
  expect(report.history.map(({ learningRate }) => learningRate > 0)).toEqual([true]);
  model.dispose();
});

test.each([1, 3, 10])(
  "%i steps, which is all there is time for, leave no network worse than the baseline",
  async (steps) => {
    const network = { epochs: steps, stepsPerEpoch: 1, passes: 0.1 };
    const plan = { folds: 1, ensemble: 1, networks: [network], ...network };
    const options = { ...common, hidden: [32, 32], task: "regression", plan } as const;
    const { report, model } = await train({ ...options, table: table(300) });
    expect(report.history).toHaveLength(steps);
    // R² beside the test rows' own mean: that of the training rows is worth a little less.
    expect(report.metrics.test?.r2).toBeGreaterThan(-0.1);
    model.dispose();
  },
);

test("a plan that says nothing of some network is refused", async () => {
  const network = { epochs: 4, stepsPerEpoch: 2, passes: 1 };
  const plan = { folds: 2, ensemble: 1, networks: [network], ...network };
  await expect(train({ ...common, table: table(100), plan })).rejects.toThrow("each of 2 networks");
});

const codes = (report: Report): string[] => report.warnings.map(({ code }) => code);
