/** What the model learned from: each column in a line. */
import type { ColumnSummary } from "../columnSummary.ts";
import type { ReportContent } from "../content.ts";
import { sourceName } from "./glanceSection.ts";
import { cut, escaped, type Section, unbroken } from "./html.ts";
import { shownCount, shownDate, shownShare, shownValue } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";

const MOST_COLUMNS = 200;
const VALUE_LETTERS = 24;

export function dataSection(content: ReportContent): Section {
  const { columns, rows } = content;
  const shown = columns.slice(0, MOST_COLUMNS);
  const lines = shown.map((column) => [
    escaped(column.name),
    escaped(column.type),
    column.use === "left out" ? "<small>left out</small>" : escaped(column.use),
    missing(column, rows.training),
    shownCount(column.distinct),
    values(column),
    bars(column),
  ]);
  const heads = [
    { head: "column" },
    { head: "type" },
    { head: "used as" },
    ...numericColumns("missing", "distinct"),
    { head: "values: minimum … median … maximum, or the most frequent with their counts", sentence: true },
    { head: "distribution" },
  ];
  const which =
    shown.length < columns.length ? `The first ${shown.length} of ${columns.length} columns` : "The columns";
  const caption = `${which} of ${escaped(sourceName(content))} in the ${shownCount(rows.training)} training rows.`;
  return { id: "data", title: "The data", content: table(caption, heads, lines) };
}

function missing({ missing: count }: ColumnSummary, rows: number): string {
  if (count === 0) return "<small>0</small>";
  return `${shownCount(count)} <small>(${escaped(shownShare(count / rows))})</small>`;
}

function values({ type, range, commonest, distinct }: ColumnSummary): string {
  if (range) {
    const shown = type === "date" ? (instant: number) => unbroken(shownDate(instant)) : shownValue;
    return `${shown(range.least)} … <strong>${shown(range.median)}</strong> … ${shown(range.most)}`;
  }
  if (!commonest || commonest.length === 0) return "<small>all missing</small>";
  const words = commonest.map(
    ({ value, count }) => `${escaped(cut(value, VALUE_LETTERS))} <small>${shownCount(count)}</small>`,
  );
  return words.join(", ") + (distinct > commonest.length ? ", …" : "");
}

/** A small histogram without axes; what it shows is in the line next to it. */
function bars({ bars: counts }: ColumnSummary): string {
  if (counts.length === 0) return "";
  const most = Math.max(...counts);
  const rects = counts.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1, (24 * count) / most);
    return `<rect x="${at * 6}" y="${(24 - height).toFixed(1)}" width="5" height="${height.toFixed(1)}"/>`;
  });
  const width = Math.max(96, counts.length * 6);
  return `<svg class="bars" viewBox="0 0 ${width} 24" preserveAspectRatio="xMinYMax meet" aria-hidden="true" fill="currentColor">${rects.join("")}</svg>`;
}
