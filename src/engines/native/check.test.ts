/** The check of machine code beside WebAssembly: it passes what is right, and finds and names what is wrong. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { drawPatterns } from "../../../test/conformance/conform.ts";
import { conformanceCases } from "../../../test/conformance/conformanceCases.ts";
import { isas } from "../../../test/nativeIsas.ts";
import { batchNorm } from "../../network/layers/batchNorm.ts";
import { dense } from "../../network/layers/dense.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { completeProblem, type Session } from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { machineCalls } from "../memory/layouts.ts";
import { trainingWith } from "../memory/training.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { createDevice } from "./device.ts";
import { koffi } from "./foreign.ts";
import { type MachineCode, machineCode } from "./machineCode.ts";
import { native } from "./native.ts";
import { whyNoTileUnit } from "./tileUnit.ts";

type Call = keyof typeof machineCalls;
const calls = Object.keys(machineCalls) as Call[];

/** An engine whose smallest products are machine code, all of which is checked. */
function checked(code: MachineCode, precision: "float32" | "high" = "float32") {
  const devices: Devices = {
    source: () => devices,
    whyNotShared: () => "it is checked",
    create: (shared) => createDevice(trainingKernels, shared, { least: 1, warmUp: 0, code, precision, check: true }),
  };
  return trainingWith(devices);
}

/** Machine code that does nothing where `isBroken` by the name of a call and its first word. */
function broken(isa: string, isBroken: (call: Call, first: number) => boolean): MachineCode {
  const code = machineCode(isa);
  return {
    ...code,
    machine(memory, words) {
      const word = (n: number) =>
        koffi().decode(BigInt(memory) + BigInt(words + 4 * n), "int32_t") as unknown as number;
      if (!isBroken(calls[word(0)], word(1))) code.machine(memory, words);
    },
  };
}

const description = {
  network: network({ inputs: 5, layers: [dense(16, { activation: "tanh" }), batchNorm(), dense(8), dense(2)] }),
  loss: "meanSquaredError",
  optimizer: { name: "adam", learningRate: 0.01 },
  batchSize: 24,
  seed: 3,
} as const;
const problem = completeProblem(description);

/** Loads patterns and learns from three batches of them. */
async function learn(session: Session, rows = 72): Promise<void> {
  const draw = random(4, "patterns");
  const numbers = (count: number) => Float32Array.from({ length: count }, () => draw.normal());
  using patterns = session.load({ inputs: numbers(24 * 5), desired: numbers(24 * 2) });
  await session.run(
    patterns,
    Uint32Array.from({ length: rows }, (_, row) => row % 24),
  );
}

afterEach(() => vi.unstubAllEnvs());

describe.each(isas)("on %s", (isa) => {
  test("what is right passes: steps, gradients and updates, evaluation, prediction", async () => {
    const engine = checked(machineCode(isa));
    // A third of the cases: the check knows no operation, and native.test.ts compares what comes out of all.
    for (const caseOf of conformanceCases.filter((_, n) => n % 3 === 0)) {
      const own = completeProblem(caseOf.problem);
      const drawn = drawPatterns(own, caseOf, random(3, "check"));
      using session = await engine.create(own, { threads: 2 });
      expect(session.threads).toBe(1);
      using loaded = session.load(drawn);
      const rows = Uint32Array.from({ length: 2 * own.batchSize }, (_, n) => n % caseOf.patterns);
      await session.run(loaded, rows);
      await session.gradient(loaded, rows.subarray(0, own.batchSize));
      await session.update();
      await session.evaluate(loaded);
      await session.predict(drawn.inputs);
    }
  });

  test.each<[Call, string]>([
    ["product", '"dense" (v0 = x · W0ᵀ + b0; y0 = tanh(v0)) differs from WebAssembly\'s at v0[0, 0]'],
    ["derive", "\"local gradient\" (δ0 = δ0 ∘ tanh'(v0)) differs from WebAssembly's at δ0[0, 0]"],
    ["columnSums", '"gradient" (∂W0 = −δ0ᵀ · x; ∂b0 = −Σ δ0) differs from WebAssembly\'s at ∂b0[0]'],
    ["update", '"update" (W0 by adam from ∂W0, mean(W0), square(W0)) differs from WebAssembly\'s at W0[0, 0]'],
  ])("a function that does nothing is found and named: %s", async (name, message) => {
    using session = await checked(broken(isa, (call) => call === name)).create(problem);
    await expect(learn(session)).rejects.toThrow(`The machine code of ${message} in batch 1 of 3: found `);
  });

  test("the batch is the one where it begins", async () => {
    // The third has two rows.
    const isSmall = (call: Call, rows: number): boolean => call === "columnSums" && rows === 2;
    using session = await checked(broken(isa, isSmall)).create(problem);
    await expect(learn(session, 50)).rejects.toThrow(/"gradient" .* at ∂b\d\[\d\] in batch 3 of 3: /);
  });

  test("a fault that isn't there each time is one of the run", async () => {
    let left = 1;
    using session = await checked(broken(isa, (call) => call === "update" && left-- > 0)).create(problem);
    await expect(learn(session)).rejects.toThrow(
      /^The machine code of one of many operations differs from .* at W0\[0, 0\]: /,
    );
  });

  test("the session has then WebAssembly's numbers", async () => {
    using right = await checked(machineCode(isa)).create(problem);
    using wrong = await checked(broken(isa, (call) => call === "update")).create(problem);
    await learn(right);
    await expect(learn(wrong)).rejects.toThrow("differs");
    expect(wrong.parameters).toEqual(right.parameters);
  });
});

test.skipIf(!isas.includes("avx512") || whyNoTileUnit(machineCode().cpu, machineCode().isa) !== undefined)(
  "products by bf16 terms are left out, and the rest is compared",
  async () => {
    const wide = completeProblem({
      ...description,
      network: network({ inputs: 256, layers: [dense(256, { activation: "tanh" }), dense(256)] }),
      batchSize: 256,
    });
    const draw = random(4, "patterns");
    const numbers = Float32Array.from({ length: 256 * 256 }, () => draw.normal());
    const rows = Uint32Array.from({ length: 256 }, (_, row) => row);
    const runs = async (code: MachineCode) => {
      using session = await checked(code, "high").create(wide, { precision: "float32" });
      using patterns = session.load({ inputs: numbers, desired: numbers });
      await session.run(patterns, rows);
    };
    await runs(machineCode("avx512"));
    await expect(runs(broken("avx512", (call) => call === "update"))).rejects.toThrow(/"update"/);
  },
);

test.skipIf(isas.length === 0)("GRADUS_CHECK=1 asks for it: one thread", async () => {
  vi.stubEnv("GRADUS_CHECK", "1");
  expect(await native.whyOneThread()).toBe("GRADUS_CHECK compares machine code on one thread");
  expect(native.parallelism(problem).available).toBe(1);
  using session = await native.create(problem, { threads: 2 });
  expect(session.threads).toBe(1);
  await learn(session);
});

test.skipIf(isas.length === 0)("and another value is an error", async () => {
  vi.stubEnv("GRADUS_CHECK", "yes");
  await expect(native.create(problem)).rejects.toThrow('GRADUS_CHECK is "yes". Expected 1 or nothing.');
});
