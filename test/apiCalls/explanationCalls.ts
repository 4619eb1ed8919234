/** Good calls of traces, derivations, the gradient check, explanations and their renderers. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { type Fixtures, rows, smallNetwork } from "./fixtures.ts";

/** A block of each kind, with words and formulas. */
export const exposition: gradus.Exposition = {
  title: "Every block",
  blocks: [
    { kind: "heading", level: 2, content: ["A part with ", { text: "v", latex: "v" }] },
    { kind: "paragraph", content: ["Words."] },
    { kind: "list", ordered: true, items: [["One"], [{ text: "x + 1", latex: "x + 1" }]] },
    {
      kind: "equations",
      equations: [{ left: { text: "y", latex: "y" }, right: [{ text: "2 · x", latex: "2 x" }] }],
    },
    { kind: "table", head: ["Name", "Value"], rows: [["a", { text: "1", latex: "1" }]], numeric: [1] },
  ],
};

export function explanationCalls({ classifier }: Fixtures): Calls {
  const shown = { neuron: { layer: 0, unit: 0 }, patterns: [0], most: 3, width: 90, why: "so" };
  const problem = gradus.completeProblem({ network: smallNetwork, loss: "huber" });
  const parameters = gradus.initialParameters(smallNetwork, 1);
  const of = { problem, parameters, patterns: gradus.drawPatterns(problem, 2, 1) };
  const weights = [{ layer: 0, unit: 0, input: 0 }];
  const steps = { weights, step: 1, rateFactor: 1, keep: "all" } as const;
  const names = { inputNames: ["a", "b"], outputNames: ["c"] };
  const trace = gradus.traceStep({ ...of, ...steps, ...names });
  const modelTrace = { problem: gradus.problemOf(classifier.document), ...steps };
  const explaining = { class: "p", background: rows.slice(0, 3) };
  return {
    traceModel: { run: gradus.traceModel, args: [classifier, rows.slice(0, 2), modelTrace], options: [2] },
    numberText: { run: gradus.numberText, args: [0.5] },
    filledSlots: { run: gradus.filledSlots, args: [{ latex: "\\slot{0}", numbers: [{ text: "−1", latex: "-1" }] }] },
    chainOf: { run: gradus.chainOf, args: [trace, { layer: 0, unit: 0, input: 0 }] },
    traceStep: { run: gradus.traceStep, args: [{ ...of, ...steps, ...names }], options: [0] },
    traceExposition: { slow: true, run: gradus.traceExposition, args: [trace, shown], open: [1], options: [1] },
    derivationOf: {
      slow: true,
      run: gradus.derivationOf,
      args: [{ network: smallNetwork, loss: "huber" }, names],
      open: [0, 1],
      options: [0, 1],
    },
    checkGradients: {
      slow: true,
      run: gradus.checkGradients,
      args: [{ ...of, engines: [], most: 2, seed: 1 }],
      options: [0],
    },
    drawPatterns: { run: gradus.drawPatterns, args: [problem, 2, 1], work: [1] },
    explain: {
      slow: true,
      run: gradus.explain,
      args: [classifier, rows.slice(0, 2), explaining],
      open: [1, 2],
      options: [2],
    },
    expositionLatex: { run: gradus.expositionLatex, args: [exposition], open: [0] },
    expositionText: { run: gradus.expositionText, args: [exposition, { width: 80 }], open: [0], options: [1] },
    expositionHtml: { run: gradus.expositionHtml, args: [exposition], open: [0] },
  };
}
