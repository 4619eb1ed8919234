import { expect, test } from "vitest";
import type { TrainingPlan } from "./planned.ts";
import { sampleWarnings, timeWarnings } from "./timeWarnings.ts";

const rows = { training: 1000, validation: 200, test: 300 };
const network = { epochs: 10, stepsPerEpoch: 4, passes: 1.3 };
const plan: TrainingPlan = { folds: 2, ensemble: 1, networks: [network, network], ...network };
const inTime = { stopped: 0, spentBefore: undefined };

test("a training that saw all rows and made all planned steps gives no reason to warn", () => {
  expect(sampleWarnings({ rows })).toEqual([]);
  expect(timeWarnings({ rows }, plan, inTime)).toEqual([]);
});

test("a time too short for one pass over the rows says how many of them were learned from", () => {
  const available = { ...rows, training: 5000 };
  const [sampled] = sampleWarnings({ rows, available });
  expect(sampled).toMatchObject({ code: "rows-sampled" });
  expect(sampled.message).toContain("There is time for 1000 of 5000 training rows, drawn at random by the seed");
  const [warning] = timeWarnings({ rows, available }, plan, inTime);
  expect(warning).toMatchObject({ code: "time-too-short" });
  expect(warning.message).toContain("each network was trained on about 1000 of 5000 training rows");
  const [part] = timeWarnings({ rows }, { ...plan, passes: 0.25 }, inTime);
  expect(part.message).toContain("about 250 of 1000 training rows");
});

test("networks that the time stopped, or left no time to begin, give a warning", () => {
  const [{ message }] = timeWarnings({ rows }, { ...plan, networks: [network, null] }, { ...inTime, stopped: 1 });
  expect(message).toContain("1 of 2 networks was stopped before all planned steps");
  expect(message).toContain("and 1 of 2 planned networks was not started");
});

test("a time that reading alone used up gives a warning with the seconds it took", () => {
  const [{ message }] = timeWarnings({ rows }, plan, { stopped: 0, spentBefore: 31.26 });
  expect(message).toMatch(
    /^The time was too short: reading and preparing the rows alone took 31\.3 s\. Give more time/,
  );
  const [both] = timeWarnings({ rows }, { ...plan, passes: 0.25 }, { stopped: 0, spentBefore: 31.26 });
  expect(both.message).toContain(
    "alone took 31.3 s. Each network was trained on about 250 of 1000 training rows. Give more time",
  );
});
