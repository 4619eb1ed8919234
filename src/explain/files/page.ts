/**
 * An exposition as one page: formulas typeset by KaTeX, its fonts and styles inside, no script, no request to anywhere.
 *
 * KaTeX is an optional package, loaded on first use. Knows nothing of networks.
 */

import { DescriptionError, GradusError, shown } from "../../errors.ts";
import { escaped, htmlDocument } from "../../htmlText.ts";
import { copyOf, requireKind } from "../../kinds.ts";
import { type Block, type Exposition, expositionKind, type Inline } from "../exposition/exposition.ts";
import { alignedLines } from "../exposition/latexLines.ts";
import { katexStylesheet } from "./fonts.ts";
import { pageStyle } from "./pageStyle.ts";

/** Characters of a displayed line that fit the page's column. */
const LINE_WIDTH = 72;
/** Nothing may be loaded or run, but for what the page itself holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:";

type Typeset = (latex: string, displayMode: boolean) => string;

/**
 * A self-contained HTML page.
 *
 * @throws {GradusError} when KaTeX is not installed
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * import { dense, derivationOf, expositionHtml, network } from "gradus/node";
 *
 * const xor = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] });
 * writeFileSync("xor.html", await expositionHtml(derivationOf({ network: xor, loss: "binaryCrossEntropy" })));
 */
export async function expositionHtml(exposition: Exposition): Promise<string> {
  requireKind("expositionHtml's exposition", exposition, expositionKind);
  const { title, blocks } = copyOf("expositionHtml's exposition", exposition);
  const typeset = await loadTypesetting();
  const main = [`<h1>${escaped(title)}</h1>`, ...blocks.map((block) => htmlBlock(block, typeset))].join("\n");
  return htmlDocument({ title, policy: POLICY, style: `${await katexStylesheet(main)}${pageStyle}`, main });
}

/** @throws {GradusError} when KaTeX is not installed */
export async function loadTypesetting(): Promise<Typeset> {
  const { default: katex } = await import("katex").catch((cause: unknown) => {
    throw new GradusError(
      "A page with formulas is typeset by KaTeX, which is not installed. Install it (npm install katex@0.17), or " +
        "choose text or LaTeX.",
      { cause },
    );
  });
  const options = { output: "htmlAndMathml", trust: false, throwOnError: true, strict: "ignore" } as const;
  return (latex, displayMode) => {
    try {
      return katex.renderToString(latex, { ...options, displayMode });
    } catch (cause) {
      throw new DescriptionError(
        `KaTeX can't typeset the formula ${shown(latex)}: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    }
  };
}

function htmlBlock(block: Block, typeset: Typeset): string {
  const inline = (content: readonly Inline[], style = "") =>
    content.map((part) => (typeof part === "string" ? escaped(part) : typeset(style + part.latex, false))).join("");
  switch (block.kind) {
    case "heading": {
      const name = `h${block.level + 1}`;
      return `<${name}>${inline(block.content)}</${name}>`;
    }
    case "paragraph":
      return `<p>${inline(block.content)}</p>`;
    case "list": {
      const name = block.ordered ? "ol" : "ul";
      return `<${name}>\n${block.items.map((item) => `<li>${inline(item)}</li>`).join("\n")}\n</${name}>`;
    }
    case "equations": {
      const lines = alignedLines(block.equations, LINE_WIDTH).join(" \\\\[0.3em]\n");
      return `<div class="scroll equations" tabindex="0" role="group" aria-label="Equations">${typeset(`\\begin{aligned}\n${lines}\n\\end{aligned}`, true)}</div>`;
    }
    case "table":
      return htmlTable(block, inline);
    default:
      return block satisfies never;
  }
}

/** A cell's words; a formula as plain text. */
const words = (cell: Inline): string => (typeof cell === "string" ? cell : cell.text);

function htmlTable(
  { head, rows, numeric }: Extract<Block, { kind: "table" }>,
  inline: (content: readonly Inline[], style: string) => string,
): string {
  const line = (name: "th" | "td", row: readonly Inline[]) => {
    const cells = row.map((cell, column) => {
      const attributes = `${name === "th" ? ' scope="col"' : ""}${numeric.includes(column) ? ' class="number"' : ""}`;
      return `<${name}${attributes}>${inline([cell], "\\displaystyle ")}</${name}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  };
  const lines = rows.map((row) => line("td", row));
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(`Table: ${head.map(words).join(", ")}`)}"><table>\n<thead>${line("th", head)}</thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table></div>`;
}
