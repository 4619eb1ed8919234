/** The steps of a layer below, which other operations make on what they pass back. */
import { type Argument, activation, f64, i32, read } from "./argument.ts";

/** What a step of a layer below can be: a word that says which, and its arguments. */
export const steps = {
  activation: { code: 0, arguments: { activation, field: read("B", "O"), output: read("B", "O") } },
  dropout: { code: 1, arguments: { layer: i32, rate: f64 } },
} as const satisfies Readonly<
  Record<string, { readonly code: number; readonly arguments: Readonly<Record<string, Argument>> }>
>;
