/** What the reader can do: each action changes the state and tells the worker. */
import { addressOf, readAddress } from "../address.ts";
import { ownTable } from "../data/tables.ts";
import { lessonOf } from "../lessons/settings.ts";
import type { Frame, FromWorker, MeasuredFrame, Open, ToWorker } from "../protocol.ts";
import { defaults, optionText, optionTitles, type Setting, withActivations, withFittingLoss } from "../setting.ts";
import { answered, ask, beginAsking } from "./ask.ts";
import { goneOn, type Remembered, remember, take } from "./history.ts";
import { modelFault } from "./model.ts";
import { ownSetting, readingFault, rememberOwn, tableSummary } from "./ownTable.ts";
import { rateNotes } from "./rateNotes.ts";
import { isSlow } from "./slowMotion.ts";
import {
  announcement,
  fault,
  live,
  MOST_POINTS,
  notes,
  opened,
  type Pace,
  playing,
  readout,
  selected,
  setting,
  speed,
} from "./store.ts";

const worker = new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
let run = 0;
/** Changes of the learning rate that the worker has not answered: frames before have the one before. */
let ratesOnTheWay = 0;
/** Called when there is something new to draw. */
let redraw: () => void = () => {};
/** The last setting that came by the address. */
let linked: Setting | undefined;

const tell = (message: ToWorker): void => worker.postMessage(message);

worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  if (data.kind === "answer") answered(data);
  if (data.run !== run) return;
  if (data.kind === "opened") {
    opened.value = data;
    adopt(data.adopted);
    notes.value = [...new Set([...notes.value, ...data.notes])];
  } else if (data.kind === "fault") {
    playing.value = false;
    if (live.frame === undefined) [opened.value, readout.value] = [undefined, undefined]; // there is no run
    fault.value = data.message;
  } else if (data.kind === "frame") {
    receive(data);
    redraw();
  }
};
worker.onerror = (event) => {
  fault.value = `The worker could not be started: ${event.message || "the page's policy or the browser refuses it"}.`;
};

const isMeasured = (frame: Frame | undefined): frame is MeasuredFrame => frame?.point !== undefined;

/** The curve ends where the run has been, which a change by hand cuts; the learning rate is that of the step. */
function receive(frame: Frame): void {
  live.frame = frame;
  const { curve } = live;
  const lastEpoch = (frame.last + 0.5) / (opened.value?.stepsPerEpoch ?? 1);
  while ((curve.at(-1)?.epoch ?? 0) > lastEpoch) curve.pop();
  const { point } = frame;
  if (point !== undefined && point.epoch > (curve.at(-1)?.epoch ?? -1)) curve.push(point);
  if (curve.length > MOST_POINTS) live.curve = curve.filter((_, at) => at % 2 === 0);
  if (ratesOnTheWay > 0 || frame.rate === setting.value.rate) return;
  setting.value = { ...setting.value, rate: frame.rate };
  history.replaceState(null, "", hashOf(setting.value));
}

/** To be called once, with what draws. */
export function start(draw: () => void): void {
  redraw = draw;
  const read = readAddress(location.hash);
  notes.value = read.problems;
  setting.value = linked = read.setting;
  addEventListener("hashchange", () => {
    const { setting: asked, problems } = readAddress(location.hash, ownSetting());
    notes.value = problems;
    const isLesson = lessonOf(location.hash) !== undefined;
    if (!isLesson && addressOf(asked) === addressOf(setting.value)) return;
    remember("Address");
    linked = asked;
    open(asked, !isLesson && beginsByItself());
  });
  open(setting.value, lessonOf(location.hash) === undefined && beginsByItself());
}

/** Whether a run may begin to learn without being told to. */
const beginsByItself = (): boolean => !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A new run that stands still. @param name of what is done, for "Undo" */
export function begin(name: string, next: Setting): void {
  remember(name);
  notes.value = [];
  open(next, false);
}

/** After a picture was drawn: the worker may send the next one; text follows where it has losses and scores. */
export function drawn(): void {
  if (isMeasured(live.frame)) readout.value = live.frame;
  tell({ kind: "ready", run });
}

function open(next: Setting, goOn: boolean, more: Pick<Open, "keeps" | "past"> = {}): void {
  run++;
  setting.value = next;
  notes.value = [...notes.value, ...rateNotes(next)];
  rememberOwn(next);
  ratesOnTheWay = 0;
  fault.value = readingFault.value = modelFault.value = undefined; // what they are about is past
  selected.value = undefined;
  live.frame = undefined;
  live.curve = [];
  playing.value = goOn;
  beginAsking(run, tell);
  tell({ kind: "open", run, setting: next, table: tableSummary.peek()?.id, ...more });
  go();
}

/** What a table made of the setting that was asked for. A link's loss is one that somebody chose; after that the task does. */
function adopt({ loss, target }: Setting): void {
  const asked = setting.value;
  if (asked.loss === loss && asked.target === target) return;
  setting.value = { ...asked, loss, target };
  history.replaceState(null, "", hashOf(setting.value));
  if (asked === linked && asked.loss !== loss && asked.loss !== defaults.loss)
    notes.value = [...notes.value, `The loss ${asked.loss} does not fit ${asked.data}: ${loss} is used.`];
}

const hashOf = (of: Setting): string => {
  const hash = addressOf(of);
  return hash === "" ? location.pathname : `#${hash}`;
};

/**
 * Changes the setting. The run goes on with another learning rate. Any other change begins a run that keeps the weights
 * where shapes allow, except for other data or another seed.
 */
export function change(part: Partial<Setting>): void {
  const isForAll = part.activation !== undefined && part.activations === undefined;
  const { target = "", types = {} } = (part.data === ownTable && ownSetting()) || {};
  const ofAnother = part.data !== undefined && { target, types, points: [] };
  const asked = withActivations({ ...setting.value, ...(isForAll && { activations: [] }), ...ofAnother, ...part });
  const next = withFittingLoss(asked);
  remember(titleOf(setting.value, next, part));
  history.pushState(null, "", hashOf(next));
  notes.value = [];
  const hasBegun = playing.value || (live.frame?.step ?? 0) > 0;
  if (Object.keys(part).join() === "rate" && fault.value === undefined && hasBegun) {
    changeRate(next);
    return;
  }
  const isAnew = ["data", "target", "types", "seed"].some((name) => name in part);
  const keeps = !isAnew && fault.value === undefined;
  open(next, playing.value || (fault.value !== undefined && beginsByItself()), { keeps });
  announcement.value = "The setting has changed: a new run has begun.";
}

/** "Batch size 10 → 20": what a change is of. */
const titleOf = (before: Setting, after: Setting, part: Partial<Setting>): string =>
  (Object.keys(part) as (keyof Setting)[])
    .filter((name, at) => at === 0 || optionText(before, name) !== optionText(after, name))
    .map((name) => `${optionTitles[name]} ${optionText(before, name)} → ${optionText(after, name)}`)
    .join(", ");

function changeRate(next: Setting): void {
  setting.value = next;
  announcement.value = `Learning rate ${next.rate}; the run goes on.`;
  const of = run;
  ratesOnTheWay++;
  void ask("setRate", { rate: next.rate }).then((step) => {
    if (of !== run) return;
    ratesOnTheWay--;
    notes.value = [`The learning rate is ${next.rate} from step ${step} on. Reset to begin with it.`];
  });
}

/** How it was before the last act, weights and step too, to the bit; or again after it. */
export function undo(direction: "undo" | "redo"): void {
  const before = take(direction);
  if (before === undefined) return;
  reopenAt(before, `${direction === "undo" ? "Undone" : "Done again"}: ${before.title}.`);
}

/** A run that the worker keeps, weights and step too, to the bit; it stands still. */
export function reopen(run: Omit<Remembered, "title">, said: string): void {
  remember("Restored run");
  reopenAt(run, said);
}

function reopenAt(run: Omit<Remembered, "title">, said: string): void {
  if (run.table !== undefined && run.setting.data === ownTable) tableSummary.value = run.table;
  history.pushState(null, "", hashOf(run.setting));
  open(run.setting, false, { past: run.past });
  live.curve = [...run.curve];
  notes.value = run.notes;
  announcement.value = said;
}

/** Has the worker go on by itself where the run plays and its speed is none of slow motion. */
function go(): void {
  const { value } = speed;
  if (!isSlow(value)) tell({ kind: "speed", run, speed: value });
  if (playing.value) tell({ kind: isSlow(value) ? "pause" : "play", run });
}

export function play(): void {
  if (fault.value !== undefined) return;
  goneOn();
  playing.value = true;
  announcement.value = "Learning.";
  go();
}

export function pause(): void {
  playing.value = false;
  announcement.value = "Paused.";
  tell({ kind: "pause", run });
}

export function advance(kind: "step" | "epoch"): void {
  if (fault.value !== undefined) return;
  goneOn();
  playing.value = false;
  tell({ kind, run });
  announcement.value = kind === "step" ? "One step." : "One epoch.";
}

/** The same run from its first step, with the same initial weights. */
export function reset(): void {
  remember("Reset");
  notes.value = [];
  open(setting.value, playing.value);
  announcement.value = "Reset to the initial weights.";
}

export function setSpeed(value: Pace): void {
  speed.value = value;
  go();
}

/** Draws the neurons over two other inputs of a table; the run goes on. */
export function drawOver(x: number, y: number): void {
  tell({ kind: "plane", run, x, y });
}
