import { scrollingStyle } from "../../htmlText.ts";

/** The styles of an explanation's page besides KaTeX's: light and dark, on a phone, on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #fffefb; --ink: #1d2228; --quiet: #5c6670; --line: #d9d6cd; --tint: #f5f2ea; --accent: #1f5f8b; --shade: rgb(0 0 0 / 0.2); }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #e4e6e8; --quiet: #a0a8b0; --line: #353b42; --tint: #1e2328; --accent: #8cc4ee; --shade: rgb(255 255 255 / 0.22); }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; }
main { max-width: 48rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; overflow-wrap: break-word; break-after: avoid; }
h1 { font-size: 2rem; margin: 0 0 1.5rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--accent); }
h3 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 0.5rem; color: var(--quiet); }
p, li { margin: 0.75rem 0; overflow-wrap: break-word; }
ol, ul { padding-left: 1.6rem; }
.scroll { margin: 1rem 0; ${scrollingStyle} }
.equations { padding: 0.75rem 1rem; --paper: var(--tint); background-color: var(--tint); border-radius: 6px; break-inside: avoid; }
.equations .katex-display { margin: 0; text-align: left; }
.equations .katex-display > .katex { display: inline-block; min-width: 100%; text-align: left; }
.katex { font-size: 1.1em; }
table { border-collapse: collapse; font-size: 0.95rem; line-height: 1.45; }
th, td { padding: 0.4rem 1.1rem 0.4rem 0; text-align: left; vertical-align: baseline; min-width: 4rem; }
td .katex { white-space: nowrap; }
th { color: var(--quiet); font-weight: 600; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
th:last-child, td:last-child { padding-right: 0; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) {
  body { font-size: 1rem; }
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  tr > :first-child { position: sticky; left: 0; background: var(--paper); min-width: 0; }
  .equations { margin-left: -1rem; margin-right: -1rem; border-radius: 0; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --tint: #fff; --accent: #000; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; background-image: none; }
  .equations { padding: 0.25rem 0; }
}
@page { margin: 18mm; }
`;
