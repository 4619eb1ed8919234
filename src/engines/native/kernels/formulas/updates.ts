/** The rules of optimizers: the formulas of `wasm/kernels/updates.ts`. Slots that would become denormal are 0. */
import type { OptimizerName } from "../../../../optimizers/optimizers.ts";
import type { Formula, Vector } from "../formula.ts";

const LEAST_MEAN = 1e-30;
const LEAST_SQUARE = 1e-37;

const withoutDenormals = (f: Formula, slot: Vector, least: number): Vector => f.drop(slot, f.lt(f.abs(slot), least));

/** keep · slot + share · x */
const blend = (f: Formula, slot: Vector, which: "A" | "B", x: Vector): Vector =>
  f.madd(f.argument(`keep${which}`), slot, f.mul(f.argument(`share${which}`), x));

/** p := p − step */
const move = (f: Formula, p: Vector, step: Vector): void => f.store("parameters", f.sub(p, step));

/** p, its gradient, and then what the rule does with them. */
type Rule = (f: Formula, p: Vector, g: Vector) => void;

/** u := μ u + g; p −= η u, or η (μ u + g). */
const momentum =
  (looksAhead: boolean): Rule =>
  (f, p, g) => {
    const u = withoutDenormals(f, f.madd(f.argument("keepA"), f.load("slot0"), g), LEAST_MEAN);
    f.store("slot0", u);
    move(f, p, f.mul(f.argument("rate"), looksAhead ? f.madd(f.argument("keepA"), u, g) : u));
  };

/** p −= η g / (√s + ε) */
const scaledByRoot = (f: Formula, p: Vector, g: Vector, s: Vector): void => {
  f.store("slot0", s);
  move(f, p, f.div(f.mul(f.argument("rate"), g), f.add(f.sqrt(s), f.argument("epsilon"))));
};

/** m := β₁ m + (1 − β₁) g; s := β₂ s + (1 − β₂) g²; p −= η m / (√s / √(1 − β₂ᵗ) + ε). */
const adam =
  (decays: boolean): Rule =>
  (f, p, g) => {
    const m = withoutDenormals(f, blend(f, f.load("slot0"), "A", g), LEAST_MEAN);
    const s = withoutDenormals(f, blend(f, f.load("slot1"), "B", f.mul(g, g)), LEAST_SQUARE);
    f.store("slot0", m);
    f.store("slot1", s);
    const step = f.div(f.mul(f.argument("rate"), m), f.madd(f.sqrt(s), f.argument("root"), f.argument("epsilon")));
    move(f, decays ? f.mul(p, f.argument("kept")) : p, step);
  };

export const updateFormulas: Readonly<Record<OptimizerName, Rule>> = {
  sgd: (f, p, g) => move(f, p, f.mul(f.argument("rate"), g)),
  momentum: momentum(false),
  nesterov: momentum(true),
  rmsProp: (f, p, g) =>
    scaledByRoot(f, p, g, withoutDenormals(f, blend(f, f.load("slot0"), "A", f.mul(g, g)), LEAST_SQUARE)),
  adam: adam(false),
  adamW: adam(true),
  /** p −= η sign(β₁ m + (1 − β₁) g), NaN as it is; m := β₂ m + (1 − β₂) g. */
  lion(f, p, g) {
    const m = f.load("slot0");
    f.store("slot0", withoutDenormals(f, blend(f, m, "B", g), LEAST_MEAN));
    const way = blend(f, m, "A", g);
    const signed = f.keep(f.or(f.and(way, -0), f.argument("rate")), f.ne(way, 0));
    move(f, f.mul(p, f.argument("kept")), f.select(signed, way, f.eq(way, way)));
  },
  adaGrad: (f, p, g) => scaledByRoot(f, p, g, withoutDenormals(f, f.madd(g, g, f.load("slot0")), LEAST_SQUARE)),
};
