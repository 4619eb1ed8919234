/** The head of a report's page: what was learned, how well, and the warnings. */

import { metricLabel } from "../../metrics/metricTable.ts";
import type { PartMetrics } from "../../tabular/report.ts";
import type { ReportContent } from "../content.ts";
import { escaped, tile } from "./html.ts";
import { shownMetric } from "./metricNames.ts";
import { shownCount } from "./shownNumber.ts";

/** HTML. */
export function glance(content: ReportContent): string {
  const { targets, columns, evaluated, rows, warnings, folds, training, verdict } = content;
  const dense = training.widths.length - 1;
  const { networks } = training;
  const inputs = columns.filter(({ use }) => use === "input").length;
  const goal = targets.map((name) => `<strong>${escaped(name)}</strong>`).join(", ");
  const unseen = {
    test:
      content.time === undefined
        ? "the test rows, which were not used in training"
        : `the test rows, those with the latest <strong>${escaped(content.time)}</strong>, which were not used in training`,
    validation: evaluated.optimistic
      ? "the validation rows, which chose the best epoch, so the metrics are too optimistic: there are no test rows"
      : folds
        ? "all of them, each predicted by networks that were not trained on it, at epochs chosen on other rows: there are no test rows"
        : "the validation rows, each predicted at an epoch chosen on the other validation rows: there are no test rows",
    training: "the training rows, so the metrics are too optimistic: there are no test rows",
  }[evaluated.part];
  const groups =
    content.group === undefined
      ? ""
      : ` Rows were split by groups of <strong>${escaped(content.group)}</strong>: no group is in two parts.`;
  const lead =
    `<p class="lead">${networks === 1 ? "A network" : `${shownCount(networks)} networks, whose predictions are averaged,`} learned to predict ${goal} from ${inputs} column${inputs === 1 ? "" : "s"} of ${escaped(sourceName(content))}. ` +
    `${networks === 1 ? "It is" : "They are"} evaluated here on ${shownCount(evaluated.rows)} rows${content.weights === undefined ? "" : `, weighted by <strong>${escaped(content.weights)}</strong>`}: ${unseen}.${groups}</p>`;
  const sentence =
    verdict === undefined ? "" : `<p><strong>${escaped(verdict).replaceAll(" %", "\u00a0%")}</strong></p>\n`;
  const size = [
    tile(
      shownCount(rows.training),
      `training rows, ${shownCount(rows.validation)} validation rows, ${shownCount(rows.test)} test rows`,
    ),
    tile(shownCount(training.parameters), `parameters in ${dense} layer${dense === 1 ? "" : "s"} of neurons`),
    tile(
      shownCount(training.epochs),
      `epochs${networks === 1 ? "" : " of the first network"}${training.bestEpoch === training.epochs ? "" : `; best epoch ${shownCount(training.bestEpoch)}`}`,
    ),
  ];
  const notes = warnings.map(({ message }) => `<li>${escaped(message)}</li>`);
  const list = notes.length === 0 ? "" : `\n<ul class="warnings" aria-label="Warnings">\n${notes.join("\n")}\n</ul>`;
  return `${lead}\n${sentence}<ul class="tiles">\n${[...scores(content), ...size].join("\n")}\n</ul>${list}`;
}

/** The last part of a path; other sources as they are. */
export function sourceName({ source }: ReportContent): string {
  return source.split(/[/\\]/).at(-1) || source;
}

const TWO_METRICS = {
  classification: ["accuracy", "logLoss"],
  multilabel: ["hammingLoss", "macroF1"],
  regression: ["r2", "mae"],
} as const;

/** The most informative metrics, each with the baseline's; of several targets no error, which would mix their units. */
function scores({ task, metrics, evaluated, targets, quality }: ReportContent): string[] {
  const { part, optimistic } = evaluated;
  if (optimistic || part === "training") return [];
  const several = task === "regression" && targets.length > 1;
  const shown = quality.task === "regression" && quality.quantiles ? (["pinball", "mae"] as const) : TWO_METRICS[task];
  return shown.flatMap((key) => {
    if (several && key === "mae") return [];
    const own = metricOf(metrics, part, "model", key);
    if (own === undefined) return [];
    const baseline = metricOf(metrics, part, "baseline", key);
    const beside = baseline === undefined ? "" : `; the baseline ${shownMetric(key, baseline)}`;
    return [
      tile(
        shownMetric(key, own),
        `${metricLabel(key)}${several ? `, mean of ${targets.length} targets` : ""}${beside}`,
      ),
    ];
  });
}

/** A metric of a part; undefined where it was not evaluated by it or has no value. */
export function metricOf(
  metrics: PartMetrics,
  part: "validation" | "test",
  whose: "model" | "baseline",
  key: string,
): number | undefined {
  const found: object | undefined = whose === "model" ? metrics[part] : metrics.baseline[part];
  const value: unknown = Object.entries(found ?? {}).find(([name]) => name === key)?.[1];
  return typeof value === "number" ? value : undefined;
}
