/**
 * A report as one page of HTML: plots inside, no script, no request to anywhere.
 *
 * It puts the sections in order; each is a file of its own. Knows no model and no table, only their report.
 */
import { readResults } from "../../givenResult.ts";
import { copyOf, list as listed, object, requireKind, text, withFields } from "../../kinds.ts";
import type { NamedValue, ReportContent } from "../content.ts";
import { dataSection } from "./dataSection.ts";
import { glance } from "./glanceSection.ts";
import { escaped, page, type Section, unbrokenOptions } from "./html.ts";
import { inputsSection } from "./inputsSection.ts";
import { mistakesSection } from "./mistakesSection.ts";
import { loadPlots, type Plots } from "./plots.ts";
import { qualitySection } from "./qualitySection.ts";
import { trainingSection } from "./trainingSection.ts";

const contentKind = withFields("the content that reportContent makes", {
  task: text,
  quality: object,
  columns: listed,
});

/**
 * A report as a self-contained HTML page. The same content gives the same bytes.
 *
 * @throws {GradusError} when Observable Plot or linkedom is not installed
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * import { reportContent, reportHtml, train } from "gradus/node";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model, report, parts } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * writeFileSync("report.html", await reportHtml(reportContent({ model, report, parts })));
 */
export async function reportHtml(given: ReportContent): Promise<string> {
  requireKind("reportHtml's content", given, contentKind);
  const content = copyOf("reportHtml's content", given);
  const plots = await loadPlots();
  return readResults("reportContent", { content }, (results) => pageOf(results.content, plots));
}

function pageOf(content: ReportContent, plots: Plots): string {
  const sections = [
    qualitySection(content, plots),
    mistakesSection(content),
    inputsSection(content, plots),
    trainingSection(content, plots),
    dataSection(content),
    repeatSection(content),
  ];
  return page(`Report: predicting ${content.targets.join(", ")}`, glance(content), sections);
}

function repeatSection({ command, settings, provenance }: ReportContent): Section {
  const line = command === undefined ? "" : `<p>The command:</p>\n<pre>${unbrokenOptions(escaped(command))}</pre>\n`;
  const parts = `<h3>Settings</h3>\n${list(settings)}\n<h3>Provenance</h3>\n${list(provenance)}`;
  return { id: "repeat", title: "How to reproduce it", content: line + parts };
}

function list(values: readonly NamedValue[]): string {
  const lines = values.map(({ name, value }) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return `<dl>\n${lines.join("\n")}\n</dl>`;
}
