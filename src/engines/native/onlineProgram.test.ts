/** A whole step as machine code beside the same step by the kernels of WebAssembly: every number is the same to the bit. */
import { describe, expect, test, vi } from "vitest";
import { isas } from "../../../test/nativeIsas.ts";
import { GradusError } from "../../errors.ts";
import { dense } from "../../network/layers/dense.ts";
import type { LossLike } from "../../network/losses.ts";
import { network } from "../../network/network.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { type Random, random } from "../../random.ts";
import { completeProblem, type Problem, type Session } from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { controlWords } from "../memory/layouts.ts";
import { trainingWith } from "../memory/training.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { wasm } from "../wasm/wasm.ts";
import { createDevice } from "./device.ts";
import { activationFormulas } from "./kernels/formulas/activations.ts";
import { lossFormulas } from "./kernels/formulas/losses.ts";
import { avx2 } from "./kernels/isa.ts";
import { machineCode } from "./machineCode.ts";
import { OnlineProgram } from "./onlineProgram.ts";

const activationNames = ["identity", ...Object.keys(activationFormulas)] as const;

const pick = <Item>(from: readonly Item[], draw: Random): Item => from[draw.integer(from.length)];

/** The losses that have code, with their options drawn. */
const lossOf: Readonly<Record<string, (outputs: number, draw: Random) => object>> = {
  halfSquaredError: () => ({}),
  meanSquaredError: () => ({}),
  huber: (_, draw) => ({ delta: pick([0.1, 1, 3], draw) }),
  binaryCrossEntropy: (outputs, draw) => ({
    labelSmoothing: pick([0, 0.1], draw),
    ...(draw.integer(2) === 0 ? {} : { classWeights: Array.from({ length: outputs }, () => 0.5 + draw.uniform()) }),
  }),
  meanAbsoluteError: () => ({}),
};

const sizes = (count: number, draw: Random): number[] =>
  Array.from({ length: count }, () => pick([1, 2, 3, 4, 5, 7, 8, 9, 12, 16], draw));

function problemOf(draw: Random, loss: string): Problem {
  const [inputs, ...units] = sizes(2 + draw.integer(4), draw);
  // Binary cross-entropy applies the logistic function itself.
  const isLinear = (layer: number): boolean => loss === "binaryCrossEntropy" && layer === units.length - 1;
  const layers = units.map((width, layer) => {
    const activation = isLinear(layer) ? "identity" : pick(activationNames, draw);
    return dense(width, { activation: activation as "tanh", bias: draw.integer(3) > 0 });
  });
  const outputs = units[units.length - 1];
  return completeProblem({
    network: network({ inputs, layers: layers as never }),
    loss: { name: loss, ...lossOf[loss](outputs, draw) } as LossLike,
    optimizer: { name: "sgd", learningRate: pick([0.003, 0.03], draw) },
    batchSize: 1,
    seed: draw.integer(1000),
  });
}

const PATTERNS = 37;

function patternsOf({ network: { inputs, outputs }, loss }: Problem, isWeighted: boolean, draw: Random) {
  const numbers = (count: number, make: () => number): Float32Array => Float32Array.from({ length: count }, make);
  return {
    inputs: numbers(PATTERNS * inputs, () => draw.normal()),
    desired: numbers(PATTERNS * outputs, () =>
      (loss as { name: string }).name === "binaryCrossEntropy" ? draw.integer(2) : draw.normal(),
    ),
    ...(isWeighted ? { sampleWeights: numbers(PATTERNS, () => draw.uniform()) } : {}),
  };
}

/** The bits of all that a session can be asked for after runs of no step, of one and of many. */
async function bitsAfter(session: Session, problem: Problem, isWeighted: boolean, factors: boolean) {
  const draw = random(5, "patterns");
  const patterns = session.load(patternsOf(problem, isWeighted, draw));
  const found: Record<string, number[]> = {};
  const keep = (name: string, values: ArrayLike<number>): void => {
    found[name] = [...new Int32Array(Float64Array.from(values).buffer)];
  };
  for (const [n, count] of [0, 1, 30].entries()) {
    const rows = Uint32Array.from({ length: count }, () => draw.integer(PATTERNS));
    const options = factors ? { rateFactors: Array.from(rows, () => draw.uniform()) } : {};
    keep(`losses ${n}`, await session.run(patterns, rows, options));
    keep(`parameters ${n}`, session.parameters);
    if (count === 0) continue;
    keep(`gradients ${n}`, session.gradients);
    for (const [layer] of problem.network.layers.entries()) {
      for (const [name, values] of Object.entries(session.signals(layer)))
        keep(`${name} of layer ${layer}, ${n}`, values);
    }
  }
  return found;
}

/** Devices for an instruction set. @param compiled is called with each program that was to be compiled */
function devicesFor(isa: string, compiled: (forget: unknown) => void = () => {}, warmUp = 0): Devices {
  const devices: Devices = {
    source: () => devices,
    whyNotShared: () => undefined,
    create: async (shared) => {
      const device = await createDevice(trainingKernels, shared, { code: machineCode(isa), warmUp });
      const compile = (program: number): (() => void) | undefined => {
        const forget = device.compile?.(program);
        compiled(forget);
        return forget;
      };
      return { ...device, compile };
    },
  };
  return devices;
}

describe.each(isas)("machine code for %s", (isa) => {
  let made = 0;
  const devices = devicesFor(isa, (forget) => {
    if (forget !== undefined) made += 1;
  });
  const { create } = trainingWith(devices);

  async function compare(problem: Problem, isWeighted: boolean, factors: boolean): Promise<void> {
    const before = made;
    using own = await create(problem, { threads: 1 });
    expect(made).toBe(before + 1);
    using kernels = await wasm.create(problem, { threads: 1 });
    const found = await bitsAfter(own, problem, isWeighted, factors);
    const expected = await bitsAfter(kernels, problem, isWeighted, factors);
    const differs = Object.keys(expected).filter((name) => String(found[name]) !== String(expected[name]));
    expect(differs, JSON.stringify(problem)).toEqual([]);
  }

  test.each(Object.keys(lossFormulas))(
    "random networks with %s have the bits of the engine wasm",
    async (loss) => {
      for (let n = 0; n < 60; n++) await compare(problemOf(random(n, "online", loss), loss), n % 3 === 0, n % 5 === 0);
    },
    120_000,
  );

  test("the code of a session is gone when it is disposed, and the next one in the same place has its own", async () => {
    const draw = random(1, "places");
    for (let n = 0; n < 5; n++) await compare(problemOf(draw, "halfSquaredError"), false, false);
  });

  test("steps by the kernels before there is code, and by the code from then on, are one training", async () => {
    const problem = problemOf(random(3, "warm-up"), "meanSquaredError");
    using own = await trainingWith(devicesFor(isa, undefined, 20)).create(problem, { threads: 1 });
    using kernels = await wasm.create(problem, { threads: 1 });
    expect(await bitsAfter(own, problem, false, false)).toEqual(await bitsAfter(kernels, problem, false, false));
  });
});

test("where the system refuses memory for code, the kernels go on, and it isn't asked again", () => {
  const places = { weights: 64, weightGradient: 96, bias: 0, biasGradient: 0, field: 128, output: 160, delta: 192 };
  const layer = { inputs: 1, units: 1, activation: "identity", ...places };
  const net = { layers: [layer], loss: "halfSquaredError", setting: 224, factors: 0 };
  const refuse = vi.fn(() => {
    throw new GradusError("The system does not let memory be executed.");
  });
  const program = new OnlineProgram(net, avx2, 10, refuse);
  const memory = new Int32Array(256);
  const control = 512;
  memory[control / 4 + placesOf(controlWords).steps] = 20;
  expect([program.run(memory, 0, control), program.run(memory, 0, control)]).toEqual([false, false]);
  expect(refuse).toHaveBeenCalledTimes(1);
});

/** Where the formulas change sides, and beyond what float32 can raise e to. */
const EDGES = [0, -0, 1e-30, -1e-30, 0.3, -0.3, 3, -3, 20.5, -20.5, 88.7, -88.7, 104, -104, 1e4, -1e4];

test.each(isas.flatMap((isa) => activationNames.map((name) => [isa, name] as const)))(
  "%s: %s at its edges has the bits of the engine wasm",
  async (isa, activation) => {
    const layers = [dense(4, { activation: activation as "tanh" }), dense(2)] as const;
    const optimizer = { name: "sgd", learningRate: 1e-6 } as const;
    const problem = completeProblem({
      network: network({ inputs: 1, layers: [...layers] }),
      loss: "huber",
      optimizer,
      batchSize: 1,
    });
    const parameters = new Float32Array(18).fill(0.5);
    parameters.set([1, -1, 0.999, 2]); // the first layer's weights: fields are the inputs, and others near them
    parameters.set([0, -0, 0, 0], 4);
    const found: number[][] = [];
    const native = trainingWith(devicesFor(isa)).create;
    for (const create of [wasm.create, native]) {
      using session = await create(problem, { threads: 1, parameters });
      using patterns = session.load({ inputs: EDGES, desired: EDGES.flatMap((x) => [x / 2, 1]) });
      const losses = await session.run(
        patterns,
        EDGES.map((_, n) => n),
      );
      found.push([...losses, ...session.parameters, ...session.gradients]);
    }
    expect(found[1]).toEqual(found[0]);
  },
);

const deep = Array.from({ length: 9 }, () => dense(16, { activation: "relu" }));

describe.skipIf(isas.length === 0)("what is no such step", () => {
  test.each([
    ["another optimizer", { optimizer: { name: "adam", learningRate: 0.1 } }],
    ["several patterns at a time", { batchSize: 2 }],
    ["a loss over all outputs", { loss: "crossEntropy" }],
    ["more weights than its code would hold", { network: network({ inputs: 16, layers: [...deep, dense(2)] }) }],
  ])("%s: stays with the kernels", async (_what, others) => {
    const problem = completeProblem({
      network: network({ inputs: 3, layers: [dense(4, { activation: "tanh" }), dense(2)] }),
      loss: "meanSquaredError",
      optimizer: { name: "sgd", learningRate: 0.1 },
      batchSize: 1,
      ...others,
    } as never);
    const made: unknown[] = [];
    const devices = devicesFor(isas[0], (forget) => made.push(forget));
    using _session = await trainingWith(devices).create(problem, { threads: 1 });
    expect(made).toEqual([undefined]);
  });
});
