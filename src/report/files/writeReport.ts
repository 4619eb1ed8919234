/** The report of a training as a file. */
import { requireKind, text } from "../../kinds.ts";
import { writeAtomically } from "../../models/files/atomicWrite.ts";
import { type ReportInput, reportContent } from "../content.ts";
import { reportHtml } from "./page.ts";

/**
 * Writes a training's report as one HTML file, complete or not at all.
 *
 * @throws {GradusError} when a plotting package is not installed, or the file cannot be written
 * @throws {DataError} a part lacks a column of the model
 *
 * @example
 * import { train, writeReport } from "gradus/node";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model, report, parts } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * await writeReport("report.html", { model, report, parts });
 */
export async function writeReport(path: string, input: ReportInput): Promise<void> {
  requireKind("the path of the report", path, text);
  const html = await reportHtml(reportContent(input));
  await writeAtomically(path, new TextEncoder().encode(html));
}
