/**
 * An exposition as a LaTeX document: plain ASCII, article and amsmath alone, for any pdflatex.
 *
 * Knows nothing of networks.
 */
import { requireKind } from "../../kinds.ts";
import { type Block, type Exposition, expositionKind, type Inline } from "./exposition.ts";
import { alignedLines } from "./latexLines.ts";
import { latexWords } from "./latexWords.ts";

/** Characters of a displayed line between the margins below. */
const LINE_WIDTH = 78;
/** Characters of a table's line; a wider table gives its words columns of fixed width. */
const TABLE_WIDTH = 84;

const PREAMBLE = String.raw`\documentclass[11pt,a4paper]{article}
\usepackage{amsmath,amssymb,longtable}
\setlength{\textwidth}{165mm}
\setlength{\oddsidemargin}{-3mm}
\setlength{\textheight}{240mm}
\setlength{\topmargin}{-14mm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt minus 1pt}
\setlength{\emergencystretch}{3em}
\renewcommand{\arraystretch}{1.25}
\setcounter{MaxMatrixCols}{64}
\allowdisplaybreaks`;

const sections = { 1: "section", 2: "subsection", 3: "subsubsection" } as const;

/**
 * A complete document.
 *
 * @example
 * import { type Exposition, expositionLatex } from "gradus/explain";
 *
 * const exposition: Exposition = { title: "A sum", blocks: [{ kind: "paragraph", content: ["Two and two."] }] };
 * expositionLatex(exposition).includes("\\begin{document}"); // true
 */
export function expositionLatex(exposition: Exposition): string {
  requireKind("expositionLatex's exposition", exposition, expositionKind);
  const { title, blocks } = exposition;
  return [
    PREAMBLE,
    "\\begin{document}",
    `{\\LARGE\\bfseries ${latexWords(title)}\\par}`,
    ...blocks.map((block) => `\n${latexBlock(block)}`),
    "",
    "\\end{document}",
    "",
  ].join("\n");
}

function latexBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `\\${sections[block.level]}*{${latexInline(block.content)}}`;
    case "paragraph":
      return latexInline(block.content);
    case "list": {
      const name = block.ordered ? "enumerate" : "itemize";
      const items = block.items.map((item) => `\\item ${latexInline(item)}`);
      return [`\\begin{${name}}`, ...items, `\\end{${name}}`].join("\n");
    }
    case "equations":
      return `\\begin{align*}\n${alignedLines(block.equations, LINE_WIDTH).join(" \\\\\n")}\n\\end{align*}`;
    case "table":
      return latexTable(block);
    default:
      return block satisfies never;
  }
}

function latexInline(content: readonly Inline[], style = ""): string {
  return content.map((part) => (typeof part === "string" ? latexWords(part) : `$${style}${part.latex}$`)).join("");
}

function latexTable({ head, rows, numeric }: Extract<Block, { kind: "table" }>): string {
  const line = (row: readonly Inline[]) =>
    `${row.map((cell) => `{}${latexInline([cell], "\\displaystyle ")}`).join(" & ")} \\\\`;
  return [
    `\\begin{longtable}{@{}${columnKinds(head, rows, numeric)}@{}}`,
    line(head),
    "\\hline\\noalign{\\vskip 3pt}\\endhead",
    ...rows.map(line),
    "\\end{longtable}",
  ].join("\n");
}

/** l and r; where the table would be too wide, its widest columns of words get what room the others leave. */
function columnKinds(
  head: readonly Inline[],
  rows: readonly (readonly Inline[])[],
  numeric: readonly number[],
): string {
  const widths = head.map((_, column) =>
    Math.max(
      ...[head, ...rows].map((row) => {
        const cell = row[column];
        return (typeof cell === "string" ? cell : cell.text).length + 2;
      }),
    ),
  );
  const total = widths.reduce((sum, width) => sum + width, 0);
  const wide = head.map((_, column) => !numeric.includes(column) && widths[column] > 20);
  const narrowed = widths.reduce((sum, width, column) => sum + (wide[column] ? width : 0), 0);
  const share = (TABLE_WIDTH - (total - narrowed)) / TABLE_WIDTH;
  return head
    .map((_, column) => {
      if (numeric.includes(column)) return "r";
      if (total <= TABLE_WIDTH || !wide[column]) return "l";
      const part = (0.95 * Math.max(0.2, share) * widths[column]) / narrowed;
      return `p{${part.toFixed(3)}\\textwidth}`;
    })
    .join("");
}
