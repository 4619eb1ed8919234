/** The listing beside the code that is run: the same bytes, all of them, in their order. */
import { describe, expect, test } from "vitest";
import { isas } from "../../../test/nativeIsas.ts";
import { dense } from "../../network/layers/dense.ts";
import { network } from "../../network/network.ts";
import { makePlan } from "../../plan/makePlan.ts";
import { completeProblem } from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { trainingWith } from "../memory/training.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { Assembler } from "./assembler/assembler.ts";
import { createDevice } from "./device.ts";
import { emitFunctions, kindsOf, type Place } from "./functions.ts";
import { avx2, avx512, type Isa } from "./kernels/isa.ts";
import { emitOnlineRun } from "./kernels/onlineRun.ts";
import type { OnlineNetwork } from "./kernels/onlineStep.ts";
import { type ListedPiece, listingOf } from "./listing.ts";
import { machineCode } from "./machineCode.ts";
import { onlineNetworkOf } from "./onlineProgram.ts";

const layers = [dense(3, { activation: "tanh" }), dense(2)] as const;
const problemOf = (others: object = {}) =>
  completeProblem({
    network: network({ inputs: 2, layers: [...layers] }),
    loss: "meanSquaredError",
    optimizer: { name: "adam", learningRate: 0.01 },
    batchSize: 8,
    ...others,
  });
const online = problemOf({ batchSize: 1, optimizer: { name: "sgd", learningRate: 0.01 } });

/** The bytes that a piece's lines print. */
const printed = ({ functions }: ListedPiece): string =>
  functions
    .flatMap(({ lines }) => lines.map(({ bytes }) => bytes))
    .filter((bytes) => bytes !== "")
    .join(" ");

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

function emitted(isa: Isa, isAsked: (place: Place) => boolean): string {
  const code = new Assembler();
  emitFunctions(code, isa, isAsked);
  return hexadecimal(code.finish().bytes);
}

describe.each([avx2, avx512])("$title", (isa) => {
  test("what is printed is each byte of the functions that the plan needs, once and in its place", async () => {
    const problem = problemOf();
    const { pieces, ...head } = await listingOf(problem, { instructions: isa.name });
    expect(head).toEqual({ instructions: isa.name, reason: "as asked for" });
    const kinds = kindsOf(makePlan(problem));
    expect(pieces.map(printed)).toEqual([
      emitted(isa, ({ kind }) => kind === undefined),
      emitted(isa, ({ kind }) => kind !== undefined && kinds.has(kind)),
    ]);
    for (const { functions } of pieces) {
      let next = 0;
      for (const { bytes, lines } of functions) {
        const start = next;
        for (const { offset, bytes: own } of lines) {
          expect(offset).toBe(next);
          next += own === "" ? 0 : own.split(" ").length;
        }
        expect(next - start).toBe(bytes);
      }
    }
  });

  test("functions have their kinds, and above their code their formulas", async () => {
    const { pieces } = await listingOf(problemOf(), { instructions: isa.name });
    const names = pieces.flatMap(({ functions }) => functions.map(({ name, kind }) => [name, kind].join(" ").trim()));
    expect(names).toEqual([
      ...["product", "dropout", "scaleRows", "columnSums", "productSums", "differenceSums", "turn", "constants"],
      ...["update adam", "activate tanh", "derive tanh", "parametric tanh", "parametricBack tanh", "constants"],
    ]);
    const derive = pieces[1].functions.find(({ name }) => name === "derive");
    const texts = derive?.lines.map(({ text }) => text) ?? [];
    const formula = texts.indexOf("; to := gradient · ((1 − saved) · (saved + 1))");
    expect(formula).toBeGreaterThanOrEqual(0);
    expect(texts[formula + 1]).toMatch(/^derive_\d+:$/);
    const wide = isa.vector(0).bits === 512 ? /vmulps zmm/ : /vmulps ymm/;
    expect(texts.some((text) => wide.test(text))).toBe(true);
  });

  test("a precision by bf16 has its product where there are such instructions", async () => {
    const { pieces } = await listingOf(problemOf(), { instructions: isa.name, precision: "high" });
    const found = pieces.flatMap(({ functions }) => functions).find(({ name }) => name === "bf16Product");
    expect(found?.kind).toBe(isa === avx512 ? "high" : undefined);
  });

  test("the whole step of a small network is there, with its parts, and other code where patterns have weights", async () => {
    const plain = (await listingOf(online, { instructions: isa.name })).pieces[2];
    expect(plain.name).toBe("the whole step of this network");
    const remarks = plain.functions[0].lines.flatMap(({ text }) => (text.startsWith(";") ? [text.slice(2)] : []));
    expect(remarks).toEqual([
      "layer 0: v = b + W · x, y = tanh(v)",
      "layer 1: v = b + W · x, y = identity(v)",
      "meanSquaredError and −∂loss/∂y",
      "layer 1: δ = −∂loss/∂y · φ'(v), and Wᵀ · δ",
      "layer 0: δ = −∂loss/∂y · φ'(v)",
      "layer 0: W = W + η · δ · xᵀ, b = b + η · δ",
      "layer 1: W = W + η · δ · xᵀ, b = b + η · δ",
      "gradients of layer 0",
      "gradients of layer 1",
    ]);
    const weighted = (await listingOf(online, { instructions: isa.name, isWeighted: true })).pieces[2];
    expect(printed(weighted).length).toBeGreaterThan(printed(plain).length);
  });
});

test.skipIf(isas.length === 0)("a session's step has the bytes that are printed, with its addresses", async () => {
  const made = machineCode(isas[0]);
  const found: OnlineNetwork[] = [];
  const devices: Devices = {
    source: () => devices,
    whyNotShared: () => undefined,
    create: async (shared) => {
      const device = await createDevice(trainingKernels, shared, { code: made });
      const compile = (program: number) => {
        const own = onlineNetworkOf(device.memory.buffer, program);
        if (own !== undefined) found.push(own);
        return device.compile?.(program);
      };
      return { ...device, compile };
    },
  };
  using _session = await trainingWith(devices).create(online, { threads: 1 });
  const code = new Assembler();
  emitOnlineRun(code, made.isa, found[0], false);
  const { pieces } = await listingOf(online, { instructions: made.isa.name });
  expect(printed(pieces[2])).toBe(hexadecimal(code.finish().bytes));
});

test("without a choice it is this processor's code, or AVX-512 and why", async () => {
  const { instructions, reason } = await listingOf(problemOf());
  if (isas.length === 0) {
    expect(instructions).toBe("avx512");
    expect(reason).toMatch(/^the engine native cannot run here: ./);
  } else {
    expect(instructions).toBe(machineCode().isa.name);
    expect(reason).toMatch(process.env.GRADUS_CPU ? /^as GRADUS_CPU/ : /^of ./);
  }
});
