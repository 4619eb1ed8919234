/** What `tune` prints: the plan, a line a trial, the table of trials. */
import { counted, rangeText, valueText } from "../entries/internal.ts";
import {
  metrics,
  type Range,
  rankTrials,
  type TrialRecord,
  type TuneResult,
  type TuneStart,
  type Value,
} from "../node.ts";
import { duration } from "./progress.ts";
import { short } from "./terminal.ts";
import type { Printed } from "./textTable.ts";

/** The most trials a terminal's table shows; the journal has all. */
const MOST_ROWS = 25;

/** The lines before the first trial. */
export function tuneStartLines({ task, metric, space, rungs, time, fills, warnings }: TuneStart): Printed[] {
  const ranges = Object.entries<Range>(space).map(([name, range]) => [name, rangeText(range)]);
  const limit = fills ? "then more trials while there is time" : "no more than these trials";
  const ladder = rungs.map(({ trials, epochs }) => `${trials} × ${counted(epochs, "epoch")}`).join(", then the best ");
  return [
    `  task      ${task}, by ${metrics[metric].label} on the validation rows`,
    `  trials    ${ladder}`,
    ...(time === undefined ? [] : [`  time      ${duration(time)} in all, ${limit}`]),
    "  space",
    { rows: ranges, numeric: [], indent: 4 },
    ...warnings.map(({ message }) => `  note      ${message}`),
    "Searching …",
  ];
}

/** "  trial 12  28 epochs  accuracy 0.9811  4.2 s  learningRate 0.0131, dropout 0.1" */
export function trialLine(record: TrialRecord, metric: TuneStart["metric"], reused: boolean): string {
  const { trial, epochs, status, scores, seconds } = record;
  const outcome = status === "failed" ? "failed" : `${metrics[metric].label} ${short(scores[metric] ?? Number.NaN)}`;
  const time = reused ? "from the journal" : `${seconds.toFixed(1)} s`;
  return `  trial ${trial}  ${counted(epochs, "epoch")}  ${outcome}  ${time}  ${settingsText(record)}`;
}

/** The lines after the last trial: how it ended and the table, the best first. */
export function tuneLines(result: TuneResult): Printed[] {
  const { trials, best, stopped, rungs } = result;
  const endings = { finished: "", time: "; stopped at the time limit", aborted: "; interrupted" };
  const seconds = trials.reduce((sum, record) => sum + record.seconds, 0);
  const full = rungs[rungs.length - 1].epochs;
  const shortage =
    best.epochs < full
      ? [`None was trained for all ${full} epochs; the best has ${best.epochs}. Use more --time or fewer --epochs.`]
      : [];
  return [
    "",
    `${trials.length} trainings, which took ${duration(seconds)} together${endings[stopped]}.`,
    ...shortage,
    "",
    ...table(result),
  ];
}

/** Each trial once, where it got furthest, a column for each setting that varies. */
function table({ trials, metric, space }: TuneResult): Printed[] {
  const names = Object.keys(space);
  const ranked = rankTrials(trials, metric);
  const rows = ranked.slice(0, MOST_ROWS).map(({ trial, epochs, scores, seconds, values }) => {
    const score = scores[metric];
    const settings = names.map((name) => (values[name] === undefined ? "–" : shortValue(values[name])));
    return [
      String(trial),
      String(epochs),
      score === undefined ? "failed" : short(score),
      seconds.toFixed(1),
      ...settings,
    ];
  });
  const heading = ["trial", "epochs", metrics[metric].label, "seconds", ...names];
  const more = ranked.length > MOST_ROWS ? [`  … and ${ranked.length - MOST_ROWS} more; --json prints all.`] : [];
  return [{ rows: [heading, ...rows], numeric: heading.map((_, column) => column) }, ...more];
}

/** "learningRate 0.0131, hidden 64x64" */
export function settingsText({ values }: TrialRecord): string {
  const texts = Object.entries(values).map(([name, value]) => `${name} ${shortValue(value)}`);
  return texts.length === 0 ? "the unchanged recipe" : texts.join(", ");
}

const shortValue = (value: Value): string => (typeof value === "number" ? short(value) : valueText(value));
