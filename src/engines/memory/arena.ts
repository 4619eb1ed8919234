/**
 * Who lies where in a device's memory: blocks handed out and taken back, the lowest that fits first.
 *
 * Grows the memory when nothing fits. Knows nothing of what the blocks hold.
 */
import { OutOfMemoryError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import { type Device, PAGE_BYTES } from "./device.ts";

/** A memory holds no more: addresses in it have 32 bits. */
const MOST_BYTES = 2 ** 32;
/** Every block begins at a cache line. */
const LINE = 64;

type ArenaDevice = Pick<Device, "engine" | "memory" | "start">;

export class Arena {
  readonly #device: ArenaDevice;
  /** Free stretches in ascending order, none touching another. */
  #free: { start: number; end: number }[] = [];
  readonly #sizes = new Map<number, number>();

  constructor(device: ArenaDevice) {
    this.#device = device;
    this.#free = [{ start: Math.ceil(device.start / LINE) * LINE, end: device.memory.buffer.byteLength }];
  }

  /** A block of at least so many bytes, its content undefined. @throws {OutOfMemoryError} when the memory cannot grow so far */
  allocate(bytes: number): number {
    const size = Math.max(LINE, Math.ceil(bytes / LINE) * LINE);
    let fit = this.#free.find(({ start, end }) => end - start >= size);
    if (fit === undefined) fit = this.#grow(size);
    const block = fit.start;
    fit.start += size;
    this.#free = this.#free.filter(({ start, end }) => start < end);
    this.#sizes.set(block, size);
    return block;
  }

  /** Takes a block back. */
  release(block: number): void {
    const size = this.#sizes.get(block);
    if (size === undefined) return;
    this.#sizes.delete(block);
    this.#free.push({ start: block, end: block + size });
    this.#free.sort((a, b) => a.start - b.start);
    const joined: { start: number; end: number }[] = [];
    for (const stretch of this.#free) {
      const last = joined.at(-1);
      if (last?.end === stretch.start) last.end = stretch.end;
      else joined.push(stretch);
    }
    this.#free = joined;
  }

  #grow(size: number): { start: number; end: number } {
    const { engine, memory } = this.#device;
    const before = memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const open = last?.end === before ? last : undefined;
    const lacking = size - (open ? open.end - open.start : 0);
    const what = `the engine ${engine}, which computes in one memory of at most 4 GB, needs`;
    if (before + lacking > MOST_BYTES) throw new OutOfMemoryError(what, before + lacking);
    // A quarter more than there was keeps a growing table of patterns from growing the memory each time.
    const pages = Math.max(Math.ceil(lacking / PAGE_BYTES), Math.ceil(before / 4 / PAGE_BYTES));
    try {
      memory.grow(pages);
    } catch {
      // Only what is needed.
      allocating(what, before + lacking, () => memory.grow(Math.ceil(lacking / PAGE_BYTES)));
    }
    const end = memory.buffer.byteLength;
    if (open) {
      open.end = end;
      return open;
    }
    const stretch = { start: before, end };
    this.#free.push(stretch);
    return stretch;
  }
}
