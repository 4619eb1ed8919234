/**
 * The process's own streams, for the terminal.
 *
 * A reader that ends (`gradus train … | head -1`) stops the output and not the work: a training goes on and its model is
 * saved. A stream that cannot be written for another reason, such as a full disk, is reported once and makes the exit code 1.
 */
import { wantsColor } from "./color.ts";
import type { Streams } from "./terminal.ts";

/** The errors of writing to a pipe or terminal whose other end is closed. */
const CLOSED_BY_READER: readonly unknown[] = ["EPIPE", "EIO", "ECONNRESET"];

/** Takes the streams over. Knows nothing of what is written. */
export function processStreams(): Streams {
  const note = writer(process.stderr, () => undefined);
  const out = writer(process.stdout, (error) => {
    const cause = error.code === "ENOSPC" ? "the disk is full" : `the system reported ${error.code}`;
    note(`gradus: Cannot write to standard output: ${cause}.`);
  });
  const columns = { out: () => process.stdout.columns, note: () => process.stderr.columns };
  const color = (args: readonly string[]) => ({
    out: wantsColor(process.stdout.isTTY, process.env, args),
    note: wantsColor(process.stderr.isTTY, process.env, args),
  });
  return { out, note, columns, color, screen: process.stderr.isTTY ? process.stderr : undefined };
}

function writer(stream: NodeJS.WriteStream, onFailure: (error: NodeJS.ErrnoException) => void): (line: string) => void {
  let open = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!open) return;
    open = false;
    if (CLOSED_BY_READER.includes(error.code)) return;
    process.exitCode = 1;
    onFailure(error);
  });
  return (line) => {
    if (open) stream.write(`${line}\n`);
  };
}
