/** Processes of this computer: what tells one from those before and after it that have the same number. Node only. */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { codeOf } from "./errorCode.ts";

/** The name of the computer. */
export const host = hostname();

/** Whether there is a process of this number now. */
export function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0); // signal 0 only asks
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * When the process of this number was started, in the system's ticks since it was booted; undefined where the system doesn't tell, "ended" of
 * one that has ended. Numbers are given again: in a container the first process is 1 each time.
 */
export async function startOf(id: number): Promise<string | undefined> {
  // proc(5): the second field is the program's name in parentheses, which may have any characters in it; the third is
  // the state, Z where it has ended and nobody asked how; the 22nd is the start.
  const text = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended" : fields[19];
}
