/** An operation's entry in the table of `ops.ts`, and what its words are made of. Knows no operation. */
import type { Argument } from "./argument.ts";

/** By what threads share an operation's work out: the batch's rows, a layer's units; "once" is what isn't shared. */
export type Shared = "rows" | "units" | "once";

export interface OperationEntry {
  readonly code: number;
  readonly shared: Shared;
  /** The letter of the extent that is shared out by units; the first extent of what is written first when absent. */
  readonly units?: string;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** The letter of how many float32 numbers of its own it computes with, for each thread; absent where it needs none. */
  readonly scratch?: string;
}

/** The entries of operations, by their names. */
export type Entries<O extends { readonly op: string }> = { readonly [Op in O as Op["op"]]: OperationEntry };
