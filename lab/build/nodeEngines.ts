/**
 * Stands in the lab's build for the files of src/engines/native/ that the library names its engines by: machine code and a BLAS
 * need Node, so a page need not fetch what asks a processor, or a system, for them.
 */

import type { Engine } from "../../src/engines/engine.ts";
import { GradusError } from "../../src/errors.ts";

const why = "it needs Node";

export const whyNoNative = (): string => why;
export const whyNoBlas = (): string => why;

const condition = async () => ({ available: false, reason: why }) as const;
export const nativeConditions = condition;
export const blasConditions = condition;
export const whyNotNativeHere = async (): Promise<string> => why;

const absent = <const Name extends "native" | "blas">(name: Name) => {
  const refuse = async (): Promise<never> => {
    throw new GradusError(`The engine ${name} cannot run here: ${why}. Use the engine wasm.`);
  };
  return {
    name,
    precision: "float32",
    requireHere: refuse,
    create: refuse,
    predictor: refuse,
  } as const satisfies Engine;
};
export const native = absent("native");
export const blas = absent("blas");

/** A page has no environment variables, and none of the precisions by bf16 terms. */
export const isChecked = (): boolean => false;
export const requireVariables = (): void => {};
export const whyNoBf16 = (): string => why;
