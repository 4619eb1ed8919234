/**
 * What the stages of a trace's exposition share: which pattern and which units they tell of, and how a sentence is made.
 *
 * Knows no stage.
 */
import { equationBlock, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation, Inline, Place } from "../exposition/exposition.ts";
import type { SharedQuantity } from "../layers/explainedLayer.ts";
import { explained } from "../layers/layers.ts";
import { calculation } from "./shownLine.ts";
import { resultFormula } from "./shownNumbers.ts";
import type { LayerTrace, Trace } from "./trace.ts";

/** One pattern of a trace, to be shown. */
export interface ExpositionContext {
  readonly trace: Trace;
  /** Index into the batch. */
  readonly pattern: number;
  /** More terms of a sum, rows of a table or columns of a matrix are elided. */
  readonly most: number;
  /** The units of each layer to be shown. */
  readonly units: readonly (readonly number[])[];
  /** The most characters of a line of a matrix product. */
  readonly longest: number;
  /** Of the headings of the steps. */
  readonly level: 1 | 2;
}

/** The equations about each of some units, as a block. */
export function unitBlock(units: readonly number[], about: (unit: number) => Equation | readonly Equation[]): Block[] {
  return equationBlock(units.flatMap((unit) => [about(unit)].flat().map((equation) => ({ ...equation, unit }))));
}

/** What the units of a layer share, one line each. */
export function sharedBlocks(quantities: readonly SharedQuantity[] = []): Block[] {
  return equationBlock(
    quantities.map(({ symbol, symbolic, expression, value }) => calculation(symbol, [symbolic], expression, value)),
  );
}

/** Blocks with the place that they belong to, but for those that have one. */
export function placed(at: Place, blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, at: block.at ?? at }));
}

/** A sentence about the units of a layer that are not shown. */
export function othersOf({ units }: ExpositionContext, { layer, description, units: count }: LayerTrace): Block[] {
  const others = count - units[layer].length;
  if (others === 0 || units[layer].length === 0) return [];
  const { unit: noun } = explained(description).trace;
  return [
    paragraph(
      `The other ${others === 1 ? noun : `${others} ${noun}s`} of layer ${layer} are computed in the same way.`,
    ),
  ];
}

export interface ValueTableOptions {
  readonly names?: readonly string[] | undefined;
  /** Of more values, the first are shown. */
  readonly most: number;
  /** Indices that are shown whatever their place. */
  readonly keep?: readonly number[];
}

/** A table of values by index, with their names where they have any. */
export function valueTable(
  symbol: string,
  values: readonly number[],
  { names, most, keep = [] }: ValueTableOptions,
): Block {
  const all = values.map((_, at) => at);
  const kept = keep.slice(0, most);
  const shown = all.filter((at) => all.length <= most || at < most - kept.length || kept.includes(at));
  const rows = shown.map((at): Inline[] => [
    ...(names ? [names[at]] : []),
    { text: `${symbol}[${at}]`, latex: `${symbol}_{${at}}` },
    resultFormula(values[at]),
  ]);
  const head: Inline[] = [...(names ? ["name"] : []), "symbol", "value"];
  const gap: Inline[] = head.map((_, column) => (column === 0 ? `… ${values.length - shown.length} more` : ""));
  return {
    kind: "table",
    head,
    rows: shown.length < values.length ? [...rows, gap] : rows,
    numeric: [head.length - 1],
  };
}

/** A number as words. */
export function numberWord(value: number): string {
  return resultFormula(value).text;
}
