/** The blocks that an exposition is put together from. Knows nothing of what they say. */
import type { Block, Equation, Inline } from "./exposition.ts";

/** A heading of words and formulas. */
export function heading(level: 1 | 2 | 3, ...content: readonly Inline[]): Block {
  return { kind: "heading", level, content };
}

/** Words and formulas as a paragraph. */
export function paragraph(...content: readonly Inline[]): Block {
  return { kind: "paragraph", content };
}

/** Equations below each other. */
export function equations(...list: readonly Equation[]): Block {
  return { kind: "equations", equations: list };
}

/** The same where there may be none: then nothing. */
export function equationBlock(list: readonly Equation[]): Block[] {
  return list.length === 0 ? [] : [equations(...list)];
}
