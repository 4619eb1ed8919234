/** What the reader can do: each action changes the state and tells the worker. */
import { addressOf, readAddress } from "../address.ts";
import { ownTable } from "../data/tables.ts";
import type { FromWorker, Speed, ToWorker } from "../protocol.ts";
import { defaults, type Setting, withActivations, withFittingLoss } from "../setting.ts";
import { answered, beginAsking } from "./ask.ts";
import {
  announcement,
  fault,
  live,
  MOST_POINTS,
  notes,
  opened,
  playing,
  readout,
  selected,
  setting,
  speed,
} from "./store.ts";

const worker = new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
let run = 0;
/** The learning rate that the run at hand was opened with. */
let openedRate = 1;
/** Called when there is something new to draw. */
let redraw: () => void = () => {};
let readAt = 0;

const tell = (message: ToWorker): void => worker.postMessage(message);

worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  if (data.run !== run) return;
  if (data.kind === "opened") {
    opened.value = data;
    adopt(data.loss);
  } else if (data.kind === "answer") answered(data);
  else if (data.kind === "fault") {
    playing.value = false;
    fault.value = data.message;
  } else {
    live.frame = data;
    const last = live.curve.at(-1);
    if (last === undefined || data.point.epoch > last.epoch) live.curve.push(data.point);
    if (live.curve.length > MOST_POINTS) live.curve = live.curve.filter((_, at) => at % 2 === 0);
    redraw();
  }
};
worker.onerror = (event) => {
  fault.value = `The worker could not be started: ${event.message || "the page's policy or the browser refuses it"}.`;
};

/** To be called once, with what draws. */
export function start(draw: () => void): void {
  redraw = draw;
  const read = readAddress(location.hash);
  notes.value = read.problems;
  setting.value = read.setting;
  addEventListener("hashchange", () => {
    const own = setting.value.data === ownTable ? setting.value : undefined;
    const { setting: asked, problems } = readAddress(location.hash, own);
    notes.value = problems;
    if (addressOf(asked) !== addressOf(setting.value)) open(asked, true);
  });
  open(setting.value, !matchMedia("(prefers-reduced-motion: reduce)").matches);
}

/** After a picture was drawn: the worker may send the next one; text follows ten times a second. */
export function drawn(): void {
  const now = performance.now();
  if (live.frame !== readout.value && (now - readAt > 100 || !playing.value)) {
    readAt = now;
    readout.value = live.frame;
  }
  tell({ kind: "ready", run });
}

function open(next: Setting, goOn: boolean): void {
  run++;
  setting.value = next;
  openedRate = next.rate;
  fault.value = undefined;
  selected.value = undefined;
  live.frame = undefined;
  live.curve = [];
  playing.value = goOn;
  beginAsking(run, tell);
  tell({ kind: "open", run, setting: next });
  tell({ kind: "speed", run, speed: speed.value });
  if (goOn) tell({ kind: "play", run });
}

/** The loss that a table's task made of the one that was asked for. */
function adopt(loss: Setting["loss"]): void {
  const { loss: asked, data } = setting.value;
  if (asked === loss) return;
  setting.value = { ...setting.value, loss };
  history.replaceState(null, "", `#${addressOf(setting.value)}`);
  if (asked !== defaults.loss)
    notes.value = [...notes.value, `The loss ${asked} does not fit ${data}: ${loss} is used.`];
}

/** Changes the setting: another run begins, except for the learning rate, with which the run goes on. */
export function change(part: Partial<Setting>): void {
  const isForAll = part.activation !== undefined && part.activations === undefined;
  const ofAnother = part.data !== undefined && { target: "", types: {} };
  const asked = withActivations({ ...setting.value, ...(isForAll && { activations: [] }), ...ofAnother, ...part });
  const next = withFittingLoss(asked);
  const hash = addressOf(next);
  history.pushState(null, "", hash === "" ? location.pathname : `#${hash}`);
  notes.value = [];
  if (Object.keys(part).join() === "rate" && fault.value === undefined) {
    setting.value = next;
    announcement.value = `Learning rate ${next.rate}; the run goes on.`;
    if ((live.frame?.step ?? 0) > 0) {
      notes.value = [`The learning rate is ${next.rate} from step ${live.frame?.step} on. Reset to begin with it.`];
    }
    tell({ kind: "rate", run, factor: next.rate / openedRate });
    return;
  }
  open(next, playing.value || fault.value !== undefined);
  announcement.value = "The setting has changed: a new run has begun.";
}

export function play(): void {
  if (fault.value !== undefined) return;
  playing.value = true;
  announcement.value = "Learning.";
  tell({ kind: "play", run });
}

export function pause(): void {
  playing.value = false;
  announcement.value = "Paused.";
  tell({ kind: "pause", run });
}

export function advance(kind: "step" | "epoch"): void {
  if (fault.value !== undefined) return;
  playing.value = false;
  tell({ kind, run });
  announcement.value = kind === "step" ? "One step." : "One epoch.";
}

/** The same run from its first step, with the same initial weights. */
export function reset(): void {
  notes.value = [];
  open(setting.value, playing.value);
  announcement.value = "Reset to the initial weights.";
}

export function setSpeed(value: Speed): void {
  speed.value = value;
  tell({ kind: "speed", run, speed: value });
}
