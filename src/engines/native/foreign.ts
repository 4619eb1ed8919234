/**
 * Functions outside JavaScript: those of the system's C library, and machine code in memory, called through koffi.
 *
 * koffi is an optional dependency, and is loaded when it is first asked for. Knows nothing of what is called.
 */
import { GradusError } from "../../errors.ts";
import { builtin } from "../memory/nodeModule.ts";

/** A library that is loaded. */
export interface Library {
  /** @throws {Error} where it has no such function */
  func(declaration: string): (...values: readonly unknown[]) => unknown;
  /** The address of a variable. @throws {Error} where it has none of that name */
  symbol(name: string): bigint;
}

/** The little of koffi that is used here. */
export interface Koffi {
  /** @param file null: what the process has already @param options whether libraries that are loaded later find its symbols */
  load(file: string | null, options?: { readonly global: boolean }): Library;
  /** @throws {Error} where a library has been loaded */
  config(settings: Readonly<Record<string, number>>): unknown;
  proto(declaration: string): unknown;
  /** A function of that type at an address. */
  decode(address: unknown, type: unknown): (...values: readonly unknown[]) => unknown;
  address(place: unknown): bigint;
  /** Memory outside JavaScript, of so many bytes. */
  view(address: bigint, bytes: number): ArrayBuffer;
}

interface NodeModules {
  createRequire(from: string): ((name: string) => unknown) & { resolve(name: string): string };
}

/** Why there is no koffi, a clause; undefined where it is there. It is looked for, and not loaded. */
export function whyNoKoffi(): string | undefined {
  return koffiFile() !== undefined ? undefined : "the package koffi is not installed here (npm install koffi)";
}

/** Where koffi is, for a worker that loads it itself. */
export function koffiFile(): string | undefined {
  const modules = builtin<NodeModules>("node:module");
  try {
    return modules?.createRequire(import.meta.url).resolve("koffi");
  } catch {
    return undefined;
  }
}

let loaded: Koffi | undefined;

/**
 * @param otherwise a clause for the message: what can be done without it
 * @throws {GradusError} where it is not there, or is not for this machine
 */
export function koffi(otherwise = ", or use the engine wasm"): Koffi {
  const modules = builtin<NodeModules>("node:module");
  if (modules === undefined) throw new GradusError("The package koffi needs Node.");
  try {
    loaded ??= complete(modules.createRequire(import.meta.url)("koffi"));
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split("\n");
    throw new GradusError(`The package koffi can't be loaded (${reason}). ${remedy(error)}${otherwise}.`);
  }
  return loaded;
}

/** Another package of that name lacks its functions. */
function complete(found: unknown): Koffi {
  const given = found as Koffi;
  for (const name of ["load", "proto", "decode", "address"] as const) {
    if (typeof given?.[name] !== "function") throw new Error(`it has no function ${name}`);
  }
  return given;
}

function remedy(error: unknown): string {
  const isForbidden = error instanceof Error && "code" in error && error.code === "ERR_DLOPEN_DISABLED";
  if (!isForbidden) return "Install it again (npm install koffi)";
  const { permission } = builtin<{ readonly permission?: unknown }>("node:process") ?? {};
  return permission === undefined ? "Start node without --no-addons" : "Start node with --allow-addons";
}
