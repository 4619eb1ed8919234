/** Good calls of the report of a training. */
import { join } from "node:path";
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { type Fixtures, rows } from "./fixtures.ts";

export function reportCalls({ classifier, report, parts, folder }: Fixtures): Calls {
  const input = { model: classifier, report, parts, command: "train", metric: "accuracy" } as const;
  const content = gradus.reportContent({ model: classifier, report, parts });
  const importance = { metric: "accuracy", repeats: 1, rows: 10, seed: 1 };
  const dependence = { points: 3, rows: 10, seed: 1 };
  return {
    reportContent: { run: gradus.reportContent, args: [input], options: [0] },
    partialDependence: {
      slow: true,
      run: gradus.partialDependence,
      args: [classifier, rows, "x", dependence],
      open: [3],
      options: [3],
    },
    permutationImportance: {
      slow: true,
      run: gradus.permutationImportance,
      args: [classifier, rows, importance],
      open: [2],
      options: [2],
    },
    reportHtml: { slow: true, run: gradus.reportHtml, args: [content] },
    writeReport: {
      slow: true,
      run: gradus.writeReport,
      args: [join(folder, "r.html"), input],
      options: [1],
      paths: [0],
    },
  };
}
