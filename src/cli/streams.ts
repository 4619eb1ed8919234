/**
 * The process's own streams, for the terminal.
 *
 * A reader that ends (`gradus train … | head -1`) stops the output and not the work of a command that has more to do: a training
 * goes on and its model is saved. The others ask `drained`. A stream that cannot be written for another reason, such as a full disk, is reported once and makes the exit code 1.
 *
 * Files are written here: Node's own stream to a file takes a write for done of which a full disk took the beginning alone
 * (https://github.com/nodejs/node/issues/12921).
 */
import { once } from "node:events";
import { fstatSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { launchedRank, writeError } from "../entries/internal.ts";
import { wantsColor } from "./color.ts";
import type { Streams } from "./terminal.ts";

/** The errors of writing to a pipe or terminal whose other end is closed. */
const CLOSED_BY_READER: readonly unknown[] = ["EPIPE", "EIO", "ECONNRESET"];

/** Takes the streams over. Knows nothing of what is written. */
export function processStreams(): Streams {
  const { write: note } = writer(process.stderr, () => undefined);
  const result = writer(process.stdout, (error) => {
    note(`gradus: ${(writeError("standard output", error) as Error).message}`);
  });
  // Open MPI gives each rank a terminal of its own for standard output, wherever that of mpirun goes.
  const isLaunched = launchedRank() !== undefined;
  const columns = {
    out: () => (isLaunched ? undefined : process.stdout.columns),
    note: () => process.stderr.columns,
  };
  const color = (args: readonly string[]) => ({
    out: wantsColor(process.stdout.isTTY && !isLaunched, process.env, args),
    note: wantsColor(process.stderr.isTTY, process.env, args),
  });
  const screen = process.stderr.isTTY ? process.stderr : undefined;
  return { out: result.write, note, drained: result.drained, failed: result.failed, columns, color, screen };
}

interface Writer {
  write(line: string): void;
  drained(): Promise<boolean>;
  failed(): boolean;
}

function writer(
  stream: NodeJS.WriteStream & { readonly fd: number },
  onFailure: (error: NodeJS.ErrnoException) => void,
): Writer {
  let state: "open" | "closed by its reader" | "failed" = "open";
  const toFile = isFile(stream.fd);
  const end = (error: NodeJS.ErrnoException): void => {
    if (state !== "open") return;
    state = !toFile && CLOSED_BY_READER.includes(error.code) ? "closed by its reader" : "failed";
    if (state !== "failed") return;
    process.exitCode = 1;
    onFailure(error);
  };
  stream.on("error", end);
  return {
    write: (line) => {
      if (state !== "open") return;
      try {
        if (toFile) writeWhole(stream.fd, `${line}\n`);
        else stream.write(`${line}\n`);
      } catch (error) {
        end(error as NodeJS.ErrnoException);
      }
    },
    drained: async () => {
      await setImmediate(); // the error of a write comes after it
      if (state === "open" && stream.writableNeedDrain) await once(stream, "drain").catch(() => undefined);
      return state === "open";
    },
    failed: () => state === "failed",
  };
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false; // closed, as by >&-
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
