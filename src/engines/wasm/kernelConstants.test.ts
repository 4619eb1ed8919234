import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixedOptions } from "../../optimizers/optimizerOf.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import type { OperationEntry } from "../../plan/ops/entry.ts";
import { onlineStep } from "../../plan/ops/training.ts";
import { operations } from "../../plan/ops.ts";
import { CALL_BYTES, HYPERPARAMETER_BYTES, machineCalls, scheduleNumbers } from "../memory/layouts.ts";
import { kernelConstants } from "./kernelConstants.ts";

const kernels = new URL("kernels/", import.meta.url);

test("the kernels' constants are those of the tables; where they are stale, npm run build makes them anew", () => {
  expect(readFileSync(new URL("constants.ts", kernels), "utf8")).toBe(kernelConstants());
});

test("no two operations have one code", () => {
  const codes = [operations, engineOperations, { onlineStep }].flatMap((table) =>
    Object.values<OperationEntry>(table).map(({ code }) => code),
  );
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
});

test("the schedule's numbers and the options of optimizers fit into a thread's block", () => {
  expect(8 * (scheduleNumbers.length + fixedOptions.length)).toBeLessThanOrEqual(HYPERPARAMETER_BYTES);
});

test("the words of every call of machine code fit into their place, and the first is the function's number", () => {
  for (const words of Object.values(machineCalls)) {
    expect(4 * words.length).toBeLessThanOrEqual(CALL_BYTES);
    expect(words[0]).toBe("code");
  }
});

test("no kernel has a number of its own for what the tables number", () => {
  const tabled = new Set(
    [...kernelConstants().matchAll(/^export (?:const|namespace) (\w+)/gm)].map(([, name]) => name),
  );
  const named = readdirSync(kernels)
    .filter((file) => file !== "constants.ts")
    .flatMap((file) =>
      [...readFileSync(new URL(file, kernels), "utf8").matchAll(/^(?:export )?const (\w+)/gm)].map(([, name]) => name),
    );
  expect(named.filter((name) => tabled.has(name))).toEqual([]);
});
