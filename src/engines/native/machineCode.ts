/** The machine code for the processor at hand: each function is made once in a process, when a plan first needs it. */
import { DescriptionError, GradusError } from "../../errors.ts";
import { environment } from "../memory/nodeModule.ts";
import { Assembler } from "./assembler/assembler.ts";
import { askedIsa } from "./conditions.ts";
import { type Answer, type Cpu, cpuidCode, cpuOf } from "./cpu.ts";
import { type AddressTable, addressTable, executable } from "./executable.ts";
import { koffi } from "./foreign.ts";
import { emitEntry, emitFunctions, functions, MACHINE } from "./functions.ts";
import { type Blocks, blocksOf } from "./kernels/blocks.ts";
import { avx2, avx512, type Isa } from "./kernels/isa.ts";

export interface MachineCode {
  readonly isa: Isa;
  readonly cpu: Cpu;
  readonly blocks: Blocks;
  /**
   * Calls a function: of where the memory begins and of the address in it of the words of its call, as `machineCalls` has them.
   *
   * @throws {Error} where it isn't made
   */
  readonly machine: (memory: number, words: number) => void;
  /** Makes the functions of these kinds, as far as they aren't made; all where it isn't said. Those without a kind are always there. */
  make(kinds?: ReadonlySet<string>): void;
  /** Where it lies, for the workers. */
  readonly address: bigint;
}

const made = new Map<string | undefined, MachineCode>();

/**
 * The code for the processor at hand.
 *
 * @param asked avx2 or avx512: the environment variable GRADUS_CPU; the best one that it has where undefined
 * @throws {GradusError} where the processor lacks the instructions, or the system refuses memory that may be executed
 */
export function machineCode(asked = environment("GRADUS_CPU")): MachineCode {
  const known = made.get(asked);
  if (known !== undefined) return known;
  const cpu = detectCpu();
  const isa = isaOf(cpu, asked);
  const table = addressTable(functions.length, koffi(), "linux");
  const code = new Assembler();
  const entry = emitEntry(code, table.address);
  const finished = code.finish();
  const placed = executable(finished.bytes, koffi(), "linux");
  const place = finished.placeOf(entry);
  const call = placed.functionAt(place, MACHINE);
  const isMade = new Set<number>();
  const found = {
    isa,
    cpu,
    blocks: blocksOf(isa, cpu.caches),
    machine(memory: number, words: number) {
      if (call(memory, words) !== 0) throw new Error("A function of machine code was called that isn't made.");
    },
    address: placed.address + BigInt(place),
    make: (kinds?: ReadonlySet<string>) => makeFunctions(isa, table, isMade, kinds),
  };
  found.make(new Set());
  made.set(asked, found);
  return found;
}

/** Makes what isn't made, in pages of its own, and only then writes where it lies. */
function makeFunctions(
  isa: Isa,
  table: AddressTable,
  isMade: Set<number>,
  kinds: ReadonlySet<string> | undefined,
): void {
  const code = new Assembler();
  const places = emitFunctions(code, isa, ({ kind }, index) => {
    const isAsked = kind === undefined || kinds === undefined || kinds.has(kind);
    return isAsked && !isMade.has(index);
  });
  if (places.length === 0) return;
  const finished = code.finish();
  const { address } = executable(finished.bytes, koffi(), "linux");
  for (const { index, start } of places) {
    table.set(index, address + BigInt(finished.placeOf(start)));
    isMade.add(index);
  }
}

/** What this processor is. */
function detectCpu(): Cpu {
  const placed = executable(cpuidCode().bytes, koffi(), "linux");
  const ask = placed.functionAt(0, "void (uint32_t leaf, uint32_t subleaf, uint32_t *registers)");
  const answer = new Int32Array(4);
  try {
    return cpuOf((leaf, subleaf = 0) => {
      ask(leaf >>> 0, subleaf, answer);
      return [...answer] as unknown as Answer;
    });
  } finally {
    placed.free();
  }
}

/**
 * The widest vectors that a processor has, or those that are asked for.
 *
 * @throws {DescriptionError} a name that is none, or instructions that are asked for and that the processor lacks
 * @throws {GradusError} a processor that has neither
 */
export function isaOf(cpu: Cpu, name: string | undefined): Isa {
  const asked = askedIsa(name);
  if (cpu.avx512 && asked !== "avx2") return avx512;
  if (cpu.avx2 && asked !== "avx512") return avx2;
  const lacking = asked === "avx512" ? "AVX-512, which GRADUS_CPU asks for" : "AVX2 with fused multiply-add";
  const message = `The processor ${cpu.name} lacks ${lacking}.`;
  if (asked !== undefined) throw new DescriptionError(`${message} Leave GRADUS_CPU out.`);
  throw new GradusError(`${message} Use the engine wasm.`);
}
