/** What `gradus learn` prints of its course: lines for people, or events as lines of JSON. Knows no stream and no file. */
import { counted, metricLabel, targetNames } from "../entries/internal.ts";
import type { Learner, Model, RunningScores, Warning } from "../node.ts";
import { type Prediction, predictionText } from "./predictionLines.ts";
import { short, type Terminal } from "./terminal.ts";

/** How many rows there were of each kind since the command began. */
export interface LearnCounts {
  /** Learned, before the command began too. */
  readonly rows: number;
  readonly learned: number;
  /** Predicted only: they have no target. */
  readonly predicted: number;
  readonly invalid: number;
  /** Learned by an earlier run, and not again. */
  readonly skipped: number;
}

export interface LearnOutput {
  /** @param rows that were learned before */
  begin(rows: number, source: string): void;
  prediction(line: number, prediction: Prediction): void;
  warning(warning: Warning): void;
  /** @param message which names the line */
  invalid(line: number, message: string): void;
  scores(learner: Learner, line: number): void;
  saved(rows: number): void;
  /** @param every the time between two tries; undefined where there is none after this */
  notSaved(message: string, every?: string): void;
  /** What was learned before an error is in the file. */
  kept(rows: number, file: string): void;
  /** The prediction of a line could not be written. @param file as of `end` */
  unwritten(line: number, rows: number, file: string | undefined): void;
  /** @param file what was saved; undefined where nothing was */
  end(learner: Learner, counts: LearnCounts, file: string | undefined): void;
}

/** @param form undefined for people; with json all but the end is for people, on standard error */
export function learnOutput(terminal: Terminal, form: "json" | "jsonl" | undefined, model: Model): LearnOutput {
  if (form === "jsonl") return forPrograms(terminal, model);
  if (form === undefined) return forPeople(terminal, terminal.out, model);
  return {
    ...forPeople(terminal, terminal.note, model),
    end: (learner, counts, file) => terminal.json(result(learner, counts, file)),
  };
}

function result({ scores, warnings }: Learner, counts: LearnCounts, file: string | undefined): object {
  return {
    ...counts,
    ...(scores && { scores: { model: scores.model, baseline: scores.baseline } }),
    warnings,
    ...(file !== undefined && { model: file }),
  };
}

function forPrograms(terminal: Terminal, model: Model): LearnOutput {
  const text = predictionText(model);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  return {
    begin: (rows) =>
      terminal.json({ event: "start", task: model.task, targets: targetNames(model.document.target), rows }),
    prediction: (line, prediction) =>
      terminal.block(`{"event":"prediction","line":${line},"prediction":${text(prediction)}}`),
    warning: (warning) => terminal.json({ event: "warning", ...warning }),
    invalid: (line, message) => terminal.json({ event: "invalid", line, message }),
    scores: ({ scores }, line) => terminal.json({ event: "scores", line, ...scores, seconds: seconds() }),
    saved: (rows) => terminal.json({ event: "saved", rows, seconds: seconds() }),
    kept: (rows) => terminal.json({ event: "saved", rows, seconds: seconds() }),
    notSaved: (message) => terminal.json({ event: "not-saved", message }),
    unwritten: (...where) => terminal.note(unwrittenText(...where)),
    end: (learner, counts, file) => terminal.json({ event: "done", ...result(learner, counts, file) }),
  };
}

/** Standard output can't be written, so this goes to standard error in every form. */
function unwrittenText(line: number, rows: number, file: string | undefined): string {
  const saved = `Saved ${file}, with the ${counted(rows, "row")} that it has learned: go on with the same rows and --skip-learned.`;
  return `  Stopped at line ${line}, whose prediction is missing or cut off.${file === undefined ? "" : ` ${saved}`}`;
}

/** "RMSE 2.5 (baseline 4), MAE 2 (baseline 3)" */
export function scoresText({ model, baseline }: Pick<RunningScores, "model" | "baseline">): string {
  return Object.entries(model)
    .map(([name, value]) => `${metricLabel(name)} ${short(value)} (baseline ${short(baseline[name])})`)
    .join(", ");
}

/** Of so many invalid lines each is told; the others are counted. */
const MOST_INVALID = 5;

function forPeople(terminal: Terminal, out: (line: string) => void, model: Model): LearnOutput {
  const text = predictionText(model);
  let invalid = 0;
  /** Why the last write was none. */
  let fault = "";
  let last = { rows: 0, at: performance.now() };
  return {
    begin(rows, source) {
      last = { rows, at: performance.now() };
      const before = rows === 0 ? "" : `, going on after ${counted(rows, "row")}`;
      const targets = targetNames(model.document.target).map((name) => JSON.stringify(name));
      terminal.note(`Learning ${targets.join(", ")} from ${source}${before}.`);
    },
    prediction: (line, prediction) => out(`line ${line}: ${text(prediction)}`),
    warning: ({ message }) => terminal.note(`  warning: ${message}`),
    invalid(_, message) {
      invalid++;
      if (invalid <= MOST_INVALID) terminal.note(`  skipped: ${message}`);
      if (invalid === MOST_INVALID) terminal.note("  Further lines that are invalid are counted.");
    },
    scores({ scores, rows }) {
      if (scores === undefined) return;
      const at = performance.now();
      const speed = (1000 * (rows - last.rows)) / (at - last.at);
      last = { rows, at };
      out(`  ${counted(rows, "row")}: ${scoresText(scores)}; ${Math.round(speed)} rows/s`);
    },
    saved(rows) {
      if (fault !== "") terminal.note(`  Saved again, with the ${counted(rows, "row")} that it has learned.`);
      fault = "";
    },
    kept: (rows, file) => terminal.note(`  Saved ${file}, with the ${counted(rows, "row")} that it has learned.`),
    notSaved(message, every) {
      // A disk may stay full for hours.
      if (message !== fault || every === undefined) {
        terminal.note(`  warning: ${message}${every === undefined ? "" : ` It is tried again every ${every}.`}`);
      }
      fault = message;
    },
    unwritten: (...where) => terminal.note(unwrittenText(...where)),
    end(_, counts, file) {
      const { rows, learned, predicted, invalid, skipped } = counts;
      const parts = [
        `${counted(learned, "row")} learned${rows === learned ? "" : `, ${rows} in all`}`,
        predicted > 0 && `${predicted} predicted only, without a target`,
        skipped > 0 && `${skipped} skipped that had been learned before`,
        invalid > 0 && `${invalid} invalid`,
      ];
      out(`${parts.filter((part) => part !== false).join("; ")}.`);
      out(file === undefined ? "Nothing was saved." : `Saved ${file}.`);
    },
  };
}
