/** The listing of machine code for people: each function with its size, its instructions with their bytes. */
import { counted, type MachineCodeListing } from "../entries/internal.ts";

const titles: Readonly<Record<MachineCodeListing["instructions"], string>> = { avx2: "AVX2", avx512: "AVX-512" };

/** What a reader has to know before the first function. Lines that begin with two spaces are code. */
const HEAD = [
  "",
  "The engine native makes this code to train this model. A function runs where it has work enough; elsewhere a kernel of",
  "WebAssembly does the same, with the same bits. bf16Product is there where the model learns in the precision high or fast.",
  "Arguments: rdi is where the memory begins, rsi + rdi where the words of a call lie: sizes, strides, places of numbers.",
  "In the whole step of a network rsi + rdi is where the control block lies: the rows, the schedule, the losses.",
  "Lines with ; are the formula, element by element, of the block below. In formulas of an update slot0 and slot1 are the",
  "optimizer's state (Adam: mean and mean square of gradients), keepA and keepB the part of it that stays (β₁ and β₂),",
  "shareA and shareB the part of the gradient that enters (Adam: 1 − β), rate the learning rate, kept what weight decay leaves.",
];

/** Where offset and bytes end: as much as the longest instructions take. */
const BYTES_WIDTH = 33;

/** A line for each instruction, label and remark. Offsets are hexadecimal, from where a piece begins. */
export function machineCodeLines({ instructions, reason, pieces }: MachineCodeListing): string[] {
  return [
    `instructions  ${titles[instructions]}, ${reason}`,
    ...HEAD,
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
