/** Numbers of an exposition in slots beside their formulas, and where each block belongs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block, Exposition, ShownFormula } from "../src/explain/exposition/exposition.ts";
import { expositionLatex } from "../src/explain/exposition/expositionLatex.ts";
import { filledSlots } from "../src/explain/exposition/slots.ts";
import { traceExposition } from "../src/explain/trace/traceExposition.ts";
import { traceStep } from "../src/explain/trace/traceStep.ts";
import { traceCases } from "./traceCases.ts";

/** Every formula of an exposition. */
function formulasOf({ blocks }: Exposition): ShownFormula[] {
  const inlines = blocks.flatMap((block) => {
    switch (block.kind) {
      case "heading":
      case "paragraph":
        return block.content;
      case "list":
        return block.items.flat();
      case "equations":
        return block.equations.flatMap(({ left, right }) => [left, ...right]);
      case "table":
        return [...block.head, ...block.rows.flat()];
      default:
        return block satisfies never;
    }
  });
  return inlines.filter((inline) => typeof inline !== "string");
}

test("filled in, the slots of random networks' steps give the formulas' LaTeX, and hold all of its decimals", () => {
  let filled = 0;
  fc.assert(
    fc.property(traceCases, (options) => {
      const exposition = traceExposition(traceStep({ ...options, weights: options.weights.slice(0, 3) }));
      for (const { text, latex, slots } of formulasOf(exposition)) {
        expect(text + latex).not.toMatch(/[\uE000-\uE002]/);
        if (slots === undefined) continue;
        filled += 1;
        expect(filledSlots(slots)).toBe(latex);
        expect(slots.latex).not.toMatch(/\d\.\d/);
        for (const number of slots.numbers) expect(text).toContain(number.text);
      }
      expect(expositionLatex(exposition)).not.toMatch(/\\slot|[\uE000-\uE002]/);
    }),
    { numRuns: 10, seed: 3 },
  );
  expect(filled).toBeGreaterThan(1000);
});

test("the same formula with other numbers has the same template, so a page typesets it once", () => {
  const [options] = fc.sample(traceCases, { numRuns: 1, seed: 4 });
  const of = (factor: number) => {
    const inputs = Float64Array.from(options.patterns.inputs, (value) => value * factor);
    const trace = traceStep({ ...options, patterns: { ...options.patterns, inputs } });
    return formulasOf(traceExposition(trace)).flatMap(({ slots }) => (slots ? [slots.latex] : []));
  };
  const [first, second] = [of(1), new Set(of(1.01))];
  expect(first.filter((template) => second.has(template)).length).toBeGreaterThan(first.length / 2);
});

test("every block between the introduction and the outcome says to which step, layer, unit and example it belongs", () => {
  fc.assert(
    fc.property(traceCases, (options) => {
      const trace = traceStep(options);
      const { blocks } = traceExposition(trace);
      const steps = blocks.map(({ at }) => at?.step ?? 0).filter((step) => step > 0);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
      expect(new Set(steps)).toEqual(new Set(trace.layers.length > 1 ? [1, 2, 3, 4, 5] : [1, 2, 3, 5]));
      const first = blocks.findIndex(({ at }) => at !== undefined);
      const last = blocks.findLastIndex(({ at }) => at !== undefined);
      for (const { at, kind } of blocks.slice(first, last + 1)) expect(at, kind).toBeDefined();
      for (const block of blocks)
        expectPlace(
          block,
          trace.layers.map(({ units }) => units),
        );
    }),
    { numRuns: 10, seed: 5 },
  );
});

/** An equation about a unit begins with a symbol of that unit, in the layer of its block. */
function expectPlace(block: Block, units: readonly number[]): void {
  if (block.kind !== "equations" || block.at === undefined || block.at.step === 5) return;
  const { layer, pattern } = block.at;
  expect(pattern).toBe(0);
  for (const { left, unit } of block.equations) {
    if (unit === undefined) continue;
    expect(unit).toBeLessThan(units[layer ?? 0]);
    expect(left.latex).toMatch(new RegExp(`_\\{${unit}\\}`));
    const above = /\^\{\((\d+)\)\}/.exec(left.latex);
    if (above !== null) expect(Number(above[1])).toBe(layer);
  }
}
