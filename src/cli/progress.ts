/**
 * The progress of training as a person sees it: a bar on a terminal, a plain line now and then elsewhere.
 */
import cliProgress from "cli-progress"; // CommonJS: it has no named exports
import type { FitEvent } from "../node.ts";
import { short, type Terminal } from "./terminal.ts";

export interface ProgressView {
  show(event: FitEvent): void;
  close(): void;
}

/** A plain line comes at every tenth of the epochs, and at least this often (seconds). */
const SECONDS_BETWEEN_LINES = 15;

/** A bar where the terminal can draw one, else lines. */
export function progressView(terminal: Terminal): ProgressView {
  return terminal.screen ? bar(terminal.screen) : lines(terminal);
}

function bar(stream: NodeJS.WriteStream): ProgressView {
  const view = new cliProgress.SingleBar({
    format: (options, { progress }, { text }) => `  ${cliProgress.Format.BarFormat(progress, options)}  ${text}`,
    stream,
    hideCursor: true,
    clearOnComplete: false,
    barsize: 24,
    fps: 10,
    linewrap: false,
    gracefulExit: false, // Ctrl-C is the command's: it keeps the best model so far
  });
  let started = false;
  let last = "";
  return {
    show(event) {
      if (!started) view.start(event.epochs, 0, { text: "" });
      started = true;
      if (event.event === "epoch") last = describe(event);
      view.update(event.fraction * event.epochs, { text: last || `epoch ${event.epoch}/${event.epochs}` });
    },
    close: () => view.stop(),
  };
}

function lines(terminal: Terminal): ProgressView {
  let nextEpoch = 1;
  let nextTime = 0;
  return {
    show(event) {
      const now = performance.now() / 1000;
      const due = event.event === "epoch" && event.epoch >= nextEpoch;
      if (!due && now < nextTime) return;
      if (event.event === "progress") {
        if (nextTime > 0)
          terminal.note(`  epoch ${event.epoch}/${event.epochs}, ${Math.round(100 * event.fraction)} % of all`);
      } else {
        terminal.note(`  ${describe(event)}`);
        nextEpoch = event.epoch + Math.ceil(event.epochs / 10);
      }
      nextTime = now + SECONDS_BETWEEN_LINES;
    },
    close() {},
  };
}

/** "epoch 12/100  loss 0.0412  validation loss 0.0533  8 s left" */
function describe(event: Extract<FitEvent, { event: "epoch" }>): string {
  const parts = [`epoch ${event.epoch}/${event.epochs}`, `loss ${short(event.trainingLoss)}`];
  if (event.validationLoss !== undefined) parts.push(`validation loss ${short(event.validationLoss)}`);
  if (event.score !== undefined) parts.push(`${event.score.name} ${short(event.score.value)}`);
  parts.push(`${duration(event.secondsLeft)} left`);
  return parts.join("  ");
}

/** "8 s", "2 min 5 s", "1 h 3 min" */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
