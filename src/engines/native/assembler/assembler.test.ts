import { describe, expect, test } from "vitest";
import { GradusError } from "../../../errors.ts";
import { Assembler } from "./assembler.ts";
import { at, broadcast, k1, low, masked, r12, rax, rcx, rsi, rsp, tmm, xmm, ymm, zeroed, zmm } from "./operands.ts";

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

function codeOf(write: (code: Assembler) => void): string {
  const code = new Assembler();
  write(code);
  return hexadecimal(code.finish().bytes);
}

describe("an instruction is the bytes that GNU as makes of it", () => {
  test.each([
    ["add rsi,0x40", "48 83 c6 40", (code: Assembler) => code.emit("add", rsi, 64)],
    ["mov ecx,[rsp]", "8b 0c 24", (code: Assembler) => code.emit("mov", low(rcx), at(rsp))],
    ["vaddps xmm1,xmm2,xmm3", "c5 e8 58 cb", (code: Assembler) => code.emit("vaddps", xmm(1), xmm(2), xmm(3))],
    [
      "vfmadd231ps ymm0,ymm1,[r12+rcx*4+0x20]",
      "c4 c2 75 b8 44 8c 20",
      (code: Assembler) => code.emit("vfmadd231ps", ymm(0), ymm(1), at(r12, 32, { index: rcx, scale: 4 })),
    ],
    [
      "vfmadd231ps zmm17{k1}{z},zmm1,[rsi+0x8]{1to16}",
      "62 e2 75 d9 b8 4e 02",
      (code: Assembler) => code.emit("vfmadd231ps", zeroed(zmm(17), k1), zmm(1), broadcast(at(rsi, 8))),
    ],
    [
      "vmovups [rsi+0x40]{k1},zmm0",
      "62 f1 7c 49 11 46 01",
      (code: Assembler) => code.emit("vmovups", masked(at(rsi, 64), k1), zmm(0)),
    ],
    ["tdpbf16ps tmm0,tmm1,tmm2", "c4 e2 6a 5c c1", (code: Assembler) => code.emit("tdpbf16ps", tmm(0), tmm(1), tmm(2))],
  ])("%s", (_text, bytes, write) => {
    expect(codeOf(write)).toBe(bytes);
  });
});

test("jumps behind and close take two bytes, others reach everywhere", () => {
  const back = codeOf((code) => {
    const loop = code.label("loop");
    code.bind(loop);
    code.emit("dec", rcx);
    code.emit("jne", loop);
  });
  expect(back).toBe("48 ff c9 75 fb"); // −5: behind the jump's own two bytes and dec's three
  const ahead = codeOf((code) => {
    const end = code.label("end");
    code.emit("je", end);
    code.emit("ret");
    code.bind(end);
  });
  expect(ahead).toBe("0f 84 01 00 00 00 c3");
  const far = codeOf((code) => {
    const loop = code.label("loop");
    code.bind(loop);
    for (let n = 0; n < 127; n++) code.emit("ret");
    code.emit("jmp", loop);
  });
  expect(far.slice(-14)).toBe("e9 7c ff ff ff"); // −132
});

test("equal constants lie behind the code once, aligned, and are addressed from where the code is", () => {
  const code = new Assembler();
  for (let n = 0; n < 2; n++) code.emit("vaddps", zmm(0), zmm(0), broadcast(at(code.constant(Float32Array.of(1.5)))));
  code.emit("vaddps", ymm(0), ymm(0), at(code.constant(new Float32Array(8)), 0));
  code.emit("ret");
  const { bytes, listing } = code.finish();
  const lines = listing();
  const places = lines.filter(({ text }) => text.startsWith("constant")).map(({ offset }) => offset);
  expect(places).toEqual([32, 64]); // 10 + 10 + 8 + 1 bytes of code
  expect(new DataView(bytes.buffer).getFloat32(32, true)).toBe(1.5);
  expect(lines.filter(({ text }) => text.startsWith(".long"))).toEqual([
    { offset: 32, bytes: 4, text: ".long 0x3fc00000" },
    ...[64, 72, 80, 88].map((offset) => ({ offset, bytes: 8, text: ".long 0x0,0x0" })),
  ]);
  expect(lines.reduce((sum, line) => sum + line.bytes, 0)).toBe(bytes.length);
  const displacement = new DataView(bytes.buffer).getInt32(6, true);
  expect(10 + displacement).toBe(32);
});

test("a listing has remarks, labels and instructions with their places", () => {
  const code = new Assembler();
  const loop = code.label("loop");
  code.emit("add", rax, 1);
  code.align(16);
  code.remark("y = x + 1");
  code.bind(loop);
  code.emit("vaddps", zmm(0), zmm(1), at(rsi, -64));
  expect(code.finish().listing()).toEqual([
    { offset: 0, bytes: 4, text: "add rax,0x1" },
    { offset: 4, bytes: 8, text: "nop" },
    { offset: 12, bytes: 4, text: "nop" },
    { offset: 16, bytes: 0, text: "; y = x + 1" },
    { offset: 16, bytes: 0, text: "loop:" },
    { offset: 16, bytes: 7, text: "vaddps zmm0,zmm1,[rsi-0x40]" },
  ]);
});

describe("what has no encoding is refused", () => {
  test.each([
    [
      "vectors of two widths",
      (code: Assembler) => code.emit("vaddps", zmm(0), ymm(1), ymm(2)),
      /No form of vaddps takes/,
    ],
    ["registers beyond 15 without EVEX", (code: Assembler) => code.emit("vpand", ymm(16), ymm(1), ymm(2)), /vpand/],
    ["a broadcast of a whole vector", (code: Assembler) => code.emit("vmovups", zmm(0), broadcast(at(rsi))), /vmovups/],
    [
      "a mask that an instruction lacks",
      (code: Assembler) => code.emit("vmovntps", masked(at(rsi), k1), zmm(0)),
      /vmovntps/,
    ],
    ["a number too large", (code: Assembler) => code.emit("add", rax, 2 ** 31), /add rax,0x80000000/],
    ["rsp as an index", () => at(rax, 0, { index: rsp }), /rsp as its index/],
  ])("%s", (_what, write, message) => {
    const code = new Assembler();
    expect(() => write(code)).toThrow(GradusError);
    expect(() => write(code)).toThrow(message);
  });

  test("a label that is nowhere, or in two places", () => {
    const code = new Assembler();
    const label = code.label("end");
    code.emit("jmp", label);
    expect(() => code.finish()).toThrow("The label end is never bound.");
    code.bind(label);
    expect(() => code.bind(label)).toThrow("The label end is bound twice.");
  });
});
