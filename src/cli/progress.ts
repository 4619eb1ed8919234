/**
 * The progress of training as a person sees it: a bar on a terminal, a plain line now and then elsewhere.
 */
import cliProgress from "cli-progress"; // CommonJS: it has no named exports
import type { FitEvent } from "../node.ts";
import { metricLabel } from "./metricLabels.ts";
import { short, type Terminal } from "./terminal.ts";
import { displayWidth } from "./textWidth.ts";

export interface ProgressView {
  /** @param network which of the networks it is about, from 0 */
  show(event: FitEvent, network: number): void;
  close(): void;
}

/** Between plain lines, but for the first and the last of each network. */
const SECONDS_BETWEEN_LINES = 15;
/** Before either has passed, the time left of several networks isn't estimated: they begin with work of other kinds. */
const LEAST_SHARE = 0.05;
const LEAST_SECONDS = 10;
/** Of the bar, in columns. */
const BAR = 24;

/** A bar where the terminal can draw one, else lines. @param networks how many learn, one after the other or side by side */
export function progressView(terminal: Terminal, networks: number): ProgressView {
  return terminal.screen ? bar(terminal.screen, networks) : lines(terminal, networks);
}

/** The bar goes on with all networks; its words are about the one that last ended an epoch. */
function bar(stream: NodeJS.WriteStream, networks: number): ProgressView {
  const all = allNetworks(networks);
  const view = new cliProgress.SingleBar({
    format: (options, { progress }, { text }) => `  ${cliProgress.Format.BarFormat(progress, options)}  ${text}`,
    stream,
    hideCursor: true,
    clearOnComplete: false,
    barsize: BAR,
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
      const { share, secondsLeft } = all.after(event, network);
      const columns = (stream.columns || 80) - BAR - 4;
      if (event.event === "epoch" || last === "") last = describe(event, { network, networks, secondsLeft, columns });
      view.update(share, { text: last });
    },
    close: () => view.stop(),
  };
}

/** A line for the first epoch, for the last of each network, and now and then between them. */
function lines(terminal: Terminal, networks: number): ProgressView {
  const all = allNetworks(networks);
  /** Each network's last epoch that no line was about. */
  const pending = new Map<number, string>();
  let anyPrinted = false;
  let nextTime = seconds() + SECONDS_BETWEEN_LINES;
  const tell = (text: string, network: number): void => {
    terminal.note(`  ${text}`);
    pending.delete(network);
    anyPrinted = true;
  };
  return {
    show(event, network) {
      const text = describe(event, { network, networks, secondsLeft: all.after(event, network).secondsLeft });
      const ended = event.event === "epoch";
      if (ended) pending.set(network, text);
      const late = seconds() >= nextTime;
      if (late) nextTime = seconds() + SECONDS_BETWEEN_LINES;
      if (late || (ended && (!anyPrinted || event.epoch === event.epochs))) tell(text, network);
    },
    close() {
      for (const [network, text] of [...pending].sort(([a], [b]) => a - b)) tell(text, network);
    },
  };
}

const seconds = (): number => performance.now() / 1000;

/** What all networks together have made and need, from the events of each. */
function allNetworks(networks: number) {
  const fractions = new Float64Array(networks);
  const begun = seconds();
  return {
    after(event: FitEvent, network: number): { share: number; secondsLeft: number | undefined } {
      fractions[network] = event.fraction;
      const share = fractions.reduce((sum, fraction) => sum + fraction, 0) / networks;
      const passed = seconds() - begun;
      if (networks === 1) return { share, secondsLeft: event.secondsLeft };
      const known = share >= LEAST_SHARE || passed >= LEAST_SECONDS;
      return { share, secondsLeft: known ? (passed * (1 - share)) / share : undefined };
    },
  };
}

interface Shown {
  readonly network: number;
  readonly networks: number;
  /** Until all networks have learned; undefined where there is no estimate yet. */
  readonly secondsLeft: number | undefined;
  /** What doesn't fit is left out, the least important first. */
  readonly columns?: number;
}

/** "epoch 12/100  loss 0.0412  validation loss 0.0533  accuracy 0.98  8 s left" */
function describe(
  event: FitEvent,
  { network, networks, secondsLeft, columns = Number.POSITIVE_INFINITY }: Shown,
): string {
  const { validationLoss, score } = event.event === "epoch" ? event : {};
  const which = networks === 1 ? "" : `network ${network + 1}/${networks}`;
  const epoch = `epoch ${event.epoch}/${event.epochs}`;
  const loss = `loss ${short(event.trainingLoss)}`;
  const validation = validationLoss === undefined ? "" : `validation loss ${short(validationLoss)}`;
  const scored = score === undefined ? "" : `${metricLabel(score.name)} ${short(score.value)}`;
  const left = secondsLeft === undefined ? "" : `${duration(secondsLeft)} left`;
  const forms = [
    [which, epoch, loss, validation, scored, left],
    [which, epoch, validation || loss, scored, left],
    [which, epoch, scored, left],
    [epoch, left],
  ].map((parts) => parts.filter((part) => part !== "").join("  "));
  return forms.find((form) => displayWidth(form) <= columns) ?? "";
}

/** "8 s", "2 min 5 s", "1 h 3 min" */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
