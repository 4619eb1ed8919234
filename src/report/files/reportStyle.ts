/** The look of a report's page: light and dark, on a phone, on paper. */

import { scrollingStyle } from "../../htmlText.ts";

/** A table as lists: for each row its name, and in so many columns each head with its value. */
function lists(selector: string, columns: number): string {
  return `
  ${selector}, ${selector} tbody { display: block; }
  ${selector} thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  ${selector} tr { display: grid; grid-template-columns: repeat(${columns}, minmax(0, 1fr)); grid-auto-flow: row dense; gap: 0.15rem 1.1rem; padding: 0.55rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
  ${selector} :is(th, td) { border: 0; padding: 0; min-width: 0; max-width: none; white-space: normal; text-align: left; overflow-wrap: anywhere; }
  ${selector} tbody th { grid-column: 1 / -1; position: static; font-weight: 650; }
  ${selector} tbody th.number::before { content: attr(data-head) " "; }
  ${selector} td { display: flex; justify-content: space-between; align-items: baseline; gap: 0.6rem; }
  ${selector} td::before { content: attr(data-head); color: var(--quiet); min-width: 0; }
  ${selector} td > span { flex: none; max-width: 65%; text-align: right; }
  ${selector} td.number > span { white-space: nowrap; }
  ${selector} td.whole { grid-column: 1 / -1; }
  ${selector} td.sentence { grid-column: 1 / -1; display: block; }
  ${selector} td.sentence::before { content: none; }`;
}
export const reportStyle = `
:root { color-scheme: light dark; --paper: #fffefb; --card: #ffffff; --ink: #1d2228; --quiet: #5c6670; --line: #d9d6cd; --tint: #f5f2ea; --accent: #1f5f8b; --good: #1d6f54; --bad: #a3352b; --shade: rgb(0 0 0 / 0.2);
  --c1: #2a6fb0; --c2: #c2571a; --c3: #24816a; --c4: #a8366b; --c5: #6f55b5; --c6: #7a6a10; --c7: #4a6472; --c8: #8c4a2f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --card: #1b1f24; --ink: #e4e6e8; --quiet: #a0a8b0; --line: #353b42; --tint: #22272d; --accent: #8cc4ee; --good: #7fd1b0; --bad: #f0948a; --shade: rgb(255 255 255 / 0.22);
    --c1: #7db8f0; --c2: #f0a05f; --c3: #63cfae; --c4: #ee87b4; --c5: #b9a2f4; --c6: #d8cb5e; --c7: #a9c0cc; --c8: #d9a48c; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 5rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; break-after: avoid; }
h1 { font-size: 2rem; letter-spacing: -0.01em; margin: 0 0 0.5rem; }
h2 { font-size: 1.4rem; margin: 3.5rem 0 1rem; padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--accent); }
h3 { font-size: 1.05rem; margin: 0 0 0.25rem; }
p { margin: 0.6rem 0; max-width: 46rem; overflow-wrap: break-word; }
a { color: var(--accent); }
.quiet, figcaption p, .caption { color: var(--quiet); }
.lead { font-size: 1.1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.4rem 1.25rem; list-style: none; margin: 1.75rem 0 0; padding: 0; }
nav a { text-decoration: none; }
nav a:hover, nav a:focus-visible { text-decoration: underline; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.25rem), 1fr)); gap: 0.75rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--tint); border-radius: 8px; padding: 0.8rem 1rem; }
.tiles strong { display: block; font-size: 1.6rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles span { display: block; color: var(--quiet); font-size: 0.9rem; }
.warnings { margin: 1.25rem 0 0; padding: 0; list-style: none; }
.warnings li { border-left: 3px solid var(--c2); background: var(--tint); padding: 0.6rem 1rem; margin: 0.5rem 0; border-radius: 0 6px 6px 0; overflow-wrap: anywhere; }
.gallery { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; margin: 1.25rem 0; }
figure { margin: 0; padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; break-inside: avoid; min-width: 0; display: flex; flex-direction: column; }
figure.wide { grid-column: 1 / -1; }
figcaption p { margin: 0 0 0.4rem; font-size: 0.9rem; }
svg { display: block; width: 100%; height: auto; max-width: 27.5rem; overflow: visible; }
figure > svg { flex: none; margin-top: auto; }
svg text { white-space: pre; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; margin: 0.25rem 0 0.5rem; padding: 0; font-size: 0.85rem; }
.key { display: inline-block; width: 1.4em; border-top: 3px solid; margin-right: 0.45em; vertical-align: middle; }
.key.dashed { border-top-style: dashed; }
.key.dot { width: 0; border: 0.3em solid; border-radius: 50%; }
.scroll { margin: 1.25rem 0; ${scrollingStyle} }
figure > .scroll { --paper: var(--card); margin: auto 0; padding-top: 0.4rem; }
figure:has(> .scroll) { align-self: start; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.92rem; line-height: 1.4; }
.caption { font-size: 0.92rem; margin: 1.5rem 0 0; }
.caption + .scroll { margin-top: 0.4rem; }
th, td { padding: 0.4rem 1.1rem 0.4rem 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
th.sentence, td.sentence { white-space: normal; min-width: 15rem; max-width: 30rem; }
td.lines { white-space: normal; min-width: 9rem; max-width: 16rem; }
thead th { color: var(--quiet); font-weight: 600; white-space: normal; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody th, tbody td { border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
th:last-child, td:last-child { padding-right: 0; }
summary { cursor: pointer; color: var(--accent); }
:is(tbody, thead) tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); }
.unbroken { white-space: nowrap; }
td small { color: var(--quiet); font-size: inherit; }
td svg.bars { width: 6rem; height: 1.6rem; color: var(--c1); }
.confusion { width: 100%; }
.confusion th, .confusion td, .confusion :is(th, td):last-child { text-align: center; padding: 0.45rem 0.55rem; border: 2px solid var(--card); }
.confusion tbody th { text-align: right; }
.confusion thead tr:first-child th { border-bottom-color: transparent; font-weight: 400; }
.confusion thead th { border-bottom: 2px solid var(--card); }
.confusion.many thead th span { writing-mode: vertical-rl; rotate: 180deg; white-space: nowrap; }
.confusion.many :is(th, td) { padding-left: 0.3rem; padding-right: 0.3rem; }
.confusion td { min-width: 2.4rem; font-variant-numeric: tabular-nums; background: color-mix(in srgb, var(--hue) calc(var(--share) * 45%), var(--tint)); }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 0.35rem 1.5rem; margin: 1rem 0; font-size: 0.95rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--tint); border-radius: 6px; padding: 0.8rem 1rem; margin: 1rem 0; overflow-x: auto; font: 0.9rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print, (min-width: 47.5rem) {
  /* The last one of a row that has no other: its words beside its plot. */
  .gallery > figure:nth-child(odd of :not(.wide)):last-child { grid-column: 1 / -1; display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: auto 1fr; column-gap: 2.5rem; }
  .gallery > figure:nth-child(odd of :not(.wide)):last-child > :is(svg, .scroll) { grid-area: 1 / 2 / span 2; margin: 0; }
}
@media (max-width: 47.49rem) {
  .gallery { grid-template-columns: minmax(0, 1fr); }
  svg { max-width: 34rem; }
}
@media (max-width: 30rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  figure { padding: 0.9rem 0.75rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles strong { font-size: 1.35rem; }
  .tiles li:last-child:nth-child(odd) { grid-column: 1 / -1; }
  th, td { padding-right: 0.7rem; }
  .confusion :is(th, td), .confusion :is(th, td):last-child { padding: 0.4rem 0.25rem; }
${lists(".stacked", 2)}
  .stacked td:has(svg) { grid-column: 1 / -1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.6rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --tint: #f4f4f4; --accent: #000;
    --c1: #2a6fb0; --c2: #c2571a; --c3: #24816a; --c4: #a8366b; --c5: #6f55b5; --c6: #7a6a10; --c7: #4a6472; --c8: #8c4a2f; }
  html { font-size: 9.5pt; }
  body { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2 { margin-top: 2rem; }
  .gallery { grid-template-columns: 1fr 1fr; gap: 0.75rem; }
  figure { padding: 0.6rem; }
  .scroll { overflow: visible; background-image: none; }
  tr { break-inside: avoid; }
  table { font-size: 8pt; }
  th, td { white-space: normal; padding-right: 0.6rem; }
  th, td { overflow-wrap: break-word; }
  td.number { white-space: nowrap; }
  .caption { break-after: avoid; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); }
  :is(tbody, thead) tr > :first-child { position: static; background: none; }
${lists(".broad", 4)}
  .broad td.whole { grid-column: span 2; }
  th.sentence, td.sentence { min-width: 0; }
}
@page { margin: 16mm; }
`;
