/**
 * Plots as SVG text, drawn by Observable Plot into a document of linkedom's: no browser takes part.
 *
 * Both are optional packages, loaded on first use. Colours are the page's variables, so that one drawing serves both
 * themes. Knows nothing of what is plotted.
 */
import type { PlotOptions } from "@observablehq/plot";
import { GradusError } from "../../errors.ts";

/** Colours of series by their number; they repeat where there are more. */
export const seriesColours: readonly string[] = Array.from({ length: 8 }, (_, i) => `var(--c${i + 1})`);

export function seriesColour(series: number): string {
  return seriesColours[series % seriesColours.length];
}

/** Plot units; about the width of a phone, so that letters are the same size there and beside other plots. */
export const PLOT_WIDTH = 400;
const PLOT_HEIGHT = 250;

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
