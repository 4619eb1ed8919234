/**
 * Step 5 of a trace as a table: the parameters of a small network before and after the step.
 *
 * Knows nothing of how a gradient or a new value is computed.
 */
import { heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Inline } from "../exposition/exposition.ts";
import { placed } from "./expositionContext.ts";
import { resultFormula } from "./shownNumbers.ts";
import type { Trace } from "./trace.ts";
import { weightSymbol } from "./traceSymbols.ts";
import { weightNameText } from "./weightName.ts";

/** The table; nothing where the trace has none. */
export function updateTable({ updates, layers, optimizer }: Trace): Block[] {
  if (updates === undefined) return [];
  const rows = updates.map((update): Inline[] => [
    weightNameText(update),
    weightSymbol(layers, update),
    resultFormula(update.value),
    resultFormula(update.finalGradient),
    resultFormula(update.newValue),
  ]);
  const what = layers.every(({ description: { kind } }) => kind === "dense" || kind === "dropout")
    ? `weights${layers.some(({ bias }) => bias.length > 0) ? " and biases" : ""}`
    : "parameters";
  return placed({ step: 5 }, [
    heading(2, `All ${what}`),
    paragraph(`Each is computed as shown above. g is the gradient that ${optimizer.name} uses.`),
    { kind: "table", head: ["name", "symbol", "before", "g", "after"], rows, numeric: [2, 3, 4] },
  ]);
}
