/**
 * Plots as SVG text, drawn by Observable Plot into a document of linkedom's: no browser takes part.
 *
 * Both are optional packages, loaded on first use. Colours are the page's variables, so that one drawing serves both
 * themes. Knows nothing of what is plotted.
 */
import type { PlotOptions } from "@observablehq/plot";
import { GradusError } from "../../errors.ts";
import { shownAmount } from "./shownNumber.ts";
import { roundTicks } from "./ticks.ts";

/** Colours of series by their number; they repeat where there are more. */
export const seriesColours: readonly string[] = Array.from({ length: 8 }, (_, i) => `var(--c${i + 1})`);

export function seriesColour(series: number): string {
  return seriesColours[series % seriesColours.length];
}

/** Plot units; about the width of a phone, so that letters are the same size there and next to other plots. */
export const PLOT_WIDTH = 400;
export const PLOT_HEIGHT = 250;

export interface Plots {
  /** The library: its marks and scales. */
  readonly Plot: typeof import("@observablehq/plot");
  /**
   * Draws.
   *
   * @param description what it shows in a sentence, for those who cannot see it
   * @returns an svg element as text
   */
  draw(description: string, options: PlotOptions): string;
}

/** A letter of an axis, in plot units. */
const LETTER = 7.6;
/** Of these an axis has a whole number, so that little of it lies beyond the data. */
const FINE_STEPS = 12;

/** An axis of numbers, across or up, that ends at round ones, as many as fit next to each other. */
export function across(
  least: number,
  most: number,
  span = PLOT_WIDTH - 100,
): { domain: [number, number]; ticks: number[]; tickFormat: (value: number) => string } {
  const end = least === most ? least + (Math.abs(least) || 1) : most;
  const counts = [6, 5, 4, 3, 2, 1];
  const axes = counts.map((count) => roundTicks(least, end, count));
  const fitting = axes.find((ticks) => {
    const widest = Math.max(...ticks.map((tick) => shownAmount(tick).length));
    return (ticks.length - 1) * (widest + 1.5) * LETTER <= span;
  });
  const fine = roundTicks(least, end, FINE_STEPS);
  const [first, last] = [fine[0], fine[fine.length - 1]];
  const ticks = (fitting ?? axes[axes.length - 1]).filter((tick) => tick >= first && tick <= last);
  return { domain: [first, last], ticks, tickFormat: shownAmount };
}

/** @throws {GradusError} when one of the two packages is not installed */
export async function loadPlots(): Promise<Plots> {
  const [Plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]).catch(
    (cause: unknown) => {
      throw new GradusError(
        "A report's plots are drawn by Observable Plot and linkedom, which are not installed. Install them " +
          "(npm install @observablehq/plot@0.6 linkedom@0.18), or leave out the page.",
        { cause },
      );
    },
  );
  const { document } = parseHTML("<html><body></body></html>");
  const draw = (description: string, options: PlotOptions): string => {
    const svg: SvgElement = Plot.plot({
      document,
      width: PLOT_WIDTH,
      height: PLOT_HEIGHT,
      style: { fontSize: "13px" },
      marginTop: 34,
      marginLeft: 52,
      marginBottom: 40,
      ...options,
    });
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", description);
    svg.querySelector("style")?.remove(); // the page has those rules once
    return rounded(svg.outerHTML);
  };
  return { Plot, draw };
}

/** What is used of an element: the project's types have no DOM. */
interface SvgElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): { remove(): void } | null;
}

/** A tenth of a unit is finer than a pixel; the other digits would be most of the page. */
function rounded(svg: string): string {
  const places = / (?:d|points|transform|x|y|x1|x2|y1|y2|r|cx|cy|width|height)="[^"]*"/g;
  return svg.replace(places, (attribute) => attribute.replace(/(\.\d)\d+/g, "$1"));
}
