/** The functions that go over arrays element by element: the formula of each, and for which kinds. */
import { type ActivationName, activations } from "../../../network/activations.ts";
import { type OptimizerName, optimizers } from "../../../optimizers/optimizers.ts";
import type { Assembler } from "../assembler/assembler.ts";
import type { Label } from "../assembler/operands.ts";
import { type CallName, emitElementwise, emitKinds } from "./elementwise.ts";
import type { Formula, Vector } from "./formula.ts";
import { type ActivationFormulas, activationFormulas } from "./formulas/activations.ts";
import { dropout } from "./formulas/dropout.ts";
import { updateFormulas } from "./formulas/updates.ts";
import type { Isa } from "./isa.ts";

/** p moves against its gradient, by the rule of each optimizer. */
export function emitUpdate(code: Assembler, isa: Isa): Label {
  const rules = Object.keys(optimizers).map((name) =>
    emitElementwise(code, isa, "update", (f) => {
      updateFormulas[name as OptimizerName](f, f.load("parameters"), f.load("gradients"));
    }),
  );
  return emitKinds(code, "update", rules);
}

/** A function for each activation that has formulas. */
function emitActivations(
  code: Assembler,
  isa: Isa,
  call: CallName,
  write: (f: Formula, own: ActivationFormulas) => void,
): Label {
  const names = Object.keys(activations) as ActivationName[];
  const functions = names.map((name) => {
    if (name === "identity" || name === "softmax") return undefined;
    return emitElementwise(code, isa, call, (f) => write(f, activationFormulas[name]));
  });
  return emitKinds(code, call, functions);
}

/** y = φ(v) */
export const emitActivate = (code: Assembler, isa: Isa): Label =>
  emitActivations(code, isa, "activate", (f, own) => f.store("to", own.value(f, f.load("from"))));

/** to = g φ'(v), of v or of y as `saved` */
export const emitDerive = (code: Assembler, isa: Isa): Label =>
  emitActivations(code, isa, "derive", (f, own) => {
    f.store("to", f.mul(f.load("gradient"), own.slope(f, f.load("saved"))));
  });

/** a + α (b − a) */
const mixed = (f: Formula, a: Vector, b: Vector): Vector => f.madd(f.loadShared("slopes"), f.sub(b, a), a);

/** values = φ(x); y = x + α (φ(x) − x), α the same for every row. */
export const emitParametric = (code: Assembler, isa: Isa): Label =>
  emitActivations(code, isa, "parametric", (f, own) => {
    const x = f.load("x");
    const value = own.value(f, x);
    f.store("values", value);
    f.store("y", mixed(f, x, value));
  });

/** to = δ + α (δ φ'(x) − δ) */
export const emitParametricBack = (code: Assembler, isa: Isa): Label =>
  emitActivations(code, isa, "parametricBack", (f, own) => {
    const delta = f.load("delta");
    f.store("to", mixed(f, delta, f.mul(delta, own.slope(f, f.load("saved")))));
  });

export const emitDropout = (code: Assembler, isa: Isa): Label => emitElementwise(code, isa, "dropout", dropout);

/** to = s x, s the same for every row. */
export const emitScaleRows = (code: Assembler, isa: Isa): Label =>
  emitElementwise(code, isa, "scaleRows", (f) => f.store("to", f.mul(f.load("x"), f.loadShared("scale"))));
