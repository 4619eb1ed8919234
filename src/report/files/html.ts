/**
 * Pieces of a page as text: escaped words, figures, and the page around them. Tables are a file of their own.
 *
 * Whatever comes from a user's data goes through `escaped`. A piece is HTML; what is not yet, is called words.
 */
import { escaped, htmlDocument } from "../../htmlText.ts";
import { reportStyle } from "./reportStyle.ts";

export { escaped };

/** The first letters of long words. */
export function cut(words: string, most: number): string {
  const letters = [...words];
  return letters.length <= most ? words : `${letters.slice(0, most - 1).join("")}…`;
}

/** A piece that stays on one line: a hyphen in it begins no new one. @param html HTML */
export function unbroken(html: string): string {
  return `<span class="unbroken">${html}</span>`;
}

/** Each option of a command whole. @param command HTML */
export function unbrokenOptions(command: string): string {
  return command.replace(/(?<=^| )--[a-z][a-z-]*/g, unbroken);
}

export interface FigureParts {
  readonly title: string;
  /** HTML under the title: what to look for. */
  readonly note?: string;
  /** An svg. */
  readonly plot: string;
  readonly legend?: readonly LegendEntry[];
  /** Over the whole width of a gallery. */
  readonly wide?: boolean;
}

export interface LegendEntry {
  readonly name: string;
  /** A colour, `var(--c1)` for one. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** Of points, not of a line. */
  readonly dot?: boolean;
}

export function figure({ title, note = "", plot, legend = [], wide = false }: FigureParts): string {
  const entries = legend.map(
    ({ name, colour, dashed, dot }) =>
      `<li><span class="key${dashed ? " dashed" : dot ? " dot" : ""}" style="border-color:${colour}"></span>${escaped(name)}</li>`,
  );
  const key = entries.length === 0 ? "" : `\n<ul class="legend">${entries.join("")}</ul>`;
  const words = note === "" ? "" : `\n<p>${note}</p>`;
  return `<figure${wide ? ' class="wide"' : ""}>\n<figcaption><h3>${escaped(title)}</h3>${words}</figcaption>${key}\n${plot}\n</figure>`;
}

/** A figure in words, in a list of tiles. @param value HTML @param words HTML */
export function tile(value: string, words: string): string {
  return `<li><strong>${value}</strong><span>${words}</span></li>`;
}

/** Figures side by side where there is room. */
export function gallery(figures: readonly string[]): string {
  return `<div class="gallery">\n${figures.join("\n")}\n</div>`;
}

export interface Section {
  /** For links within the page; letters only. */
  readonly id: string;
  readonly title: string;
  /** HTML. */
  readonly content: string;
}

/** Nothing may be loaded or run: the page is all there is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A self-contained HTML page. @param lead HTML between title and contents */
export function page(title: string, lead: string, sections: readonly Section[]): string {
  const contents = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escaped(name)}</a></li>`);
  const body = sections.map(
    ({ id, title: name, content }) =>
      `<section aria-labelledby="${id}">\n<h2 id="${id}">${escaped(name)}</h2>\n${content}\n</section>`,
  );
  const main = `<header>
<h1>${escaped(title)}</h1>
${lead}
</header>
<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>
${body.join("\n")}`;
  return htmlDocument({ title, policy: POLICY, style: reportStyle, main });
}
