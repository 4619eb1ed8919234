/**
 * Pieces of a page as text: escaped words, tables, figures, and the page around them.
 *
 * Whatever comes from a user's data goes through `escaped`. A piece is HTML; what is not yet, is called words.
 */
import { escaped, unescaped } from "../../htmlText.ts";
import { reportStyle } from "./reportStyle.ts";

export { escaped };

/** The first letters of long words. */
export function cut(words: string, most: number): string {
  const letters = [...words];
  return letters.length <= most ? words : `${letters.slice(0, most - 1).join("")}…`;
}

export interface TableColumn {
  /** Words. */
  readonly head: string;
  /** Numbers are set to the right, digits under digits. */
  readonly numeric?: boolean;
  /** Sentences may take several lines, below the row on a phone; other cells stay on one, and a narrow page scrolls. */
  readonly sentence?: boolean;
}

/** A table in a box of its own, which scrolls where the page is too narrow. @param rows HTML; the first cell names the row */
export function table(caption: string, columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const style = (at: number): string =>
    columns[at].numeric ? ' class="number"' : columns[at].sentence ? ' class="sentence"' : "";
  const head = columns.map((column, at) => `<th scope="col"${style(at)}>${breakable(column.head)}</th>`);
  const lines = rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 0 ? `<th scope="row"${style(at)}>${cell}</th>` : `<td${style(at)}>${cell}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  const sentences = columns.filter(({ sentence }) => sentence).length;
  const stacked = sentences === 0 ? "" : ` class="stacked" style="--columns:${columns.length - sentences}"`;
  const content = `<table${stacked}>\n<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table>`;
  // Above the box, since a caption within would scroll away with the columns.
  return `<p class="caption">${caption}</p>\n${scrolling(content, caption)}`;
}

/** A name may go on in a next line where a word of it begins, as in learningRate and bill_length_mm. */
function breakable(name: string): string {
  return name
    .split(/(?<=\p{Ll})(?=\p{Lu})|(?<=_)/u)
    .map(escaped)
    .join("<wbr>");
}

/** Reachable by keyboard, so that it can be scrolled without a mouse. */
export function scrolling(content: string, label: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(plain(label))}">${content}</div>`;
}

/** A piece without its tags, for attributes. */
function plain(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ""));
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
}

export function figure({ title, note = "", plot, legend = [], wide = false }: FigureParts): string {
  const entries = legend.map(
    ({ name, colour, dashed }) =>
      `<li><span class="key${dashed ? " dashed" : ""}" style="border-color:${colour}"></span>${escaped(name)}</li>`,
  );
  const key = entries.length === 0 ? "" : `\n<ul class="legend">${entries.join("")}</ul>`;
  const words = note === "" ? "" : `\n<p>${note}</p>`;
  return `<figure${wide ? ' class="wide"' : ""}>\n<figcaption><h3>${escaped(title)}</h3>${words}</figcaption>${key}\n${plot}\n</figure>`;
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
${lead}
</header>
<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>
${body.join("\n")}
</main>
</body>
</html>
`;
}
