/**
 * Machine code in memory that may be executed: written first, and made executable then, never both at once.
 *
 * Linux and macOS by mmap and mprotect. Knows nothing of what the code does.
 */
import { GradusError } from "../../errors.ts";
import type { Koffi } from "./foreign.ts";
import { systemCall } from "./system.ts";

export interface Executable {
  /** Of its first byte. */
  readonly address: bigint;
  /** A function of the code. @param declaration its type in C, without a name: koffi takes each name once */
  functionAt(offset: number, declaration: string): (...values: readonly unknown[]) => unknown;
  /** Gives the memory back: nothing of it may be called from then on. */
  free(): void;
}

// The same on Linux and macOS, but for MAP_ANONYMOUS.
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const PRIVATE = 2;
const ANONYMOUS = { linux: 0x20, darwin: 0x1000 } as const;

const PAGE_BYTES = 4096;

type Platform = keyof typeof ANONYMOUS;

/** @throws {GradusError} where the system gives no memory that may be executed, with its reason */
export function executable(bytes: Uint8Array, koffi: Koffi, platform: Platform): Executable {
  const unmap = systemCall("munmap", koffi);
  const length = Math.ceil(bytes.length / PAGE_BYTES) * PAGE_BYTES;
  const place = systemCall("mmap", koffi)(null, length, READ | WRITE, PRIVATE | ANONYMOUS[platform], -1, 0);
  if (koffi.address(place) === FAILED)
    throw new GradusError("The system gives no memory for machine code (mmap failed). Use the engine wasm.");
  systemCall("memcpy", koffi)(place, bytes, bytes.length);
  if (systemCall("mprotect", koffi)(place, length, READ | EXECUTE) !== 0) {
    unmap(place, length);
    throw new GradusError(
      "The system does not let memory be executed (mprotect refused), which machine code needs. Use the engine wasm.",
    );
  }
  const address = koffi.address(place);
  return {
    address,
    functionAt: (offset, declaration) => koffi.decode(address + BigInt(offset), typeOf(declaration, koffi)),
    free: () => void unmap(place, length),
  };
}

/** A table of addresses outside JavaScript, all 0 at first: machine code reads it, and it is never executed. */
export interface AddressTable {
  readonly address: bigint;
  set(index: number, value: bigint): void;
}

/** @throws {GradusError} where the system gives no memory */
export function addressTable(length: number, koffi: Koffi, platform: Platform): AddressTable {
  const copy = systemCall("memcpy", koffi);
  const place = systemCall("mmap", koffi)(null, 8 * length, READ | WRITE, PRIVATE | ANONYMOUS[platform], -1, 0);
  const address = koffi.address(place);
  if (address === FAILED)
    throw new GradusError("The system gives no memory for a table of machine code (mmap failed). Use the engine wasm.");
  const set = (index: number, value: bigint): void => {
    if (index >= length) throw new RangeError(`index: expected less than ${length}, found ${index}.`);
    copy(address + BigInt(8 * index), BigUint64Array.of(value), 8);
  };
  return { address, set };
}

const types = new WeakMap<Koffi, Map<string, unknown>>();

/** A function's type by its declaration, made once: koffi keeps some 3 kB for each as long as the process lives. */
function typeOf(declaration: string, koffi: Koffi): unknown {
  const known = types.get(koffi) ?? new Map<string, unknown>();
  types.set(koffi, known);
  const type = known.get(declaration) ?? koffi.proto(declaration);
  known.set(declaration, type);
  return type;
}

/** MAP_FAILED: −1 as an address. */
const FAILED = 2n ** 64n - 1n;
