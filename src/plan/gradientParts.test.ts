/** The backward pass in parts: which layers each completes, and that every operation has what it reads. */
import { expect, test } from "vitest";
import { completeProblem } from "../engines/engine.ts";
import { dense, dropout, type Layer, layerNorm, parametricActivation, scale } from "../network/layers.ts";
import { validateNetwork } from "../network/network.ts";
import { gradientParts } from "./gradientParts.ts";
import { makePlan, type PlanOptions } from "./makePlan.ts";
import { operations } from "./ops.ts";
import { touched } from "./touched.ts";
import { faults } from "./wellFormed.ts";

const layers: readonly Layer[] = [
  scale(),
  dense(20, { activation: "relu" }),
  dropout(0.2),
  dense(30, { activation: "mish" }),
  layerNorm(),
  dense(10, { activation: "softmax" }),
  parametricActivation("silu"),
  dense(3, { learning: { weights: { rate: 0 } } }),
];

const planFor = (options?: PlanOptions) => {
  const network = validateNetwork({ inputs: 8, layers, outputs: 3 });
  return makePlan(completeProblem({ network, loss: "meanSquaredError", batchSize: 5 }), options);
};

test("parts go from the last layers to the first, each with as many parameters as asked for or more", () => {
  const { length } = planFor().layout;
  const ranges = (least: number) => gradientParts(planFor(), least).map(({ first, count }) => [first, first + count]);
  expect(ranges(length)).toEqual([[0, length]]);
  const starts = gradientParts(planFor(), 200).map(({ first }) => first);
  // scale 8, dense 180, dense 630, layerNorm 60, dense 310, slopes 10, dense 33: the first two are joined with what follows them.
  expect([length, ...starts]).toEqual([1231, 878, 0]);
});

test.each([{ fused: true }, { fused: false }])(
  "each operation has what it reads, and none changes what was read ($fused)",
  (options) => {
    const plan = planFor(options);
    for (const least of [1, 100, 400]) {
      const parts = gradientParts(plan, least);
      const inOrder = parts.flatMap(({ backward, gradient }) => [...backward, ...gradient]);
      expect(new Set(inOrder)).toEqual(new Set([...plan.backward, ...plan.gradient]));
      expect(inOrder).toHaveLength(plan.backward.length + plan.gradient.length);
      expect(parts.flatMap(({ backward }) => backward)).toEqual(plan.backward);
      for (const [at, { op, ...fields }] of inOrder.entries()) {
        const { writes } = touched(operations[op], fields);
        const before = inOrder.slice(0, at).filter((other) => plan.gradient.includes(other as never));
        const read = before.flatMap((other) => touched(operations[other.op], { ...other }).reads);
        expect(read.filter(({ offset }) => writes.some((region) => region.offset === offset))).toEqual([]);
      }
      const { parameters, x, d, w } = plan.regions;
      expect(faults(plan, [parameters, x, d, w], [...plan.forward, plan.loss, ...inOrder])).toEqual([]);
    }
  },
);
