/**
 * The progress of training as a person sees it: a bar on a terminal, a plain line now and then elsewhere.
 */
import cliProgress from "cli-progress"; // CommonJS: it has no named exports
import type { FitEvent } from "../node.ts";
import { short, type Terminal } from "./terminal.ts";

export interface ProgressView {
  /** @param network which of the networks it is about, from 0 */
  show(event: FitEvent, network: number): void;
  close(): void;
}

/** A plain line comes at every tenth of the epochs, and at least this often (seconds). */
const SECONDS_BETWEEN_LINES = 15;

/** A bar where the terminal can draw one, else lines. @param networks how many learn, one after the other or side by side */
export function progressView(terminal: Terminal, networks: number): ProgressView {
  return terminal.screen ? bar(terminal.screen, networks) : lines(terminal, networks);
}

/** The bar goes on with all networks; its words are about the one that last ended an epoch. */
function bar(stream: NodeJS.WriteStream, networks: number): ProgressView {
  const fractions = new Float64Array(networks);
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
    show(event, network) {
      if (!started) view.start(1, 0, { text: "" });
      started = true;
      fractions[network] = event.fraction;
      if (event.event === "epoch") last = describe(event, network, networks);
      const share = fractions.reduce((sum, fraction) => sum + fraction, 0) / networks;
      view.update(share, { text: last || `epoch ${event.epoch}/${event.epochs}` });
    },
    close: () => view.stop(),
  };
}

function lines(terminal: Terminal, networks: number): ProgressView {
  const nextEpoch = new Array<number>(networks).fill(1);
  let nextTime = 0;
  return {
    show(event, network) {
      const now = performance.now() / 1000;
      const due = event.event === "epoch" && event.epoch >= nextEpoch[network];
      if (!due && now < nextTime) return;
      if (event.event === "progress") {
        if (nextTime > 0)
          terminal.note(`  epoch ${event.epoch}/${event.epochs}, ${Math.round(100 * event.fraction)} % of all`);
      } else {
        terminal.note(`  ${describe(event, network, networks)}`);
        nextEpoch[network] = event.epoch + Math.ceil(event.epochs / 10);
      }
      nextTime = now + SECONDS_BETWEEN_LINES;
    },
    close() {},
  };
}

/** "epoch 12/100  loss 0.0412  validation loss 0.0533  8 s left" */
function describe(event: Extract<FitEvent, { event: "epoch" }>, network: number, networks: number): string {
  const which = networks === 1 ? "" : `network ${network + 1}/${networks}  `;
  const parts = [`${which}epoch ${event.epoch}/${event.epochs}`, `loss ${short(event.trainingLoss)}`];
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
