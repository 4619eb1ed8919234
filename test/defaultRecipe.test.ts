/** The default recipe is made of public layers: its network can be built by hand, and is the very same. */
import { expect, test } from "vitest";
import {
  createSession,
  dense,
  dropout,
  embedding,
  network,
  parametricActivation,
  periodic,
  scale,
  train,
} from "../src/index.ts";

const cities = ["Oslo", "Bonn", "Rome", "Paris", "Lima", "Quito", "Cairo", "Delhi", "Seoul", "Hanoi"];
const rows = Array.from({ length: 60 }, (_, i) => ({
  city: cities[i % 10],
  size: i * 0.37 + 1,
  age: (i * 7) % 11,
  price: i % 10 < 5 ? "low" : "high",
}));

test("the network of the default recipe is built from public layers, factors of the learning rate included", async () => {
  const { model } = await train({ table: rows, target: "price", folds: 1, epochs: 1, hidden: [8, 8] });
  const slow = { rate: 0.1, decay: 0.01 };
  const learning = (inputs: number) =>
    ({ weights: { rate: 1 / Math.sqrt(inputs), decay: 1 }, bias: { rate: 0.1 } }) as const;
  const hidden = (units: number, inputs: number) => [
    dense(units, { initialisation: "dataDriven", learning: learning(inputs) }),
    parametricActivation("selu", { learning: { slopes: { rate: 0.1, decay: 0.01 } } }),
    dropout(0.15),
  ];
  const numbers = periodic([0, 1], { learning: { frequencies: slow, phases: slow, weights: slow, bias: slow } });
  const width = 2 + 8 + 2 * numbers.units;
  const built = network({
    inputs: 3,
    layers: [
      embedding([{ column: 0, cardinality: 11 }]),
      numbers,
      scale({ learning: { scale: { rate: 6, decay: 36 } } }),
      ...hidden(8, width),
      ...hidden(8, 8),
      dense(2, { initialisation: "dataDriven", learning: learning(8) }),
    ],
  });
  expect(built).toEqual(model.document.network);
  using session = await createSession({ network: built, loss: "crossEntropy", optimizer: "adamW", batchSize: 2 });
  expect(await session.learn([1, 0.5, -0.5], [1])).toBeGreaterThan(0);
});
