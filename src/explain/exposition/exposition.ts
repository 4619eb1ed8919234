/**
 * An exposition: mathematical prose as plain data, before anything decides how it looks.
 *
 * The trace and the derivation of a network are written once, as blocks; renderers show them in a terminal, as LaTeX and
 * as a page. Every formula carries both its forms. Knows nothing of networks or of rendering.
 */
import { shown } from "../../errors.ts";
import { boolean, either, type Kind, kind, listOf, text, whole, withFields } from "../../kinds.ts";
import type { Formula } from "../../network/formula.ts";

/** A formula's LaTeX with `\slot{0}`, `\slot{1}`, … in place of its numbers, which are listed beside it. */
export interface FormulaSlots {
  readonly latex: string;
  readonly numbers: readonly Formula[];
}

/** A formula as an exposition has it. */
export interface ShownFormula extends Formula {
  /** There where the formula has numbers of a trace: filled in, they give `latex`. */
  readonly slots?: FormulaSlots;
}

/** Where in a learning step something belongs: what a page lights up beside it. Indices count from 0, steps from 1. */
export interface Place {
  /** Of the algorithm: 1 forward, 2 error, 3 δ of the output layer, 4 δ of the hidden layers, 5 update. */
  readonly step: 1 | 2 | 3 | 4 | 5;
  readonly layer?: number;
  readonly unit?: number;
  /** The example, index into the batch. */
  readonly pattern?: number;
}

/** Words, or a formula among words. */
export type Inline = string | ShownFormula;

/**
 * left = right[0] = right[1] = …, one line each below the other. Without a right side, left is a whole formula. A text of
 * several lines, a matrix, stands as a block.
 */
export interface Equation {
  readonly left: ShownFormula;
  readonly right: readonly ShownFormula[];
  /** The unit that it is about, of the layer of its block's place; absent where it is about no single one. */
  readonly unit?: number;
}

/** A block, and where it belongs in the expositions of traces. */
export type Block = Content & { readonly at?: Place };

type Content =
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

const formula = withFields("a formula", { text, latex: text });
const inline = either(text, formula);
const content = listOf(inline, "texts and formulas");
const equation = withFields("an equation", { left: formula, right: listOf(formula, "formulas") });

/** What each kind of block has. */
const blockFields: Readonly<Record<Block["kind"], Readonly<Record<string, Kind>>>> = {
  heading: { level: kind("1, 2 or 3", (level) => level === 1 || level === 2 || level === 3), content },
  paragraph: { content },
  list: { ordered: boolean, items: listOf(content, "lists of texts and formulas") },
  equations: { equations: listOf(equation, "equations") },
  table: { head: content, rows: listOf(content, "lists of texts and formulas"), numeric: listOf(whole(0), "columns") },
};

const block: Kind = {
  expected: "a block",
  fault: (value) => {
    const { kind: name } = (typeof value === "object" && value !== null ? value : {}) as Partial<Block>;
    if (typeof name !== "string" || !Object.hasOwn(blockFields, name)) return shown(value);
    for (const [field, of] of Object.entries(blockFields[name])) {
      const found = of.fault((value as Readonly<Record<string, unknown>>)[field]);
      if (found !== undefined) return `${found} as the ${field} of a ${name}`;
    }
    return name === "table" ? raggedness(value as Extract<Block, { kind: "table" }>) : undefined;
  },
};

function raggedness({ head, rows }: Extract<Block, { kind: "table" }>): string | undefined {
  const ragged = rows.find((row) => row.length !== head.length);
  return ragged && `a table of ${head.length} columns with a row of ${ragged.length}`;
}

/** What a caller may give for an exposition, checked where a function takes it. */
export const expositionKind: Kind = {
  expected: "an exposition: a title and blocks",
  fault: (value) => {
    const { title, blocks } = (typeof value === "object" && value !== null ? value : {}) as Partial<Exposition>;
    if (typeof title !== "string") return shown(value);
    return listOf(block, "blocks").fault(blocks);
  },
};
