/**
 * The process's own streams, for the terminal.
 *
 * A reader that ends (`gradus train … | head -1`) stops the output and not the work of a command that has more to do: a training
 * goes on and its model is saved. The others ask `drained`. A stream that cannot be written for another reason, such as a full disk, is reported once and makes the exit code 1.
 */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { wantsColor } from "./color.ts";
import type { Streams } from "./terminal.ts";

/** The errors of writing to a pipe or terminal whose other end is closed. */
const CLOSED_BY_READER: readonly unknown[] = ["EPIPE", "EIO", "ECONNRESET"];

/** Takes the streams over. Knows nothing of what is written. */
export function processStreams(): Streams {
  const { write: note } = writer(process.stderr, () => undefined);
  const { write: out, drained } = writer(process.stdout, (error) => {
    const cause = error.code === "ENOSPC" ? "the disk is full" : `the system reported ${error.code}`;
    note(`gradus: Cannot write to standard output: ${cause}.`);
  });
  const columns = { out: () => process.stdout.columns, note: () => process.stderr.columns };
  const color = (args: readonly string[]) => ({
    out: wantsColor(process.stdout.isTTY, process.env, args),
    note: wantsColor(process.stderr.isTTY, process.env, args),
  });
  return { out, note, drained, columns, color, screen: process.stderr.isTTY ? process.stderr : undefined };
}

interface Writer {
  write(line: string): void;
  drained(): Promise<boolean>;
}

function writer(stream: NodeJS.WriteStream, onFailure: (error: NodeJS.ErrnoException) => void): Writer {
  let open = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!open) return;
    open = false;
    if (CLOSED_BY_READER.includes(error.code)) return;
    process.exitCode = 1;
    onFailure(error);
  });
  return {
    write: (line) => {
      if (open) stream.write(`${line}\n`);
    },
    drained: async () => {
      await setImmediate(); // the error of a write comes after it
      if (open && stream.writableNeedDrain) await once(stream, "drain").catch(() => undefined);
      return open;
    },
  };
}
