/**
 * The machine code that the engine makes for a network, as a listing: made and not run, so on any machine and for either instruction set.
 *
 * Knows no terminal.
 */
import { GradusError } from "../../errors.ts";
import { wholeStep } from "../../plan/fuse.ts";
import { makePlan } from "../../plan/makePlan.ts";
import type { Precision, Problem } from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { environment } from "../memory/nodeModule.ts";
import { trainingWith } from "../memory/training.ts";
import { devicesWith } from "../wasm/device.ts";
import { build } from "../wasm/wasm.ts";
import { Assembler, type MachineCode } from "./assembler/assembler.ts";
import { whyNoNative } from "./conditions.ts";
import { emitFunctions, functions, kindsOf, type Place } from "./functions.ts";
import { avx2, avx512, type Isa } from "./kernels/isa.ts";
import { emitOnlineRun } from "./kernels/onlineRun.ts";
import type { OnlineNetwork } from "./kernels/onlineStep.ts";
import { machineCode } from "./machineCode.ts";
import { onlineNetworkOf } from "./onlineProgram.ts";

/** The instruction sets that there is code for. */
export type InstructionSet = Isa["name"];

/** The code that a training runs, piece by piece: what lies together in the memory. */
export interface MachineCodeListing {
  readonly instructions: InstructionSet;
  /** Why these, a clause. */
  readonly reason: string;
  readonly pieces: readonly ListedPiece[];
}

export interface ListedPiece {
  /** Which networks it is made for. */
  readonly name: string;
  readonly functions: readonly ListedFunction[];
}

export interface ListedFunction {
  readonly name: string;
  /** The activation, the optimizer or the precision that it is for. */
  readonly kind?: string;
  /** How many, NOPs included. */
  readonly bytes: number;
  readonly lines: readonly {
    /** From where the piece begins. */
    readonly offset: number;
    /** In hexadecimal, a space between two; empty for a label and for a remark. */
    readonly bytes: string;
    readonly text: string;
  }[];
}

export interface ListingOptions {
  /** Of this processor where undefined; AVX-512 where it can't be used. */
  readonly instructions?: InstructionSet | undefined;
  /** Whether the training's patterns have weights: of a network that learns pattern by pattern. */
  readonly isWeighted?: boolean;
  readonly precision?: Precision | undefined;
}

/** What is made for a problem. @throws {GradusError} where the small network's layout needs kernels that can't run here */
export async function listingOf(
  problem: Problem,
  { instructions, isWeighted = false, precision = "float32" }: ListingOptions = {},
): Promise<MachineCodeListing> {
  const { isa, reason } = chosen(instructions);
  const kinds = new Set([...kindsOf(makePlan(problem)), ...(isa === avx512 ? [precision] : [])]);
  const pieces = [
    tablePiece("every network", isa, ({ kind }) => kind === undefined),
    tablePiece("the activations, the loss and the optimizer", isa, ({ kind }) => kind !== undefined && kinds.has(kind)),
  ];
  const network = await onlineNetwork(problem);
  if (network !== undefined) {
    const code = new Assembler();
    emitOnlineRun(code, isa, network, isWeighted);
    const sections = [{ name: "run", from: 0, to: code.length }];
    pieces.push({ name: "the whole step of this network", functions: listed(code.finish(), sections) });
  }
  return { instructions: isa.name, reason, pieces: pieces.filter((piece) => piece.functions.length > 0) };
}

function chosen(asked: InstructionSet | undefined): { readonly isa: Isa; readonly reason: string } {
  if (asked !== undefined) return { isa: asked === "avx2" ? avx2 : avx512, reason: "as asked for" };
  try {
    const why = whyNoNative();
    if (why !== undefined) throw new GradusError(why);
    const { isa, cpu } = machineCode();
    return { isa, reason: environment("GRADUS_CPU") === undefined ? `of ${cpu.name}` : "as GRADUS_CPU has it" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { isa: avx512, reason: `the engine native cannot run here: ${why.replace(/\.$/, "")}` };
  }
}

function tablePiece(name: string, isa: Isa, isAsked: (place: Place) => boolean): ListedPiece {
  const code = new Assembler();
  const emitted = emitFunctions(code, isa, isAsked);
  const sections = emitted.map(({ index, from, to }) => {
    const { call, kind } = functions[index];
    return { name: call, ...(kind !== undefined && { kind }), from, to };
  });
  return { name, functions: listed(code.finish(), sections) };
}

interface Section {
  readonly name: string;
  readonly kind?: string;
  readonly from: number;
  readonly to: number;
}

/** The code's functions, and behind them the constants that they share. */
function listed({ bytes, listing }: MachineCode, sections: readonly Section[]): ListedFunction[] {
  const end = sections.at(-1)?.to ?? 0;
  const all = bytes.length > end ? [...sections, { name: "constants", from: end, to: bytes.length }] : sections;
  const lines = listing();
  // NOPs before a function fill up the one before it.
  const begin = (from: number): number =>
    lines.find(({ offset, text }) => offset >= from && text !== "nop")?.offset ?? from;
  let next = 0;
  return all.map(({ from: before, to: after, ...named }) => {
    const [from, to] = [begin(before), after === bytes.length ? after : begin(after)];
    const own: ListedFunction["lines"][number][] = [];
    for (; next < lines.length && (lines[next].offset < to || to === bytes.length); next++) {
      const { offset, bytes: count, text } = lines[next];
      own.push({ offset, bytes: hexadecimal(bytes.subarray(offset, offset + count)), text });
    }
    return { ...named, bytes: to - from, lines: own };
  });
}

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/**
 * What a small network's straight code is made for: read from the program of a session, which is laid out as one of this engine and never
 * run. Undefined where the network has no such code.
 */
async function onlineNetwork(problem: Problem): Promise<OnlineNetwork | undefined> {
  if (wholeStep(makePlan(problem)) === undefined) return undefined;
  let found: OnlineNetwork | undefined;
  const source = {};
  const devices: Devices = {
    source: () => source,
    whyNotShared: () => "only its layout is of interest",
    create: async (shared) => {
      const device = await devicesWith(build).create(shared);
      const compile = (program: number): undefined => {
        found = onlineNetworkOf(device.memory.buffer, program);
      };
      return { ...device, compile };
    },
  };
  using _session = await trainingWith(devices).create(problem, { threads: 1 });
  return found;
}
