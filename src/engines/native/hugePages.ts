/**
 * A memory of WebAssembly in pages of 2 MiB, where Linux gives them to those who ask (transparent huge pages: always or madvise).
 *
 * A step reads and writes tens of megabytes; of pages of 4 KiB the processor doesn't keep as many places. Nothing but time depends on
 * it, so a system that refuses isn't an error.
 */
import type { DeviceMemory } from "../memory/device.ts";
import { koffi } from "./foreign.ts";
import { systemCall } from "./system.ts";

/** Of the pages of smaller memories it keeps the places. */
export const LEAST_BYTES = 8 * 2 ** 20;

/** As Linux numbers it for madvise. */
const MADV_HUGEPAGE = 14;

/** From now on a memory asks for huge pages whenever it has grown. @returns the memory itself, because it may be sent to threads */
export function inHugePages(memory: DeviceMemory): DeviceMemory {
  const grow = memory.grow.bind(memory);
  const advise = systemCall("madvise", koffi());
  return Object.assign(memory, {
    grow(pages: number) {
      const answer = grow(pages);
      const bytes = new Uint8Array(memory.buffer);
      if (bytes.length >= LEAST_BYTES) advise(koffi().address(bytes), bytes.length, MADV_HUGEPAGE);
      return answer;
    },
  });
}
