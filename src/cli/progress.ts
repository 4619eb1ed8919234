/**
 * The progress of training as a person sees it: a bar on a terminal, a plain line now and then elsewhere.
 */

import cliProgress from "cli-progress"; // CommonJS: it has no named exports
import { metricLabel } from "../entries/internal.ts";
import type { FitEvent } from "../node.ts";
import { short, type Terminal } from "./terminal.ts";
import { displayWidth } from "./textWidth.ts";

export interface ProgressView {
  /** @param network which of the networks it is about, from 0 */
  show(event: FitEvent, network: number): void;
  close(): void;
}

/** Between plain lines, but for the last of each network. */
const SECONDS_BETWEEN_LINES = 60;
/** Of the bar, in columns; on a terminal of fewer than `WIDE` columns, half as many. */
const BAR = 24;
const WIDE = 100;

/**
 * A bar where the terminal can draw one, else lines.
 *
 * @param networks how many learn, one after the other or side by side
 * @param endsAt when training has to end at the latest, in seconds since the process began
 */
export function progressView(terminal: Terminal, networks: number, endsAt?: number): ProgressView {
  const all = allNetworks(networks, endsAt);
  return terminal.screen ? bar(terminal.screen, networks, all) : lines(terminal, networks, all);
}

/** The bar goes on with all networks; its words are about the one that last ended an epoch. */
function bar(stream: NodeJS.WriteStream, networks: number, all: AllNetworks): ProgressView {
  const columns = stream.columns || 80;
  const barsize = columns < WIDE ? BAR / 2 : BAR;
  const view = new cliProgress.SingleBar({
    format: (options, { progress }, { text }) => `  ${cliProgress.Format.BarFormat(progress, options)}  ${text}`,
    stream,
    hideCursor: true,
    clearOnComplete: false,
    barsize,
    fps: 10,
    linewrap: false,
    gracefulExit: false, // Ctrl-C is the command's: it keeps the best model so far
  });
  let started = false;
  let last: { readonly event: FitEvent; readonly network: number } | undefined;
  return {
    show(event, network) {
      if (!started) view.start(1, 0, { text: "" });
      started = true;
      const { share, secondsLeft } = all.after(event, network);
      if (event.event === "epoch" || last === undefined) last = { event, network };
      // A terminal breaks a line that fills its last column.
      const room = (stream.columns || 80) - barsize - 5;
      view.update(share, {
        text: describe(last.event, { network: last.network, networks, secondsLeft, columns: room }),
      });
    },
    close: () => view.stop(),
  };
}

/** A line for the last epoch of each network, and one a minute. */
function lines(terminal: Terminal, networks: number, all: AllNetworks): ProgressView {
  /** Each network's last epoch that no line was about. */
  const pending = new Map<number, string>();
  let nextTime = seconds() + SECONDS_BETWEEN_LINES;
  const print = (text: string, network: number): void => {
    terminal.note(`  ${text}`);
    pending.delete(network);
  };
  return {
    show(event, network) {
      const text = describe(event, { network, networks, secondsLeft: all.after(event, network).secondsLeft });
      const ended = event.event === "epoch";
      if (ended) pending.set(network, text);
      const late = seconds() >= nextTime;
      if (late) nextTime = seconds() + SECONDS_BETWEEN_LINES;
      if (late || (ended && event.epoch === event.epochs)) print(text, network);
    },
    close() {
      for (const [network, text] of [...pending].sort(([a], [b]) => a - b)) print(text, network);
    },
  };
}

const seconds = (): number => performance.now() / 1000;

/** An estimate is shown from this share of the work, or these seconds, on: training begins with work of other kinds. */
const LEAST_SHARE = 0.05;
const LEAST_SECONDS = 10;
/** And once it differs by no more than this from the one made when half the time had passed. */
const SETTLED_WITHIN = 0.2;

interface AllNetworks {
  /** The share of all work that is done, and how long the rest takes: undefined until the estimate has settled. */
  after(event: FitEvent, network: number): { share: number; secondsLeft: number | undefined };
}

/** What all networks together have made and need, from the events of each. */
function allNetworks(networks: number, endsAt = Number.POSITIVE_INFINITY): AllNetworks {
  const fractions = new Float64Array(networks);
  const begun = seconds();
  const earlier: { readonly passed: number; readonly total: number }[] = [];
  let settled = false;
  return {
    after(event, network) {
      fractions[network] = event.fraction;
      const share = fractions.reduce((sum, fraction) => sum + fraction, 0) / networks;
      const passed = seconds() - begun;
      const total = passed / share;
      while (earlier.length > 1 && earlier[1].passed <= passed / 2) earlier.shift();
      const [before] = earlier;
      earlier.push({ passed, total });
      const known = share >= LEAST_SHARE || passed >= LEAST_SECONDS;
      const steady = before !== undefined && before.passed <= passed / 2 && near(total, before.total);
      settled ||= known && steady && passed > 0;
      return { share, secondsLeft: settled ? Math.max(0, Math.min(total - passed, endsAt - seconds())) : undefined };
    },
  };
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= SETTLED_WITHIN * b;

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
    [which, epoch, left],
    [epoch, left],
    [epoch],
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
