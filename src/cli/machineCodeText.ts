/** The listing of machine code for people: each function with its size, its instructions with their bytes. */
import { counted, type MachineCodeListing } from "../entries/internal.ts";

const titles: Readonly<Record<MachineCodeListing["instructions"], string>> = { avx2: "AVX2", avx512: "AVX-512" };

/** Where offset and bytes end: as much as the longest instructions take. */
const BYTES_WIDTH = 33;

/** A line for each instruction, label and remark. Offsets are hexadecimal, from where a piece begins. */
export function machineCodeLines({ instructions, reason, pieces }: MachineCodeListing): string[] {
  return [
    `instructions  ${titles[instructions]}, ${reason}`,
    ...pieces.flatMap(({ name, functions }) => [
      "",
      `For ${name}: ${sizeOf(functions.reduce((sum, { bytes }) => sum + bytes, 0))}`,
      ...functions.flatMap(({ name: own, kind, bytes, lines }) => [
        "",
        `${own}${kind === undefined ? "" : `, ${kind}`}: ${sizeOf(bytes)}`,
        ...lines.map((line) => {
          const offset = line.offset.toString(16).padStart(6, "0");
          return `  ${line.bytes === "" ? line.text : `  ${offset}  ${line.bytes.padEnd(BYTES_WIDTH)}  ${line.text}`}`;
        }),
      ]),
    ]),
  ];
}

const sizeOf = (bytes: number): string => counted(bytes, "byte");
