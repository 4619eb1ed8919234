/** Which operands stay packed, for networks of every size: only plans are made, so none of this memory is taken. */
import { expect, test } from "vitest";
import { instantiateKernels } from "../../../test/instantiateKernels.ts";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { makePlan } from "../../plan/makePlan.ts";
import { completeProblem } from "../engine.ts";
import type { Device } from "./device.ts";
import { type Scratch, scratchOf } from "./scratch.ts";

const kernels = instantiateKernels().exports as unknown as Device;

function scratch(width: number, batchSize: number): Scratch {
  const own = network({ inputs: width, layers: [dense(width), dense(width)] });
  const problem = completeProblem({ network: own, loss: "halfSquaredError", batchSize });
  return scratchOf(problem, makePlan(problem), kernels, 2);
}

test("operands of a small network stay packed from one part of the work to the next", () => {
  expect([...scratch(64, 32).packed.keys()]).toEqual(["∂W0", "∂W1", "W1"]);
});

test("operands past 2 GiB, whose size the kernels count as negative, are packed anew and take no memory beside", () => {
  expect(kernels.gemmKept(2 ** 15, 2 ** 14)).toBeLessThan(0);
  const { bytes, packed } = scratch(11_000, 50_000);
  expect(packed.size).toBe(0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes % 64).toBe(0);
  const wrapped = scratch(11_000, 390_500); // 4 · 11,000 · 390,500 is just beyond 4 · 2³², and little more than 0 in 32 bits
  expect(wrapped.packed.size).toBe(0);
});
