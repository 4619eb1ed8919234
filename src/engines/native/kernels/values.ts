/** The values of straight code: where each lies at the moment, and which steps read it. Knows no instructions. */
import { type Address, type Operand, xmm } from "../assembler/operands.ts";

/** A vector, or what a comparison found. */
export interface Value {
  readonly kind: "vector" | "mask";
}

export class Kept implements Value {
  readonly kind: Value["kind"];
  /** The steps that read it, ascending. */
  readonly uses: number[] = [];
  /** Where it lies in memory. */
  home: Address | undefined;
  register: number | undefined;
  /** The register that it has from beginning to end. */
  readonly pinned: number | undefined;
  /** Its place among those for values that found no register. */
  slot: number | undefined;
  #next = 0;

  constructor(kind: Value["kind"], { home, pinned }: { readonly home?: Address; readonly pinned?: number } = {}) {
    this.kind = kind;
    this.home = home;
    this.pinned = pinned;
    this.register = pinned;
  }

  /** The next step that reads it after this one. Steps are asked about in their order. */
  usedAfter(step: number): number | undefined {
    while (this.uses[this.#next] <= step) this.#next++;
    return this.uses[this.#next];
  }
}

export function isAddress(operand: Operand): operand is Address {
  return typeof operand === "object" && operand.kind === "address";
}

export function operandOf({ kind, register, home }: Kept): Operand {
  if (register === undefined) return home as Address;
  return kind === "mask" ? { kind, id: register } : xmm(register);
}
