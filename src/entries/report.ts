/**
 * gradus/report: what a training came to and which columns its model uses, as plain data; any runtime. `reportHtml` and
 * `writeReport` of gradus/node make a page of it.
 */
export { type ReportContent, type ReportInput, reportContent } from "../report/content.ts";
export type { ReportParts } from "../report/heldOut.ts";
export { type DependenceOptions, type PartialDependence, partialDependence } from "../report/partialDependence.ts";
export { type Importance, type ImportanceOptions, permutationImportance } from "../report/permutationImportance.ts";
