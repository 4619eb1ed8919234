/** The rows that the model got most wrong, to be examined one by one. */
import type { ReportContent } from "../content.ts";
import type { Mistake, PlainCell } from "../mistakes.ts";
import { cutAmong } from "./cutAmong.ts";
import { cut, escaped, type Section, unbroken } from "./html.ts";
import { shownCount, shownDate, shownNumber, shownShare, shownValue } from "./shownNumber.ts";
import { table } from "./table.ts";

const CELL_LETTERS = 28;
/** Of all labels of a row: in several lines. */
const LABELS_LETTERS = 160;
const HEAD_LETTERS = 40;

const MEASURES = {
  classification: "probability of the true class",
  multilabel: "least probability of a true value",
  regression: "error in sd",
} as const;

export function mistakesSection(content: ReportContent): Section {
  const { mistakes, evaluated, task } = content;
  const section = (words: string): Section => ({ id: "mistakes", title: "Worst mistakes", content: words });
  if (mistakes.rows.length === 0) {
    return section(`<p>None: all ${shownCount(evaluated.rows)} ${evaluated.part} rows were predicted correctly.</p>`);
  }
  const classes = task !== "regression";
  const measure = MEASURES[task];
  const labels = task === "multilabel";
  const letters = labels ? LABELS_LETTERS : CELL_LETTERS;
  const heads = [
    { head: "row", numeric: true },
    { head: "true", numeric: !classes, lines: labels },
    { head: "predicted", numeric: !classes, lines: labels },
    { head: measure, numeric: true },
    ...mistakes.columns.map((name, at) => ({
      head: cutAmong(name, mistakes.columns, HEAD_LETTERS),
      numeric: isNumeric(mistakes.rows.map(({ cells }) => cells[at])),
    })),
  ];
  const lines = mistakes.rows.map((mistake) => [
    String(mistake.row),
    textOf(mistake.truth, letters),
    textOf(mistake.predicted, letters),
    measured(mistake, classes),
    ...mistake.cells.map(cell),
  ]);
  const wrong =
    mistakes.wrong === undefined
      ? `The ${lines.length} largest errors of ${shownCount(evaluated.rows)} ${evaluated.part} rows; sd is the standard deviation of the target in the training rows.`
      : `${shownCount(mistakes.wrong)} of ${shownCount(evaluated.rows)} ${evaluated.part} rows ${task === "multilabel" ? "have a wrong label" : "are wrong"}; these with the highest confidence.`;
  const advice = "Wrong labels and missing columns often show up here. Rows are counted as in the source.";
  return section(table(`${wrong} ${advice}`, heads, lines));
}

function isNumeric(cells: readonly PlainCell[]): boolean {
  return cells.every((found) => found === null || typeof found === "number");
}

function textOf(value: Mistake["truth"], letters: number): string {
  return typeof value === "string" ? escaped(cut(value, letters)) : value.map(shownValue).join("; ");
}

function measured({ measure }: Mistake, classes: boolean): string {
  return classes ? escaped(shownShare(measure)) : shownNumber(measure);
}

function cell(value: PlainCell): string {
  if (value === null) return "<small>missing</small>";
  if (typeof value === "number") return shownValue(value);
  if (typeof value === "boolean") return String(value);
  const instant = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? escaped(cut(value, CELL_LETTERS)) : unbroken(shownDate(instant));
}
