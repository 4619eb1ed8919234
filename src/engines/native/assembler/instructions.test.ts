/** Every form of every instruction, with random operands, against what binutils' disassembler reads in its bytes. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Assembler } from "./assembler.ts";
import type { Form, Kind } from "./form.ts";
import { instructions } from "./instructions.ts";
import {
  type Address,
  at,
  broadcast,
  low,
  masked,
  type Operand,
  r8,
  rax,
  type Scale,
  tmm,
  type VectorRegister,
  zeroed,
} from "./operands.ts";

const hasDisassembler = spawnSync("objdump", ["--version"]).status === 0;
if (!hasDisassembler) console.log("skipped: no objdump here (package binutils)");

/** Of each form. */
const SAMPLES = 60;

test.skipIf(!hasDisassembler)("every form of every instruction is what the disassembler reads", () => {
  const code = new Assembler();
  for (const [name, forms] of Object.entries(instructions)) {
    for (const one of forms as readonly Form[]) {
      if (one.kinds.some((kind) => kind === "near" || kind === "label")) continue;
      for (const operands of fc.sample(operandsOf(one), { numRuns: SAMPLES, seed: 14 })) {
        (code.emit as (name: string, ...operands: readonly Operand[]) => void).call(code, name, ...operands);
      }
    }
  }
  const { bytes, listing } = code.finish();
  const lines = listing();
  const found = disassembled(bytes);
  const differing = lines.flatMap(({ offset, text }) => {
    const [ours, theirs] = [text, found.get(offset) ?? "nothing"].map(normalised);
    return ours === theirs ? [] : [`${ours} reads as ${theirs}`];
  });
  expect(differing).toEqual([]);
  expect(found.size).toBe(lines.length);
});

/** Instructions by their offsets. */
function disassembled(bytes: Uint8Array): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-assembler-"));
  try {
    const file = join(folder, "code.bin");
    writeFileSync(file, bytes);
    const flags = ["-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn", "-w"];
    const text = execFileSync("objdump", [...flags, file], { encoding: "utf8", maxBuffer: 2 ** 28 });
    return new Map(
      [...text.matchAll(/^\s*([0-9a-f]+):\s+(.*?)\s*$/gm)].map(([, at, line]) => [Number(`0x${at}`), line]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The disassembler's way of writing, and ours, as one: sizes of operands left out, numbers without a sign. */
function normalised(line: string): string {
  return line
    .replace(/(\w+ BCST )([^\]]*\])/g, "$2{bcst}")
    .replace("{evex} ", "")
    .replace(/\w+ PTR /g, "")
    .replace("+riz*1", "")
    .replace("+0x0]", "]")
    .replace(/\s+/g, " ")
    .replace(/(?<=[ ,])-?0x[0-9a-f]+$/, (number) =>
      BigInt.asUintN(32, number.startsWith("-") ? -BigInt(number.slice(1)) : BigInt(number)).toString(),
    );
}

function operandsOf(one: Form): fc.Arbitrary<readonly Operand[]> {
  return fc
    .record({
      bits: fc.constantFrom(...one.lengths) as fc.Arbitrary<128 | 256 | 512>,
      integerBits: fc.constantFrom<32 | 64>(32, 64),
    })
    .chain((sizes) => fc.tuple(...one.kinds.map((kind) => operandOf(kind, one, sizes))))
    .chain((operands) => decorated(one, operands))
    .filter((operands) => {
      const tiles = operands.filter((operand) => typeof operand === "object" && operand.kind === "tile");
      return new Set(tiles.map((tile) => (tile as { id: number }).id)).size === tiles.length; // equal ones are refused
    });
}

interface Sizes {
  readonly bits: 128 | 256 | 512;
  readonly integerBits: 32 | 64;
}

function operandOf(kind: Kind, one: Form, { bits, integerBits }: Sizes): fc.Arbitrary<Operand> {
  const isEvex = one.prefixes.includes("EVEX");
  const vector = (width: number) =>
    fc
      .nat(isEvex ? 31 : 15)
      .map((id): VectorRegister => ({ kind: "vector", id, bits: width as VectorRegister["bits"] }));
  const integer = (width: 32 | 64) => fc.nat(15).map((id) => (width === 64 ? { ...rax, id } : low({ ...rax, id })));
  const half = Math.max(128, bits / 2);
  const arbitraries: Partial<Record<string, fc.Arbitrary<Operand>>> = {
    r: integer(integerBits),
    r32: integer(32),
    r64: integer(64),
    v: vector(bits),
    half: vector(half),
    x: vector(128),
    is4: fc.nat(15).map((id): VectorRegister => ({ kind: "vector", id, bits })),
    k: fc.nat(7).map((id) => ({ kind: "mask", id }) as const),
    t: fc.nat(7).map(tmm),
    i8: fc.integer({ min: -128, max: 127 }),
    u8: fc.integer({ min: 32, max: 255 }), // smaller ones have names of their own in comparisons
    i32: fc.oneof(fc.integer({ min: 128, max: 2 ** 31 - 1 }), fc.integer({ min: -(2 ** 31), max: -129 })),
    i64: fc.bigInt({ min: 2n ** 33n, max: 2n ** 63n - 1n }),
    m: addresses,
  };
  const [own, memory] = kind.split("/");
  const register = arbitraries[own] ?? fc.constant(r8);
  return memory === "m" ? fc.oneof(register, addresses) : register;
}

const addresses: fc.Arbitrary<Address> = fc
  .record({
    base: fc.nat(15),
    index: fc.option(
      fc.nat(15).filter((id) => id !== 4),
      { nil: undefined },
    ),
    scale: fc.constantFrom<Scale>(1, 2, 4, 8),
    displacement: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -64, max: 64 }).map((n) => 64 * n),
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    ),
  })
  .map(({ base, index, scale, displacement }) =>
    at({ ...rax, id: base }, displacement, index === undefined ? {} : { index: { ...rax, id: index }, scale }),
  );

/** With masks and broadcasts, where the form has them. */
function decorated(one: Form, operands: readonly Operand[]): fc.Arbitrary<readonly Operand[]> {
  if (operands.length === 0) return fc.constant(operands);
  const [to, ...sources] = operands;
  const isPossible = one.prefixes.includes("EVEX") && one.isMaskable && typeof to === "object";
  const canBroadcast = one.prefixes.includes("EVEX") && /[48]$/.test(String(one.step)) && typeof one.step === "string";
  return fc
    .record({
      mask: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
      zero: fc.boolean(),
      one: fc.boolean(),
    })
    .map(({ mask, zero, one: isBroadcast }) => {
      const spread = sources.map((operand) =>
        canBroadcast && isBroadcast && typeof operand === "object" && operand.kind === "address"
          ? broadcast(operand)
          : operand,
      );
      if (!isPossible || mask === undefined) return [to, ...spread];
      const k = { kind: "mask", id: mask } as const;
      const destination = to.kind === "vector" && zero ? zeroed(to, k) : masked(to as VectorRegister | Address, k);
      return [destination, ...spread];
    });
}
