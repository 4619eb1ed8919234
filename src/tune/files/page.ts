/**
 * A search as a page of its own: the metrics of the trials by rung, the effect of each setting, the table of all.
 *
 * The look is the report's. Knows nothing of searching.
 */

import { counted } from "../../counted.ts";
import { readResults } from "../../givenResult.ts";
import { list, object, requireKind, requireName, text, withFields } from "../../kinds.ts";
import { metrics } from "../../metrics/metricTable.ts";
import { escaped, figure, gallery, page, type Section, tile } from "../../report/files/html.ts";
import { loadPlots, PLOT_WIDTH, type Plots } from "../../report/files/plots.ts";
import { shownNumber } from "../../report/files/shownNumber.ts";
import { numericColumns, table } from "../../report/files/table.ts";
import { brokenWords, logTicks } from "../../report/files/ticks.ts";
import type { Scores } from "../objective.ts";
import { rankTrials } from "../search.ts";
import { type Range, rangeText, valueText } from "../space.ts";
import type { TrialRecord } from "../trial.ts";
import type { Value, Values } from "../tunable.ts";
import type { TuneResult } from "../tune.ts";

type PlotOptions = Parameters<Plots["draw"]>[1];

/** A finished training as a point of a plot. */
interface Point {
  readonly record: TrialRecord;
  readonly score: number;
}

const resultKind = withFields("the result of tune", {
  trials: list,
  metric: text,
  best: object,
  space: object,
  rungs: list,
});

/**
 * The trials of a search as a self-contained HTML page.
 *
 * @throws {GradusError} when one of the optional packages that draw is not installed
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * import { trialsHtml, tune } from "gradus/node";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const result = await tune({ table: rows, target: "price", recipe: "plain", trials: 2, epochs: 3 });
 * writeFileSync("trials.html", await trialsHtml(result));
 */
export async function trialsHtml(result: Omit<TuneResult, "model">): Promise<string> {
  requireKind("trialsHtml's result", result, resultKind);
  const plots = await loadPlots();
  return readResults("tune", { result }, (results) => pageOf(results.result, plots));
}

function pageOf(result: Omit<TuneResult, "model">, plots: Plots): string {
  const { trials, metric, best, space } = result;
  requireName(metric, metrics, "metric");
  const points = trials.flatMap((record): Point[] => {
    const score = record.scores[metric];
    return record.status === "finished" && score !== undefined ? [{ record, score }] : [];
  });
  const climbing = {
    id: "climbing",
    title: "Progress of the trials",
    content: gallery([ladder(result, points, plots)]),
  };
  const effects = Object.entries<Range>(space).map(([name, range]) => effect(name, range, result, points, plots));
  const sections: Section[] = [
    ...(result.rungs.length > 1 ? [climbing] : []),
    { id: "settings", title: "Effect of each setting", content: gallery(effects) },
    { id: "space", title: "Search space", content: spaceTable(space, best.values) },
    { id: "trials", title: "All training runs", content: trialsTable(result) },
  ];
  const targets = result.report ? ` for ${result.report.targets.join(", ")}` : "";
  return page(`Hyperparameter search${targets}`, lead(result), sections);
}

function lead(result: Omit<TuneResult, "model">): string {
  const { best, trials, metric, report, rungs, stopped } = result;
  const { label } = metrics[metric];
  const score = (record: TrialRecord | undefined): string => scoreText(record?.scores[metric]);
  const asItStands = trials.find(({ trial, epochs }) => trial === 0 && epochs === best.epochs);
  const test = (report?.metrics.test as Scores | undefined)?.[metric];
  const tiles = [
    [score(best), `${label} of the best, trial ${best.trial}`],
    [score(asItStands), `${label} of the unchanged recipe`],
    ...(test === undefined ? [] : [[scoreText(test), `${label} of the best on the test rows`]]),
    [String(trials.length), "training runs"],
    [`${shownNumber(Math.round(trials.reduce((sum, { seconds }) => sum + seconds, 0)))} s`, "of training in all"],
  ];
  const cut = {
    finished: "",
    time: " The time was up before all were finished.",
    aborted: " The search was interrupted before all were finished.",
  }[stopped];
  const plan = rungs
    .map(({ trials: count, epochs }, rung) => {
      const made = rung === 0 ? counted(count, "trial") : `the best ${count}`;
      return `${made} of ${counted(epochs, "epoch")}${count === 1 ? "" : " each"}`;
    })
    .join(", then ");
  const along =
    rungs.length > 1 ? " The unchanged recipe, trial 0, continues too, whether or not it is among the best." : "";
  return `<p class="lead">Planned: ${plan}, compared by ${escaped(label)} on the validation rows.${along}${cut}</p>
<ul class="tiles">${tiles.map(([number, words]) => tile(escaped(number), escaped(words))).join("")}</ul>`;
}

/** One line a trial, from rung to rung. */
function ladder({ metric, best, rungs }: Omit<TuneResult, "model">, points: readonly Point[], plots: Plots): string {
  const { Plot, draw } = plots;
  const { label, better } = metrics[metric];
  const x = ({ record }: Point): string => String(record.epochs);
  const y = ({ score }: Point): number => score;
  const z = ({ record }: Point): number => record.trial;
  const of = (trial: number): readonly Point[] => points.filter(({ record }) => record.trial === trial);
  const others = points.filter(({ record }) => record.trial !== best.trial && record.trial !== 0);
  const one = (trial: number, colour: string, dashed: boolean) => [
    Plot.line(of(trial), { x, y, stroke: colour, strokeWidth: 2.5, strokeDasharray: dashed ? "5 4" : undefined }),
    Plot.dot(of(trial), { x, y, fill: colour, r: 4 }),
  ];
  const options: PlotOptions = {
    x: { type: "point", domain: rungs.map(({ epochs }) => String(epochs)), label: "epochs" },
    y: { label, grid: true, nice: true, zero: false },
    marks: [
      Plot.line(others, { x, y, z, stroke: "var(--quiet)", strokeOpacity: 0.5 }),
      Plot.dot(others, { x, y, fill: "var(--quiet)", r: 2.5 }),
      ...(best.trial === 0 ? [] : one(0, "var(--c2)", true)),
      ...one(best.trial, "var(--c1)", false),
    ],
  };
  return figure({
    title: `${label} with more epochs`,
    note: `Each line is a trial; the ${better === "higher" ? "highest" : "lowest"} continue to the next rung.`,
    plot: draw(`The ${label} of every trial on each rung of the search.`, options),
    legend: [
      { name: `the best, trial ${best.trial}`, colour: "var(--c1)" },
      ...(best.trial === 0 ? [] : [{ name: "the unchanged recipe", colour: "var(--c2)", dashed: true }]),
      { name: "the others", colour: "var(--quiet)" },
    ],
  });
}

/** A setting's values against the metric of the lowest rung, where trials can be compared because all were there. */
function effect(
  name: string,
  range: Range,
  { metric, best, rungs }: Omit<TuneResult, "model">,
  points: readonly Point[],
  { Plot, draw }: Plots,
): string {
  const { label } = metrics[metric];
  const lowest = points.filter(({ record }) => record.rung === 0 && record.values[name] !== undefined);
  const x = ({ record }: Point): number | string => coordinate(range, record.values[name]);
  const y = ({ score }: Point): number => score;
  const isBest = ({ record }: Point): boolean => record.trial === best.trial;
  const scale: PlotOptions["x"] =
    range.type === "choice"
      ? choiceScale(range.values.map(valueText))
      : {
          type: range.log ? "log" : "linear",
          domain: [range.from, range.to],
          ticks: (range.log ? logTicks(range.from, range.to) : undefined) ?? 5,
          tickFormat: shownNumber,
        };
  const options: PlotOptions = {
    ...(range.type === "choice" && { marginBottom: 40 + LINE * (linesBelow(range.values.map(valueText)) - 1) }),
    x: { ...scale, label: name, inset: 8 },
    y: { label, grid: true, nice: true, zero: false, insetBottom: 8 },
    marks: [
      Plot.dot(
        lowest.filter((point) => !isBest(point)),
        { x, y, stroke: "var(--quiet)", r: 3.5 },
      ),
      Plot.dot(lowest.filter(isBest), { x, y, fill: "var(--c1)", r: 5 }),
    ],
  };
  return figure({
    title: name,
    note: rungs.length > 1 ? `After ${rungs[0].epochs} epochs, which every trial reached.` : undefined,
    plot: draw(`${label} of the trials against ${name}.`, options),
    legend:
      best.values[name] === undefined
        ? []
        : [{ name: `the best, trial ${best.trial}`, colour: "var(--c1)", dot: true }],
  });
}

/** Plot units: a letter's width and a line's height. */
const LETTER = 8;
const LINE = 14;

/** As many letters as fit below each of the values. */
const lettersBelow = (values: readonly string[]): number =>
  Math.max(3, Math.floor((PLOT_WIDTH - 80) / values.length / LETTER) - 1);

const linesBelow = (values: readonly string[]): number =>
  Math.max(1, ...values.map((value) => brokenWords(value, lettersBelow(values)).split("\n").length));

function choiceScale(values: readonly string[]): PlotOptions["x"] {
  return { type: "point", domain: values, tickFormat: (value: string) => brokenWords(value, lettersBelow(values)) };
}

function coordinate(range: Range, value: Value): number | string {
  return range.type === "choice" ? valueText(value) : (value as number);
}

function spaceTable(space: TuneResult["space"], best: Values): string {
  const rows = Object.entries<Range>(space).map(([name, range]) => [
    escaped(name),
    escaped(rangeText(range)),
    best[name] === undefined ? "the recipe’s" : escaped(settingText(best[name])),
  ]);
  return table(
    "The range of each setting, in the form that the search takes it, and the best trial’s value",
    [{ head: "setting" }, { head: "range" }, { head: "best" }],
    rows,
  );
}

function trialsTable({ trials, metric, space, rungs }: Omit<TuneResult, "model">): string {
  const names = Object.keys(space);
  const best = rungs.map((_, rung) =>
    rankTrials(
      trials.filter((record) => record.rung === rung),
      metric,
    ),
  );
  const ordered = best.reverse().flat();
  const rows = ordered.map(({ trial, epochs, scores, status, seconds, values }) => [
    String(trial),
    String(epochs),
    status === "failed" ? "failed" : escaped(scoreText(scores[metric])),
    seconds.toFixed(1),
    ...names.map((name) => (values[name] === undefined ? "–" : escaped(settingText(values[name])))),
  ]);
  const settings = Object.entries<Range>(space).map(([head, range]) => ({
    head,
    numeric: range.type !== "choice" || range.values.every((value) => typeof value === "number"),
  }));
  const columns = [...numericColumns("trial", "epochs", metrics[metric].label, "seconds"), ...settings];
  const failures = ordered.flatMap(({ trial, epochs, message }) =>
    message === undefined ? [] : `<p>Trial ${trial}, ${epochs} epochs: ${escaped(message)}</p>`,
  );
  const caption = "Every training run, those with the most epochs first, then the best; – is the recipe’s default";
  return [table(caption, columns, rows), ...failures].join("\n");
}

const settingText = (value: Value): string => (typeof value === "number" ? shownNumber(value) : valueText(value));
const scoreText = (score: number | undefined): string => (score === undefined ? "–" : shownNumber(score));
