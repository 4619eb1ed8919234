/** What a session or predictor holds goes back once, and not before its work has ended. */
import { expect, test, vi } from "vitest";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { devicesWith } from "../wasm/device.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";
import { Workspace } from "./workspace.ts";

const one = network({ inputs: 2, layers: [dense(1)] });

test("memory is given back once, when the work that was asked for before the disposal has ended", async () => {
  const giveBack = vi.fn(releaseRuntime);
  const workspace = new Workspace("session", await acquireRuntime(devicesWith(trainingKernels), false), giveBack);
  const inputs = [1, 2];
  const sum = workspace.predict(one, inputs, async (start, outputs, rows) => {
    await Promise.resolve();
    const [a, b] = workspace.blocks.floats(start, 2 * rows);
    workspace.blocks.floats(outputs, rows).set([a + b]);
    return workspace.blocks.floats(outputs, rows)[0];
  });
  inputs.fill(9);
  workspace.dispose();
  workspace.dispose();
  expect(giveBack).not.toHaveBeenCalled();
  expect(await sum).toBe(3);
  expect(giveBack).toHaveBeenCalledOnce();
  expect(() => workspace.predict(one, [1, 2], () => 0)).toThrow("This session was disposed. Create another one.");
});
