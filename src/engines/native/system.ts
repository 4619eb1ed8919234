/**
 * The functions of the system's C library that are called, one table.
 *
 * Each is declared once a process: koffi keeps some 3 kB for a function's type as long as the process lives.
 */
import type { Koffi, Library } from "./foreign.ts";

const declarations = {
  mmap: "void *mmap(void *place, size_t length, int protection, int flags, int file, int64_t offset)",
  mprotect: "int mprotect(void *place, size_t length, int protection)",
  munmap: "int munmap(void *place, size_t length)",
  memcpy: "void *memcpy(void *to, const void *from, size_t length)",
  madvise: "int madvise(uintptr_t place, size_t length, int advice)",
  syscall: "long syscall(long number, long code, long feature)",
} as const;

type Call = ReturnType<Library["func"]>;
type Name = keyof typeof declarations;

const known = new WeakMap<Koffi, Map<Name, Call>>();

/** @throws {Error} where the C library lacks it */
export function systemCall(name: Name, koffi: Koffi): Call {
  const calls = known.get(koffi) ?? new Map<Name, Call>();
  known.set(koffi, calls);
  const call = calls.get(name) ?? koffi.load(null).func(declarations[name]);
  calls.set(name, call);
  return call;
}
