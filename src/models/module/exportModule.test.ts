import { expect, test } from "vitest";
import { train } from "../../tabular/train.ts";
import type { Model } from "../model.ts";
import { exportModule } from "./exportModule.ts";

/** What a module of a model exports. */
async function moduleOf(
  model: Model,
): Promise<Record<"predict" | "intervals" | "quantiles", (rows: unknown, coverage?: number) => unknown>> {
  const { code } = exportModule(model);
  return await import(/* @vite-ignore */ `data:text/javascript;base64,${btoa(code)}`);
}

const houses = Array.from({ length: 60 }, (_, i) => ({
  size: 40 + ((i * 37) % 90) + i / 7,
  town: ["Bonn", "Köln", "Aachen", "Trier"][(i * 5) % 4],
  garden: i % 3 === 0,
  price: 100 + ((i * 31) % 70),
}));

test("a module predicts the bits of its model: one network, numbers and categories", async () => {
  const { model } = await train({ table: houses, target: "town", epochs: 3, folds: 1, seed: 4 });
  const { predict } = await moduleOf(model);
  expect(predict(houses)).toEqual(model.predict(houses));
  expect(predict(houses[7])).toEqual(model.predict(houses[7]));
});

test("a module predicts numbers and intervals", async () => {
  const { model } = await train({ table: houses, target: "price", epochs: 3, folds: 2, seed: 4, calibrate: true });
  const { predict, intervals } = await moduleOf(model);
  expect(predict(houses)).toEqual(model.predict(houses));
  if (model.task === "regression") expect(intervals(houses, 0.8)).toEqual(model.intervals(houses, 0.8));
});
