/**
 * What the arguments of an operation are: regions, numbers, names, lists. Knows no operation.
 *
 * The extents of a region's shape are letters; one letter is one number throughout an operation. "B" is the batch; "…n" stands
 * for all further extents, whose product n is.
 */
import { activations } from "../../network/activations.ts";

/** Whether an operation reads what is in a region, writes it, or changes it. */
export type Access = "read" | "write" | "change";

export interface RegionArgument {
  readonly kind: "region";
  readonly access: Access;
  readonly shape: readonly string[];
  /** Whether it may be absent: its word is then 0. */
  readonly optional: boolean;
}

/** Up to so many regions of one shape. */
export interface RegionsArgument extends Omit<RegionArgument, "kind" | "optional"> {
  readonly kind: "regions";
  readonly most: number;
}

/** The number that a letter of the regions' shapes stands for. */
export interface ExtentArgument {
  readonly kind: "extent";
  readonly of: string;
}

/** A number of the plan. */
export interface ValueArgument {
  readonly kind: "i32" | "f32" | "f64";
}

/** An entry of a table, by its name or by what has its name: its word is its place in the table. */
export interface EntryArgument<Table extends object = object> {
  readonly kind: "entry";
  readonly of: Table;
}

/** What a layer below does to what comes back: see `LocalStep`. */
export interface StepArgument {
  readonly kind: "step";
}

/** What an engine adds of its own: an address, or a number of words. */
export interface OwnArgument {
  readonly kind: "own";
}

/** Words that end an operation, made of one of its fields. */
export interface ListArgument {
  readonly kind: "list";
  /** The names of its words, part by part: what kernels call a part, and the words of one. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  readonly words: (field: never, extents: ReadonlyMap<string, number>) => readonly number[];
}

/** Words that end an operation: for each of a field's elements, those of its arguments. */
export interface EachArgument {
  readonly kind: "each";
  readonly of: Readonly<Record<string, Argument>>;
}

export type Argument =
  | RegionArgument
  | RegionsArgument
  | ExtentArgument
  | ValueArgument
  | EntryArgument
  | StepArgument
  | OwnArgument
  | ListArgument
  | EachArgument;

const region = (access: Access, shape: readonly string[], optional = false) =>
  ({ kind: "region", access, shape, optional }) as const satisfies RegionArgument;

export const read = (...shape: string[]) => region("read", shape);
export const readIfGiven = (...shape: string[]) => region("read", shape, true);
export const write = (...shape: string[]) => region("write", shape);
export const writeIfGiven = (...shape: string[]) => region("write", shape, true);
export const change = (...shape: string[]) => region("change", shape);
export const changeUpTo = (most: number, ...shape: string[]) =>
  ({ kind: "regions", access: "change", shape, most }) as const satisfies RegionsArgument;
export const extent = (of: string) => ({ kind: "extent", of }) as const satisfies ExtentArgument;
export const i32 = { kind: "i32" } as const;
export const f32 = { kind: "f32" } as const;
export const f64 = { kind: "f64" } as const;
export const entryOf = <Table extends object>(of: Table): EntryArgument<Table> => ({ kind: "entry", of });
export const activation = entryOf(activations);
export const step = { kind: "step" } as const;
export const own = { kind: "own" } as const;

/** What operations that pass signals back begin with: the step of the layer below, δ, and where to. */
export const back = { step, delta: read("B", "O"), to: write("B", "I"), inputs: extent("I") } as const;

/** How many words an argument takes; 0 for those that end an operation. */
export function wordCount(argument: Argument): number {
  switch (argument.kind) {
    case "f64":
      return 2;
    case "step":
      return 4;
    case "regions":
      return argument.most;
    case "list":
    case "each":
      return 0;
    default:
      return 1;
  }
}
