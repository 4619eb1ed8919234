import { expect, test } from "vitest";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import type { FitPlan } from "../fitOptions.ts";
import { epochsBetweenLooks, type LookSize } from "./lookCost.ts";

const small = network({ inputs: 11, layers: [dense(64), dense(64), dense(3)] });
const large = network({ inputs: 784, layers: [dense(1024), dense(1024), dense(10)] });
const planOf = (rows: number, batchSize: number, epochs = 1e6) =>
  ({ rowsPerEpoch: rows, stepsPerEpoch: Math.ceil(rows / batchSize), epochs }) as FitPlan;
const look: LookSize = { layers: 3, reads: 10_000, gradients: 0, patterns: 0 };

test("many rows or large layers pay for a look in every epoch", () => {
  expect(epochsBetweenLooks(small, planOf(20_000, 32), look)).toBe(1);
  expect(epochsBetweenLooks(large, planOf(1000, 256), look)).toBe(1);
});

test("a small table pays for one in a few tens of epochs, and for fewer where gradients are asked for", () => {
  const between = epochsBetweenLooks(small, planOf(220, 32), look);
  expect(between).toBeGreaterThan(10);
  expect(between).toBeLessThan(50);
  expect(epochsBetweenLooks(small, planOf(220, 32), { ...look, gradients: 4, patterns: 32 })).toBeGreaterThan(between);
});

test("half the rows take twice the epochs", () => {
  const ratio = epochsBetweenLooks(small, planOf(500, 50), look) / epochsBetweenLooks(small, planOf(1000, 50), look);
  expect(ratio).toBeGreaterThan(1.9);
  expect(ratio).toBeLessThan(2);
});

test("a short training is measured five times, and one of few epochs in each", () => {
  expect(epochsBetweenLooks(small, planOf(20, 20, 50), look)).toBe(10);
  expect(epochsBetweenLooks(small, planOf(20, 20, 5), look)).toBe(1);
});
