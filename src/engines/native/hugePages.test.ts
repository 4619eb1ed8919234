/** What Linux notes of the mappings of a process: proc(5), smaps, VmFlags. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createMemory } from "../wasm/kernelModule.ts";
import { koffi, whyNoKoffi } from "./foreign.ts";
import { inHugePages, LEAST_BYTES } from "./hugePages.ts";

const PAGE = 65536;

/** Whether huge pages were asked for where a memory begins. */
function isAsked(buffer: ArrayBuffer | SharedArrayBuffer): boolean {
  const address = koffi().address(new Uint8Array(buffer));
  let holds = false;
  for (const line of readFileSync("/proc/self/smaps", "utf8").split("\n")) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
    if (range !== null) holds = BigInt(`0x${range[1]}`) <= address && address < BigInt(`0x${range[2]}`);
    if (holds && line.startsWith("VmFlags:")) return line.split(" ").includes("hg");
  }
  throw new Error("No mapping holds the memory.");
}

test.skipIf(!existsSync("/sys/kernel/mm/transparent_hugepage") || whyNoKoffi() !== undefined).each([false, true])(
  "a memory asks for huge pages once it has grown large, and keeps what lies in it (shared: %s)",
  (shared) => {
    const memory = createMemory(PAGE, { shared });
    expect(inHugePages(memory)).toBe(memory);
    new Uint8Array(memory.buffer).fill(7);
    memory.grow(1);
    expect(isAsked(memory.buffer)).toBe(false);
    memory.grow(LEAST_BYTES / PAGE);
    expect(isAsked(memory.buffer)).toBe(true);
    const bytes = new Uint8Array(memory.buffer);
    expect(bytes.length).toBe(LEAST_BYTES + 2 * PAGE);
    expect(bytes.subarray(0, PAGE).every((byte) => byte === 7)).toBe(true);
    expect(bytes.subarray(PAGE).every((byte) => byte === 0)).toBe(true);
  },
);

test("a memory that can't grow says so, and stays as it is", () => {
  const memory = inHugePages(createMemory(PAGE, { shared: false }));
  expect(() => memory.grow(65536)).toThrow(RangeError);
  expect(memory.buffer.byteLength).toBe(PAGE);
});
