/** Blocks of products beside the caches of processors. */
import { expect, test } from "vitest";
import { BF16 } from "../../memory/layouts.ts";
import { bf16Limits, blocksOf } from "./blocks.ts";
import { avx2, avx512 } from "./isa.ts";
import { tileRows } from "./tileShape.ts";

const KIB = 1024;

test.each([
  { name: "48 KiB and 2 MiB (Intel, 2023)", caches: { first: 48 * KIB, second: 2048 * KIB } },
  { name: "32 KiB and 1 MiB (AMD Zen 4)", caches: { first: 32 * KIB, second: 1024 * KIB } },
  { name: "32 KiB and 256 KiB (Intel, 2013)", caches: { first: 32 * KIB, second: 256 * KIB } },
  { name: "sizes that the processor doesn't say", caches: { first: 0, second: 0 } },
])("fit into $name", ({ caches }) => {
  for (const isa of [avx2, avx512]) {
    const { depth, columns, wide, panel } = blocksOf(isa, caches);
    expect(4 * tileRows(isa) * depth).toBeLessThanOrEqual(0.6 * (caches.first || 32 * KIB));
    expect(4 * depth * columns).toBeLessThanOrEqual((caches.second || 256 * KIB) / 2);
    expect(depth).toBeGreaterThan(0);
    expect(depth % 16).toBe(0);
    expect(columns).toBeGreaterThan(0);
    expect(columns % wide).toBe(0);
    expect(panel).toBe(isa.bytes);
  }
  for (const terms of [1, 2] as const) {
    const [, , , depth, block] = bf16Limits(terms, caches);
    const panel = (depth / BF16.step) * terms * BF16.stepBytes;
    expect(panel).toBeLessThanOrEqual(caches.first || 32 * KIB);
    expect(block).toBeLessThanOrEqual((caches.second || 256 * KIB) / 2);
    expect(panel).toBeLessThanOrEqual(block);
    expect(depth).toBeGreaterThan(0);
    expect(depth % BF16.step).toBe(0);
  }
});
