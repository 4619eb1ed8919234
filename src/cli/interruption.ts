/**
 * Signals that ask the process to end: Ctrl-C (SIGINT), SIGTERM and SIGHUP are treated alike.
 *
 * A command with something to keep takes the first one and finishes in its own way; the second, and every one that no
 * command takes, ends the process at once. In each case it ends by the signal, which shells show as exit code 128 + its number: a script
 * that runs commands one after the other stops there, and none takes what was interrupted for done.
 */
import { constants } from "node:os";
import type { Terminal } from "./terminal.ts";

const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Ending = (typeof ENDING)[number];

/** Commands that take the signals at this time. */
let taken = 0;
/** The signal that a command took. */
let received: Ending | undefined;

/** Makes the signals end the process, unless a command takes them. */
export function exitOnSignals(): void {
  for (const name of ENDING) {
    process.on(name, () => {
      if (taken === 0) exit(name);
    });
  }
}

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Leaves the signals to others again. */
  release(): void;
}

/** Milliseconds in which signals are one: `timeout` sends its own to the process, and then to the group of processes. */
const TOGETHER = 500;

/** Takes the signals for a command: the first aborts and prints a note, a later one exits. @param kept what comes of the first */
export function interruptible(terminal: Terminal, kept: string): Interruption {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (name: Ending): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first >= TOGETHER) exit(name);
      return;
    }
    first = performance.now();
    received = name;
    terminal.note(`\n  Stopping; ${kept} Press Ctrl-C again to quit at once.`);
    controller.abort();
  };
  taken++;
  for (const name of ENDING) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of ENDING) process.off(name, interrupt);
      taken--;
    },
  };
}

/** Ends the process by the signal that a command took, if one did, once what was printed has gone out. */
export async function endBySignal(): Promise<void> {
  if (received === undefined) return;
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  exit(received);
}

/**
 * Does what is to be done at exit and ends by the signal itself. `process.exit` would wait for threads of the system that read from a pipe, as long as nobody writes to it.
 */
function exit(name: Ending): never {
  const code = 128 + constants.signals[name];
  process.emit("exit", code);
  process.removeAllListeners("exit");
  for (const ending of ENDING) process.removeAllListeners(ending);
  process.kill(process.pid, name);
  process.exit(code); // where signals are not what they are on Unix
}
