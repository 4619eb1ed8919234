/**
 * The numbers of a formula apart from it, so that a page typesets the formula once and changes the numbers in place.
 *
 * While formulas are put together, a number is marked in its LaTeX by characters that no formula uses; `withSlots` takes the
 * marks away again. Knows nothing of networks.
 */
import { listOf, requireKind, text, withFields } from "../../kinds.ts";
import type { Formula } from "../../network/formula.ts";
import type { Block, Equation, FormulaSlots, Inline, ShownFormula } from "./exposition.ts";

// Of Unicode's private use area.
const [START, MIDDLE, END] = ["\uE000", "\uE001", "\uE002"];
const MARKED = new RegExp(`${START}([^${MIDDLE}]*)${MIDDLE}([^${END}]*)${END}`, "g");

/** A number with the marks of one in its LaTeX. */
export function markedNumber({ text: words, latex }: Formula): Formula {
  return { text: words, latex: `${START}${words}${MIDDLE}${latex}${END}` };
}

/** A formula without marks; its numbers, where any were marked, beside it. */
export function withSlots(formula: Formula): ShownFormula {
  const { text: words, latex: marked } = formula;
  if (!marked.includes(START)) return formula;
  const numbers: Formula[] = [];
  const latex = marked.replace(MARKED, (_, number: string, inLatex: string) => {
    numbers.push({ text: number, latex: inLatex });
    return `\\slot{${numbers.length - 1}}`;
  });
  const slots = { latex, numbers };
  return { text: words, latex: filled(slots), slots };
}

const slotted = (content: readonly Inline[]): readonly Inline[] =>
  content.map((part) => (typeof part === "string" ? part : withSlots(part)));

/** A block whose formulas have their numbers in slots. */
export function slottedBlock(block: Block): Block {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return { ...block, content: slotted(block.content) };
    case "list":
      return { ...block, items: block.items.map(slotted) };
    case "equations":
      return { ...block, equations: block.equations.map(slottedEquation) };
    case "table":
      return { ...block, head: slotted(block.head), rows: block.rows.map(slotted) };
    default:
      return block satisfies never;
  }
}

function slottedEquation({ left, right, ...rest }: Equation): Equation {
  return { ...rest, left: withSlots(left), right: right.map(withSlots) };
}

const slotsKind = withFields("the slots of a formula", {
  latex: text,
  numbers: listOf(withFields("a number", { latex: text }), "numbers"),
});

/**
 * The LaTeX of a formula with its numbers in their places.
 *
 * A page that changes numbers typesets `latex` instead, with a macro `\\slot` that makes an element to be found again (KaTeX:
 * `"\\slot": "\\htmlData{slot=#1}{\\text{0}}"`, trusted), and writes each number's `text` into its element.
 *
 * @throws {DescriptionError} what is no template with its numbers
 *
 * @example
 * import { filledSlots } from "gradus/explain";
 *
 * const numbers = [{ text: "0.5", latex: "0.5" }, { text: "−2", latex: "-2" }];
 * filledSlots({ latex: "\\slot{0} \\cdot (\\slot{1})", numbers }); // "0.5 \\cdot (-2)"
 */
export function filledSlots(slots: FormulaSlots): string {
  requireKind("filledSlots' slots", slots, slotsKind);
  return filled(slots);
}

function filled(slots: FormulaSlots): string {
  return slots.latex.replace(/\\slot\{(\d+)\}/g, (slot, at: string) => slots.numbers[Number(at)]?.latex ?? slot);
}
