/**
 * An exposition: mathematical prose as plain data, before anything decides how it looks.
 *
 * The trace and the derivation of a network are written once, as blocks; renderers show them in a terminal, as LaTeX and
 * as a page. Every formula carries both its forms. Knows nothing of networks or of rendering.
 */
import { listOf, oneOf, text, withFields } from "../../kinds.ts";
import type { Formula } from "../../network/formula.ts";

/** Words, or a formula among words. */
export type Inline = string | Formula;

/**
 * left = right[0] = right[1] = …, one line each below the other. Without a right side, left is a whole formula. A text of
 * several lines, a matrix, stands as a block.
 */
export interface Equation {
  readonly left: Formula;
  readonly right: readonly Formula[];
}

export type Block =
  /** 1: the title of a part; 2 and 3 below it. */
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly content: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  /** Numbered where their order matters. */
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  /** Displayed by themselves, aligned at their equality signs. */
  | { readonly kind: "equations"; readonly equations: readonly Equation[] }
  | {
      readonly kind: "table";
      readonly head: readonly Inline[];
      readonly rows: readonly (readonly Inline[])[];
      /** The columns set to the right, by index. */
      readonly numeric: readonly number[];
    };

export interface Exposition {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** What a caller may give for an exposition, checked where a function takes it. */
export const expositionKind = withFields("an exposition", {
  title: text,
  blocks: listOf(
    withFields("a block", { kind: oneOf("heading", "paragraph", "list", "equations", "table") }),
    "headings, paragraphs, lists, equations and tables",
  ),
});
