import { expect, test } from "vitest";
import { Formula } from "./formula.ts";
import { activationFormulas } from "./formulas/activations.ts";
import { updateFormulas } from "./formulas/updates.ts";
import { formulaText } from "./formulaText.ts";

function textOf(write: (f: Formula) => void): string[] {
  const formula = new Formula();
  write(formula);
  return formulaText(formula.steps);
}

test("each store is a line, and each result that is taken twice", () => {
  expect(textOf((f) => updateFormulas.momentum(f, f.load("parameters"), f.load("gradients")))).toEqual([
    "t1 := keepA · slot0 + gradients",
    "t2 := |t1| < 1e−30 ? 0 : t1",
    "slot0 := t2",
    "parameters := parameters − rate · t2",
  ]);
});

test("brackets stand where a formula would read otherwise", () => {
  const lines = textOf((f) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => f.load(name));
    f.store("left", f.sub(f.sub(a, b), c));
    f.store("right", f.sub(a, f.sub(b, c)));
    f.store("product", f.mul(f.add(a, b), f.div(b, f.mul(a, c))));
    f.store("fused", f.madd(f.add(a, 0.1), b, f.madd(a, b, c)));
    f.store("negative", f.mul(f.neg(f.add(a, b)), f.neg(c)));
    f.store("choice", f.add(f.select(a, f.keep(b, f.gt(a, 0)), f.both(f.lt(a, b), f.ne(b, c))), 1));
  });
  expect(lines).toEqual([
    "left := a − b − c",
    "right := a − (b − c)",
    "product := (a + b) · (b / (a · c))",
    "fused := (a + 0.1) · b + (a · b + c)",
    "negative := −(a + b) · (−c)",
    "choice := (both(a < b, b ≠ c) ? a : (0 < a ? b : 0)) + 1",
  ]);
});

test("numbers of 32 bits are bits, those of float32 as short as they can be", () => {
  expect(textOf((f) => f.store("to", f.addIntegers(f.shiftLeft(f.load("x"), 23), f.bits(0x3f800000))))).toEqual([
    "to := addIntegers(shiftLeft(x, 23), 0x3f800000)",
  ]);
  expect(textOf((f) => f.store("to", activationFormulas.leakyRelu.value(f, f.load("from"))))).toEqual([
    "to := 0 < from ? from : from · 0.01",
  ]);
});
