/** The functions that go over arrays element by element: the formula of each, and for which kinds. */
import { type ActivationName, activations } from "../../../network/activations.ts";
import { type OptimizerName, optimizers } from "../../../optimizers/optimizers.ts";
import type { Assembler } from "../assembler/assembler.ts";
import type { Label } from "../assembler/operands.ts";
import { type CallName, emitElementwise } from "./elementwise.ts";
import type { Formula, Vector } from "./formula.ts";
import { type ActivationFormulas, activationFormulas } from "./formulas/activations.ts";
import { dropout } from "./formulas/dropout.ts";
import { updateFormulas } from "./formulas/updates.ts";
import type { Isa } from "./isa.ts";

/** Emits a function of C: rdi where the memory begins, rsi the address in it of the words of its call. */
export type Emit = (code: Assembler, isa: Isa) => Label;

/** A function for each name of a table, in the order of its numbers, which a call's word `kind` has; undefined where there is none. */
export type Kinds = Readonly<Record<string, Emit | undefined>>;

/** p moves against its gradient, by the rule of each optimizer. */
export const updates: Kinds = Object.fromEntries(
  Object.keys(optimizers).map((name) => [
    name,
    (code: Assembler, isa: Isa) =>
      emitElementwise(code, isa, "update", (f) => {
        updateFormulas[name as OptimizerName](f, f.load("parameters"), f.load("gradients"));
      }),
  ]),
);

/** A function for each activation that has formulas. */
function forActivations(call: CallName, write: (f: Formula, own: ActivationFormulas) => void): Kinds {
  const functionOf = (name: ActivationName): Emit | undefined => {
    if (name === "identity" || name === "softmax") return undefined;
    return (code, isa) => emitElementwise(code, isa, call, (f) => write(f, activationFormulas[name]));
  };
  const names = Object.keys(activations) as ActivationName[];
  return Object.fromEntries(names.map((name) => [name, functionOf(name)]));
}

/** y = φ(v) */
export const activate = forActivations("activate", (f, own) => f.store("to", own.value(f, f.load("from"))));

/** to = g φ'(v), of v or of y as `saved` */
export const derive = forActivations("derive", (f, own) => {
  f.store("to", f.mul(f.load("gradient"), own.slope(f, f.load("saved"))));
});

/** a + α (b − a) */
const mixed = (f: Formula, a: Vector, b: Vector): Vector => f.madd(f.loadShared("slopes"), f.sub(b, a), a);

/** values = φ(x); y = x + α (φ(x) − x), α the same for every row. */
export const parametric = forActivations("parametric", (f, own) => {
  const x = f.load("x");
  const value = own.value(f, x);
  f.store("values", value);
  f.store("y", mixed(f, x, value));
});

/** to = δ + α (δ φ'(x) − δ) */
export const parametricBack = forActivations("parametricBack", (f, own) => {
  const delta = f.load("delta");
  f.store("to", mixed(f, delta, f.mul(delta, own.slope(f, f.load("saved")))));
});

export const emitDropout: Emit = (code, isa) => emitElementwise(code, isa, "dropout", dropout);

/** to = s x, s the same for every row. */
export const emitScaleRows: Emit = (code, isa) =>
  emitElementwise(code, isa, "scaleRows", (f) => f.store("to", f.mul(f.load("x"), f.loadShared("scale"))));
