/** The blocks of a trace's exposition with their numbers in slots: what was marked while formulas were put together. */
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { withSlots } from "../exposition/slots.ts";

const inline = (content: Inline): Inline => (typeof content === "string" ? content : withSlots(content));
const inlines = (content: readonly Inline[]): readonly Inline[] => content.map(inline);

/** Each formula without marks, and with slots where it has numbers. */
export function slottedBlock(block: Block): Block {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return { ...block, content: inlines(block.content) };
    case "list":
      return { ...block, items: block.items.map(inlines) };
    case "equations":
      return { ...block, equations: block.equations.map(slottedEquation) };
    case "table":
      return { ...block, head: inlines(block.head), rows: block.rows.map(inlines) };
    default:
      return block satisfies never;
  }
}

function slottedEquation({ left, right, ...rest }: Equation): Equation {
  return { ...rest, left: withSlots(left), right: right.map(withSlots) };
}
