/**
 * The tile unit of the processor (Intel AMX), which a process has to ask the system for: its registers are 8 KiB, which the system keeps
 * for each thread that uses them.
 *
 * Source: Linux, Documentation/arch/x86/xstate.rst.
 */
import { GradusError } from "../../errors.ts";
import type { Precision } from "../engine.ts";
import type { Cpu } from "./cpu.ts";
import { type Koffi, koffi } from "./foreign.ts";
import type { Terms } from "./kernels/bf16Packing.ts";
import { type Bf16Limits, bf16Limits } from "./kernels/blocks.ts";
import type { Isa } from "./kernels/isa.ts";
import type { MachineCode } from "./machineCode.ts";
import { systemCall } from "./system.ts";

/** How many bf16 stand for a float32 in the products of a precision. */
const termsOf = { high: 2, fast: 1 } as const satisfies Record<Exclude<Precision, "float32">, Terms>;

// System calls of Linux on x64.
const ARCH_PRCTL = 158;
const ARCH_REQ_XCOMP_PERM = 0x1023;
const XTILE_DATA = 18;

/**
 * Asks for the tile unit, for all threads of the process, and makes the products of a precision.
 *
 * @returns what the kernels are told of them @throws {GradusError} as `requireTileUnit` does
 */
export function prepareTileUnit(precision: keyof typeof termsOf, { cpu, isa, make }: MachineCode): Bf16Limits {
  requireTileUnit(cpu, isa, koffi());
  make(new Set([precision]));
  return bf16Limits(termsOf[precision], cpu.caches);
}

/** @throws {GradusError} where the processor has none, the system refuses it, or GRADUS_CPU leaves it out */
export function requireTileUnit(cpu: Cpu, isa: Isa, system: Koffi): void {
  const why = whyNoTileUnit(cpu, isa) ?? ask(system);
  if (why !== undefined) throw new GradusError(`${why}. Leave precision out: products are then in float32.`);
}

/** Why there is none, a clause, as far as the processor is concerned. */
export function whyNoTileUnit(cpu: Cpu, isa: Isa): string | undefined {
  if (!cpu.amx) return `The precisions high and fast need a processor with AMX for bf16, which ${cpu.name} lacks`;
  if (isa.name !== "avx512") return "The precisions high and fast need AVX-512, which GRADUS_CPU leaves out";
  return undefined;
}

function ask(system: Koffi): string | undefined {
  if (systemCall("syscall", system)(ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, XTILE_DATA) === 0) return undefined;
  return "The system does not let this process use the processor's tile unit (arch_prctl refused), which the precisions high and fast need";
}
